"""Splitting and merging orders: nothing is lost, nothing falls below nought, and a merge undoes a split."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openoms.core.money import step
from openoms.domains.inventory.errors import CannotSplit
from openoms.domains.inventory.splitting import (
    Amounts,
    Charge,
    by_availability,
    by_hand,
    by_site,
    merge,
    split,
)
from openoms.domains.supply.errors import Circular
from openoms.interfaces.console.refusals import sentence

D = Decimal


def line(key: str, quantity: int, gross: str, *off: str, tax: str = "0", position: int = 0) -> Charge:
    adjustments = tuple((f"a{i}", D(amount)) for i, amount in enumerate(off))
    net = D(gross) + sum(amount for _, amount in adjustments)
    return Charge(key, D(quantity), D(gross), net, D(tax), adjustments, position)


ORDER = Amounts(
    "CNY",
    False,
    (line("1", 3, "10.00", "-1.00", tax="1.17"), line("2", 1, "5.00", tax="0.65", position=1)),
    (line("fee", 1, "8.00", tax="0.48"),),
    D("20.00"),
)


def test_the_odd_cent_goes_somewhere_and_nowhere_twice() -> None:
    parts = dict(split(ORDER, by_availability(ORDER, {"1": D(2), "2": D(0)})).parts)
    now, later = parts["now"], parts["later"]
    assert [(c.key, c.quantity, c.gross, c.net, c.tax) for c in now.lines] == [
        ("1", D(2), D("6.67"), D("6.00"), D("0.78"))
    ]
    assert [(c.key, c.quantity, c.gross) for c in later.lines] == [
        ("1", D(1), D("3.33")),
        ("2", D(1), D("5.00")),
    ]
    assert now.paid + later.paid == 20
    assert now.fees[0].net + later.fees[0].net == 8


def test_fees_may_all_go_with_the_first_part() -> None:
    parts = split(ORDER, by_hand(ORDER, {"2": D(1)}), fees="first")
    assert [part.fees[0].net for _, part in parts.parts] == [D(8), D(0)]
    assert [(one.about, one.data["fees"]) for one in parts.trace] == [("taken", "8.48"), ("stays", "0.00")]


def test_parts_by_warehouse_and_what_nobody_has() -> None:
    plan = by_site(ORDER, [("1", "SH", D(1)), ("1", "HZ", D(1)), ("2", "HZ", D(1))], rest="short")
    assert plan == {"HZ": {"1": D(1), "2": D(1)}, "SH": {"1": D(1)}, "short": {"1": D(1)}}
    assert merge([part for _, part in split(ORDER, plan).parts]) == ORDER


@pytest.mark.parametrize(
    ("plan", "reason", "named"),
    [
        ({"a": {"1": D(3), "2": D(1)}}, "one_part", ""),
        ({"a": {"1": D(3)}, "b": {"2": D(1), "9": D(1)}}, "unknown_line", "9"),
        ({"a": {"1": D(4), "2": D(1)}, "b": {"1": D(-1)}}, "not_positive", "1"),
        ({"a": {"1": D(3), "2": D(1)}, "b": {"1": D(1)}}, "too_much", "1"),
        ({"a": {"1": D(1), "2": D(1)}, "b": {"1": D(1)}}, "too_little", "1"),
        ({"a": {"1": D(3), "2": D(1)}, "b": {}}, "empty_part", ""),
    ],
)
def test_a_plan_that_does_not_make_the_order_is_refused(
    plan: Mapping[str, Mapping[str, Decimal]], reason: str, named: str
) -> None:
    with pytest.raises(CannotSplit) as refused:
        split(ORDER, plan)
    assert (refused.value.data["reason"], refused.value.data["line"]) == (reason, named)


def test_unknown_lines_are_refused_by_plans_and_strangers_by_merges() -> None:
    with pytest.raises(CannotSplit, match="unknown_line 9"):
        by_hand(ORDER, {"9": D(1)})
    with pytest.raises(CannotSplit, match="other_terms"):
        merge([ORDER, replace(ORDER, currency="USD")])


def test_orders_merge_side_by_side() -> None:
    other = Amounts("CNY", False, (line("3", 1, "7.00"),), (line("fee2", 1, "1.00"),), D(1))
    merged = merge([ORDER, other])
    assert [one.key for one in merged.lines] == ["1", "3", "2"]
    assert [one.key for one in merged.fees] == ["fee", "fee2"]
    assert (merged.total, merged.paid) == (ORDER.total + other.total, D(21))


@st.composite
def charges(
    draw: st.DrawFn, key: str, minor: Decimal, inclusive: bool, quantity: Decimal, position: int
) -> Charge:
    """A line as prices make them: discounts never more than what is left; now and then an agreed amount that does not add up."""
    units = draw(st.integers(0, 50_000))
    gross, left, adjustments = units * minor, units, []
    for turn in range(draw(st.integers(0, 3))):
        amount = draw(st.integers(-left, left + 5))
        left += amount
        adjustments.append((f"{key}.{turn}", amount * minor))
    tax = draw(st.integers(0, left))
    net = (left - tax if inclusive else left) * minor
    odd = draw(st.sampled_from([0, 0, 0, 1, 7]))
    return Charge(key, quantity, gross, net + odd * minor, tax * minor, tuple(adjustments), position)


@st.composite
def orders(draw: st.DrawFn) -> tuple[Amounts, dict[str, dict[str, Decimal]]]:
    """An order and a plan of two to four parts."""
    currency = draw(st.sampled_from(["CNY", "JPY", "KWD"]))
    inclusive, minor = draw(st.booleans()), step(currency)
    names = [f"P{i}" for i in range(draw(st.integers(2, 4)))]
    plan: dict[str, dict[str, Decimal]] = {name: {} for name in names}
    lines = []
    for i in range(draw(st.integers(2, 5))):
        sizes = draw(st.lists(st.decimals(0, 20, places=3), min_size=len(names), max_size=len(names)))
        if i < 2 or not any(sizes):
            sizes = [size + 1 for size in sizes]
        for name, size in zip(names, sizes, strict=True):
            if size:
                plan[name][f"L{i}"] = size
        lines.append(draw(charges(f"L{i}", minor, inclusive, sum(sizes, D(0)), i)))
    fees = tuple(draw(charges(f"F{i}", minor, inclusive, D(1), i)) for i in range(draw(st.integers(0, 2))))
    order = Amounts(currency, inclusive, tuple(lines), fees)
    share = draw(st.integers(0, int(order.total / minor)))
    return replace(order, paid=share * minor), plan


@settings(max_examples=300, deadline=None)
@given(orders(), st.sampled_from(["amount", "first"]))
def test_a_merge_undoes_a_split(case: tuple[Amounts, dict[str, dict[str, Decimal]]], fees: str) -> None:
    order, plan = case
    parts = split(order, plan, fees=fees).parts
    assert [name for name, _ in parts] == list(plan)
    assert merge([part for _, part in parts]) == order
    assert merge([part for _, part in reversed(parts)]) == order
    assert sum(part.total for _, part in parts) == order.total


@settings(max_examples=300, deadline=None)
@given(orders())
def test_every_part_is_a_sound_order_of_its_own(case: tuple[Amounts, dict[str, dict[str, Decimal]]]) -> None:
    order, plan = case
    minor = step(order.currency)
    whole = {one.key: one for one in (*order.lines, *order.fees)}
    for name, part in split(order, plan).parts:
        assert {one.key: one.quantity for one in part.lines} == plan[name]
        assert D(0) <= part.paid <= part.total
        for one in (*part.lines, *part.fees):
            assert min(one.gross, one.net, one.tax) >= 0
            amounts = [one.gross, one.net, one.tax, *(amount for _, amount in one.adjustments)]
            assert all(amount % minor == 0 for amount in amounts)
            for (_, amount), (_, all_of_it) in zip(one.adjustments, whole[one.key].adjustments, strict=True):
                assert amount * all_of_it >= 0
                assert abs(amount) <= abs(all_of_it)


@pytest.mark.parametrize(
    "reason",
    ["unknown_line", "too_much", "too_little", "not_positive", "empty_part", "one_part", "other_terms"],
)
def test_every_reason_has_its_sentence(reason: str) -> None:
    said = sentence(CannotSplit(reason, "3"))
    assert said.endswith(".")
    assert "%(" not in said


def test_a_circle_is_said_in_turn() -> None:
    assert "A → B → A" in sentence(Circular(["A", "B", "A"]))
