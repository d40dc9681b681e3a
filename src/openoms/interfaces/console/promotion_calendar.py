"""Which promotion runs on which days of a month or quarter, as bars of a table. Pure but for the weekdays' names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from openoms.interfaces.console.promotion_terms import weekday_name


@dataclass(frozen=True, slots=True)
class Column:
    """A day, or a week in a quarter: its heading, the day it begins, whether nobody works then, whether it is now."""

    heading: str
    below: str
    begins: date
    is_free: bool
    is_now: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """Where a promotion's bar stands: columns before it, of it, after it; and whether it goes on at either end."""

    lead: int
    span: int
    tail: int
    goes_before: bool
    goes_after: bool


@dataclass(frozen=True, slots=True)
class Period:
    """A month, or a quarter of which each column is a week; `first` and `last` are days, both included."""

    first: date
    last: date
    is_quarter: bool

    @property
    def step(self) -> int:
        """Days of a column."""
        return 7 if self.is_quarter else 1

    @property
    def count(self) -> int:
        """How many columns there are."""
        return (self.last - self.first).days // self.step + 1


def period(text: str, today: date, *, is_quarter: bool) -> Period:
    """The month `2026-11`, or the quarter it lies in; that of today for a text that is no month."""
    try:
        begin = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    except ValueError:
        begin = today
    if not 1970 <= begin.year <= 9000:
        begin = today
    month = begin.month - (begin.month - 1) % 3 if is_quarter else begin.month
    first = date(begin.year, month, 1)
    return Period(first, later(first, 3 if is_quarter else 1) - timedelta(days=1), is_quarter)


def later(first: date, months: int) -> date:
    """The first day of the month so many months on."""
    at = first.year * 12 + first.month - 1 + months
    return date(at // 12, at % 12 + 1, 1)


def columns(shown: Period, today: date) -> Sequence[Column]:
    """The period's columns."""
    found = []
    for at in range(shown.count):
        day = shown.first + timedelta(days=at * shown.step)
        is_now = day <= today < day + timedelta(days=shown.step)
        heading = f"{day.month}/{day.day}" if shown.is_quarter else str(day.day)
        below = "" if shown.is_quarter else weekday_name(day.weekday())
        found.append(Column(heading, below, day, not shown.is_quarter and day.weekday() > 4, is_now))
    return found


def bar(begins: datetime | None, ends: datetime | None, shown: Period, zone: tzinfo) -> Bar | None:
    """The bar of what runs from an instant up to but not at another (None: for ever); None outside the period."""
    since = begins.astimezone(zone).date() if begins else date.min
    until = (ends - timedelta(microseconds=1)).astimezone(zone).date() if ends else date.max
    if since > shown.last or until < shown.first or since > until:
        return None
    start = (max(since, shown.first) - shown.first).days // shown.step
    stop = (min(until, shown.last) - shown.first).days // shown.step
    return Bar(start, stop - start + 1, shown.count - stop - 1, since < shown.first, until > shown.last)
