"""Batches of rows that are taken or refused one by one, and rehearsing such a batch without keeping it."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Concatenate, ParamSpec, TypeVar

from openoms.core.errors import DomainError

P = ParamSpec("P")
R = TypeVar("R")


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
