"""Printed documents: what a page says, already in its language, set as PDF by Typst with type of its own."""

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

_HERE = Path(__file__).parent
FONTS = _HERE / "fonts"


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One row of the table; `details` stand small below the name. Figures are written out."""

    name: str
    details: Sequence[str]
    figures: Sequence[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A commercial document: heads, parties, a table of lines, totals, small print. Pairs are (label, value).

    `code` is what a QR code beside the number says, "" for none; `remarks` (for whom, text) are printed big.
    """

    language: str
    title: str
    number: str
    firm: str
    firm_details: Sequence[str]
    facts: Sequence[tuple[str, str]]
    parties: Sequence[tuple[str, Sequence[str]]]
    columns: Sequence[str]
    lines: Sequence[SheetLine]
    totals: Sequence[tuple[str, str]]
    notes: Sequence[str]
    page_of: str
    code: str = ""
    remarks: Sequence[tuple[str, str]] = ()


def as_pdf(sheet: Sheet) -> bytes:
    """The sheet as PDF, A4. What it says goes in as data, so no text of a customer is ever read as markup."""
    # What a QR code stands on is worked with: its number is scanned as well.
    bars = bar_code(sheet.number) if sheet.code else ""
    return compiled("sheet.typ", json.dumps(asdict(sheet), ensure_ascii=False), qr(sheet.code), bars)


def compiled(template: str, said: str, code: str, bars: str) -> bytes:
    """A template of this folder as PDF: `said` is its JSON, `code` and `bars` the SVG of its codes, "" for none."""
    # Late: a compiler of thirty megabytes that most processes never need.
    import typst

    pdf = typst.compile(
        str(_HERE / template),
        root=str(_HERE),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"sheet": said, "code": code, "bars": bars},
    )
    assert isinstance(pdf, bytes), "one document is one file"
    return pdf


def bar_code(text: str) -> str:
    """The Code 128 of a number as SVG: what the lasers of a warehouse read."""
    import barcode
    from barcode.writer import SVGWriter

    drawn = io.BytesIO()
    shape = {"write_text": False, "module_width": 0.3, "module_height": 9, "quiet_zone": 0}
    barcode.Code128(text, writer=SVGWriter()).write(drawn, options=shape)
    return drawn.getvalue().decode()


def qr(text: str) -> str:
    """The QR code of a text as SVG, "" of none."""
    if not text:
        return ""
    import segno

    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", border=0, xmldecl=False)
    return drawn.getvalue().decode()
