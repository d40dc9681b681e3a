"""Keys that sort by their instant, and working time."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from openoms.core import clock
from openoms.core.clock import Calendar, now
from openoms.core.ids import floor_of, instant_of, uuid7, uuid7_at

instants = st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
SHANGHAI = Calendar(timezone="Asia/Shanghai", country="CN")


def test_keys_of_a_process_rise_strictly() -> None:
    keys = [uuid7() for _ in range(5000)]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)
    assert {key.version for key in keys} == {7}
    assert {key.variant for key in keys} == {"specified in RFC 4122"}


def test_keys_follow_a_clock_that_was_set_right() -> None:
    with time_machine.travel(now() + timedelta(days=17)):
        wrong = uuid7()
    assert uuid7() < wrong
    # A clock that merely steps back a little does not take the order with it.
    before = uuid7()
    with time_machine.travel(now() - timedelta(seconds=5)):
        assert uuid7() > before


def test_a_key_is_of_now() -> None:
    assert abs(instant_of(uuid7()) - now()) < timedelta(seconds=2)


@given(instants)
def test_a_key_of_the_past_carries_its_instant(instant: datetime) -> None:
    key = uuid7_at(instant)
    assert abs(instant_of(key) - instant) <= timedelta(milliseconds=1)
    assert floor_of(instant) <= key


@given(instants, instants)
def test_keys_sort_as_their_instants(one: datetime, other: datetime) -> None:
    if abs(one - other) > timedelta(milliseconds=2):
        assert (uuid7_at(one) < uuid7_at(other)) == (one < other)
        assert isinstance(floor_of(one), UUID)


def test_weekends_holidays_and_moved_workdays() -> None:
    assert not SHANGHAI.is_working(date(2025, 10, 1))  # National day
    assert SHANGHAI.is_working(date(2025, 9, 28))  # A Sunday worked for it
    assert not SHANGHAI.is_working(date(2025, 11, 22))  # A Saturday
    plain = Calendar(closed=frozenset({date(2025, 11, 24)}), opened=frozenset({date(2025, 11, 22)}))
    assert not plain.is_working(date(2025, 11, 24))
    assert plain.is_working(date(2025, 11, 22))


def test_a_country_without_known_holidays_has_weekends_only() -> None:
    nowhere = Calendar(country="XX")
    assert nowhere.is_working(date(2025, 12, 25))
    assert not nowhere.is_working(date(2025, 12, 27))


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 60))
def test_added_working_days_land_on_one_and_count_back(day: date, count: int) -> None:
    calendar = Calendar()
    landed = calendar.add_working_days(day, count)
    assert calendar.is_working(landed)
    first = calendar.add_working_days(day, 0)
    expected = count if first == day else max(count - 1, 0)
    assert calendar.working_days_between(first, landed) == expected


def test_nonsense_is_a_bug() -> None:
    with pytest.raises(ValueError, match="negative"):
        Calendar().add_working_days(date(2025, 1, 1), -1)
    with pytest.raises(ValueError, match="no working day"):
        Calendar(weekend=frozenset(range(7))).add_working_days(date(2025, 1, 1), 1)


def test_working_hours_skip_nights_and_weekends() -> None:
    calendar = Calendar(timezone="Asia/Shanghai", opens=time(9), closes=time(18))
    friday = datetime(2025, 11, 21, 9, tzinfo=UTC)  # 17:00 there
    assert calendar.add_working_hours(friday, 2) == datetime(2025, 11, 24, 2, tzinfo=UTC)  # Monday 10:00
    late = datetime(2025, 11, 21, 12, tzinfo=UTC)  # 20:00, closed
    assert calendar.add_working_hours(late, 1) == datetime(2025, 11, 24, 2, tzinfo=UTC)


def test_the_day_the_clock_changes_has_its_own_length() -> None:
    berlin = Calendar(timezone="Europe/Berlin", opens=time(0), closes=time(23), weekend=frozenset())
    start = datetime(2025, 3, 30, 0, tzinfo=UTC)  # 01:00 there, an hour before the clock jumps
    assert berlin.add_working_hours(start, 10) == start + timedelta(hours=10)


def test_the_local_date_is_the_places() -> None:
    assert SHANGHAI.local_date(datetime(2025, 1, 1, 17, tzinfo=UTC)) == date(2025, 1, 2)


def test_a_clock_that_is_set_tells_its_instant_and_keys_follow_it() -> None:
    then = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    with clock.set_to(then):
        assert clock.now() == then
        keys = [uuid7() for _ in range(20)]
        with clock.set_to(then - timedelta(days=1)):
            assert instant_of(uuid7()) == then - timedelta(days=1)
        assert clock.now() == then
    assert keys == sorted(keys)
    assert {instant_of(key) for key in keys} == {then}
    assert clock.now() > then
    assert instant_of(uuid7()) > then
