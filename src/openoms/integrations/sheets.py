"""Sheets to take away, edit and bring back: CSV and XLSX in which no cell can act as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

# What a spreadsheet would take for a formula when a cell of CSV begins with it. Source: OWASP, CSV injection.
_ACTING = ("=", "+", "-", "@", "\t", "\r")


def to_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with the mark by which spreadsheets know it; cells that would act get an apostrophe before them."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(header: Sequence[str], rows: Iterable[Sequence[str]], *, name: str) -> bytes:
    """A workbook of one sheet, every cell text: neither a formula nor a code that loses its zeros."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True})
    for column, title in enumerate(header):
        sheet.write_string(0, column, title, bold)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if cell:
                sheet.write_string(number, column, cell)
    sheet.freeze_panes(1, 2)
    sheet.set_column(0, len(header), 16)
    book.close()
    return out.getvalue()


def harmless(cell: str) -> str:
    """The cell so that no spreadsheet runs it."""
    return f"'{cell}" if cell.startswith(_ACTING) else cell


def as_typed(cell: str) -> str:
    """What `harmless` was given."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_ACTING) else cell
