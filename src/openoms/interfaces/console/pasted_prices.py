"""Prices as one copies them out of a spreadsheet: SKU, price, from quantity, first day, last day (pure)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from openoms.core.errors import DomainError, InvalidInput
from openoms.flows.steps.shelves import PriceRow

COLUMNS = ("sku", "unit_price", "min_quantity", "valid_from", "valid_to")
_SEPARATORS = re.compile(r"\t|\s*[;；]\s*|\s{2,}")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?$")
_NOTHING = {"-", "–", "—"}


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row as it was written, and what it says: a price to be put, or why it cannot be read."""

    text: str
    cells: Mapping[str, str]
    row: PriceRow | None = None
    problem: DomainError | None = None


def read_prices(text: str) -> list[ReadRow]:
    """The rows of a pasted list, empty ones and a heading left out."""
    rows = []
    for number, line in enumerate(filter(str.strip, text.splitlines())):
        cells = _cells(line)
        if number == 0 and len(cells) > 1 and not any(sign.isdigit() for sign in cells[1]):
            continue
        rows.append(read_cells(dict(zip(COLUMNS, cells, strict=False)), line.strip()))
    return rows


def read_cells(cells: Mapping[str, str], text: str = "") -> ReadRow:
    """One row by its columns; "-" as the price takes it away. `seen` is the price that stood there before."""
    shown = text or " · ".join(filter(None, (cells.get(name, "") for name in COLUMNS)))
    kept = {name: cells.get(name, "").strip() for name in COLUMNS}
    try:
        row = PriceRow(
            kept["sku"],
            None if kept["unit_price"] in _NOTHING else _number(kept["unit_price"], "price of 0 or more"),
            _quantity(kept["min_quantity"]),
            _day(kept["valid_from"]),
            _day(kept["valid_to"]),
            cells.get("seen"),
        )
    except InvalidInput as problem:
        return ReadRow(shown, kept, problem=problem)
    return ReadRow(shown, kept, row)


def _cells(line: str) -> Sequence[str]:
    if "\t" in line:
        return [cell.strip().strip('"') for cell in line.split("\t")]
    cells = [cell.strip().strip('"') for cell in _SEPARATORS.split(line.strip())]
    if len(cells) == 1:
        # "BOLT 12.5" and "BOLT,12.5": a single space or comma where there is nothing better.
        cells = re.split(r"\s*[,，]\s*|\s+", line.strip())
    return cells


def _number(text: str, what: str) -> Decimal:
    plain = re.sub(r"[,，\s]|^[¥￥$€£]|^[A-Z]{3}", "", text)
    try:
        number = Decimal(plain)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not 0 <= number < Decimal(10) ** 12:
        raise InvalidInput(f"{text!r} is not a {what}.", field="unit_price")
    return number


def _quantity(text: str) -> Decimal:
    if not text:
        return Decimal(1)
    number = _number(text, "quantity above 0")
    if not number:
        raise InvalidInput(f"{text!r} is not a quantity above 0.", field="min_quantity")
    return number


def _day(text: str) -> date | None:
    if not text or text in _NOTHING:
        return None
    found = _DAY.match(text)
    try:
        if found is None:
            raise ValueError(text)
        return date(*map(int, found.groups()))
    except ValueError as error:
        raise InvalidInput(f"{text!r} is not a day such as 2026-01-31.", field="valid_from") from error
