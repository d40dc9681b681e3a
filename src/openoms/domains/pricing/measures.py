"""How deep a basket's discounts go and what it earns: what approvals, and those who may see costs, look at. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from openoms.core.money import ZERO
from openoms.domains.pricing.engine import unit_cost_of
from openoms.domains.pricing.percents import HUNDRED
from openoms.domains.pricing.priced import GIFT, PricedBasket, PricedLine

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


@dataclass(frozen=True, slots=True)
class Sold:
    """One line as far as depth goes: what it would cost at list (0: no list has it), what it costs after discounts with
    tax where list prices have it, its net, what it cost the firm (None: not known in its currency), and whose price it is.
    """

    listed: Decimal
    kept: Decimal
    net: Decimal
    cost: Decimal | None
    source: str

    @property
    def is_measured(self) -> bool:
        """Whether it can be below list: a list has it, and it is no gift, which was never offered at a price."""
        return self.listed > 0 and self.source != GIFT


def depth_of(priced: PricedBasket, day: date) -> Depth:
    """The depth of a priced basket, at the costs of `day`."""
    return depth([_sold(line, priced, day) for line in priced.lines])


def depth(lines: Sequence[Sold]) -> Depth:
    """The depth of lines in one currency. Those without a list price have nothing to be below of; what gifts cost is in the margin."""
    listed = [line for line in lines if line.is_measured]
    whole, kept = sum((one.listed for one in listed), ZERO), sum((one.kept for one in listed), ZERO)
    return Depth(
        _below(whole, kept),
        max((_below(one.listed, one.kept) for one in listed), default=ZERO),
        _margin(lines),
        any(line.source == "manual" for line in lines),
        any(line.source == "formula" for line in lines),
    )


def _margin(lines: Sequence[Sold]) -> Decimal | None:
    """What is left of the net goods when their cost is paid, in per cent; None where a cost is not known, or nothing is earned."""
    net = sum((line.net for line in lines), ZERO)
    costs = [line.cost for line in lines if line.cost is not None]
    if len(costs) < len(lines) or net <= 0:
        return None
    return _rounded((net - sum(costs, ZERO)) / net * HUNDRED)


def _sold(line: PricedLine, priced: PricedBasket, day: date) -> Sold:
    found = unit_cost_of(line, priced.currency, day)
    known = found is not None and found[1] == priced.currency
    return Sold(
        (line.list_unit_price or ZERO) * line.quantity,
        line.total if priced.tax_inclusive else line.net,
        line.net,
        found[0] * line.quantity if found is not None and known else None,
        line.price_source,
    )


def _below(whole: Decimal, kept: Decimal) -> Decimal:
    return _rounded((whole - kept) / whole * HUNDRED) if whole else ZERO


def _rounded(percent: Decimal) -> Decimal:
    return percent.quantize(_STEP, rounding=ROUND_HALF_UP)
