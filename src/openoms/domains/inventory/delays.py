"""When an order's expected day is news: later than what was asked for or told, by a working day at least. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from openoms.core.clock import Calendar

ONE_DAY = timedelta(days=1)


class News(StrEnum):
    """What is told of an order: it comes later, nobody knows when it comes, it comes earlier than was told."""

    LATER = "later"
    UNKNOWN = "unknown"
    EARLIER = "earlier"


@dataclass(frozen=True, slots=True)
class Told:
    """What was asked for and what was told last; `is_unknown` when that was that no day is known."""

    requested: date | None = None
    day: date | None = None
    is_unknown: bool = False

    @property
    def latest(self) -> date | None:
        """The day an order may come without being late: the later of both; None where nobody named one."""
        days = [day for day in (self.requested, self.day) if day is not None]
        return max(days) if days else None


def news(expected: date | None, told: Told, calendar: Calendar) -> News | None:
    """Whether a new expected day is told; None says no.

    A day is late once a working day lies between, itself included: from a Friday to the Sunday is no delay, to the Monday
    is one. It is measured against what was told, so that many small delays add up to one that is told. Without a day
    asked for or told nothing is late.
    """
    latest = told.latest
    if latest is None:
        return None
    if expected is None:
        return None if told.is_unknown else News.UNKNOWN
    if working_days_later(latest, expected, calendar):
        return News.LATER
    if told.day is not None and working_days_later(expected, told.day, calendar):
        return News.EARLIER
    return None


def working_days_later(day: date, other: date, calendar: Calendar) -> int:
    """Working days after `day` up to and with `other`; 0 where it is not later."""
    return calendar.working_days_between(day + ONE_DAY, other + ONE_DAY)
