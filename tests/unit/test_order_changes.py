"""What two contents of an order differ in."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from openoms.domains.orders.changes import LineChange, line_changes


def line(sku: str, quantity: str = "1", **particulars: Any) -> dict[str, Any]:
    return {"sku": sku, "quantity": quantity, **particulars}


LINES = st.lists(st.builds(line, st.sampled_from("ABC"), st.sampled_from(["1", "2", "2.0", "3"])), max_size=6)


def test_names_what_came_went_and_changed() -> None:
    before = [line("A"), line("B", "2"), line("C", unit_price="9", price_reason="agreed")]
    after = [line("B", "5"), line("C", unit_price="8", price_reason="agreed"), line("D", "0.5")]
    assert line_changes(before, after) == (
        LineChange("A", Decimal(1), None),
        LineChange("B", Decimal(2), Decimal(5)),
        LineChange("C", Decimal(1), Decimal(1), reworked=True),
        LineChange("D", None, Decimal("0.5")),
    )


def test_lines_of_one_sku_are_paired_in_order() -> None:
    changes = line_changes([line("A", "1"), line("A", "2")], [line("A", "1"), line("A", "3"), line("A", "4")])
    assert changes == (LineChange("A", Decimal(2), Decimal(3)), LineChange("A", None, Decimal(4)))
    assert changes[1].document() == {"sku": "A", "before": None, "after": "4", "reworked": False}


@given(LINES)
def test_nothing_differs_from_itself(lines: list[dict[str, Any]]) -> None:
    assert line_changes(lines, lines) == ()


@given(LINES, LINES)
def test_the_way_back_is_the_way_there_reversed(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    there = {(c.sku, c.before, c.after) for c in line_changes(before, after)}
    back = {(c.sku, c.after, c.before) for c in line_changes(after, before)}
    assert there == back
