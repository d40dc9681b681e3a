"""Stock: movements, goods kept for orders and let go of, what is short and who is served first."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from openoms.core.clock import now
from openoms.core.errors import InvalidInput
from openoms.core.wire import TRAFFIC
from openoms.domains.events.models import Event
from openoms.domains.identity.errors import MissingPermission
from openoms.domains.inventory.errors import NoSuchWarehouse, StockReserved
from openoms.domains.inventory.models import Backorder, Movement, Reservation, Stock
from openoms.domains.inventory.queries import wrong_stock
from openoms.domains.inventory.states import ReserveAt, ShipPolicy
from openoms.domains.orders.models import Hold, Order
from openoms.domains.orders.states import Terms
from openoms.flows import serve_backorders
from openoms.flows.edit_warehouses import changed, save_warehouse, set_policy, warehouse_input
from openoms.flows.move_stock import adjust_stock, count_stock, receive_stock, set_safety
from openoms.flows.place import place_orders
from openoms.flows.submit import submit_order, withdraw_order
from openoms.jobs import dispatcher
from tests.factories import (
    make_configurable,
    make_customer,
    make_order,
    make_product,
    make_sku,
    make_warehouse,
    owner,
    request_for,
    staff,
    stock_up,
)

pytestmark = pytest.mark.django_db
D = Decimal


def figures(sku: str = "BOLT", warehouse: str = "HZ") -> tuple[Decimal, Decimal]:
    row = Stock.objects.get(sku__code=sku, warehouse__code=warehouse)
    return row.on_hand, row.reserved


def kept(order: Order) -> dict[tuple[str, str], Decimal]:
    rows = Reservation.objects.filter(order=order, state="open").select_related(
        "stock__warehouse", "stock__sku"
    )
    return {(row.stock.warehouse.code, row.stock.sku.code): row.quantity for row in rows}


def short(order: Order) -> dict[str, Decimal]:
    return {row.sku.code: row.quantity for row in Backorder.objects.filter(order=order).select_related("sku")}


def holds(order: Order) -> list[tuple[str, bool]]:
    rows = Hold.objects.filter(order=order, released_at=None)
    return sorted((hold.kind, hold.line_id is not None) for hold in rows)


def sound() -> bool:
    return wrong_stock() == []


# ---- movements


def test_each_change_is_a_movement_with_its_reason_and_told_of() -> None:
    stock_up(quantity=10)
    adjust_stock("HZ", "BOLT", D(-3), "broken", actor=owner())
    count_stock("HZ", "BOLT", D(9), "yearly", actor=owner())
    assert count_stock("HZ", "BOLT", D(9), actor=owner()).movement is None
    rows = Movement.objects.order_by("id").values_list("kind", "quantity", "on_hand_after", "reason")
    assert list(rows) == [("receipt", 10, 10, ""), ("adjustment", -3, 7, "broken"), ("count", 2, 9, "yearly")]
    told = Event.objects.filter(kind="stock.moved").order_by("id")
    assert [(e.data["quantity"], e.data["on_hand"]) for e in told] == [("10", "10"), ("-3", "7"), ("2", "9")]
    assert sound()


def test_what_is_kept_for_orders_cannot_be_taken_away() -> None:
    stock_up(quantity=10)
    make_order(lines=[("BOLT", 8)])
    with pytest.raises(StockReserved) as refused:
        adjust_stock("HZ", "BOLT", D(-3), "lost", actor=owner())
    assert refused.value.data["sku"] == "BOLT"
    with pytest.raises(StockReserved):
        count_stock("HZ", "BOLT", D(7), actor=owner())
    assert figures() == (10, 8)
    assert sound()


@pytest.mark.parametrize(
    ("sku", "warehouse", "quantity", "error"),
    [
        ("BOLT", "HZ", "0", InvalidInput),
        ("BOLT", "HZ", "0.0000001", InvalidInput),
        ("NONE", "HZ", "1", InvalidInput),
        ("BOLT", "NO", "1", NoSuchWarehouse),
        ("SET-UP", "HZ", "1", InvalidInput),
    ],
)
def test_what_cannot_be_received_is_refused(
    sku: str, warehouse: str, quantity: str, error: type[Exception]
) -> None:
    make_warehouse()
    make_sku()
    make_product("SERVICES", "Services", "service")
    make_sku("SET-UP", product="SERVICES")
    with pytest.raises(error):
        receive_stock(warehouse, sku, D(quantity), actor=owner())
    assert not Stock.objects.exists()


def test_stock_is_adjusted_only_by_those_who_may() -> None:
    stock_up()
    with pytest.raises(MissingPermission):
        receive_stock("HZ", "BOLT", D(1), actor=staff("sales"))
    receive_stock("HZ", "BOLT", D(1), actor=staff("warehouse"))
    with pytest.raises(MissingPermission):
        set_safety("HZ", "BOLT", D(1), actor=staff("warehouse"))


def test_the_database_has_the_last_word() -> None:
    row = stock_up(quantity=5)
    for values in ({"reserved": 6}, {"on_hand": -1}, {"reserved": -1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Stock.objects.filter(pk=row.pk).update(**values)


# ---- goods kept for orders


def test_without_a_warehouse_nothing_is_kept() -> None:
    order = make_order().order
    assert (order.fulfilment_state, Reservation.objects.count(), Backorder.objects.count()) == (
        "unallocated",
        0,
        0,
    )


def test_an_order_keeps_its_goods_as_it_is_placed_in_the_same_two_round_trips() -> None:
    stock_up(quantity=10)
    customer = make_customer()
    make_order(customer, terms=Terms.PREPAID)
    flushes = TRAFFIC.flushes
    order = make_order(customer, [("BOLT", 3)], terms=Terms.PREPAID).order
    assert TRAFFIC.flushes - flushes == 2
    order.refresh_from_db()
    assert kept(order) == {("HZ", "BOLT"): 3}
    assert figures() == (10, 4)
    assert order.fulfilment_state == "allocated"
    [told] = Event.objects.filter(subject_id=order.pk, kind="order.allocated")
    assert told.data == {"number": order.number, "warehouses": ["HZ"], "short": [], "why": []}
    assert sound()


def test_what_is_short_waits_by_line_and_the_rest_goes_ahead() -> None:
    stock_up(quantity=10)
    make_sku("NUT", "3")
    order = make_order(lines=[("BOLT", 4), ("NUT", 5)]).order
    order.refresh_from_db()
    assert (kept(order), short(order)) == ({("HZ", "BOLT"): 4}, {"NUT": 5})
    assert (order.fulfilment_state, holds(order), order.released_at is not None) == (
        "backordered",
        [("stock", True)],
        True,
    )
    receive_stock("HZ", "NUT", D(5), actor=owner())
    dispatcher.drain()
    order.refresh_from_db()
    assert (short(order), holds(order), order.fulfilment_state) == ({}, [], "allocated")
    assert figures("NUT") == (5, 5)
    assert sound()


def test_where_an_order_leaves_complete_it_waits_as_a_whole() -> None:
    set_policy(ReserveAt.SUBMISSION, ShipPolicy.COMPLETE, ["fewest"], split_lines=True, actor=owner())
    stock_up(quantity=2)
    order = make_order(lines=[("BOLT", 4)]).order
    order.refresh_from_db()
    assert (holds(order), order.released_at) == ([("stock", False)], None)
    stock_up(quantity=2)
    dispatcher.drain()
    order.refresh_from_db()
    assert (holds(order), order.released_at is not None) == ([], True)


def test_fewest_parcels_then_the_nearest() -> None:
    make_sku("NUT", "3")
    for code, city, region in (
        ("SH", "上海市", "上海市"),
        ("HZ", "杭州市", "浙江省"),
        ("GZ", "广州市", "广东省"),
    ):
        make_warehouse(code, city, region)
    for code in ("SH", "HZ", "GZ"):
        stock_up("BOLT", 5, code)
    stock_up("NUT", 5, "GZ")
    assert kept(make_order(lines=[("BOLT", 1)]).order) == {("HZ", "BOLT"): 1}, (
        "the customer lives in Hangzhou"
    )
    both = make_order(lines=[("BOLT", 1), ("NUT", 1)]).order
    assert kept(both) == {("GZ", "BOLT"): 1, ("GZ", "NUT"): 1}, "one parcel from far is fewer than two"
    assert sound()


def test_a_bundle_keeps_its_parts_and_services_nothing() -> None:
    make_configurable()
    make_product("SERVICES", "Services", "service")
    make_sku("SET-UP", product="SERVICES")
    stock_up("BOLT", 10)
    stock_up("NUT", 10)
    order = make_order(lines=[("SET", 2), ("SET-UP", 1)]).order
    assert kept(order) == {("HZ", "BOLT"): 2, ("HZ", "NUT"): 4}
    assert make_order(lines=[("SET-UP", 1)]).order.fulfilment_state == "unallocated"


def test_safety_stock_is_not_promised() -> None:
    stock_up(quantity=10)
    set_safety("HZ", "BOLT", D(8), actor=owner())
    order = make_order(lines=[("BOLT", 5)]).order
    assert (kept(order), short(order)) == ({("HZ", "BOLT"): 2}, {"BOLT": 3})


def test_withdrawing_frees_and_who_waits_is_served_in_turn() -> None:
    stock_up(quantity=5)
    first = make_order(lines=[("BOLT", 5)]).order
    late = make_order(lines=[("BOLT", 3)]).order
    soon = make_order(lines=[("BOLT", 4)], requested_date=now().date() + timedelta(days=2)).order
    withdraw_order(first.number, actor=owner())
    assert (kept(first), figures()) == ({}, (5, 0))
    dispatcher.drain()
    assert (kept(soon), kept(late)) == ({("HZ", "BOLT"): 4}, {("HZ", "BOLT"): 1})
    assert short(late) == {"BOLT": 2}
    submit_order(first.number, actor=owner())
    assert short(first) == {"BOLT": 5}
    assert sound()


def test_who_waits_for_what_is_not_there_hides_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve_backorders, "BATCH", 1)
    stock_up("NUT", 2)
    stock_up("BOLT", 1)
    holder = make_order(lines=[("NUT", 2)]).order
    for quantity in (1, 1, 1, 1):
        make_order(lines=[("BOLT", quantity)])
    waiting = make_order(lines=[("NUT", 2)]).order
    withdraw_order(holder.number, actor=owner())
    freed = Event.objects.get(kind="order.freed")
    assert freed.data["skus"] == ["NUT"]
    skus = Stock.objects.values_list("sku", flat=True)
    assert serve_backorders.serve_skus(list(skus)) == 1
    assert kept(waiting) == {("HZ", "NUT"): 2}


def test_kept_at_release_where_the_firm_does_so() -> None:
    set_policy(ReserveAt.RELEASE, ShipPolicy.AVAILABLE, ["fewest"], split_lines=True, actor=owner())
    stock_up(quantity=5)
    prepaid = make_order(lines=[("BOLT", 5)], terms=Terms.PREPAID).order
    released = make_order(lines=[("BOLT", 2)]).order
    assert figures() == (5, 0)
    dispatcher.drain()
    assert (kept(released), kept(prepaid)) == ({("HZ", "BOLT"): 2}, {})


def test_a_bulk_shares_what_is_there() -> None:
    stock_up(quantity=5)
    customer = make_customer()
    rows = place_orders([request_for(customer, [("BOLT", 3)])] * 3, actor=owner(), skip_refused=True)
    orders = [row.placed.order for row in rows if row.placed]
    assert [sum(kept(order).values()) for order in orders] == [3, 2, 0]
    assert [sum(short(order).values()) for order in orders] == [0, 1, 3]
    assert sound()


def test_a_warehouse_is_changed_with_what_was_before_and_closed_keeps_nothing_new() -> None:
    stock_up(quantity=5)
    row = make_warehouse()
    save_warehouse(changed(warehouse_input(row), {"is_active": False}), actor=owner(), new=False)
    [_, told] = Event.objects.filter(kind="warehouse.saved").order_by("id")
    assert told.data["after"] == {"is_active": False}
    assert make_order(lines=[("BOLT", 1)]).order.fulfilment_state == "unallocated"
    with pytest.raises(InvalidInput) as refused:
        save_warehouse(changed(warehouse_input(row), {"timezone": "Mars", "country": "XX"}), actor=owner())
    assert {problem.loc[0] for problem in refused.value.problems} == {"timezone", "country"}
