"""Lists as people paste them: codes and quantities, whatever stands between."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openoms.interfaces.console.pasted import MOST_ROWS, read_list


@pytest.mark.parametrize(
    ("line", "code", "quantity"),
    [
        ("BOLT\t3", "BOLT", "3"),
        ("BOLT\tA very long bolt\t3\t12.50", "BOLT", "3"),
        ("BOLT, 3", "BOLT", "3"),
        ("BOLT；3", "BOLT", "3"),
        ("BOLT 3", "BOLT", "3"),
        ("BOLT    3", "BOLT", "3"),
        ("3 x BOLT", "BOLT", "3"),
        ("BOLT x 3", "BOLT", "3"),
        ("BOLT×3", "BOLT", "3"),
        ("BOLT * 0.5", "BOLT", "0.5"),
        ("BOLT", "BOLT", "1"),
        ('"BOLT"\t"1,000"', "BOLT", "1000"),
        ("PHONE-X1-256 2", "PHONE-X1-256", "2"),
        ("6901234567892\t2", "6901234567892", "2"),
        ("6901234567892", "6901234567892", "1"),
        ("BOLT\t-3", "BOLT", "1"),
    ],
)
def test_a_row_is_a_code_and_a_quantity(line: str, code: str, quantity: str) -> None:
    (row,) = read_list(line)
    assert (row.code, row.quantity, row.text) == (code, Decimal(quantity), line)


def test_headings_and_empty_rows_are_left_out_and_numbers_are_those_of_the_paste() -> None:
    rows = read_list("SKU\tQuantity\n\nBOLT\t3\nNUT\t4\n")
    assert [(row.number, row.code) for row in rows] == [(3, "BOLT"), (4, "NUT")]
    assert [row.code for row in read_list("商品编码 数量\nBOLT 3")] == ["BOLT"]
    # One row alone is no heading, nor is a first row that names an item.
    assert [row.code for row in read_list("sku")] == ["sku"]
    assert [row.code for row in read_list("BOLT\nNUT")] == ["BOLT", "NUT"]


@given(st.text())
def test_whatever_is_pasted_is_read(text: str) -> None:
    rows = read_list(text)
    assert len(rows) <= MOST_ROWS
    assert all(row.code and row.quantity > 0 and row.quantity.is_finite() for row in rows)
