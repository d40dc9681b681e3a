"""Which lots goods are taken from: first expired, first out."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from openoms.domains.inventory.lots import Shelved, Take, first_expired, is_good, lacking

D = Decimal
TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def shelved(key: str, quantity: int, good: int | None, age: int = 0) -> Shelved:
    expires_on = None if good is None else TODAY + timedelta(days=good)
    return Shelved(key, D(quantity), expires_on, NOON - timedelta(days=age))


def test_what_expires_first_goes_first_and_what_expired_never() -> None:
    rows = [shelved("late", 5, 90), shelved("gone", 5, -1), shelved("soon", 5, 3), shelved("none", 5, None)]
    assert first_expired(rows, D(7), TODAY) == (Take("soon", D(5)), Take("late", D(2)))
    assert first_expired(rows, D(99), TODAY) == (Take("soon", D(5)), Take("late", D(5)), Take("none", D(5)))
    assert lacking(first_expired(rows, D(99), TODAY), D(99)) == 84


def test_a_lot_is_good_on_its_last_day_and_so_many_days_may_be_asked_for() -> None:
    rows = [shelved("today", 5, 0), shelved("week", 5, 7)]
    assert first_expired(rows, D(6), TODAY) == (Take("today", D(5)), Take("week", D(1)))
    assert first_expired(rows, D(6), TODAY, min_days=7) == (Take("week", D(5)),)
    assert first_expired(rows, D(6), TODAY, min_days=8) == ()
    assert (is_good(None, TODAY, 999), is_good(TODAY, TODAY), is_good(TODAY, TODAY, 1)) == (True, True, False)


def test_of_those_that_expire_alike_the_oldest_goes_first() -> None:
    rows = [shelved("b", 1, 5, age=1), shelved("c", 1, 5, age=9), shelved("a", 1, 5, age=1)]
    assert [take.key for take in first_expired(rows, D(3), TODAY)] == ["c", "a", "b"]


lots = st.lists(
    st.tuples(st.integers(0, 9), st.none() | st.integers(-5, 30), st.integers(0, 9)), max_size=8
).map(lambda rows: [shelved(str(n), *row) for n, row in enumerate(rows)])


@given(lots, st.integers(1, 40), st.integers(0, 5))
def test_all_that_is_asked_for_is_taken_where_there_is_so_much_good_and_nothing_is_passed_over(
    rows: list[Shelved], quantity: int, min_days: int
) -> None:
    taken = first_expired(rows, D(quantity), TODAY, min_days)
    assert taken == first_expired(list(reversed(rows)), D(quantity), TODAY, min_days)
    by_key = {row.key: row for row in rows}
    good = [row for row in rows if is_good(row.expires_on, TODAY, min_days)]
    assert quantity - lacking(taken, D(quantity)) == min(D(quantity), sum(row.quantity for row in good))
    assert all(0 < take.quantity <= by_key[take.key].quantity for take in taken)
    # A lot is begun only once all that go before it are empty.
    for take, later in zip(taken, taken[1:], strict=False):  # noqa: RUF007 - reads as what it says
        assert by_key[take.key].rank < by_key[later.key].rank
        assert take.quantity == by_key[take.key].quantity
    passed = {row.key for row in good if row.quantity} - {take.key for take in taken}
    assert not taken or all(by_key[key].rank > by_key[taken[-1].key].rank for key in passed)
