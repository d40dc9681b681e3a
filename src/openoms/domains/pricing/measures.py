"""How deep a basket's discounts go and what it earns: what approvals, and those who may see costs, look at. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from openoms.core.money import ZERO
from openoms.domains.pricing.engine import unit_cost_of
from openoms.domains.pricing.percents import HUNDRED
from openoms.domains.pricing.priced import PricedBasket, PricedLine

_STEP = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Depth:
    """Per cents at 2 decimals. `discount` is how far below list the goods are together, `deepest` of the deepest line.

    Both are below nothing where prices are above list. `margin` is what is left of the net goods when their cost is
    paid; None where a cost is not known in the basket's currency.
    """

    discount: Decimal
    deepest: Decimal
    margin: Decimal | None
    typed: bool
    reckoned: bool


def depth_of(priced: PricedBasket, day: date) -> Depth:
    """The depth of a priced basket, at the costs of `day`. Lines without a list price have nothing to be below of."""
    listed = [(value, _kept(line, priced)) for line in priced.lines if (value := _listed(line)) > 0]
    whole, kept = sum((v for v, _ in listed), ZERO), sum((k for _, k in listed), ZERO)
    return Depth(
        _below(whole, kept),
        max((_below(value, own) for value, own in listed), default=ZERO),
        margin_of(priced, day),
        any(line.price_source == "manual" for line in priced.lines),
        any(line.price_source == "formula" for line in priced.lines),
    )


def margin_of(priced: PricedBasket, day: date) -> Decimal | None:
    """What is left of the net goods when their cost is paid, in per cent; None where a cost is not known, or nothing is earned."""
    cost = ZERO
    for line in priced.lines:
        found = unit_cost_of(line, priced.currency, day)
        if found is None or found[1] != priced.currency:
            return None
        cost += found[0] * line.quantity
    if priced.items_total <= 0:
        return None
    return _rounded((priced.items_total - cost) / priced.items_total * HUNDRED)


def _listed(line: PricedLine) -> Decimal:
    """What the line would cost at list, 0 where no list has it."""
    return (line.list_unit_price or ZERO) * line.quantity


def _kept(line: PricedLine, priced: PricedBasket) -> Decimal:
    """What the line costs after discounts, with tax where list prices have it."""
    return line.total if priced.tax_inclusive else line.net


def _below(whole: Decimal, kept: Decimal) -> Decimal:
    return _rounded((whole - kept) / whole * HUNDRED) if whole else ZERO


def _rounded(percent: Decimal) -> Decimal:
    return percent.quantize(_STEP, rounding=ROUND_HALF_UP)
