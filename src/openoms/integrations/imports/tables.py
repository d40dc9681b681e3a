"""Opening the files of an import: the one named and those its mapping joins, each CSV or workbook by its name."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from openoms.integrations.imports.delimited import open_delimited
from openoms.integrations.imports.errors import BadFile, BadRow
from openoms.integrations.imports.mapping import FileFormat, Join, columns_of
from openoms.integrations.imports.mapping import Mapping as ImportMapping
from openoms.integrations.imports.rows import Row, Table
from openoms.integrations.imports.values import Reading, Value
from openoms.integrations.imports.workbook import open_workbook

_WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})


def main_file(path: Path, mapping: ImportMapping) -> Path:
    """The file to import: `path`, or in the folder `path` the one the mapping names; raises BadFile."""
    if path.is_dir():
        if not mapping.file.name:
            raise BadFile(f"{path} is a folder, and the mapping names no file in it: give the file itself.")
        path = path / mapping.file.name
    if not path.is_file():
        raise BadFile(f"There is no file {path}.")
    return path


def open_table(path: Path, form: FileFormat, wanted: Collection[str]) -> AbstractContextManager[Table]:
    """The file as a table; `wanted` are the columns it should have."""
    if not path.is_file():
        raise BadFile(f"There is no file {path}.")
    if path.suffix.lower() in _WORKBOOKS:
        return open_workbook(path, sheet=form.sheet, nothing=form.null)
    return open_delimited(
        path, encoding=form.encoding, delimiter=form.delimiter, nothing=form.null, wanted=wanted
    )


def reading_of(form: FileFormat) -> Reading:
    """How the mapping's files spell their values."""
    return Reading(ZoneInfo(form.time_zone), tuple(form.date_formats), form.decimal_mark, form.thousands_mark)


def wanted_columns(values: Iterator[Value], joins: Collection[Join]) -> set[str]:
    """The columns of a file that its values and joins read, those of joined files left out."""
    names = {join.name for join in joins}
    read = set[str]().union(*(columns_of(value) for value in values))
    own = {column for column in read if column.partition(".")[0] not in names}
    return own | {join.key for join in joins}


def demand_columns(table: Table, wanted: Collection[str]) -> None:
    """Raise BadFile when the table has not the columns the mapping reads, or has one of them twice."""
    missing = sorted(set(wanted) - set(table.header))
    if missing:
        have = ", ".join(column for column in table.header if column)
        raise BadFile(f"{table.file} has no column {', '.join(missing)}; it has {have}.")
    twice = sorted(column for column in set(wanted) if table.header.count(column) > 1)
    if twice:
        raise BadFile(f"{table.file} has the column {twice[0]} twice. Rename one of them.")


@dataclass(frozen=True, slots=True)
class Joined:
    """What joined files say, by the value of their key column."""

    join: Join
    rows: Mapping[str, Mapping[str, str]]

    def onto(self, cells: dict[str, str]) -> None:
        """Put its columns beside a row's own; raises BadRow where a required one has nothing."""
        key = cells.get(self.join.key, "")
        found = self.rows.get(key)
        if found is not None:
            cells.update(found)
        elif self.join.required:
            raise BadRow(f"{self.join.key} {key!r} is not in {self.join.file}")


def read_joins(folder: Path, mapping: ImportMapping) -> list[Joined]:
    """The mapping's joined files, whole: they are lists of categories or carriers, not of orders."""
    joined = []
    for join in mapping.join:
        with open_table(folder / join.file, mapping.file, [join.column]) as table:
            demand_columns(table, [join.column])
            names = [f"{join.name}.{column}" for column in table.header]
            key = table.header.index(join.column)
            rows = {
                row.cells[key]: dict(zip(names, row.cells, strict=True))
                for row in table.rows
                if isinstance(row, Row)
            }
            joined.append(Joined(join, rows))
    return joined


def cells_of(header: Collection[str], row: Row, joins: Collection[Joined]) -> dict[str, str]:
    """The row's cells by column, joined columns included; raises BadRow."""
    cells = dict(zip(header, row.cells, strict=True))
    for joined in joins:
        joined.onto(cells)
    return cells
