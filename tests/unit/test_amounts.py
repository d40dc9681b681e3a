"""Amounts, prices and quantities are written as babel writes them, in every language on offer."""

from decimal import Decimal

import pytest
from babel.numbers import format_currency, format_decimal, parse_pattern
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from openoms.core.money import CURRENCIES, round_money, step
from openoms.interfaces.console.amounts import amount_text, locale_of, price_text, quantity_text

LANGUAGES = st.sampled_from([code for code, _name in settings.LANGUAGES])
CODES = st.sampled_from(sorted(CURRENCIES))


def decimals(places: int) -> st.SearchStrategy[Decimal]:
    """What the database can hold."""
    return st.integers(-(10**18), 10**18).map(lambda units: Decimal(units).scaleb(-places))


def in_babel(amount: Decimal, currency: str, language: str, most: int) -> str:
    """The amount with at least the currency's decimals and at most so many."""
    least = -int(step(currency).as_tuple().exponent)
    digits = "#,##0" + "." * bool(most) + "0" * least + "#" * (most - least)
    pattern = parse_pattern(f"¤{digits};-¤{digits}")
    return format_currency(
        amount, currency, locale=locale_of(language), currency_digits=False, format=pattern
    )


@given(decimals(4), CODES, LANGUAGES)
def test_an_amount(amount: Decimal, currency: str, language: str) -> None:
    least = -int(step(currency).as_tuple().exponent)
    expected = in_babel(round_money(amount, currency), currency, language, least)
    assert amount_text(amount, currency, language) == expected


@given(st.one_of(decimals(6), decimals(2), decimals(0)), CODES, LANGUAGES)
def test_a_unit_price(price: Decimal, currency: str, language: str) -> None:
    assert price_text(price, currency, language) == in_babel(price, currency, language, 6)


@given(st.one_of(decimals(6), decimals(1), st.integers(0, 10**9).map(Decimal)), LANGUAGES)
def test_a_quantity(value: Decimal, language: str) -> None:
    expected = format_decimal(value, locale=locale_of(language), format="#,##0.######")
    assert quantity_text(value) == expected


@pytest.mark.parametrize(
    ("amount", "currency", "language", "text"),
    [
        ("1234.5", "CNY", "zh-hans", "¥1,234.50"),
        ("1234.5", "CNY", "en", "CN¥1,234.50"),
        ("-0.005", "USD", "en", "-$0.01"),
        ("1999.5", "JPY", "en", "¥2,000"),
        ("1", "KWD", "en", "KWD1.000"),
    ],
)
def test_amounts_people_know(amount: str, currency: str, language: str, text: str) -> None:
    assert amount_text(Decimal(amount), currency, language) == text
