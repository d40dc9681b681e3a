"""Rows put aside on disk by key, so that the lines of an order can lie anywhere in a file of any size."""

import tempfile
from array import array
from collections.abc import Iterator

import orjson

from openoms.integrations.imports.rows import Place, Row


class RowStore:
    """Rows by key, keys in the order they came first; memory holds the keys and where their rows are."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="openoms-import-")  # noqa: SIM115 - closed by __exit__
        self._end = 0
        self._offsets: dict[str, array[int]] = {}

    def __enter__(self) -> "RowStore":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._offsets)

    def __iter__(self) -> Iterator[str]:
        return iter(self._offsets)

    def __contains__(self, key: str) -> bool:
        return key in self._offsets

    def add(self, key: str, row: Row) -> None:
        """Put a row aside."""
        text = orjson.dumps([row.place.file, row.place.line, row.cells]) + b"\n"
        self._file.seek(self._end)
        self._file.write(text)
        self._offsets.setdefault(key, array("q")).append(self._end)
        self._end += len(text)

    def get(self, key: str) -> list[Row]:
        """The key's rows as they came; [] when there are none."""
        rows = []
        for offset in self._offsets.get(key, ()):
            self._file.seek(offset)
            file, line, cells = orjson.loads(self._file.readline())
            rows.append(Row(Place(file, line), tuple(cells)))
        return rows

    def count(self, key: str) -> int:
        """How many rows the key has."""
        return len(self._offsets.get(key, ()))
