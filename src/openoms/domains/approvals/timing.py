"""When a step is to be decided, and when somebody is reminded: in the firm's working hours. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from openoms.core.clock import Calendar

# Those who have not decided are reminded once a working day; before a deadline, at half of the time.
REMIND_HOURS = 8


class Nudge(StrEnum):
    """What is done about a step that waits: remind those who are asked, or go to the next authority."""

    REMIND = "remind"
    ESCALATE = "escalate"


@dataclass(frozen=True, slots=True)
class Timing:
    """A step's deadline (None: none) and when to look at it next."""

    due_at: datetime | None
    next_at: datetime


def opened(hours: int, at: datetime, calendar: Calendar) -> Timing:
    """The times of a step that opens at `at` and may take so many working hours (0: as long as it takes)."""
    if not hours:
        return Timing(None, calendar.add_working_hours(at, REMIND_HOURS))
    half = calendar.add_working_hours(at, min(hours / 2, REMIND_HOURS))
    return Timing(calendar.add_working_hours(at, hours), half)


def due(
    due_at: datetime | None, escalated: bool, now: datetime, calendar: Calendar
) -> tuple[Nudge, datetime]:
    """What to do at `now` about a step that still waits, and when to look at it again."""
    later = calendar.add_working_hours(now, REMIND_HOURS)
    if due_at is None:
        return Nudge.REMIND, later
    if now < due_at:
        return Nudge.REMIND, min(later, due_at)
    return (Nudge.REMIND if escalated else Nudge.ESCALATE), later
