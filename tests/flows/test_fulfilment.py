"""Warehouse work: opened for released orders, gathered, picked, packed, shipped, short, taken back."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from openoms.core.errors import InvalidInput
from openoms.domains.events.models import Event
from openoms.domains.fulfilment.errors import (
    IllegalWork,
    MoreThanNeeded,
    NoSuchWork,
    NotEnoughToShip,
    NothingToShip,
    NotOnTheList,
    NotReleased,
    PackMismatch,
    UnknownCode,
)
from openoms.domains.fulfilment.models import Fulfilment, FulfilmentLine, Parcel, Shipment, Wave
from openoms.domains.fulfilment.states import ShortReason
from openoms.domains.fulfilment.types import Handover, ParcelInput
from openoms.domains.identity.errors import MissingPermission
from openoms.domains.inventory.models import Backorder, Movement, Reservation, Stock
from openoms.domains.inventory.queries import wrong_stock
from openoms.domains.inventory.states import ReserveAt, ShipPolicy
from openoms.domains.orders.errors import CannotCancel, NoSuchLine
from openoms.domains.orders.holds import OrderOnHold
from openoms.domains.orders.models import Hold, Instruction, Order
from openoms.domains.orders.rules import IllegalMove
from openoms.domains.orders.states import Stage
from openoms.domains.orders.types import NewInstruction
from openoms.flows.allocate_order import allocate_order
from openoms.flows.cancel import cancel_order
from openoms.flows.edit_warehouses import set_policy
from openoms.flows.hold import place_hold, release_hold
from openoms.flows.instruct import acknowledge_instruction, add_instruction
from openoms.flows.move_stock import adjust_stock
from openoms.flows.pack import add_parcel, finish_packing, pack_fulfilment, pack_item, unpack
from openoms.flows.pick import pick_fulfilment, pick_item, short_pick
from openoms.flows.ship import cancel_shipment, hand_over, ship_goods
from openoms.flows.submit import withdraw_order
from openoms.flows.waves import dissolve_wave, plan_wave, set_dispatch, start_wave
from openoms.jobs import dispatcher
from tests.factories import make_configurable, make_order, make_sku, owner, staff, stock_up

pytestmark = pytest.mark.django_db
D = Decimal
EXPRESS = Handover("SF Express", "standard", "SF123")


def released(lines: list[tuple[str, int]], **more: object) -> Order:
    """An order whose warehouses know what to do."""
    order = make_order(lines=lines, **more).order  # type: ignore[arg-type]
    dispatcher.drain()
    return fresh(order)


def fresh(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def work(order: Order) -> Fulfilment:
    return Fulfilment.objects.exclude(state="cancelled").get(order=order)


def figures(sku: str = "BOLT", warehouse: str = "HZ") -> tuple[Decimal, Decimal]:
    row = Stock.objects.get(sku__code=sku, warehouse__code=warehouse)
    return row.on_hand, row.reserved


def lines_of(row: Fulfilment) -> Mapping[str, tuple[Decimal, Decimal, Decimal]]:
    return {
        line.sku.code: (line.quantity, line.picked, line.packed) for line in row.lines.select_related("sku")
    }


def picked(order: Order) -> Fulfilment:
    return pick_fulfilment(work(order).number, None, actor=owner())


def packed(order: Order) -> Fulfilment:
    picked(order)
    return pack_fulfilment(work(order).number, None, actor=owner())


def told(order: Order, kind: str) -> list[dict[str, object]]:
    return [e.data for e in Event.objects.filter(subject_id=order.pk, kind=kind).order_by("id")]


# ---- opened


def test_a_released_order_becomes_work_of_each_warehouse_that_keeps_its_goods() -> None:
    make_sku("NUT", "3")
    stock_up("BOLT", 10)
    stock_up("NUT", 10, warehouse="SH")
    order = released([("BOLT", 4), ("NUT", 5)])
    rows = {row.warehouse.code: lines_of(row) for row in Fulfilment.objects.select_related("warehouse")}
    assert rows == {"HZ": {"BOLT": (4, 0, 0)}, "SH": {"NUT": (5, 0, 0)}}
    assert len(told(order, "fulfilment.opened")) == 2
    dispatcher.drain()
    assert Fulfilment.objects.count() == 2


def test_what_is_short_joins_the_same_work_once_it_came_and_nobody_began() -> None:
    stock_up("BOLT", 3)
    order = released([("BOLT", 5)])
    assert lines_of(work(order)) == {"BOLT": (3, 0, 0)}
    stock_up("BOLT", 9)
    dispatcher.drain()
    assert sorted(work(order).lines.values_list("quantity", flat=True)) == [2, 3]


def test_an_order_taken_back_or_held_leaves_nothing_to_do() -> None:
    stock_up("BOLT", 9)
    order = released([("BOLT", 5)])
    withdraw_order(order.number, actor=owner())
    assert not Fulfilment.objects.exists()
    assert told(order, "fulfilment.dropped")
    other = released([("BOLT", 5)])
    hold = place_hold(other.number, "wait", actor=owner())
    assert not Fulfilment.objects.exists()
    assert fresh(other).released_at is None
    release_hold(other.number, hold.pk, "fine", actor=owner())
    dispatcher.drain()
    assert lines_of(work(other)) == {"BOLT": (5, 0, 0)}


def test_goods_are_opened_when_the_firm_keeps_them_only_at_release() -> None:
    stock_up("BOLT", 9)
    set_policy(ReserveAt.RELEASE, ShipPolicy.AVAILABLE, ["fewest"], split_lines=True, actor=owner())
    order = released([("BOLT", 5)])
    dispatcher.drain()
    assert lines_of(work(order)) == {"BOLT": (5, 0, 0)}


# ---- waves


def test_a_wave_is_planned_begun_and_picked_by_scanning_in_the_order_of_its_cart() -> None:
    make_sku("NUT", "3")
    stock_up("BOLT", 20)
    stock_up("NUT", 20)
    first, second = released([("BOLT", 2), ("NUT", 1)]), released([("BOLT", 3)])
    wave = plan_wave([work(second).number, work(first).number], actor=owner())
    assert (work(second).tote, work(first).tote) == (1, 2)
    begun = start_wave(wave.number, actor=owner())
    assert begun.left_out == []
    assert fresh(first).fulfilment_state == "picking"
    with pytest.raises(IllegalMove):
        withdraw_order(first.number, actor=owner())
    done = pick_item(wave.number, "BOLT", D(4), actor=owner())
    assert (done.totes, done.left, done.is_done) == ([(1, 3), (2, 1)], 1, False)
    assert work(second).state == "picked"
    with pytest.raises(MoreThanNeeded):
        pick_item(wave.number, "BOLT", D(2), actor=owner())
    with pytest.raises(UnknownCode):
        pick_item(wave.number, "GHOST", D(1), actor=owner())
    pick_item(wave.number, "BOLT", D(1), actor=owner())
    with pytest.raises(NotOnTheList):
        pick_item(wave.number, "BOLT", D(1), actor=owner())
    assert pick_item(wave.number, "NUT", D(1), actor=owner()).is_done
    assert Wave.objects.get().state == "picked"
    assert figures() == (20, 5)


def test_what_a_hold_keeps_from_picking_is_left_out_and_stays_to_be_done() -> None:
    stock_up("BOLT", 20)
    free, held = released([("BOLT", 2)]), released([("BOLT", 3)])
    remark = add_instruction(
        held.number, NewInstruction("Call first", "warehouse", Stage.PICKING, True, None), actor=owner()
    )
    wave = plan_wave([work(free).number, work(held).number], actor=owner())
    begun = start_wave(wave.number, actor=owner())
    assert [(one.order, type(one.error)) for one in begun.left_out] == [(held.number, OrderOnHold)]
    assert (work(held).state, work(held).wave) == ("open", None)
    acknowledge_instruction(held.number, remark.pk, actor=owner())
    again = plan_wave([work(held).number], actor=owner())
    assert start_wave(again.number, actor=owner()).left_out == []


def test_a_wave_nobody_can_begin_is_gone_and_one_that_is_dissolved_leaves_its_orders() -> None:
    stock_up("BOLT", 20)
    order = released([("BOLT", 2)])
    wave = plan_wave([work(order).number], actor=owner())
    with pytest.raises(IllegalWork):
        plan_wave([work(order).number], actor=owner())
    dissolve_wave(wave.number, actor=owner())
    assert (Wave.objects.count(), work(order).wave) == (0, None)
    remark = NewInstruction("Wait", "warehouse", Stage.PICKING, True, None)
    add_instruction(order.number, remark, actor=owner())
    wave = plan_wave([work(order).number], actor=owner())
    assert start_wave(wave.number, actor=owner()).wave is None
    assert not Wave.objects.exists()
    for numbers in ([], ["F9999999"]):
        with pytest.raises((InvalidInput, NoSuchWork)):
            plan_wave(numbers, actor=owner())


def test_only_who_works_in_the_warehouse_does() -> None:
    stock_up("BOLT", 20)
    order = released([("BOLT", 2)])
    seller, worker = staff("sales"), staff("warehouse")
    for deed in (
        lambda: plan_wave([work(order).number], actor=seller),
        lambda: pick_fulfilment(work(order).number, None, actor=seller),
        lambda: ship_goods(order.number, "HZ", None, EXPRESS, actor=seller),
    ):
        with pytest.raises(MissingPermission):
            deed()
    assert work(order).state == "open"
    pick_fulfilment(work(order).number, None, actor=worker)
    assert work(order).state == "picked"


# ---- picked short


def test_what_is_not_there_is_waited_for_and_stock_says_so() -> None:
    stock_up("BOLT", 5)
    order = released([("BOLT", 5)])
    number = work(order).number
    pick_fulfilment(number, {"BOLT": D(3)}, actor=owner())
    row = short_pick(number, "BOLT", ShortReason.MISSING, "empty bin", actor=owner())
    assert row.state == "picked"
    assert lines_of(row) == {"BOLT": (3, 3, 0)}
    assert figures() == (3, 3)
    assert list(Backorder.objects.values_list("quantity", flat=True)) == [2]
    assert [(h.kind, h.line_id is not None) for h in Hold.objects.filter(released_at=None)] == [
        ("stock", True)
    ]
    moved = Movement.objects.latest("id")
    assert (moved.kind, moved.quantity, moved.reason) == ("adjustment", -2, "missing: empty bin")
    assert told(order, "fulfilment.short")[0]["quantity"] == "2"
    assert wrong_stock() == []
    stock_up("BOLT", 4)
    dispatcher.drain()
    rows = list(Fulfilment.objects.order_by("id").values_list("state", "lines__quantity"))
    assert rows == [("picked", 3), ("open", 2)]
    assert fresh(order).fulfilment_state == "picking"


def test_where_nothing_at_all_is_there_the_work_ends() -> None:
    stock_up("BOLT", 5)
    order = released([("BOLT", 5)])
    wave = plan_wave([work(order).number], actor=owner())
    start_wave(wave.number, actor=owner())
    row = short_pick(work(order).number, "BOLT", ShortReason.DAMAGED, actor=owner())
    assert row.state == "cancelled"
    assert Wave.objects.get().state == "picked"
    assert fresh(order).fulfilment_state == "backordered"
    assert figures() == (0, 0)
    with pytest.raises(IllegalWork):
        short_pick(row.number, "BOLT", ShortReason.MISSING, actor=owner())


def test_an_order_that_leaves_complete_is_not_packed_while_something_is_short() -> None:
    stock_up("BOLT", 5)
    set_policy(ReserveAt.SUBMISSION, ShipPolicy.COMPLETE, ["fewest"], split_lines=True, actor=owner())
    order = released([("BOLT", 5)])
    pick_fulfilment(work(order).number, {"BOLT": D(4)}, actor=owner(), short={"BOLT": ShortReason.MISSING})
    with pytest.raises(OrderOnHold):
        pack_fulfilment(work(order).number, None, actor=owner())
    assert not Parcel.objects.exists()


# ---- packed


def test_parcels_are_checked_scan_by_scan_against_what_was_picked() -> None:
    make_sku("NUT", "3")
    stock_up("BOLT", 9)
    stock_up("NUT", 9)
    order = released([("BOLT", 2), ("NUT", 3)])
    number = picked(order).number
    assert pack_item(number, "BOLT", D(2), actor=owner()).all_left == 3
    with pytest.raises(NotOnTheList):
        pack_item(number, "BOLT", D(1), actor=owner())
    with pytest.raises(PackMismatch) as refused:
        finish_packing(number, [500], actor=owner())
    assert refused.value.data["missing"] == [{"sku": "NUT", "quantity": "3"}]
    assert add_parcel(number, actor=owner()).position == 2
    assert add_parcel(number, actor=owner()).position == 2
    assert pack_item(number, "NUT", D(1), actor=owner(), parcel=1).left == 2
    done = pack_item(number, "NUT", D(2), actor=owner())
    assert (done.parcel, done.all_left) == (2, 0)
    row = finish_packing(number, [500, 120], actor=owner())
    assert row.state == "packed"
    assert list(Parcel.objects.values_list("position", "weight_g")) == [(1, 500), (2, 120)]
    assert fresh(order).fulfilment_state == "packed"
    assert told(order, "fulfilment.packed")[0]["weight_g"] == 620
    unpack(number, actor=owner())
    assert (work(order).state, Parcel.objects.count()) == ("picked", 0)


def test_many_parcels_at_once_hold_just_what_was_picked() -> None:
    stock_up("BOLT", 9)
    order = released([("BOLT", 5)])
    number = picked(order).number
    for wrong in ([ParcelInput({"BOLT": D(6)})], [ParcelInput({"BOLT": D(4)})], [ParcelInput({})]):
        with pytest.raises((MoreThanNeeded, PackMismatch, InvalidInput)):
            pack_fulfilment(number, wrong, actor=owner())
    assert not Parcel.objects.exists()
    assert not FulfilmentLine.objects.filter(packed__gt=0).exists()
    pack_fulfilment(number, [ParcelInput({"BOLT": D(2)}, 100), ParcelInput({"BOLT": D(3)})], actor=owner())
    assert Parcel.objects.count() == 2


def test_a_blocking_remark_stops_its_stage_and_none_before_it() -> None:
    stock_up("BOLT", 9)
    remarks = (NewInstruction("No staples", "warehouse", Stage.PACKING, True, None),)
    order = released([("BOLT", 5)], instructions=remarks)
    number = picked(order).number
    with pytest.raises(OrderOnHold):
        pack_item(number, "BOLT", D(1), actor=owner())
    acknowledge_instruction(order.number, Instruction.objects.get().pk, actor=owner())
    pack_fulfilment(number, None, actor=owner())
    assert work(order).state == "packed"


# ---- shipped


def test_goods_leave_stock_with_what_was_kept_of_them() -> None:
    stock_up("BOLT", 9)
    order = released([("BOLT", 5)])
    with pytest.raises(IllegalWork):
        hand_over(work(order).number, EXPRESS, actor=owner())
    row = packed(order)
    with pytest.raises(InvalidInput):
        hand_over(row.number, Handover("  "), actor=owner())
    shipment = hand_over(row.number, EXPRESS, actor=owner())
    assert figures() == (4, 0)
    assert fresh(order).fulfilment_state == "shipped"
    assert shipment.lines.get().quantity == 5
    assert told(order, "order.shipped")[0]["goods"] == ["5 × BOLT"]
    assert Reservation.objects.get().state == "shipped"
    assert wrong_stock() == []
    with pytest.raises(IllegalWork):
        hand_over(row.number, EXPRESS, actor=owner())


def test_a_shipment_taken_back_is_packed_again_and_its_goods_are_kept() -> None:
    stock_up("BOLT", 9)
    order = released([("BOLT", 5)])
    shipment = hand_over(packed(order).number, EXPRESS, actor=owner())
    with pytest.raises(InvalidInput):
        cancel_shipment(shipment.number, " ", actor=owner())
    cancel_shipment(shipment.number, "wrong label", actor=owner())
    assert figures() == (9, 5)
    assert (work(order).state, fresh(order).fulfilment_state) == ("packed", "packed")
    with pytest.raises(IllegalWork):
        cancel_shipment(shipment.number, "again", actor=owner())
    hand_over(work(order).number, EXPRESS, actor=owner())
    assert figures() == (4, 0)
    assert wrong_stock() == []


def test_goods_can_leave_straight_from_the_shelf_in_parts() -> None:
    stock_up("BOLT", 9)
    order = released([("BOLT", 5)])
    for lines in ({}, {1: D(0)}):
        with pytest.raises(NothingToShip):
            ship_goods(order.number, "HZ", lines, EXPRESS, actor=owner())
    with pytest.raises(NoSuchLine):
        ship_goods(order.number, "HZ", {7: D(1)}, EXPRESS, actor=owner())
    ship_goods(order.number, "HZ", {1: D(2)}, EXPRESS, actor=owner())
    assert figures() == (7, 3)
    assert fresh(order).fulfilment_state == "partially_shipped"
    assert lines_of(work(order)) == {"BOLT": (3, 0, 0)}
    with pytest.raises(NotEnoughToShip) as refused:
        ship_goods(order.number, "HZ", {1: D(4)}, EXPRESS, actor=owner())
    assert refused.value.data["short"] == [{"sku": "BOLT", "available": "3", "wanted": "4"}]
    ship_goods(order.number, "HZ", None, EXPRESS, actor=owner())
    assert fresh(order).fulfilment_state == "shipped"
    assert not Fulfilment.objects.exclude(state="cancelled").exists()
    assert wrong_stock() == []


def test_what_is_on_a_cart_does_not_leave_from_the_shelf() -> None:
    stock_up("BOLT", 9)
    order = released([("BOLT", 5)])
    pick_fulfilment(work(order).number, {"BOLT": D(1)}, actor=owner())
    with pytest.raises(NothingToShip):
        ship_goods(order.number, "HZ", None, EXPRESS, actor=owner())
    with pytest.raises(NotEnoughToShip):
        ship_goods(order.number, "HZ", {1: D(1)}, EXPRESS, actor=owner())
    assert figures() == (9, 5)


def test_a_bundle_leaves_with_all_its_parts() -> None:
    make_configurable()
    stock_up("BOLT", 9)
    stock_up("NUT", 9)
    order = released([("SET", 3)])
    ship_goods(order.number, "HZ", {1: D(2)}, EXPRESS, actor=owner())
    assert (figures("BOLT"), figures("NUT")) == ((7, 1), (5, 2))


def test_nothing_leaves_of_an_order_that_is_not_released() -> None:
    stock_up("BOLT", 9)
    order = released([("BOLT", 5)])
    place_hold(order.number, "wait", actor=owner())
    with pytest.raises(NotReleased):
        ship_goods(order.number, "HZ", None, EXPRESS, actor=owner())
    assert not Shipment.objects.exists()


def test_goods_kept_for_an_order_in_hand_stay_kept_against_routing_it_anew() -> None:
    stock_up("BOLT", 9)
    order = released([("BOLT", 5)])
    picked(order)
    with pytest.raises(IllegalMove):
        allocate_order(order.number, actor=owner(), afresh=True)
    adjust_stock("HZ", "BOLT", D(-4), "lost", actor=owner())
    assert figures() == (5, 5)


# ---- when


def test_when_a_warehouse_sends_is_set_with_what_was_before() -> None:
    stock_up("BOLT", 9)
    common: dict[str, object] = {
        "keeps_holidays": False,
        "transit_days": 1,
        "wave_size": 10,
        "actor": owner(),
    }
    wrongs: list[dict[str, object]] = [
        {"works_on": []},
        {"works_on": [9]},
        {"early_days": -1},
        {"wave_size": 0},
    ]
    for wrong in wrongs:
        with pytest.raises(InvalidInput):
            set_dispatch("HZ", **{"works_on": [0], "early_days": None, **common, **wrong})  # type: ignore[arg-type]
    set_dispatch("HZ", works_on=range(7), early_days=0, closed_on=[date(2026, 1, 1)], **common)  # type: ignore[arg-type]
    event = Event.objects.get(kind="dispatch.set")
    assert event.data["after"]["closed_on"] == ["2026-01-01"]


def test_an_order_cancelled_while_it_is_picked_is_put_back_and_its_wave_ends() -> None:
    stock_up("BOLT", 9)
    order = released([("BOLT", 5)])
    wave = plan_wave([work(order).number], actor=owner())
    start_wave(wave.number, actor=owner())
    pick_item(wave.number, "BOLT", D(2), actor=owner())
    cancel_order(order.number, "no longer wanted", actor=owner())
    assert Fulfilment.objects.get().state == "cancelled"
    assert Wave.objects.get().state == "picked"
    assert figures() == (9, 0)
    with pytest.raises(IllegalWork):
        pick_item(wave.number, "BOLT", D(1), actor=owner())
    assert wrong_stock() == []


def test_what_has_left_is_no_longer_cancelled() -> None:
    stock_up("BOLT", 9)
    order = released([("BOLT", 5)])
    ship_goods(order.number, "HZ", {1: D(1)}, EXPRESS, actor=owner())
    with pytest.raises(CannotCancel):
        cancel_order(order.number, "no longer wanted", actor=owner())
    assert figures() == (8, 4)
