"""How long goods have lain, first in first out."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from openoms.domains.inventory.ageing import BOUNDS, Came, layers, shares

D = Decimal
TODAY = date(2026, 3, 2)


def days_ago(days: int, quantity: int) -> Came:
    return Came(TODAY - timedelta(days=days), D(quantity))


def test_what_lies_is_what_came_last() -> None:
    came = [days_ago(5, 4), days_ago(60, 10), days_ago(300, 20)]
    assert layers(came, D(9)) == [days_ago(5, 4), days_ago(60, 5)]
    assert shares(layers(came, D(9)), D(9), TODAY) == [4, 5, 0, 0]
    assert layers(came, D(0)) == []


def test_what_nobody_knows_the_day_of_lies_longest() -> None:
    assert shares(layers([days_ago(100, 2)], D(5)), D(5), TODAY) == [0, 0, 2, 3]
    assert [shares([days_ago(bound, 1)], D(1), TODAY).index(D(1)) for bound in BOUNDS] == [0, 1, 2]
    assert shares([days_ago(BOUNDS[-1] + 1, 1)], D(1), TODAY)[-1] == 1


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(1, 50)), max_size=12),
    st.integers(0, 200).map(Decimal),
)
def test_shares_sum_to_what_is_on_hand(came: list[tuple[int, int]], on_hand: Decimal) -> None:
    told = [days_ago(days, quantity) for days, quantity in sorted(came)]
    found = shares(layers(told, on_hand), on_hand, TODAY)
    assert sum(found) == on_hand
    assert all(share >= 0 for share in found)
