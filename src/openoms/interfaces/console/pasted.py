"""A list of items as one copies it out of a spreadsheet or a mail: which code, how many (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

MOST_ROWS = 500
_SEPARATORS = re.compile(r"\t|\s*[;；]\s*|\s{2,}")
_NUMBER = re.compile(r"[+-]?[\d０-９][\d０-９,，.]*")
# "3 x BOLT", "BOLT * 3", "BOLT ×3", "BOLT 3": a quantity before or after, with or without a sign.
_BEFORE = re.compile(r"(?P<quantity>[\d.,]+)\s*[x×*]\s+(?P<code>\S.*)$", re.IGNORECASE)
_AFTER = re.compile(r"(?P<code>.*\S)\s*(?:\s[x×*]|[×*])\s*(?P<quantity>[\d.,]+)$", re.IGNORECASE)
_LAST = re.compile(r"(?P<code>.*\S)\s+(?P<quantity>[\d.,]+)$")
_COMMA = re.compile(r"(?P<code>[^,，]+)[,，]\s*(?P<quantity>\d[\d.]*)\s*$")


@dataclass(frozen=True, slots=True)
class PastedRow:
    """One row: its number (1-based) and text as pasted; `quantity` is 1 where none was written."""

    number: int
    text: str
    code: str
    quantity: Decimal


def read_list(text: str) -> Sequence[PastedRow]:
    """The rows of a pasted list, empty ones and a heading left out. At most MOST_ROWS of them."""
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            code, quantity = _split(line.strip())
            rows.append((number, line.strip(), code, quantity))
    if len(rows) > 1 and _is_heading(rows[0][1]):
        rows = rows[1:]
    return [
        PastedRow(number, line, code, quantity or Decimal(1))
        for number, line, code, quantity in rows[:MOST_ROWS]
    ]


def _split(line: str) -> tuple[str, Decimal | None]:
    cells = [cell.strip().strip('"') for cell in _SEPARATORS.split(line) if cell.strip()]
    if len(cells) > 1:
        # The code stands first, the first number after it is how many.
        amounts = (amount for cell in cells[1:] if _NUMBER.fullmatch(cell) and (amount := _amount(cell)))
        return cells[0], next(amounts, None)
    for pattern in (_BEFORE, _AFTER, _COMMA, _LAST):
        found = pattern.match(line)
        if found and (amount := _amount(found["quantity"])):
            return found["code"].strip().strip('"'), amount
    return line, None


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount > 0 else None


_HEADINGS = frozenset(
    "sku code item article product barcode quantity qty 商品 编码 编号 规格 货号 数量 条码 商品编码".split()
)


def _is_heading(line: str) -> bool:
    """Whether the row names columns: a word that does, and no digit anywhere."""
    words = re.split(r"[\s,，;；]+", line.lower())
    return not any(c.isdigit() for c in line) and not _HEADINGS.isdisjoint(words)
