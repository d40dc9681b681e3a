"""Demand against what stands, level by level: examples, and what holds for whatever comes."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from openoms.domains.supply import rules
from openoms.domains.supply.replanning import Item, Need, Plan, Supply, plan
from openoms.domains.supply.states import ProductionState, PurchaseState

D = Decimal
TODAY = date(2026, 3, 2)
LATER = TODAY + timedelta(days=20)
ITEMS = {
    "desk": Item("desk", True, 2, components=(("top", D(1)), ("leg", D(4)))),
    "top": Item("top", True, 1, components=(("board", D(2)),)),
    "leg": Item("leg", False, 5, minimum=D(20), lot=D(10)),
    "board": Item("board", False, 7),
}


def proposed(found: Plan) -> dict[str, Decimal]:
    total: dict[str, Decimal] = {}
    for one in found.proposals:
        total[str(one.sku)] = total.get(str(one.sku), D(0)) + one.quantity
    return total


def test_every_level_is_made_or_bought_for_the_order_at_the_top() -> None:
    found = plan([Need("desk", D(3), LATER, source="line")], {"top": D(1)}, [], ITEMS, TODAY)
    assert proposed(found) == {"desk": 3, "leg": 20, "top": 2, "board": 4}
    days = {str(one.sku): one.due for one in found.proposals}
    assert days == {
        "desk": LATER,
        "leg": LATER - timedelta(days=2),
        "top": LATER - timedelta(days=2),
        "board": LATER - timedelta(days=3),
    }
    assert {peg.source for one in found.proposals for peg in one.pegs} == {"line"}
    assert not any(one.is_late for one in found.proposals)


def test_what_is_needed_sooner_than_it_can_come_is_late() -> None:
    found = plan([Need("leg", D(1), TODAY)], {}, [], ITEMS, TODAY)
    assert found.proposals[0].is_late
    assert found.proposals[0].due == TODAY + timedelta(days=5)


def test_the_earliest_need_takes_the_stock_and_urgency_breaks_ties() -> None:
    needs = [
        Need("leg", D(5), LATER, 0, "slow"),
        Need("leg", D(5), LATER, 9, "urgent"),
        Need("leg", D(5), None, 0, "some time"),
        Need("leg", D(5), TODAY, 0, "first"),
    ]
    found = plan(needs, {"leg": D(10)}, [], ITEMS, TODAY)
    assert {peg.source for peg in found.proposals[0].pegs} == {"slow", "some time"}


def test_orders_that_stand_cover_needs_before_new_ones_begun_ones_first() -> None:
    supplies = [
        Supply("draft", "leg", D(20), TODAY),
        Supply("sent", "leg", D(20), LATER, fixed=True),
    ]
    found = plan([Need("leg", D(25), LATER, source="a")], {}, supplies, ITEMS, TODAY)
    assert {key: sum(peg.quantity for peg in pegs) for key, pegs in found.pegs.items()} == {
        "sent": 20,
        "draft": 5,
    }
    assert (found.proposals, found.changes, found.surplus) == ([], {}, {})


def test_unfixed_orders_shrink_to_what_is_needed_and_fixed_ones_are_told_of() -> None:
    supplies = [
        Supply("draft", "board", D(20), TODAY),
        Supply("made", "top", D(4), TODAY, fixed=True, components=(("board", D(2)),)),
        Supply("for stock", "leg", D(40), TODAY, fixed=True, follows=False),
    ]
    found = plan([Need("top", D(1), TODAY, source="a")], {}, supplies, ITEMS, TODAY)
    assert found.surplus == {"made": 3}
    # Work goes on until the department says otherwise: its boards stay.
    assert found.changes == {"draft": 8}
    assert "for stock" not in found.surplus


def test_what_an_order_needs_more_grows_the_work_planned_for_it() -> None:
    supplies = [Supply("planned", "top", D(2), LATER, components=(("board", D(2)),))]
    needs = [Need("top", D(5), LATER, source="a"), Need("top", D(1), LATER, source="b")]
    found = plan(needs, {}, supplies, ITEMS, TODAY)
    assert found.changes == {"planned": 5}
    assert proposed(found) == {"top": 1, "board": 12}


def test_the_last_of_two_drafts_grows_so_that_its_lot_makes_neither_superfluous() -> None:
    drafts = [Supply("first", "leg", D(1), TODAY), Supply("last", "leg", D(1), LATER)]
    found = plan([Need("leg", D(4), TODAY, source="a")], {}, drafts, ITEMS, TODAY)
    assert (found.changes, found.proposals) == ({"last": 20}, [])
    grown = [drafts[0], Supply("last", "leg", D(20), LATER)]
    again = plan([Need("leg", D(4), TODAY, source="a")], {}, grown, ITEMS, TODAY)
    assert (again.changes, again.proposals) == ({}, [])


def test_one_lot_serves_the_days_that_follow() -> None:
    lots = {"leg": Item("leg", True, 0, lot=D(10))}
    days = [TODAY + timedelta(days=n) for n in range(3)]
    found = plan([Need("leg", D(4), day) for day in days], {}, [], lots, TODAY)
    assert [(one.quantity, one.due, len(one.pegs)) for one in found.proposals] == [
        (10, days[0], 2),
        (10, days[2], 1),
    ]


def test_what_nobody_makes_or_sells_is_named_and_a_circle_ends() -> None:
    circle = {
        "a": Item("a", True, components=(("b", D(1)),)),
        "b": Item("b", True, components=(("a", D(1)),)),
    }
    found = plan([Need("a", D(1)), Need("x", D(2))], {}, [], circle, TODAY)
    assert [(need.sku, need.quantity) for need in found.unsourced] == [("x", 2)]


quantities = st.integers(1, 40).map(Decimal)
skus = st.sampled_from(["desk", "top", "leg", "board"])
needs = st.lists(
    st.builds(
        Need, skus, quantities, st.none() | st.integers(0, 30).map(lambda n: TODAY + timedelta(days=n)),
        st.integers(0, 3), st.sampled_from(["l1", "l2", "l3", None]),
    ),
    max_size=8,
)  # fmt: skip
free = st.dictionaries(skus, quantities, max_size=4)


@st.composite
def standing(draw: st.DrawFn) -> list[Supply]:
    found = []
    for n in range(draw(st.integers(0, 6))):
        sku = draw(skus)
        found.append(
            Supply(
                f"s{n}", sku, draw(quantities), TODAY + timedelta(days=draw(st.integers(0, 30))),
                draw(st.booleans()), draw(st.booleans()), ITEMS[sku].components,
            )
        )  # fmt: skip
    return found


@settings(max_examples=400, deadline=None)
@given(needs, free, standing())
def test_what_is_planned_covers_everything_and_a_second_look_changes_nothing(
    wanted: list[Need], stock: dict[str, Decimal], supplies: list[Supply]
) -> None:
    found = plan(wanted, stock, supplies, ITEMS, TODAY)
    assert found.unsourced == []
    for sku in ITEMS:
        needed = sum((need.quantity for need in wanted if need.sku == sku), D(0))
        there = stock.get(sku, D(0))
        there += sum(
            (found.changes.get(s.key, s.quantity) for s in supplies if s.sku == sku), D(0)
        ) + proposed(found).get(sku, D(0))
        assert there >= needed
    for supply in supplies:
        pegged = sum((peg.quantity for peg in found.pegs.get(supply.key, ())), D(0))
        assert pegged <= found.changes.get(supply.key, supply.quantity)
    assert all(not s.fixed or s.key not in found.changes for s in supplies)
    assert all(s.follows for s in supplies if s.key in found.changes or s.key in found.surplus)
    carried = [
        Supply(s.key, s.sku, found.changes.get(s.key, s.quantity), s.due, s.fixed, s.follows, s.components)
        for s in supplies
        if found.changes.get(s.key) != 0
    ]
    carried += [
        Supply(
            f"new{n}",
            one.sku,
            one.quantity,
            one.due,
            components=ITEMS[str(one.sku)].components if one.is_made else (),
        )
        for n, one in enumerate(found.proposals)
    ]
    again = plan(wanted, stock, carried, ITEMS, TODAY)
    assert (again.proposals, again.changes) == ([], {})


@settings(max_examples=300)
@given(needs, free, standing(), st.randoms())
def test_the_order_of_what_comes_in_does_not_matter(wanted, stock, supplies, random) -> None:  # type: ignore[no-untyped-def]
    before = plan(wanted, stock, supplies, ITEMS, TODAY)
    shuffled = list(supplies)
    random.shuffle(shuffled)
    after = plan(wanted, stock, shuffled, ITEMS, TODAY)
    assert (before.changes, before.surplus, before.proposals) == (
        after.changes,
        after.surplus,
        after.proposals,
    )


def test_rules_of_orders() -> None:
    assert rules.may_become(ProductionState.PLANNED, ProductionState.RELEASED)
    assert not rules.may_become(ProductionState.DONE, ProductionState.STARTED)
    assert rules.purchase_may_become(PurchaseState.SENT, PurchaseState.CANCELLED)
    assert rules.received_state({1: (D(2), D(2)), 2: (D(1), D(0))}) == PurchaseState.PARTLY_RECEIVED
    assert rules.received_state({1: (D(2), D(2))}) == PurchaseState.RECEIVED
    assert rules.received_state({1: (D(2), D(0))}) == PurchaseState.SENT
    assert rules.with_scrap(D(4), D(20)) == 5
    assert rules.with_scrap(D(1), D(3)) == D("1.030928")
    assert rules.lot_size(D(11), D(20), D(15)) == 30
    assert rules.lot_size(D(11), D(0), D(0)) == 11
    assert rules.minutes(D(10), D(6), D(5)) == 40
