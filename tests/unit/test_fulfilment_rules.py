"""When goods leave, how they are dealt over orders, which waves are proposed, how far an order is by its work."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openoms.core.clock import Calendar
from openoms.domains.fulfilment.errors import IllegalWork
from openoms.domains.fulfilment.rules import (
    NEXT,
    TO_DO,
    Dispatch,
    Progress,
    Window,
    check_step,
    deal,
    order_state,
    window,
)
from openoms.domains.fulfilment.states import FulfilmentState
from openoms.domains.fulfilment.waves import Proposal, Ready, propose

D = Decimal
SHANGHAI = Calendar(timezone="Asia/Shanghai")
PLAN = Dispatch(SHANGHAI, time(16), transit_days=2, early_days=None)
MONDAY = date(2026, 3, 2)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """An hour of the day at Shanghai, as the instant it is."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def test_released_before_the_cut_off_leaves_the_same_day_after_it_the_next_working_day() -> None:
    assert window(None, at(MONDAY, 15, 59), PLAN) == Window(None, MONDAY)
    assert window(None, at(MONDAY, 16, 1), PLAN) == Window(None, MONDAY + timedelta(days=1))
    friday = MONDAY + timedelta(days=4)
    assert window(None, at(friday, 17), PLAN) == Window(None, friday + timedelta(days=3))
    # Saturday at Shanghai is still Friday at Greenwich.
    assert window(None, at(friday + timedelta(days=1), 7), PLAN).ship_by == friday + timedelta(days=3)


def test_a_day_asked_for_is_counted_back_from_over_the_weekend() -> None:
    tuesday = MONDAY + timedelta(days=8)
    assert window(tuesday, at(MONDAY, 9), PLAN) == Window(None, MONDAY + timedelta(days=4))
    early = Dispatch(SHANGHAI, time(16), 2, early_days=1)
    assert window(tuesday, at(MONDAY, 9), early) == Window(
        MONDAY + timedelta(days=3), MONDAY + timedelta(days=4)
    )
    assert window(MONDAY + timedelta(days=1), at(MONDAY, 9), early) == Window(None, MONDAY)


def test_closed_days_and_holidays_are_no_days_to_leave() -> None:
    closed = Calendar(timezone="Asia/Shanghai", closed=frozenset({MONDAY + timedelta(days=1)}))
    assert window(None, at(MONDAY, 17), Dispatch(closed, time(16), 2, None)).ship_by == MONDAY + timedelta(
        days=2
    )
    china = Dispatch(Calendar(timezone="Asia/Shanghai", country="CN"), time(16), 2, None)
    assert window(None, at(date(2026, 10, 1), 9), china).ship_by > date(2026, 10, 3)


@settings(max_examples=500, deadline=None)
@given(
    st.none() | st.integers(-10, 60),
    st.integers(0, 24 * 60 * 30),
    st.integers(0, 5),
    st.none() | st.integers(0, 10),
)
def test_what_leaves_leaves_on_a_working_day_in_its_window_and_never_later_for_being_asked_for_sooner(
    asked: int | None, minutes: int, transit: int, early: int | None
) -> None:
    plan = Dispatch(SHANGHAI, time(16), transit, early)
    released = at(MONDAY, 0) + timedelta(minutes=minutes)
    wanted = None if asked is None else MONDAY + timedelta(days=asked)
    found = window(wanted, released, plan)
    assert SHANGHAI.is_working(found.ship_by)
    assert found.ship_by >= SHANGHAI.local_date(released)
    if found.not_before is not None:
        assert SHANGHAI.local_date(released) < found.not_before <= found.ship_by
    if wanted is not None:
        sooner = window(wanted - timedelta(days=1), released, plan)
        assert sooner.ship_by <= found.ship_by
        reached = SHANGHAI.add_working_days(found.ship_by, transit)
        soonest = window(None, released, plan).ship_by
        assert reached <= SHANGHAI.add_working_days(wanted, 0) or found.ship_by == soonest


amounts = st.lists(st.integers(0, 50).map(Decimal), max_size=8)


@settings(max_examples=500)
@given(amounts, st.integers(0, 200).map(Decimal))
def test_dealing_gives_all_that_is_wanted_or_all_there_is(wanted: list[Decimal], quantity: Decimal) -> None:
    dealt = deal(wanted, quantity)
    assert sum(dealt) == min(sum(wanted), quantity)
    assert all(0 <= got <= want for got, want in zip(dealt, wanted, strict=True))
    # The first first: who follows somebody that got less than they want gets nothing.
    short = [got < want for got, want in zip(dealt, wanted, strict=True)]
    if any(short):
        assert not any(dealt[short.index(True) + 1 :])


ready = st.lists(
    st.tuples(st.integers(-3, 5), st.none() | st.integers(-3, 5), st.booleans()), max_size=40
).map(
    lambda found: [
        Ready(n, MONDAY + timedelta(days=by), None if on is None else MONDAY + timedelta(days=on), single)
        for n, (by, on, single) in enumerate(found)
    ]
)


@settings(max_examples=500)
@given(ready, st.integers(1, 10))
def test_waves_hold_what_presses_each_once_none_before_its_day_and_no_more_than_their_size(
    found: list[Ready], size: int
) -> None:
    by_key = {one.key: one for one in found}
    proposals = propose(found, MONDAY, size)
    keys = [key for proposal in proposals for key in proposal.keys]
    assert len(keys) == len(set(keys))
    allowed = {one.key for one in found if one.not_before is None or one.not_before <= MONDAY}
    pressing = {key for key in allowed if by_key[key].ship_by <= MONDAY}
    assert set(keys) <= allowed
    assert set(keys) == pressing or not pressing
    assert bool(keys) == bool(allowed)
    for proposal in proposals:
        mine = [by_key[key] for key in proposal.keys]
        assert 0 < len(mine) <= size
        assert {one.is_single for one in mine} == {proposal.is_single}
        assert proposal.ship_by == min(one.ship_by for one in mine)
    assert [one.ship_by for one in proposals] == sorted(one.ship_by for one in proposals)


def test_a_wave_says_why_it_is_proposed() -> None:
    days = {"overdue": -1, "today": 0}
    for why, days_on in days.items():
        ship_by = MONDAY + timedelta(days=days_on)
        assert propose([Ready("a", ship_by, None, True)], MONDAY, 5) == [Proposal(("a",), ship_by, why, True)]
    later = [Ready("a", MONDAY + timedelta(days=n), None, False) for n in (3, 4)]
    assert propose(later, MONDAY, 5) == [Proposal(("a",), later[0].ship_by, "ahead", False)]


@pytest.mark.parametrize(
    ("shipped", "kept", "short", "work", "state"),
    [
        (False, False, False, set(), "unallocated"),
        (False, True, False, set(), "allocated"),
        (False, True, True, set(), "backordered"),
        (False, True, True, {"picking"}, "picking"),
        (False, True, False, {"picked", "packed"}, "picking"),
        (False, True, True, {"packed"}, "packed"),
        (True, True, False, {"picking"}, "partially_shipped"),
        (True, False, True, set(), "partially_shipped"),
        (True, False, False, set(), "shipped"),
    ],
)
def test_how_far_an_order_is(shipped: bool, kept: bool, short: bool, work: set[str], state: str) -> None:
    assert order_state(Progress(shipped, kept, short, frozenset(work))) == state


def test_nothing_leaves_a_state_but_by_its_table() -> None:
    for current in FulfilmentState:
        for target in FulfilmentState:
            if target in NEXT[current]:
                check_step("F1", current, target)
            else:
                with pytest.raises(IllegalWork):
                    check_step("F1", current, target)
    assert not any(NEXT[state] & set(TO_DO) for state in (FulfilmentState.CANCELLED,))
