"""Time: aware UTC instants, and working days of a calendar (weekends, public holidays, own exceptions)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

_set: ContextVar[datetime | None] = ContextVar("openoms_clock", default=None)


def now() -> datetime:
    """The present instant, aware, UTC. Pure code takes it as a parameter instead."""
    return _set.get() or datetime.now(UTC)


@contextmanager
def set_to(instant: datetime) -> Iterator[None]:
    """Within it the present is `instant` (aware), for `now` and for new keys: the demonstration's past days are lived
    through the flows themselves, not written behind their backs. Nothing people rely on may be done within it.
    """
    token = _set.set(instant)
    try:
        yield
    finally:
        _set.reset(token)


def set_instant() -> datetime | None:
    """What the clock is set to, None where it runs."""
    return _set.get()


@lru_cache(maxsize=64)
def _public_holidays(country: str, year: int) -> frozenset[date]:
    """Public holidays of `country` (ISO 3166 alpha-2) in `year`; none for a country the library does not know."""
    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()


@lru_cache(maxsize=64)
def _moved_workdays(country: str, year: int) -> frozenset[date]:
    """Weekend days worked in exchange for a holiday (调休), where the library has them."""
    try:
        calendar = holidays.country_holidays(country, years=year)
    except NotImplementedError:
        return frozenset()
    return frozenset(getattr(calendar, "weekend_workdays", ()))


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days and hours of a place. `weekend` holds weekdays (Monday 0); `closed` and `opened` override.

    `timezone` is an IANA name; `opens`/`closes` are local times.
    """

    timezone: str = "UTC"
    country: str | None = None
    weekend: frozenset[int] = frozenset({5, 6})
    closed: frozenset[date] = field(default_factory=frozenset)
    opened: frozenset[date] = field(default_factory=frozenset)
    opens: time = time(9)
    closes: time = time(18)

    def is_working(self, day: date) -> bool:
        """Whether the place works on the local date `day`."""
        if day in self.opened:
            return True
        if day in self.closed:
            return False
        if self.country:
            if day in _moved_workdays(self.country, day.year):
                return True
            if day in _public_holidays(self.country, day.year):
                return False
        return day.weekday() not in self.weekend

    def working_days_from(self, day: date) -> Iterator[date]:
        """Working days on or after `day`, without end; raises ValueError where a whole year has none."""
        idle = 0
        while True:
            if self.is_working(day):
                idle = 0
                yield day
            else:
                idle += 1
                if idle > 366:
                    raise ValueError("the calendar has no working day in a year")
            day += timedelta(days=1)

    def add_working_days(self, day: date, count: int) -> date:
        """The date `count` (≥ 0) working days after `day`; 0 gives `day` or the next working day."""
        if count < 0:
            raise ValueError("count must not be negative")
        days = self.working_days_from(day)
        landed = next(days)
        for _ in range(count if landed == day else max(count - 1, 0)):
            landed = next(days)
        return landed

    def working_days_between(self, start: date, end: date) -> int:
        """Working days in [start, end); 0 when `end` is not after `start`."""
        return sum(self.is_working(start + timedelta(days=i)) for i in range(max((end - start).days, 0)))

    def add_working_hours(self, instant: datetime, hours: float) -> datetime:
        """The instant (UTC) by which `hours` of open time have passed since `instant` (aware)."""
        zone = ZoneInfo(self.timezone)
        left = timedelta(hours=hours)
        local = instant.astimezone(zone)
        for day in self.working_days_from(local.date()):
            # Lengths are taken in UTC: on the day of a clock change a local subtraction would be an hour off.
            opens = datetime.combine(day, self.opens, zone).astimezone(UTC)
            closes = datetime.combine(day, self.closes, zone).astimezone(UTC)
            begin = max(opens, instant.astimezone(UTC))
            if begin >= closes:
                continue
            if left <= closes - begin:
                return begin + left
            left -= closes - begin
        raise AssertionError("unreachable")

    def local_date(self, instant: datetime) -> date:
        """The date at the place at `instant`."""
        return instant.astimezone(ZoneInfo(self.timezone)).date()
