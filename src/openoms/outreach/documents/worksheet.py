"""Papers of the warehouse: rows to be ticked, in groups, with remarks nobody can overlook; set as PDF like a Sheet."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from openoms.outreach.documents.sheet import bar_code, compiled, qr


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column's heading; `wide` takes the room that is left, figures stand `right`."""

    label: str
    wide: bool = False
    right: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a row's column: `details` small below it, `big` to be read from a cart."""

    text: str
    details: Sequence[str] = ()
    big: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Rows below a heading ("" for none), such as those of one parcel."""

    heading: str
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class WorkSheet:
    """A paper to work by. Pairs are (label, value); `remarks` are (for whom, text) and printed big; `code` is the QR code's."""

    language: str
    title: str
    number: str
    firm: str
    firm_details: Sequence[str]
    facts: Sequence[tuple[str, str]]
    parties: Sequence[tuple[str, Sequence[str]]]
    remarks: Sequence[tuple[str, str]]
    columns: Sequence[SheetColumn]
    groups: Sequence[Group]
    page_of: str
    code: str
    ticks: bool = False
    signatures: Sequence[str] = ()
    notes: Sequence[str] = ()


def as_pdf(sheet: WorkSheet) -> bytes:
    """The paper as PDF, A4. What it says goes in as data, never as markup."""
    said = json.dumps(asdict(sheet), ensure_ascii=False)
    return compiled("worksheet.typ", said, qr(sheet.code), bar_code(sheet.number))
