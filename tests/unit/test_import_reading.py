"""Reading foreign files: encodings, delimiters, rows that are broken, workbooks."""

from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from openoms.integrations.imports.errors import BadFile
from openoms.integrations.imports.mapping import FileFormat
from openoms.integrations.imports.rows import Malformed, Row
from openoms.integrations.imports.tables import demand_columns, open_table

CHINESE = "订单号,客户,金额\n1001,李雷,12.5\n1002,韩梅梅,3\n"
ACCENTED = "id;name\n1;Münster\n2;Café Zoë\n3;Łódź\n"


def read(
    path: Path, wanted: tuple[str, ...] = (), **form: object
) -> tuple[tuple[str, ...], list[Row | Malformed], str]:
    """Header, rows and how the file was read."""
    with open_table(path, FileFormat.model_validate(form), wanted) as table:
        return table.header, list(table.rows), table.about


def write(folder: Path, content: str | bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_chinese_is_read_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    header, rows, _ = read(write(tmp_path, CHINESE.encode(encoding)), ("订单号", "客户"))
    assert header == ("订单号", "客户", "金额")
    assert [row.cells for row in rows] == [("1001", "李雷", "12.5"), ("1002", "韩梅梅", "3")]


@pytest.mark.parametrize("encoding", ["cp1250", "utf-8"])
def test_accents_are_not_taken_for_chinese(tmp_path: Path, encoding: str) -> None:
    text = ACCENTED.replace("ë", "e")
    _, rows, about = read(write(tmp_path, text.encode(encoding)), ("id", "name"))
    assert [row.cells[1] for row in rows] == ["Münster", "Café Zoe", "Łódź"]
    assert "semicolon" in about


def test_big5_is_told_by_the_columns_the_mapping_wants(tmp_path: Path) -> None:
    header, _, about = read(write(tmp_path, "訂單號,客戶\n1,李雷\n".encode("big5")), ("訂單號", "客戶"))
    assert header == ("訂單號", "客戶")
    assert about.startswith("big5")


def test_a_named_encoding_wins_and_a_wrong_byte_names_its_row(tmp_path: Path) -> None:
    path = write(tmp_path, b"a,b\n1,\xff\n2,fine\n")
    _, rows, _ = read(path, encoding="utf-8")
    assert isinstance(rows[0], Malformed)
    assert "utf-8" in rows[0].reason
    assert isinstance(rows[1], Row)
    with pytest.raises(BadFile, match="no encoding"):
        read(path, encoding="klingon")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    text = "\n".join(delimiter.join(row) for row in (["a", "b", "c"], ["1,5", "x; y", "z"]))
    path = write(tmp_path, text if delimiter == "\t" else text.replace(delimiter + " ", " "))
    header, _, _ = read(path, ("a", "b", "c"))
    assert header == ("a", "b", "c")


def test_a_row_with_too_many_columns_is_named_and_the_next_are_read(tmp_path: Path) -> None:
    _, rows, _ = read(write(tmp_path, "a,b\n1,2\n3,4,5\n\n6\n7,8\n"))
    assert [(row.place.line, type(row).__name__) for row in rows] == [
        (2, "Row"),
        (3, "Malformed"),
        (5, "Malformed"),
        (6, "Row"),
    ]
    assert isinstance(rows[1], Malformed)
    assert "3 columns instead of 2" in rows[1].reason


def test_a_cell_of_several_lines_keeps_line_numbers_right(tmp_path: Path) -> None:
    _, rows, _ = read(write(tmp_path, 'a,b\n1,"two\nlines"\n3,4\n'))
    assert [(row.place.line, row.cells) for row in rows] == [(2, ("1", "two\nlines")), (4, ("3", "4"))]


@pytest.mark.parametrize("stray", ['2,"open', '2,"op" en', '"2,open'])
def test_a_stray_quote_costs_its_own_row_only(tmp_path: Path, stray: str) -> None:
    after = "".join(f"{n},fine\n" for n in range(3, 400))
    _, rows, _ = read(write(tmp_path, f"a,b\n1,fine\n{stray}\n{after}"))
    broken = [row for row in rows if isinstance(row, Malformed)]
    assert [row.place.line for row in broken] == [3]
    assert len(rows) == 399
    assert rows[-1].place.line == 400


def test_cells_are_trimmed_and_null_marks_are_nothing(tmp_path: Path) -> None:
    header, rows, _ = read(write(tmp_path, "a ,b\t,c\n x ,NULL,-\n"), null=["NULL", "-"])
    assert header == ("a", "b", "c")
    assert rows[0].cells == ("x", "", "")


def test_a_nul_character_is_refused_with_its_row(tmp_path: Path) -> None:
    _, rows, _ = read(write(tmp_path, b"a,b\n1,x\0y\n2,z\n"), encoding="utf-8")
    assert [type(row).__name__ for row in rows] == ["Malformed", "Row"]


def test_missing_and_doubled_columns_are_told(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b,b\n1,2,3\n")
    with open_table(path, FileFormat(), ()) as table:
        with pytest.raises(BadFile, match="no column x; it has a, b, b"):
            demand_columns(table, ["a", "x"])
        with pytest.raises(BadFile, match="column b twice"):
            demand_columns(table, ["b"])


def test_empty_and_foreign_files_are_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="is empty"):
        read(write(tmp_path, ""))
    with pytest.raises(BadFile, match="cannot be read as a workbook"):
        read(write(tmp_path, "not a zip", "x.xlsx"))
    with pytest.raises(BadFile, match="not a text file"):
        read(write(tmp_path, bytes(range(256)) * 8, "x.csv"))


def make_workbook(path: Path) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Notes").write(0, 0, "nothing here")
        sheet = book.add_worksheet("Orders")
        sheet.write_row(1, 0, ["订单号", "qty", "price", "paid", "day", "at"])
        sheet.write_row(2, 0, ["007", 3.0, 0.1, True])
        sheet.write_datetime(2, 4, date(2024, 2, 29), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_datetime(
            2,
            5,
            datetime.fromisoformat("2024-02-29T08:30"),
            book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        )
        sheet.write_row(4, 0, ["008", 1, 2, "", "", "", "beyond"])
    return path


def test_a_workbook_gives_text_as_people_see_it(tmp_path: Path) -> None:
    header, rows, about = read(make_workbook(tmp_path / "w.xlsx"), sheet="Orders")
    assert header == ("订单号", "qty", "price", "paid", "day", "at")
    assert rows[0].cells == ("007", "3", "0.1", "true", "2024-02-29", "2024-02-29T08:30:00")
    assert rows[0].place.line == 3
    assert isinstance(rows[1], Malformed)
    assert rows[1].place.line == 5
    assert about == "sheet Orders"


def test_an_unknown_sheet_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="has Notes, Orders"):
        read(make_workbook(tmp_path / "w.xlsx"), sheet="Sales")
