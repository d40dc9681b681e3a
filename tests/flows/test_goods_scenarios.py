"""What six peers' order systems do with stock, tried on ours: allocation, overselling, sending in parts.

| case | here |
|---|---|
| scn-030 | test_the_ledger_of_a_sale_from_reservation_to_return |
| scn-032, scn-066 | test_a_shipment_taken_back_is_kept_again_and_a_cancellation_frees_it |
| scn-033, scn-036, scn-037 | test_an_order_beyond_stock_is_refused_where_the_firm_takes_none_that_waits |
| scn-034 | test_safety_stock_is_not_promised |
| scn-035 | test_an_order_beyond_stock_waits_where_the_firm_takes_it |
| scn-039 | test_no_more_leaves_than_is_on_hand |
| scn-041 | test_each_warehouse_has_a_ledger_of_its_own |
| scn-043 | test_a_shipment_of_nothing_is_refused |
| scn-044 | test_what_left_does_not_leave_again |
| scn-050, scn-051 | test_the_firm_says_which_warehouse_gives_first |
| scn-054 | test_every_short_line_is_named_and_nothing_is_kept |
| scn-055 | test_what_others_have_reserved_is_left_to_them |
| scn-056, scn-057 | test_reservations_make_stock_insufficient |
| scn-059 | test_shipping_takes_from_stock_and_reservation_together |
| scn-087 | test_more_than_was_ordered_does_not_leave (different: there is no tolerance for sending too much) |
| scn-089 | test_a_bundle_reserves_and_sends_its_parts |

Different by policy: a basket is not capped line by line as it is filled (033, 036, 037): the order says what is there while it is
entered, and is refused, or waits, when it is placed. By default (050) one warehouse that has all is preferred to the one that has
most, and of several the nearest gives first.
"""

from decimal import Decimal

import pytest

from openoms.domains.fulfilment.errors import NotEnoughToShip, NothingToShip
from openoms.domains.fulfilment.types import Handover
from openoms.domains.inventory.errors import OutOfStock
from openoms.domains.inventory.models import Backorder, Movement, Reservation, Stock, Warehouse
from openoms.domains.inventory.queries import wrong_stock
from openoms.domains.inventory.states import OnShort, ReserveAt, ShipPolicy
from openoms.domains.orders.models import Order
from openoms.flows.cancel import cancel_order
from openoms.flows.edit_warehouses import changed, save_warehouse, set_policy, warehouse_input
from openoms.flows.move_stock import set_safety
from openoms.flows.place import place_orders
from openoms.flows.ship import cancel_shipment, ship_goods
from openoms.flows.submit import submit_order
from openoms.jobs import dispatcher
from tests.factories import (
    make_configurable,
    make_customer,
    make_order,
    make_sku,
    make_warehouse,
    owner,
    request_for,
    stock_up,
)

pytestmark = pytest.mark.django_db
D = Decimal
SF = Handover("SF Express")


def figures(sku: str = "BOLT", warehouse: str = "HZ") -> tuple[Decimal, Decimal]:
    row = Stock.objects.get(sku__code=sku, warehouse__code=warehouse)
    return row.on_hand, row.reserved


def policy(
    *strategies: str, on_short: OnShort = OnShort.BACKORDER, ship: ShipPolicy = ShipPolicy.AVAILABLE
) -> None:
    set_policy(
        ReserveAt.SUBMISSION,
        ship,
        list(strategies) or ["fewest"],
        split_lines=True,
        on_short=on_short,
        actor=owner(),
    )


def order_of(*lines: tuple[str, int]) -> Order:
    return make_order(lines=list(lines)).order


def send(order: Order, lines: dict[int, int] | None = None, warehouse: str = "HZ") -> str:
    wanted = None if lines is None else {line: D(quantity) for line, quantity in lines.items()}
    return ship_goods(order.number, warehouse, wanted, SF, actor=owner()).number


def state(order: Order) -> str:
    return Order.objects.get(pk=order.pk).fulfilment_state


def two_warehouses() -> None:
    """HZ has four, SH three."""
    stock_up("BOLT", 4)
    stock_up("BOLT", 3, warehouse="SH")


def test_the_ledger_of_a_sale_from_reservation_to_return() -> None:
    stock_up("BOLT", 5)
    order, other = order_of(("BOLT", 2)), order_of(("BOLT", 1))
    assert figures() == (5, 3)
    cancel_order(other.number, "changed mind", actor=owner())
    assert figures() == (5, 2)
    shipment = send(order)
    assert figures() == (3, 0)
    cancel_shipment(shipment, "came back", actor=owner())
    cancel_order(order.number, "changed mind", actor=owner())
    assert figures() == (5, 0)
    rows = Movement.objects.order_by("id").values_list("kind", "quantity")
    assert list(rows) == [("receipt", 5), ("shipment", -2), ("return", 2)]
    assert wrong_stock() == []


def test_a_shipment_taken_back_is_kept_again_and_a_cancellation_frees_it() -> None:
    stock_up("BOLT", 5)
    order = order_of(("BOLT", 1))
    shipment = send(order)
    assert (figures(), state(order)) == ((4, 0), "shipped")
    cancel_shipment(shipment, "wrong address", actor=owner())
    assert (figures(), state(order)) == ((5, 1), "allocated")
    cancel_order(order.number, "changed mind", actor=owner())
    assert figures() == (5, 0)


@pytest.mark.parametrize(("there", "wanted"), [(3, 5), (0, 1), (3, 4)])
def test_an_order_beyond_stock_is_refused_where_the_firm_takes_none_that_waits(
    there: int, wanted: int
) -> None:
    make_warehouse()
    make_sku()
    if there:
        stock_up("BOLT", there)
    policy(on_short=OnShort.REFUSE)
    with pytest.raises(OutOfStock) as refused:
        order_of(("BOLT", wanted))
    assert refused.value.data["shortages"] == [
        {"line": 1, "sku": "BOLT", "wanted": str(wanted), "available": str(there)}
    ]
    assert not Order.objects.exists()
    draft = make_order(lines=[("BOLT", wanted)], submit=False).order
    with pytest.raises(OutOfStock):
        submit_order(draft.number, actor=owner())
    assert (Order.objects.get().status, Reservation.objects.count()) == ("draft", 0)


def test_of_many_orders_at_once_those_beyond_stock_are_refused_alone() -> None:
    stock_up("BOLT", 5)
    policy(on_short=OnShort.REFUSE)
    acme = make_customer()
    requests = [request_for(acme, [("BOLT", quantity)]) for quantity in (3, 3, 2)]
    rows = place_orders(requests, actor=owner(), skip_refused=True)
    assert [type(row.problem) for row in rows] == [type(None), OutOfStock, type(None)]
    assert (figures(), Order.objects.count()) == ((5, 5), 2)


def test_safety_stock_is_not_promised() -> None:
    stock_up("BOLT", 3)
    set_safety("HZ", "BOLT", D(2), actor=owner())
    policy(on_short=OnShort.REFUSE)
    with pytest.raises(OutOfStock) as refused:
        order_of(("BOLT", 2))
    assert refused.value.data["shortages"][0]["available"] == "1"
    order_of(("BOLT", 1))
    assert figures() == (3, 1)


def test_an_order_beyond_stock_waits_where_the_firm_takes_it() -> None:
    stock_up("BOLT", 3)
    order = order_of(("BOLT", 8))
    assert (figures(), state(order)) == ((3, 3), "backordered")
    assert Backorder.objects.get().quantity == 5


def test_no_more_leaves_than_is_on_hand() -> None:
    stock_up("BOLT", 3)
    order = order_of(("BOLT", 8))
    with pytest.raises(NotEnoughToShip) as refused:
        send(order, {1: 8})
    assert refused.value.data["short"] == [{"sku": "BOLT", "available": "3", "wanted": "8"}]
    send(order, {1: 3})
    assert (figures(), state(order)) == ((0, 0), "partially_shipped")
    stock_up("BOLT", 10)
    dispatcher.drain()
    assert figures() == (10, 5)
    send(order, {1: 5})
    assert (figures(), state(order)) == ((5, 0), "shipped")


def test_each_warehouse_has_a_ledger_of_its_own() -> None:
    make_sku("NUT", "3")
    stock_up("BOLT", 100)
    stock_up("NUT", 120, warehouse="SH")
    order, other = order_of(("BOLT", 2), ("NUT", 1)), order_of(("NUT", 1))
    assert (figures("BOLT"), figures("NUT", "SH")) == ((100, 2), (120, 2))
    cancel_order(other.number, "changed mind", actor=owner())
    assert figures("NUT", "SH") == (120, 1)
    send(order)
    send(order, warehouse="SH")
    assert (figures("BOLT"), figures("NUT", "SH")) == ((98, 0), (119, 0))


def test_a_shipment_of_nothing_is_refused() -> None:
    stock_up("BOLT", 5)
    order = order_of(("BOLT", 2))
    for lines in ({}, {1: 0}):
        with pytest.raises(NothingToShip):
            send(order, lines)
    assert figures() == (5, 2)


def test_what_left_does_not_leave_again() -> None:
    stock_up("BOLT", 5)
    order = order_of(("BOLT", 2))
    send(order)
    with pytest.raises(NotEnoughToShip):
        send(order, {1: 1})
    with pytest.raises(NothingToShip):
        send(order)
    assert figures() == (3, 0)


def test_the_firm_says_which_warehouse_gives_first() -> None:
    two_warehouses()
    row = warehouse_input(Warehouse.objects.get(code="SH"))
    save_warehouse(changed(row, {"priority": 1}), actor=owner())
    policy("priority")
    order_of(("BOLT", 5))
    assert (figures(), figures(warehouse="SH")) == ((4, 2), (3, 3))


def test_every_short_line_is_named_and_nothing_is_kept() -> None:
    make_sku("NUT", "3")
    two_warehouses()
    stock_up("NUT", 4)
    stock_up("NUT", 3, warehouse="SH")
    policy(on_short=OnShort.REFUSE)
    with pytest.raises(OutOfStock) as refused:
        order_of(("BOLT", 100), ("NUT", 100))
    assert [(s["line"], s["sku"]) for s in refused.value.data["shortages"]] == [(1, "BOLT"), (2, "NUT")]
    assert not Reservation.objects.exists()


def test_what_others_have_reserved_is_left_to_them() -> None:
    two_warehouses()
    policy("priority")
    row = warehouse_input(Warehouse.objects.get(code="HZ"))
    save_warehouse(changed(row, {"priority": 1}), actor=owner())
    order_of(("BOLT", 2))
    order_of(("BOLT", 5))
    assert (figures(), figures(warehouse="SH")) == ((4, 4), (3, 3))


def test_reservations_make_stock_insufficient() -> None:
    two_warehouses()
    policy(on_short=OnShort.REFUSE)
    order_of(("BOLT", 3))
    for wanted in (5, 6):
        with pytest.raises(OutOfStock) as refused:
            order_of(("BOLT", wanted))
        assert refused.value.data["shortages"][0]["available"] == "4"
    assert Reservation.objects.count() == 1


def test_shipping_takes_from_stock_and_reservation_together() -> None:
    stock_up("BOLT", 100)
    order, _other = order_of(("BOLT", 50)), order_of(("BOLT", 30))
    assert figures() == (100, 80)
    send(order)
    assert figures() == (50, 30)


def test_more_than_was_ordered_does_not_leave() -> None:
    stock_up("BOLT", 100)
    order = order_of(("BOLT", 10))
    with pytest.raises(NotEnoughToShip):
        send(order, {1: 15})
    assert figures() == (100, 10)


def test_a_bundle_reserves_and_sends_its_parts() -> None:
    make_configurable()
    stock_up("BOLT", 60)
    stock_up("NUT", 60)
    order = order_of(("SET", 10))
    assert (figures("BOLT")[1], figures("NUT")[1]) == (10, 20)
    send(order, {1: 5})
    assert (figures("BOLT"), figures("NUT")) == ((55, 5), (50, 10))
