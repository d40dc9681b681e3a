"""Amounts, prices and quantities as a language writes them.

Babel says which sign a currency has; it is asked once for each language and currency. The digits are written by Python,
whose way is that of every language on offer: a test holds each of them against babel.
"""

from decimal import Decimal
from functools import cache

from babel import Locale
from babel.numbers import get_currency_symbol

from openoms.core.money import round_money, step

_MOST_DECIMALS = 6


@cache
def locale_of(language: str) -> Locale:
    """Babel's locale of a language on offer."""
    return Locale.parse("zh_Hans_CN" if language.startswith("zh") else "en")


def amount_text(amount: Decimal, currency: str, language: str) -> str:
    """`amount` rounded to the currency's exponent, with its sign: -¥1,234.50."""
    return _signed(f"{round_money(amount, currency):,.{_decimals(currency)}f}", currency, language)


def price_text(price: Decimal, currency: str, language: str) -> str:
    """A unit price: the currency's decimals, and up to six where it has more."""
    digits = f"{price:,.{_MOST_DECIMALS}f}"
    idle = min(len(digits) - len(digits.rstrip("0")), _MOST_DECIMALS - _decimals(currency))
    return _signed(digits[: len(digits) - idle].rstrip("."), currency, language)


def quantity_text(value: Decimal) -> str:
    """A quantity without the zeros nobody wrote."""
    return f"{value:,.{_MOST_DECIMALS}f}".rstrip("0").rstrip(".")


def _signed(digits: str, currency: str, language: str) -> str:
    symbol = _symbol(currency, language)
    return f"-{symbol}{digits[1:]}" if digits.startswith("-") else symbol + digits


@cache
def _symbol(currency: str, language: str) -> str:
    return get_currency_symbol(currency, locale_of(language))


@cache
def _decimals(currency: str) -> int:
    return -int(step(currency).as_tuple().exponent)
