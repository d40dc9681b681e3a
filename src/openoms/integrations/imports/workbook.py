"""Reading a sheet of an XLSX (or XLS, ODS) workbook, row by row."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TypeAlias

from openoms.integrations.imports.errors import BadFile
from openoms.integrations.imports.rows import Malformed, Place, Row, Table

_Cell: TypeAlias = int | float | str | bool | time | date | datetime | timedelta


@contextmanager
def open_workbook(path: Path, *, sheet: str, nothing: Collection[str]) -> Iterator[Table]:
    """The sheet (the first when not named) as a table; its first row with anything in it is the header."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(path)
        if sheet and sheet not in book.sheet_names:
            raise BadFile(f"{path.name} has no sheet {sheet!r}; it has {', '.join(book.sheet_names)}.")
        found = book.get_sheet_by_name(sheet or book.sheet_names[0])
    except (CalamineError, OSError, IndexError) as error:
        raise BadFile(f"{path.name} cannot be read as a workbook: {error}.") from error
    with book:
        done = [0]
        rows = _numbered(found.iter_rows(), done)
        header = next((cells for _, cells in rows if any(cells)), None)
        if header is None:
            raise BadFile(f"The sheet {found.name} of {path.name} is empty.")
        while header and not header[-1]:
            header = header[:-1]
        yield Table(
            file=path.name,
            header=header,
            rows=_rows(rows, path.name, len(header), frozenset(nothing)),
            about=f"sheet {found.name}",
            position=lambda: done[0],
            size=found.total_height,
        )


def _numbered(rows: Iterator[list[_Cell]], done: list[int]) -> Iterator[tuple[int, tuple[str, ...]]]:
    for number, cells in enumerate(rows, start=1):
        done[0] = number
        yield number, tuple(spelled(cell).strip() for cell in cells)


def _rows(
    numbered: Iterator[tuple[int, tuple[str, ...]]], file: str, width: int, nothing: frozenset[str]
) -> Iterator[Row | Malformed]:
    for number, cells in numbered:
        place = Place(file, number)
        if not any(cells):
            continue
        if any(cells[width:]):
            yield Malformed(place, cells, f"a cell beyond the {width} columns of the header")
        elif any("\0" in cell for cell in cells):
            yield Malformed(place, cells, "a NUL character, which text cannot hold")
        else:
            padded = cells[:width] + ("",) * (width - len(cells))
            yield Row(place, tuple("" if cell in nothing else cell for cell in padded))


def spelled(cell: _Cell) -> str:
    """A cell as text: whole numbers without a point, others in their shortest exact spelling, dates in ISO 8601."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return str(cell)
