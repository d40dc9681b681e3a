"""Batches whose rows are taken or refused one by one, and rehearsing such a batch without keeping it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from openoms.core.errors import DomainError


class Outcome(StrEnum):
    """What a row made of what was there."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of a row: an outcome, or the problem that refused it."""

    outcome: Outcome | None = None
    problem: DomainError | None = None


class Rehearsed(Exception):
    """Ends a flow that was only tried, so that nothing of it stays; `results` are what it came to."""

    def __init__(self, results: Sequence[RowResult]) -> None:
        super().__init__("rehearsed")
        self.results = results
