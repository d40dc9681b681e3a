"""What the pure engines of goods share: one step of the way to a decision, kept on record."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what was found or done (`code`, docs/goods.md), about what (a line, order, sku; "" the whole), with figures.

    `data` holds texts, whole numbers and lists of these; quantities are decimal texts, dates ISO: ready for JSON.
    """

    code: str
    about: str
    data: dict[str, Any]
