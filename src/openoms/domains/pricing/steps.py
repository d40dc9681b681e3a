"""What the pure parts of pricing share: one step of the way to a price, kept on record."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of the way to a price: what it did (`code`), to which line (1-based, None the order), with what."""

    code: str
    line: int | None
    data: dict[str, Any]
