"""Netting: what to make and buy, by examples, and that it covers what is wanted through every level."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openoms.domains.supply.errors import Circular
from openoms.domains.supply.netting import Arrival, Demand, Item, Netted, Part, Proposal, net

D = Decimal
TODAY = date(2026, 4, 1)
many = settings(max_examples=300, deadline=None)


def day(after: int) -> date:
    return TODAY + timedelta(days=after)


def wants(key: str, sku: str, quantity: int, after: int) -> Demand:
    return Demand(key, sku, day(after), D(quantity))


def told(netted: Netted) -> list[tuple[str, int, int]]:
    return [(one.sku, int(one.quantity), (one.due - TODAY).days) for one in netted.proposals]


def test_stock_and_arrivals_are_used_first_and_the_safety_stock_is_kept() -> None:
    item = Item("A", on_hand=D(10), safety=D(3), arrivals=(Arrival(day(4), D(5), "PO-1"),), lead_days=2)
    netted = net([wants("1", "A", 6, 3), wants("2", "A", 4, 5), wants("3", "A", 4, 9)], [item], TODAY)
    assert told(netted) == [("A", 2, 9)]
    [proposal] = netted.proposals
    assert (proposal.start, proposal.needs, proposal.demands) == (day(7), (("3", D(2)),), ("3",))
    assert (proposal.late_days, proposal.is_made) == (0, False)


def test_lots_minimum_and_scrap_and_what_they_add_serves_the_next() -> None:
    item = Item("A", lot=D(10), minimum=D(25), scrap_percent=D(10))
    netted = net([wants("1", "A", 20, 1), wants("2", "A", 7, 2), wants("3", "A", 1, 3)], [item], TODAY)
    assert [(one.quantity, one.good) for one in netted.proposals] == [(D(30), D(27)), (D(30), D(27))]
    assert [one.needs for one in netted.proposals] == [(("1", D(20)),), (("3", D(1)),)]
    kilos = Item("K", lot=D(0), scrap_percent=D(3))
    [one] = net([wants("1", "K", 10, 1)], [kilos], TODAY).proposals
    assert (one.quantity, one.good) == (D("10.309279"), D(10))
    finer = Demand("1", "K", day(1), D("1.0000001"))
    [one] = net([finer], [kilos], TODAY).proposals
    assert one.good >= finer.quantity


def test_too_soon_is_due_after_the_lead_time_and_late() -> None:
    netted = net(
        [wants("1", "A", 2, 1), wants("2", "A", 3, 2), wants("0", "A", 1, -3)],
        [Item("A", lead_days=5)],
        TODAY,
    )
    [proposal] = netted.proposals
    assert (proposal.quantity, proposal.due, proposal.wanted, proposal.late_days) == (
        D(6),
        day(5),
        day(-3),
        8,
    )
    assert [key for key, _ in proposal.needs] == ["0", "1", "2"]
    assert netted.trace[-1].data["for"] == ["0", "1", "2"]


def test_goods_on_their_way_that_come_first_are_waited_for() -> None:
    item = Item("A", lead_days=9, arrivals=(Arrival(day(4), D(3), "PO-1"), Arrival(day(-2), D(1), "PO-0")))
    netted = net([wants("1", "A", 5, 2)], [item], TODAY)
    assert told(netted) == [("A", 1, 9)]
    assert [(one.code, one.data.get("source")) for one in netted.trace] == [
        ("waits_for_arrival", "PO-1"),
        ("buy", None),
    ]


def test_parts_are_wanted_when_work_on_the_whole_starts() -> None:
    items = [
        Item("TABLE", is_made=True, lead_days=3, parts=(Part("LEG", D(4)), Part("TOP", D(1)))),
        Item("TOP", is_made=True, lead_days=2, parts=(Part("BOARD", D("1.5")),), on_hand=D(1)),
        Item("LEG", lead_days=1, lot=D(100)),
    ]
    netted = net([wants("order 1", "TABLE", 3, 10), wants("order 2", "TABLE", 1, 12)], items, TODAY)
    assert told(netted) == [
        ("TABLE", 3, 10), ("TABLE", 1, 12), ("LEG", 100, 7), ("TOP", 2, 7), ("TOP", 1, 9), ("BOARD", 3, 5), ("BOARD", 2, 7)
    ]  # fmt: skip
    by_key = {one.key: one for one in netted.proposals}
    assert by_key["LEG#1"].needs == (("TABLE#1", D(12)),)
    assert by_key["BOARD#2"].demands == ("order 2",)


def test_stock_below_safety_is_made_up_for() -> None:
    [proposal] = net([], [Item("A", on_hand=D(2), safety=D(5), lead_days=4)], TODAY).proposals
    assert (proposal.quantity, proposal.due, proposal.needs) == (D(3), day(4), (("safety", D(3)),))


def test_a_sku_that_is_part_of_itself_is_refused_with_the_circle() -> None:
    items = [
        Item("A", is_made=True, parts=(Part("B", D(1)),)),
        Item("B", is_made=True, parts=(Part("C", D(1)),)),
        Item("C", is_made=True, parts=(Part("A", D(1)),)),
    ]
    with pytest.raises(Circular) as refused:
        net([wants("1", "A", 1, 1)], items, TODAY)
    assert refused.value.data["cycle"] == ["A", "C", "B", "A"]
    assert net([], [replace(items[0], is_made=False)], TODAY).proposals == ()
    with pytest.raises(ValueError, match="above nought"):
        net([wants("1", "A", 0, 1)], [], TODAY)


pieces = st.integers(0, 20).map(D)


@st.composite
def firms(draw: st.DrawFn) -> tuple[list[Demand], list[Item]]:
    """Demands and items; what is made needs parts of later letters only, so that there is no circle."""
    letters = "ABCD"
    items = []
    for i, sku in enumerate(letters):
        parts = draw(st.sets(st.sampled_from(letters[i + 1 :]), max_size=2)) if i < 3 else set()
        arrivals = draw(st.lists(st.builds(Arrival, st.integers(-2, 15).map(day), pieces), max_size=2))
        items.append(
            Item(
                sku,
                draw(st.booleans()),
                draw(pieces),
                draw(st.integers(0, 5).map(D)),
                tuple(arrivals),
                draw(st.sampled_from([D(1), D(7), D(0), D("0.5")])),
                draw(st.sampled_from([D(0), D(12)])),
                draw(st.integers(0, 4)),
                draw(st.sampled_from([D(0), D(3), D("12.5"), D(50)])),
                tuple(Part(one, D(draw(st.integers(1, 3)))) for one in sorted(parts)),
            )
        )
    demands = draw(
        st.lists(st.tuples(st.sampled_from(letters), st.integers(1, 15), st.integers(-1, 15)), max_size=8)
    )
    return [wants(f"D{i}", *one) for i, one in enumerate(demands)], items


def all_wants(
    item: Item, demands: list[Demand], proposals: tuple[Proposal, ...], items: list[Item]
) -> list[tuple[date, Decimal]]:
    """What is taken of a sku: by demands and by what is to be made of it."""
    found = [(max(one.day, TODAY), one.quantity) for one in demands if one.sku == item.sku]
    by_sku = {one.sku: one for one in items}
    for one in proposals:
        if one.is_made:
            found += [
                (one.start, one.quantity * p.quantity) for p in by_sku[one.sku].parts if p.sku == item.sku
            ]
    return found


@many
@given(firms())
def test_what_is_wanted_is_covered_when_it_is_due(firm: tuple[list[Demand], list[Item]]) -> None:
    demands, items = firm
    netted = net(demands, items, TODAY)
    for item in items:
        own = [one for one in netted.proposals if one.sku == item.sku]
        changes = [(max(one.day, TODAY), one.quantity) for one in item.arrivals]
        changes += [(one.due, one.good) for one in own]
        changes += [(when, -quantity) for when, quantity in all_wants(item, demands, netted.proposals, items)]
        by_day: defaultdict[date, Decimal] = defaultdict(Decimal)
        for when, quantity in changes:
            by_day[when] += quantity
        # Before anything ordered today could come, what is missing is late; from then on nothing is.
        free, soonest = item.on_hand - item.safety, day(item.lead_days)
        for when in sorted({*by_day, soonest}):
            free += by_day[when]
            assert when < soonest or free >= 0
        for one in own:
            assert one.start >= TODAY
            assert (one.due - one.start).days == item.lead_days
            assert one.quantity >= item.minimum
            assert not item.lot or one.quantity % item.lot == 0
            assert sum(quantity for _, quantity in one.needs) <= one.good <= one.quantity
            assert one.due == max(one.wanted, soonest) or one.due == soonest


@many
@given(firms(), st.randoms(use_true_random=False))
def test_the_order_of_demands_and_items_does_not_matter(
    firm: tuple[list[Demand], list[Item]], rng: Random
) -> None:
    demands, items = firm
    netted = net(demands, items, TODAY)
    others, things = list(demands), list(items)
    rng.shuffle(others)
    rng.shuffle(things)
    assert net(others, things, TODAY) == netted
    roots = {one.key for one in demands}
    assert all(set(one.demands) <= roots for one in netted.proposals)


@many
@given(firms())
def test_without_lots_exactly_what_is_missing_is_proposed(firm: tuple[list[Demand], list[Item]]) -> None:
    """Held against the plain sum: by each day as much as the worst shortage until then."""
    demands, items = firm
    plain = [
        replace(one, lot=D(0), minimum=D(0), scrap_percent=D(0), lead_days=0, parts=(), safety=D(0))
        for one in items
    ]
    netted = net(demands, plain, TODAY)
    for item in plain:
        days = sorted({TODAY, *(max(one.day, TODAY) for one in demands if one.sku == item.sku)})
        worst = D(0)
        for when in days:
            had = item.on_hand + sum(one.quantity for one in item.arrivals if one.day <= when)
            taken = sum(
                one.quantity for one in demands if one.sku == item.sku and max(one.day, TODAY) <= when
            )
            worst = max(worst, taken - had)
            proposed = sum(one.good for one in netted.proposals if one.sku == item.sku and one.due <= when)
            assert proposed == worst
