"""Files of rows: the rejects of an import, and whatever else a person will open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from openoms.integrations.imports.rows import Reject

_HEADER = ("file", "line", "key", "reason", "row")
# A cell that begins so is run as a formula by spreadsheets (OWASP, CSV injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def inert(cell: str) -> str:
    """The cell as spreadsheets will show and not run it: a quote before what would be a formula; numbers stay."""
    if not cell.startswith(_FORMULA_STARTS) or _is_number(cell):
        return cell
    return "'" + cell


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write rows as CSV that spreadsheets open with its characters right and none of it run."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for row in rows:
            writer.writerow([inert(cell) for cell in row])


class RejectsFile:
    """The rows an import did not take, written as they come; the file is made with the first of them."""

    def __init__(self, path: Path | None) -> None:
        """`path` None counts only."""
        self.path = path
        self.count = 0
        self._file: io.TextIOBase | None = None

    def __enter__(self) -> "RejectsFile":
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, reject: Reject) -> None:
        """Write one down."""
        self.count += 1
        if self.path is None:
            return
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8-sig", newline="")
            csv.writer(self._file).writerow(_HEADER)
        cells = (reject.place.file, str(reject.place.line), reject.key, reject.reason, _as_row(reject.cells))
        csv.writer(self._file).writerow([inert(cell) for cell in cells])


def _as_row(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([cell.replace("\0", "\ufffd") for cell in cells])
    return line.getvalue()


def _is_number(cell: str) -> bool:
    digits = cell[1:].replace(".", "", 1)
    return cell[0] in "+-" and digits.isascii() and digits.isdigit()
