"""Reading CSV and its kin, row by row, with line numbers that stay right after a row that is broken."""

import csv
from collections import deque
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TextIO

from openoms.integrations.imports.encodings import detect
from openoms.integrations.imports.errors import BadFile
from openoms.integrations.imports.rows import Malformed, Place, Row, Table

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
# A quote that is never closed would swallow the file; no cell has more lines than this.
_MOST_LINES_OF_ROW = 200
_SAMPLE_LINES = 20


class _Endless(Exception):
    """A row goes on for more lines than a row can have."""


class _Lines:
    """The file's lines; those taken for a row that proved broken can be given back."""

    def __init__(self, stream: Iterator[str]) -> None:
        self._stream = stream
        self._pending: deque[str] = deque()
        self._given = 0
        self._taken: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self._taken) >= _MOST_LINES_OF_ROW:
            raise _Endless
        line = self._pending.popleft() if self._pending else next(self._stream)
        self._given += 1
        self._taken.append(line)
        return line

    def begin(self) -> int:
        """Begin a row; returns its line number."""
        self._taken = []
        return self._given + 1

    @property
    def spans_several(self) -> bool:
        """Whether the row begun took more than one line."""
        return len(self._taken) > 1

    def keep_first(self) -> str:
        """Give back all lines of the row begun but its first, which is returned."""
        first, *rest = self._taken
        self._pending.extendleft(reversed(rest))
        self._given -= len(rest)
        return first


@contextmanager
def open_delimited(
    path: Path, *, encoding: str, delimiter: str, nothing: Collection[str], wanted: Collection[str]
) -> Iterator[Table]:
    """The file as a table. Empty `encoding` or `delimiter` are found out, by the columns `wanted` among others."""
    encoding = encoding or detect(path, wanted)
    try:
        with path.open(encoding=encoding, errors="replace", newline="") as stream:
            lines = _Lines(stream)
            delimiter = delimiter or _sniff(path, encoding, wanted)
            header = _header(lines, delimiter, path)
            named = _DELIMITERS.get(delimiter, delimiter)
            yield Table(
                file=path.name,
                header=header,
                rows=_rows(lines, delimiter, path.name, len(header), encoding, frozenset(nothing)),
                about=f"{encoding}, {named}",
                position=lambda: _position(stream),
                size=path.stat().st_size,
            )
    except LookupError as error:
        raise BadFile(f"There is no encoding {encoding!r}.") from error


def _position(stream: TextIO) -> int:
    return stream.buffer.tell()


def _header(lines: _Lines, delimiter: str, path: Path) -> tuple[str, ...]:
    for cells in csv.reader(lines, delimiter=delimiter):
        lines.begin()
        if any(cell.strip() for cell in cells):
            return tuple(cell.strip() for cell in cells)
    raise BadFile(f"{path.name} is empty.")


def _sniff(path: Path, encoding: str, wanted: Collection[str]) -> str:
    """The delimiter under which the first lines have the most wanted columns, else the most columns of equal count."""

    def merit(delimiter: str) -> tuple[int, int, int]:
        with path.open(encoding=encoding, errors="replace", newline="") as stream:
            rows = list(islice(csv.reader(islice(stream, _SAMPLE_LINES), delimiter=delimiter), _SAMPLE_LINES))
        header = [cell.strip() for cell in rows[0]] if rows else []
        alike = sum(len(row) == len(header) for row in rows)
        return len(set(header) & set(wanted)), alike if len(header) > 1 else 0, len(header)

    return max(_DELIMITERS, key=merit)


def _rows(
    lines: _Lines, delimiter: str, file: str, width: int, encoding: str, nothing: frozenset[str]
) -> Iterator[Row | Malformed]:
    while True:
        place = Place(file, lines.begin())
        problem = ""
        try:
            # A reader for each row: after an error, a reader's state is undefined.
            cells = next(csv.reader(lines, delimiter=delimiter, strict=True), None)
        except (csv.Error, _Endless) as error:
            cells, problem = [], _why(error)
        if cells is None:
            return
        if not problem and not cells:
            continue
        if not problem and len(cells) != width:
            problem = f"{len(cells)} columns instead of {width}: is a comma or quote in a cell not quoted?"
        if problem:
            # What a stray quote drew in are rows of their own.
            if lines.spans_several or not cells:
                cells = lines.keep_first().rstrip("\r\n").split(delimiter)
            yield Malformed(place, tuple(cells), problem)
            continue
        problem = _damage(cells, encoding)
        if problem:
            yield Malformed(place, tuple(cells), problem)
        else:
            yield Row(place, tuple("" if (text := cell.strip()) in nothing else text for cell in cells))


def _why(error: Exception) -> str:
    if isinstance(error, _Endless) or "unexpected end of data" in str(error):
        return "a quote is opened and never closed"
    return f"not well-formed: {error}"


def _damage(cells: list[str], encoding: str) -> str:
    if any("\ufffd" in cell for cell in cells):
        return f"bytes that are not {encoding}"
    if any("\0" in cell for cell in cells):
        return "a NUL character, which text cannot hold"
    return ""
