"""A per cent of a unit price. Pure."""

from decimal import Decimal

from openoms.core.money import UNIT_PRICE_STEP, round_money

HUNDRED = Decimal(100)


def percent_of(price: Decimal, percent: Decimal, currency: str) -> Decimal:
    """A per cent of a unit price, rounded as the price itself is: to the minor unit, or to 6 decimals if it has finer ones."""
    exact = price * percent / HUNDRED
    rounded = round_money(price, currency)
    return round_money(exact, currency) if rounded == price else exact.quantize(UNIT_PRICE_STEP)
