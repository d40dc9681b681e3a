"""Rows of a file, each with the place it came from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row begins: the file's name and its line, counted from 1 as an editor or a spreadsheet does."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file} line {self.line}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: as many cells as the header has, trimmed, those that stand for nothing empty."""

    place: Place
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Malformed:
    """A row that is not one: `reason` says why; `cells` is how far it can be taken apart."""

    place: Place
    cells: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Table:
    """An open file: its header, and its rows once. `about` says how it is read; `position` of `size` how far."""

    file: str
    header: tuple[str, ...]
    rows: Iterator[Row | Malformed]
    about: str
    position: Callable[[], int]
    size: int


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was not taken, and why; `key` is what the file calls it, where that could be read."""

    place: Place
    cells: tuple[str, ...]
    reason: str
    key: str = ""
