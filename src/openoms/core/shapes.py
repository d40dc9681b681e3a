"""Types of values read from JSON, stricter than pydantic is by itself: what merely resembles a number or date is none."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, Strict, StringConstraints

# A NUL cannot be kept by PostgreSQL; nothing a person writes has one.
NO_NUL = r"^[^\x00]*$"
Words = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]
# Bounded in length before it becomes a Decimal, so that 1e999999999 is a refusal and not an hour's work.
Amount = Annotated[Decimal, Field(max_digits=18, decimal_places=6)]
# What JSON calls true, 5 and "2026-01-31", and nothing that merely resembles them: 1 is no answer to yes or no.
Flag = Annotated[bool, Strict()]
Whole = Annotated[int, Strict()]


def _written(value: object) -> object:
    """Refuse a number where a date or instant is asked for: pydantic would count it from 1970."""
    if isinstance(value, date | time) or value is None:
        return value
    if not isinstance(value, str) or value.strip().lstrip("+-").replace(".", "").isdigit():
        raise ValueError("write it as in RFC 3339: 2026-01-31, 2026-01-31T08:00:00Z")
    return value


def _in_utc(value: datetime) -> datetime:
    """The instant in UTC: the database knows no offset beyond 16 hours, though the standard allows 24."""
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("lies outside of what a calendar can hold") from error


Day = Annotated[date, BeforeValidator(_written)]
Instant = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_in_utc)]
TimeOfDay = Annotated[time, BeforeValidator(_written)]
