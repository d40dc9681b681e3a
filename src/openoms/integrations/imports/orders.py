"""Files of past orders: each with its lines, from one file or two, however they lie."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from openoms.integrations.imports.errors import BadRow
from openoms.integrations.imports.mapping import AddressTable, OrdersMapping, OrderTable, columns_of
from openoms.integrations.imports.order_records import OrderRecord, order_record
from openoms.integrations.imports.progress import Progress
from openoms.integrations.imports.rows import Malformed, Place, Reject, Row, Table
from openoms.integrations.imports.store import RowStore
from openoms.integrations.imports.tables import (
    Joined,
    cells_of,
    demand_columns,
    open_table,
    read_joins,
    reading_of,
    wanted_columns,
)

_PROGRESS_EVERY = 100


class OrderFile:
    """Reads a mapping's orders; its counts are right when `read` has come to its end.

    `orders` whose rows could be read, `unreadable` ones, `rows` of the main file, `repeated` rows equal to an earlier
    one, and `left` lines whose orders were not taken.
    """

    def __init__(self, mapping: OrdersMapping, now: datetime) -> None:
        self.about = ""
        self.orders = self.unreadable = self.rows = self.repeated = self.left = 0
        self._mapping = mapping
        self._now = now
        self._reading = reading_of(mapping.file)
        self._header: tuple[str, ...] = ()
        self._line_header: tuple[str, ...] = ()
        self._joins: list[Joined] = []
        # Keys of orders some row of which cannot be read: taking the rest would falsify them.
        self._broken: dict[str, str] = {}
        # Keys in rejected rows of the main file: their lines are left with them, not rejected once more.
        self._rejected_keys: set[str] = set()

    def read(self, path: Path, progress: Progress) -> Iterator[OrderRecord | Reject]:
        """The file's orders in the order they come first; what cannot be one is a Reject with the reason."""
        mapping = self._mapping
        self._joins = read_joins(path.parent, mapping)
        with ExitStack() as stack:
            heads, lines = stack.enter_context(RowStore()), stack.enter_context(RowStore())
            if mapping.line.file:
                yield from self._store_lines(path.parent / mapping.line.file, lines, progress)
            yield from self._store_heads(path, heads, progress)
            self.orders = len(heads)
            self.unreadable += len(self._rejected_keys - set(heads))
            progress.begin("Importing orders", len(heads))
            for done, key in enumerate(heads):
                yield from self._order(key, heads.get(key), lines)
                progress.at(done + 1)
            if mapping.line.file:
                yield from self._orphans(heads, lines)

    def _store_heads(self, path: Path, heads: RowStore, progress: Progress) -> Iterator[Reject]:
        mapping = self._mapping
        own_lines = [] if mapping.line.file else [mapping.line]
        values = [value for part in [*self._head_tables(), *own_lines] for value in part.values()]
        wanted = wanted_columns(iter(values), mapping.join)
        with open_table(path, mapping.file, wanted) as table:
            demand_columns(table, wanted)
            self.about, self._header = table.about, table.header
            for row in self._watched(table, progress):
                self.rows += 1
                if isinstance(row, Malformed):
                    yield self._malformed_head(row)
                    continue
                try:
                    cells = cells_of(self._header, row, self._joins)
                    heads.add(self._reading.needed(mapping.order.external_id, cells, "order id"), row)
                except BadRow as error:
                    self.unreadable += 1
                    yield Reject(row.place, row.cells, str(error))
            progress.at(table.size)

    def _malformed_head(self, row: Malformed) -> Reject:
        """Its key is where the header has it, which is right when the row breaks further behind."""
        cells = dict(zip(self._header, (cell.strip() for cell in row.cells), strict=False))
        key = self._reading.text(self._mapping.order.external_id, cells)
        if key:
            self._rejected_keys.add(key)
        else:
            self.unreadable += 1
        if key and not self._mapping.line.file:
            self._broken[key] = f"{row.place} belongs to it and cannot be read"
        return Reject(row.place, row.cells, row.reason, key)

    def _store_lines(self, path: Path, lines: RowStore, progress: Progress) -> Iterator[Reject]:
        line = self._mapping.line
        wanted = {line.key}.union(*(columns_of(value) for value in line.values()))
        with open_table(path, self._mapping.file, wanted) as table:
            demand_columns(table, wanted)
            self._line_header = table.header
            at = table.header.index(line.key)
            for row in self._watched(table, progress):
                key = row.cells[at].strip() if at < len(row.cells) else ""
                if isinstance(row, Malformed):
                    self._broken[key] = f"{row.place} belongs to it and cannot be read"
                    yield Reject(row.place, row.cells, row.reason, key)
                elif not key:
                    yield Reject(row.place, row.cells, f"no {line.key}")
                else:
                    lines.add(key, row)
            progress.at(table.size)

    def _watched(self, table: Table, progress: Progress) -> Iterator[Row | Malformed]:
        progress.begin(f"Reading {table.file}", table.size)
        for count, row in enumerate(table.rows):
            if count % _PROGRESS_EVERY == 0:
                progress.at(table.position())
            yield row

    def _order(self, key: str, rows: list[Row], lines: RowStore) -> Iterator[OrderRecord | Reject]:
        """The order of the rows with that key, or its rejects: one for each of its rows in the main file."""
        if self._mapping.line.file:
            rows, again = rows[:1], rows[1:]
            for row in again:
                if row.cells == rows[0].cells:
                    self.repeated += 1
                else:
                    reason = f"the order came in line {rows[0].place.line} already, and not the same"
                    yield Reject(row.place, row.cells, reason, key)
            own = lines.get(key)
        else:
            own = rows
        try:
            yield self._record(key, rows, own)
        except BadRow as error:
            self.left += len(own)
            yield from rejects_of(rows, key, str(error))

    def _record(self, key: str, rows: list[Row], own: list[Row]) -> OrderRecord:
        if key in self._broken:
            raise BadRow(self._broken[key])
        if not own:
            raise BadRow(f"no lines in {self._mapping.line.file}")
        head = cells_of(self._header, rows[0], self._joins)
        line_cells: list[tuple[Place, dict[str, str]]]
        if self._mapping.line.file:
            line_cells = [(row.place, dict(zip(self._line_header, row.cells, strict=True))) for row in own]
        else:
            line_cells = [(row.place, cells_of(self._header, row, self._joins)) for row in own]
            self._check_heads([(row.place, cells) for row, (_, cells) in zip(own, line_cells, strict=True)])
        return order_record(self._mapping, rows, head, line_cells, self._reading, self._now)

    def _head_tables(self) -> list[OrderTable | AddressTable]:
        mapping = self._mapping
        return [mapping.order, *filter(None, (mapping.ship_to, mapping.bill_to))]

    def _check_heads(self, rows: Sequence[tuple[Place, dict[str, str]]]) -> None:
        """Refuse an order whose rows say different things of it."""
        values = [value for part in self._head_tables() for value in part.values()]
        columns = sorted(set[str]().union(*(columns_of(value) for value in values)))
        first_place, first = rows[0]
        for place, cells in rows[1:]:
            for column in columns:
                if cells.get(column) != first.get(column):
                    said = f"{column} is {cells.get(column)!r} in line {place.line}"
                    raise BadRow(f"{said} and {first.get(column)!r} in line {first_place.line}")

    def _orphans(self, heads: RowStore, lines: RowStore) -> Iterator[Reject]:
        """Lines of no order; those of rejected orders are only counted."""
        for key in lines:
            if key in heads:
                continue
            if key in self._rejected_keys:
                self.left += lines.count(key)
                continue
            for row in lines.get(key):
                yield Reject(row.place, row.cells, f"there is no order {key} for this line", key)


def rejects_of(rows: Sequence[Row], key: str, reason: str) -> list[Reject]:
    """A reject for each row of an order."""
    return [Reject(row.place, row.cells, reason, key) for row in rows]
