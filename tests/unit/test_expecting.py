"""When what lines wait for is there, and when a day that moved is news."""

import itertools
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openoms.core.clock import Calendar
from openoms.domains.inventory.delays import News, Told, news, working_days_later
from openoms.domains.supply.expecting import Expected, Source, Want, expect, lead_days
from openoms.domains.supply.replanning import Item

D = Decimal
# A Monday.
TODAY = date(2026, 3, 2)
FRIDAY = date(2026, 3, 6)
WEEK = Calendar()


def day(after: int) -> date:
    return TODAY + timedelta(days=after)


def want(
    key: str, quantity: int, needed: int | None = None, estimate: date | None = None, sku: str = "A"
) -> Want:
    return Want(key, f"line-{key}", sku, D(quantity), None if needed is None else day(needed), 0, estimate)


def source(document: str, quantity: int, on: int, *pegs: tuple[str, int], sku: str = "A") -> Source:
    return Source(document, sku, D(quantity), day(on), tuple((f"line-{key}", D(many)) for key, many in pegs))


def week(_sku: object, _quantity: Decimal) -> int | None:
    return 7


def nobody(_sku: object, _quantity: Decimal) -> int | None:
    return None


# ---- when it is there


def test_a_line_is_there_with_the_last_document_that_is_for_it() -> None:
    found = expect(
        [want("x", 5)], [source("PO1", 3, 4, ("x", 3)), source("MO1", 2, 9, ("x", 2))], week, TODAY
    )
    assert found == {"x": Expected(day(9), "MO1")}


def test_what_nothing_covers_takes_its_lead_time_and_the_estimate_stands_until_it_is_over() -> None:
    covers = [source("PO1", 3, 4, ("x", 3))]
    assert expect([want("x", 5)], covers, week, TODAY)["x"] == Expected(day(7), "lead_time")
    assert expect([want("x", 5, estimate=day(5))], covers, week, TODAY)["x"] == Expected(day(5), "lead_time")
    assert expect([want("x", 5, estimate=day(-1))], covers, week, TODAY)["x"] == Expected(day(7), "lead_time")


def test_what_nobody_makes_or_sells_has_no_day_though_some_of_it_comes() -> None:
    found = expect([want("x", 5)], [source("PO1", 3, 4, ("x", 3))], nobody, TODAY)
    assert found["x"] == Expected(None, "no_source")


def test_what_is_left_of_a_document_serves_the_earliest_need_first() -> None:
    wants = [want("late", 4, 20), want("soon", 4, 10)]
    found = expect(wants, [source("PO1", 5, 3, ("late", 4), ("soon", 4))], week, TODAY)
    assert found == {"soon": Expected(day(3), "PO1"), "late": Expected(day(7), "lead_time")}


def test_what_a_document_brings_beyond_goes_to_who_still_lacks_and_never_to_another_sku() -> None:
    wants = [want("x", 2), want("new", 3), want("other", 1, sku="B")]
    found = expect(wants, [source("PO1", 10, 3, ("x", 2))], week, TODAY)
    assert found["new"] == Expected(day(3), "PO1")
    assert found["other"] == Expected(day(7), "lead_time")


quantities = st.integers(1, 9)


@given(
    st.lists(st.tuples(quantities, st.none() | st.integers(0, 30)), min_size=1, max_size=6),
    st.lists(st.tuples(quantities, st.integers(0, 30), st.integers(0, 5), quantities), max_size=6),
)
def test_every_want_has_a_day_no_earlier_than_the_first_source_and_the_order_asked_in_does_not_matter(
    asked: list[tuple[int, int | None]], brought: list[tuple[int, int, int, int]]
) -> None:
    wants = [want(str(n), quantity, needed) for n, (quantity, needed) in enumerate(asked)]
    sources = [
        source(f"D{n}", quantity, on, (str(whose), pegged))
        for n, (quantity, on, whose, pegged) in enumerate(brought)
    ]
    found = expect(wants, sources, lambda _sku, _quantity: 99, TODAY)
    assert found == expect(list(reversed(wants)), list(reversed(sources)), lambda _sku, _quantity: 99, TODAY)
    assert found.keys() == {one.key for one in wants}
    # What all documents bring suffices for exactly as much as is not left to its lead time.
    brings, wanted = sum(q for q, *_ in brought), sum(q for q, _ in asked)
    assert any(one.source == "lead_time" for one in found.values()) == (wanted > brings)
    for one in found.values():
        assert one.day is not None
        assert one.day >= min((s.day for s in sources), default=day(99))


def test_lead_time_counts_the_parts_that_stock_has_not() -> None:
    items = {
        "desk": Item("desk", True, 2, components=(("top", D(1)), ("leg", D(4)))),
        "top": Item("top", True, 1, components=(("board", D(2)),)),
        "leg": Item("leg", False, 5),
        "board": Item("board", False, 7),
    }
    assert lead_days("desk", D(2), items, {}) == 2 + 1 + 7
    assert lead_days("desk", D(2), items, {"board": D(4)}) == 2 + 5
    assert lead_days("desk", D(2), items, {"board": D(3)}) == 2 + 1 + 7
    assert lead_days("desk", D(2), items, {"top": D(2), "leg": D(8)}) == 2
    assert lead_days("board", D(1), {}, {}) is None
    assert lead_days("desk", D(1), {"desk": items["desk"]}, {}) is None
    circle = {
        "a": Item("a", True, 1, components=(("b", D(1)),)),
        "b": Item("b", True, 1, components=(("a", D(1)),)),
    }
    assert lead_days("a", D(1), circle, {}) is None


# ---- when it is news


@pytest.mark.parametrize(
    ("expected", "told", "found"),
    [
        (day(30), Told(), None),
        (None, Told(), None),
        (FRIDAY, Told(FRIDAY), None),
        (day(3), Told(FRIDAY), None),
        # Saturday and Sunday are no working day later than Friday, Monday is one.
        (FRIDAY + timedelta(1), Told(FRIDAY), None),
        (FRIDAY + timedelta(2), Told(FRIDAY), None),
        (FRIDAY + timedelta(3), Told(FRIDAY), News.LATER),
        (day(1), Told(day(0)), News.LATER),
        # The later of asked for and told counts.
        (day(10), Told(day(0), day(10)), None),
        (day(11), Told(day(0), day(10)), News.LATER),
        (day(14), Told(day(15), day(10)), None),
        # Earlier than was told, by a working day at least.
        (day(9), Told(day(0), day(10)), News.EARLIER),
        (FRIDAY, Told(day(0), FRIDAY + timedelta(2)), None),
        (None, Told(FRIDAY), News.UNKNOWN),
        (None, Told(FRIDAY, is_unknown=True), None),
    ],
)
def test_news(expected: date | None, told: Told, found: News | None) -> None:
    assert news(expected, told, WEEK) == found


def test_public_holidays_are_no_working_days() -> None:
    # The National Day week of 2026 in China begins on a Thursday.
    last = date(2026, 9, 30)
    china = Calendar(country="CN")
    assert working_days_later(last, last + timedelta(days=5), china) == 0
    assert news(last + timedelta(days=5), Told(last), china) is None


@given(st.lists(st.integers(0, 40), max_size=20), st.integers(0, 10))
def test_small_delays_add_up_to_one_that_is_told_and_no_day_is_told_twice(
    moves: list[int], asked: int
) -> None:
    told, days = Told(day(asked)), []
    for move in moves:
        expected = day(move)
        if found := news(expected, told, WEEK):
            assert (found == News.LATER) == (expected > (told.latest or expected))
            told = Told(told.requested, expected)
            days.append(expected)
        # Nobody is ever left with a day that is a working day too early.
        assert working_days_later(told.latest or expected, expected, WEEK) == 0
        assert news(expected, told, WEEK) is None
    assert all(one != other for one, other in itertools.pairwise(days))
