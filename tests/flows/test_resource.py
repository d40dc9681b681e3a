"""Goods kept for an order come from another warehouse by hand."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from openoms.core.errors import InvalidInput, StaleRevision
from openoms.domains.events.models import Event
from openoms.domains.fulfilment.models import Fulfilment
from openoms.domains.identity.errors import MissingPermission
from openoms.domains.inventory.errors import NoSuchWarehouse, NotEnoughThere
from openoms.domains.inventory.models import Reservation, Stock
from openoms.domains.inventory.queries import wrong_stock
from openoms.domains.orders.errors import NoSuchLine
from openoms.domains.orders.models import Order
from openoms.domains.orders.rules import IllegalMove
from openoms.flows.move_stock import set_safety
from openoms.flows.pick import pick_fulfilment
from openoms.flows.resource import resource
from openoms.jobs import dispatcher
from tests.factories import make_order, make_warehouse, owner, staff, stock_up

pytestmark = pytest.mark.django_db
D = Decimal


def figures(warehouse: str) -> tuple[Decimal, Decimal]:
    row = Stock.objects.get(sku__code="BOLT", warehouse__code=warehouse)
    return row.on_hand, row.reserved


@pytest.fixture
def order() -> Order:
    """Five bolts kept at HZ; SH has eight, of which two are kept back."""
    stock_up("BOLT", 9)
    stock_up("BOLT", 8, warehouse="SH")
    set_safety("SH", "BOLT", D(2), actor=owner())
    order = make_order(lines=[("BOLT", 5)]).order
    dispatcher.drain()
    source = Reservation.objects.get().stock.warehouse.code
    if source != "HZ":
        resource(order.number, 1, "BOLT", source, "HZ", actor=owner())
        dispatcher.drain()
    return order


def test_goods_come_from_another_warehouse_with_the_work_on_them(order: Order) -> None:
    resource(order.number, 1, "BOLT", "HZ", "SH", quantity=D(2), actor=owner())
    assert (figures("HZ"), figures("SH")) == ((9, 3), (8, 2))
    assert not Fulfilment.objects.exists()
    dispatcher.drain()
    rows = {
        (row.warehouse.code, row.lines.get().quantity)
        for row in Fulfilment.objects.select_related("warehouse")
    }
    assert rows == {("HZ", 3), ("SH", 2)}
    resource(order.number, 1, "BOLT", "HZ", "SH", actor=owner())
    assert (figures("HZ"), figures("SH")) == ((9, 0), (8, 5))
    told = Event.objects.filter(kind="order.resourced", subject_id=order.pk).order_by("id").last()
    assert told is not None
    assert told.data == {
        "number": order.number, "sku": "BOLT", "quantity": "3", "source": "HZ", "target": "SH",
    }  # fmt: skip
    assert wrong_stock() == []


def test_what_cannot_be_is_refused_and_changes_nothing(order: Order) -> None:
    make_warehouse("GZ")
    number = order.number
    cases: list[tuple[Callable[[], Order], type[Exception]]] = [
        (lambda: resource(number, 9, "BOLT", "HZ", "SH", actor=owner()), NoSuchLine),
        (lambda: resource(number, 1, "BOLT", "HZ", "NO", actor=owner()), NoSuchWarehouse),
        (lambda: resource(number, 1, "BOLT", "HZ", "HZ", actor=owner()), InvalidInput),
        (lambda: resource(number, 1, "BOLT", "SH", "HZ", actor=owner()), InvalidInput),
        (lambda: resource(number, 1, "BOLT", "HZ", "SH", quantity=D(6), actor=owner()), InvalidInput),
        (lambda: resource(number, 1, "BOLT", "HZ", "GZ", actor=owner()), NotEnoughThere),
        (lambda: resource(number, 1, "BOLT", "HZ", "SH", base_revision=7, actor=owner()), StaleRevision),
        (lambda: resource(number, 1, "BOLT", "HZ", "SH", actor=staff("sales")), MissingPermission),
    ]
    for deed, refusal in cases:
        with pytest.raises(refusal):
            deed()
    assert (figures("HZ"), figures("SH")) == ((9, 5), (8, 0))
    assert Fulfilment.objects.count() == 1
    pick_fulfilment(Fulfilment.objects.get().number, None, actor=owner())
    with pytest.raises(IllegalMove):
        resource(number, 1, "BOLT", "HZ", "SH", actor=owner())


def test_safety_stock_is_not_taken(order: Order) -> None:
    set_safety("SH", "BOLT", D(4), actor=owner())
    with pytest.raises(NotEnoughThere) as refused:
        resource(order.number, 1, "BOLT", "HZ", "SH", actor=owner())
    assert refused.value.data["available"] == "4"
    assert (figures("HZ"), figures("SH")) == ((9, 5), (8, 0))
