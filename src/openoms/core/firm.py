"""The firm's own day: bills fall due and credit is looked at by the calendar of its zone (`OPENOMS_TIMEZONE`)."""

from datetime import date, datetime, time

from django.utils import timezone

from openoms.core.clock import now


def day_of(instant: datetime) -> date:
    """The date at the firm at `instant` (aware), whatever zone the person looking is in."""
    return timezone.localdate(instant, timezone.get_default_timezone())


def today() -> date:
    """The date at the firm now."""
    return day_of(now())


def instant_on(day: date) -> datetime:
    """An instant of a day that is told without a time: its noon at the firm, or now where that is still to come."""
    noon = datetime.combine(day, time(12), timezone.get_default_timezone())
    return min(noon, now()) if day == today() else noon
