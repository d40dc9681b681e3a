"""Cutting what is read into the batches that are written."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
# Large enough that a commit costs little, small enough that little is done again after a crash.
BATCH = 200


def in_batches(things: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Lists of up to `size` things, in order."""
    iterator = iter(things)
    while batch := list(islice(iterator, size)):
        yield batch
