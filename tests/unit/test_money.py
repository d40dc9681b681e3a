"""Money: exponents, rounding, splitting."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openoms.core.money import CURRENCIES, Money, UnknownCurrency, round_money, split_amount, step

cents = st.integers(-(10**12), 10**12).map(lambda n: Decimal(n) / 100)
weights = st.lists(st.decimals(0, 10**6, places=4), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("currency", "minor"), [("CNY", "0.01"), ("JPY", "1"), ("KWD", "0.001"), ("CLF", "0.0001")]
)
def test_each_currency_has_its_minor_unit(currency: str, minor: str) -> None:
    assert step(currency) == Decimal(minor)


def test_an_unknown_currency_is_refused_by_name() -> None:
    with pytest.raises(UnknownCurrency) as refused:
        Money(Decimal(1), "XXX")
    assert refused.value.problems[0].loc == ("currency",)


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [("2.345", "CNY", "2.35"), ("-2.345", "CNY", "-2.35"), ("0.5", "JPY", "1"), ("1.0005", "KWD", "1.001")],
)
def test_halves_round_away_from_zero(amount: str, currency: str, rounded: str) -> None:
    assert round_money(Decimal(amount), currency) == Decimal(rounded)
    assert Money(Decimal(amount), currency).rounded() == Money(Decimal(rounded), currency)


@given(cents, weights)
def test_a_split_loses_nothing(total: Decimal, shares: list[Decimal]) -> None:
    parts = split_amount(total, shares, Decimal("0.01"))
    assert sum(parts) == total
    assert len(parts) == len(shares)


@given(cents, weights)
def test_each_part_is_within_a_minor_unit_of_its_share(total: Decimal, shares: list[Decimal]) -> None:
    whole = sum(shares)
    for part, share in zip(split_amount(total, shares, Decimal("0.01")), shares, strict=True):
        exact = total * share / whole if whole else total / len(shares)
        assert abs(part - exact) < Decimal("0.010001")


@given(weights)
def test_nothing_splits_into_nothing(shares: list[Decimal]) -> None:
    assert set(split_amount(Decimal(0), shares, Decimal("0.01"))) == {Decimal(0)}


def test_no_weights_share_evenly_and_no_parts_are_a_bug() -> None:
    assert split_amount(Decimal("0.05"), [Decimal(0)] * 2, Decimal("0.01")) == [
        Decimal("0.03"),
        Decimal("0.02"),
    ]
    with pytest.raises(ValueError, match="nothing"):
        split_amount(Decimal(1), [], Decimal("0.01"))


def test_arithmetic_stays_in_one_currency() -> None:
    yuan = Money(Decimal("10.00"), "CNY")
    assert yuan + yuan - yuan == yuan
    assert -yuan * 2 == Money(Decimal("-20.00"), "CNY")
    assert str(yuan) == "10.00 CNY"
    assert [part.amount for part in yuan.split([Decimal(1), Decimal(2)])] == [
        Decimal("3.33"),
        Decimal("6.67"),
    ]
    with pytest.raises(ValueError, match="combine"):
        yuan + Money(Decimal(1), "USD")


def test_the_currency_list_holds_the_common_ones() -> None:
    assert {"CNY", "USD", "EUR", "JPY", "GBP", "HKD", "TWD"} <= CURRENCIES
