"""What a line of the past came to: its price, discount and net amount, exact and as they can be kept (pure)."""

from dataclasses import dataclass
from decimal import Decimal

from openoms.core.money import UNIT_PRICE_STEP, ZERO, round_money, step
from openoms.domains.pricing.book import Discount
from openoms.integrations.imports.errors import BadRow

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Agreed:
    """A unit price (6 decimals), the discount on it, and the net the source says, not rounded."""

    unit_price: Decimal
    discount: Discount | None
    exact_net: Decimal


def by_unit_price(unit_price: Decimal, quantity: Decimal, share: Decimal) -> Agreed:
    """From the price before a discount of `share` (0.15)."""
    _check_share(share)
    exact = unit_price * quantity * (1 - share)
    percent = Discount("percent", share * _HUNDRED, _label(share)) if share else None
    return Agreed(unit_price.quantize(UNIT_PRICE_STEP), percent, exact)


def by_net(net: Decimal, quantity: Decimal, share: Decimal, currency: str) -> Agreed:
    """From the amount after a discount of `share`: the price is what it must have been.

    Where a percent of the rounded amount would miss the net by more than half a minor unit, the discount is the
    amount that meets it.
    """
    _check_share(share)
    if share == 1 or quantity <= 0:
        raise BadRow("no price can be found from that amount, quantity and discount")
    unit_price = (net / quantity / (1 - share)).quantize(UNIT_PRICE_STEP)
    if not share:
        return Agreed(unit_price, None, net)
    gross = round_money(unit_price * quantity, currency)
    percent = Discount("percent", share * _HUNDRED, _label(share))
    kept = gross - round_money(gross * share, currency)
    if abs(kept - net) <= step(currency) / 2:
        return Agreed(unit_price, percent, net)
    amount = max(gross - round_money(net, currency), ZERO)
    return Agreed(unit_price, Discount("amount", amount, _label(share)), net)


def _check_share(share: Decimal) -> None:
    if not 0 <= share <= 1:
        raise BadRow(f"a discount of {_label(share)}: it lies between 0 and 100")


def _label(share: Decimal) -> str:
    return f"{(share * _HUNDRED).normalize():f} %"
