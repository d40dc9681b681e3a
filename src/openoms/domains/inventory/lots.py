"""Which lots goods are taken from: first expired, first out. Pure."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeAlias

ZERO = Decimal(0)
Key: TypeAlias = Hashable


@dataclass(frozen=True, slots=True)
class LotName:
    """A lot as people name it; `expires_on` is its last good day, None where it never expires or nobody knows."""

    code: str
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Shelved:
    """So much of a lot; `received_at` tells its age."""

    key: Key
    quantity: Decimal
    expires_on: date | None
    received_at: datetime

    @property
    def rank(self) -> tuple[date, datetime, str]:
        """Smaller goes first: the earliest expiry, an unknown one last, then the oldest."""
        return self.expires_on or date.max, self.received_at, str(self.key)


@dataclass(frozen=True, slots=True)
class Take:
    """So much from a lot."""

    key: Key
    quantity: Decimal


def is_good(expires_on: date | None, on_day: date, min_days: int = 0) -> bool:
    """Whether it is good on a day and so many days after it."""
    return expires_on is None or expires_on >= on_day + timedelta(days=min_days)


def first_expired(
    lots: Sequence[Shelved], quantity: Decimal, on_day: date, min_days: int = 0
) -> tuple[Take, ...]:
    """What to take of which lots, in that order; never of one that is not good on the day and `min_days` after it.

    What is taken sums to the quantity, or to all that is good where that is less: the difference lacks. The order of
    `lots` does not matter.
    """
    taken, left = [], quantity
    for lot in sorted(lots, key=lambda one: one.rank):
        part = min(lot.quantity, left)
        if part > 0 and is_good(lot.expires_on, on_day, min_days):
            taken.append(Take(lot.key, part))
            left -= part
    return tuple(taken)


def lacking(taken: Sequence[Take], quantity: Decimal) -> Decimal:
    """What is left of a quantity beyond what was taken."""
    return quantity - sum((take.quantity for take in taken), ZERO)
