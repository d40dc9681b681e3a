"""Amounts, prices and quantities as the API writes them."""

from decimal import Decimal
from functools import cache

from openoms.core.money import step


@cache
def _decimals(currency: str) -> int:
    return -int(step(currency).as_tuple().exponent)


def money(amount: Decimal, currency: str) -> str:
    """An amount at its currency's exponent: "12.50"."""
    return f"{amount:.{_decimals(currency)}f}"


def unit_price(price: Decimal, currency: str) -> str:
    """A unit price with the currency's decimals, or as many more as it has: "12.50", "0.00125"."""
    exponent = price.normalize().as_tuple().exponent
    return f"{price:.{max(-int(exponent), _decimals(currency))}f}"
