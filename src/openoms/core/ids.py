"""Keys made by the program: UUIDv7, ordered by the instant they stand for."""

import secrets
import threading
import time
from datetime import UTC, datetime
from uuid import UUID

_RANDOM_BITS = 62
_lock = threading.Lock()
_last = 0  # The last 60-bit clock handed out: 48 bits of milliseconds and 12 of sub-millisecond order.


def _tick() -> int:
    """Milliseconds since 1970 shifted by 12, plus the fraction; strictly rising within the process."""
    global _last
    now = time.time_ns()
    clock = (now // 1_000_000) << 12 | (now % 1_000_000) * 4096 // 1_000_000
    with _lock:
        _last = clock = max(clock, _last + 1)
    return clock


def _assemble(clock: int, tail: int) -> UUID:
    return UUID(int=(clock >> 12) << 80 | 0x7 << 76 | (clock & 0xFFF) << 64 | 0b10 << 62 | tail)


def uuid7() -> UUID:
    """A new key for now; keys made one after another in a process sort in that order. Source: RFC 9562 §5.7."""
    return _assemble(_tick(), secrets.randbits(_RANDOM_BITS))


def uuid7_at(instant: datetime) -> UUID:
    """A new key that sorts at `instant` (aware): for imported or generated history."""
    micros = round((instant - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000_000)
    clock = (micros // 1000) << 12 | (micros % 1000) * 4096 // 1000
    return _assemble(clock, secrets.randbits(_RANDOM_BITS))


def floor_of(instant: datetime) -> UUID:
    """The smallest key of `instant`: `id >= floor_of(t)` selects what is no older than t, to the millisecond."""
    millis = int((instant - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)
    return _assemble(millis << 12, 0)


def instant_of(key: UUID) -> datetime:
    """The instant a UUIDv7 was made for, to the millisecond."""
    return datetime.fromtimestamp((key.int >> 80) / 1000, tz=UTC)
