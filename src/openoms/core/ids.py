"""Keys made by the program: UUIDv7, ordered by the instant they stand for."""

import itertools
import secrets
import threading
import time
from datetime import UTC, datetime
from uuid import UUID

from openoms.core.clock import set_instant

_RANDOM_BITS = 62
_ORDER_BITS = 20
# From a random start, so that two processes do not make the same keys for one instant.
_made = itertools.count(secrets.randbits(_ORDER_BITS))


# A clock set back by more than this was wrong before: keys follow it instead of staying in the future.
_SET_BACK = 60_000 << 12


class _Clock:
    """48 bits of milliseconds since 1970 and 12 of order within each; strictly rising within the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def tick(self) -> int:
        """The next value."""
        now = time.time_ns()
        value = (now // 1_000_000) << 12 | (now % 1_000_000) * 4096 // 1_000_000
        with self._lock:
            if self._last - value < _SET_BACK:
                value = max(value, self._last + 1)
            self._last = value
        return value


_ticks = _Clock()


def _assemble(clock: int, tail: int) -> UUID:
    return UUID(int=(clock >> 12) << 80 | 0x7 << 76 | (clock & 0xFFF) << 64 | 0b10 << 62 | tail)


def uuid7() -> UUID:
    """A new key for now; keys made one after another in a process sort in that order. Source: RFC 9562 §5.7."""
    told = set_instant()
    if told is not None:
        return uuid7_at(told)
    return _assemble(_ticks.tick(), secrets.randbits(_RANDOM_BITS))


def uuid7_at(instant: datetime) -> UUID:
    """A new key that sorts at `instant` (aware): for imported or generated history.

    Keys of one instant made one after another in a process sort in that order, but for one in a million.
    """
    micros = round((instant - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000_000)
    clock = (micros // 1000) << 12 | (micros % 1000) * 4096 // 1000
    order = next(_made) & (1 << _ORDER_BITS) - 1
    tail_bits = _RANDOM_BITS - _ORDER_BITS
    return _assemble(clock, order << tail_bits | secrets.randbits(tail_bits))


def floor_of(instant: datetime) -> UUID:
    """The smallest key of `instant`: `id >= floor_of(t)` selects what is no older than t, to the millisecond."""
    millis = int((instant - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)
    return _assemble(millis << 12, 0)


def instant_of(key: UUID) -> datetime:
    """The instant a UUIDv7 was made for, to the millisecond."""
    return datetime.fromtimestamp((key.int >> 80) / 1000, tz=UTC)
