"""Lots: goods come in them, leave first expired first, and are promised until they expire."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from openoms.core import firm
from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.errors import InvalidInput
from openoms.domains.catalog.models import Sku
from openoms.domains.catalog.types import SkuInput
from openoms.domains.events.models import Event
from openoms.domains.fulfilment.types import Handover
from openoms.domains.inventory import queries
from openoms.domains.inventory import services as inventory
from openoms.domains.inventory.errors import LotsShort, StockReserved
from openoms.domains.inventory.lots import LotName
from openoms.domains.inventory.models import Backorder, Lot, Movement, Stock
from openoms.domains.inventory.states import MovementKind
from openoms.domains.supply.models import ProductionOrder, PurchaseOrder
from openoms.domains.supply.types import PurchaseInput, PurchaseLineInput
from openoms.flows import produce, purchase
from openoms.flows.audit import audit, repair
from openoms.flows.edit_catalogue import save_sku
from openoms.flows.expire_lots import expire_lots
from openoms.flows.move_stock import adjust_stock, count_stock, receive_stock
from openoms.flows.plan_supply import propose_supply
from openoms.flows.ship import cancel_shipment, ship_goods
from openoms.flows.steps import lots, moving
from openoms.jobs import dispatcher
from tests.factories import make_order, make_sku, make_warehouse, owner, stock_up
from tests.shop import make_shop

pytestmark = pytest.mark.django_db
D = Decimal


def track(code: str = "BOLT", *, on: bool = True) -> Sku:
    return save_sku(SkuInput(code, tracks_lots=on), actor=owner())


def day(after: int) -> date:
    return firm.today() + timedelta(days=after)


def receive(code: str, quantity: int, good: int | None, sku: str = "BOLT") -> Stock:
    name = LotName(code, None if good is None else day(good))
    return receive_stock("HZ", sku, D(quantity), actor=owner(), lot=name).stock


def there() -> dict[str, Decimal]:
    return {row.code: row.on_hand for row in Lot.objects.filter(on_hand__gt=0)}


@flow
def moved(quantity: int, kind: MovementKind, source: str = "", sku: str = "BOLT") -> Movement:
    [row] = inventory.lock_stock(list(Stock.objects.filter(sku__code=sku).values_list("pk", flat=True)))
    return moving.move(row, D(quantity), kind, owner(), now(), source=source)


@pytest.fixture
def bolts() -> None:
    make_warehouse()
    make_sku()
    track()


def test_each_receipt_names_its_lot_and_lots_sum_to_what_is_there(bolts: None) -> None:
    with pytest.raises(InvalidInput) as refused:
        receive_stock("HZ", "BOLT", D(5), actor=owner())
    assert refused.value.problems[0].loc == ("lot",)
    receive("A", 5, 30)
    receive("A", 2, None)
    stock = receive("B", 4, None)
    assert (there(), stock.on_hand) == ({"A": 7, "B": 4}, 11)
    with pytest.raises(InvalidInput):
        receive("A", 1, 31)
    assert Event.objects.filter(kind="stock.moved").order_by("-id")[0].data["lot"] == "B"
    assert audit() == []


def test_goods_without_lots_refuse_one(bolts: None) -> None:
    make_sku("NUT")
    with pytest.raises(InvalidInput):
        receive("A", 1, 5, "NUT")


def test_what_leaves_is_first_expired_and_each_lot_has_its_movement(bolts: None) -> None:
    receive("LATE", 5, 90)
    receive("SOON", 5, 3)
    moved(-7, MovementKind.SHIPMENT, "shipment:S1")
    assert there() == {"LATE": 3}
    rows = Movement.objects.filter(source="shipment:S1").order_by("id")
    assert [(row.lot.code if row.lot else "", row.quantity) for row in rows] == [("SOON", -5), ("LATE", -2)]
    # What comes back goes where it came from, the last to leave first.
    moved(3, MovementKind.RETURN, "shipment:S1")
    assert there() == {"LATE": 5, "SOON": 1}
    assert audit() == []


def test_lots_are_taken_for_picking_without_being_moved(bolts: None) -> None:
    receive("LATE", 5, 90)
    receive("SOON", 5, 3)

    @flow
    def plan(quantity: int, min_days: int = 0) -> list[tuple[str, Decimal]]:
        [row] = inventory.lock_stock(list(Stock.objects.values_list("pk", flat=True)))
        return [(lot.code, part) for lot, part in lots.take(row, D(quantity), now(), min_days=min_days)]

    assert plan(6) == [("SOON", 5), ("LATE", 1)]
    assert plan(5, min_days=30) == [("LATE", 5)]
    with pytest.raises(LotsShort) as refused:
        plan(11)
    assert (refused.value.data["wanted"], refused.value.data["good"]) == ("11", "10")
    assert there() == {"LATE": 5, "SOON": 5}
    track(on=False)
    assert plan(99) == []


def test_what_expired_is_neither_promised_nor_sent(bolts: None) -> None:
    receive("GOOD", 3, 10)
    receive("OLD", 5, 10)
    Lot.objects.filter(code="OLD").update(expires_on=day(-1))
    # Before the worker looked: it is never sent.
    with pytest.raises(LotsShort):
        moved(-4, MovementKind.SHIPMENT)
    assert expire_lots() == 1
    assert expire_lots() == 0
    stock = Stock.objects.get()
    assert (stock.on_hand, stock.blocked, stock.available) == (8, 5, 3)
    assert [e.data["lot"] for e in Event.objects.filter(kind="stock.expired")] == ["OLD"]
    order = make_order(lines=[("BOLT", 4)]).order
    assert Backorder.objects.get(order=order).quantity == 1
    assert queries.to_give([stock.sku_id]) == set()
    assert audit() == []
    # It is thrown away by its name, and no longer blocked then.
    adjust_stock("HZ", "BOLT", D(-5), "expired", actor=owner(), lot=LotName("OLD"))
    stock.refresh_from_db()
    assert (stock.on_hand, stock.blocked) == (3, 0)
    assert audit() == []


def test_what_arrives_expired_is_blocked_at_once(bolts: None) -> None:
    stock = receive("OLD", 5, -1)
    stock.refresh_from_db()
    assert (stock.blocked, stock.available) == (5, 0)


def test_counts_and_corrections_are_of_a_lot(bolts: None) -> None:
    receive("A", 5, 30)
    receive("B", 5, 60)
    count_stock("HZ", "BOLT", D(3), actor=owner(), lot=LotName("A"))
    assert there() == {"A": 3, "B": 5}
    count_stock("HZ", "BOLT", D(2), actor=owner(), lot=LotName("FOUND"))
    assert there() == {"A": 3, "B": 5, "FOUND": 2}
    with pytest.raises(LotsShort):
        adjust_stock("HZ", "BOLT", D(-4), "broken", actor=owner(), lot=LotName("A"))
    with pytest.raises(LotsShort):
        adjust_stock("HZ", "BOLT", D(-1), "broken", actor=owner(), lot=LotName("NONE"))
    with pytest.raises(InvalidInput):
        count_stock("HZ", "BOLT", D(1), actor=owner())
    with pytest.raises(InvalidInput):
        adjust_stock("HZ", "BOLT", D(1), "x", actor=owner())
    make_order(lines=[("BOLT", 10)])
    with pytest.raises(StockReserved):
        count_stock("HZ", "BOLT", D(0), actor=owner(), lot=LotName("A"))
    assert there() == {"A": 3, "B": 5, "FOUND": 2}


def test_goods_that_are_not_found_are_of_good_lots_first(bolts: None) -> None:
    receive("OLD", 4, -1)
    receive("GOOD", 3, 9)
    moved(-5, MovementKind.ADJUSTMENT)
    assert there() == {"OLD": 2}
    with pytest.raises(LotsShort):
        moved(-3, MovementKind.ADJUSTMENT)


def test_a_sku_begins_to_track_lots_with_one_nobody_knows_and_may_cease(bolts: None) -> None:
    make_sku("NUT")
    stock_up("NUT", 6)
    track("NUT")
    assert there() == {"": 6}
    receive("N1", 2, 5, "NUT")
    receive("N0", 2, -5, "NUT")
    assert Stock.objects.get(sku__code="NUT").blocked == 2
    track("NUT", on=False)
    assert there() == {}
    stock = Stock.objects.get(sku__code="NUT")
    assert (stock.on_hand, stock.blocked) == (10, 0)
    told = Event.objects.filter(kind="stock.lots_switched").order_by("id")
    assert [event.data["tracked"] for event in told] == [True, True, False]
    assert audit() == []
    track("NUT")
    assert there() == {"": 10}


def test_an_audit_finds_lots_that_do_not_come_to_what_is_there_and_mends_them(bolts: None) -> None:
    receive("A", 5, 30)
    receive("B", 5, 60)
    Lot.objects.filter(code="B").update(on_hand=2)
    assert [wrong.kind for wrong in audit()] == ["lots"]
    assert repair() == 1
    assert (there(), audit()) == ({"A": 5, "B": 2, "": 3}, [])
    Lot.objects.filter(code="A").update(on_hand=9)
    assert repair() == 1
    # What goes last is taken off first.
    assert (there(), audit()) == ({"A": 9, "B": 1}, [])
    Stock.objects.update(blocked=1)
    assert [wrong.kind for wrong in audit()] == ["lots"]
    assert repair() == 1
    assert Stock.objects.get().blocked == 0


def test_purchases_and_production_bring_lots_and_use_the_first_to_expire() -> None:
    make_shop()
    for code in ("LEG", "DESK"):
        track(code)
    value = PurchaseInput("WOOD", (PurchaseLineInput("LEG", D(20)), PurchaseLineInput("BOARD", D(4))))
    order: PurchaseOrder = purchase.draft_purchase(value, actor=owner())
    purchase.send_purchase(order.pk, actor=owner())
    came: dict[int, Any] = {1: D(6), 2: D(4)}
    with pytest.raises(InvalidInput):
        purchase.receive_purchase(order.pk, came, actor=owner())
    assert not Movement.objects.exists()
    purchase.receive_purchase(order.pk, came, actor=owner(), lots={1: LotName("L1", day(5))})
    purchase.receive_purchase(order.pk, {1: D(14)}, actor=owner(), lots={1: LotName("L2", day(2))})
    assert there() == {"L1": 6, "L2": 14}
    stock_up("TOP", 3)
    make_order(lines=[("DESK", 3)])
    propose_supply(actor=owner())
    desk = ProductionOrder.objects.get(sku__code="DESK")
    produce.release_production(desk.pk, actor=owner())
    produce.start_production(desk.pk, actor=owner())
    produce.report_production(desk.pk, D(1), actor=owner())
    produce.report_production(desk.pk, D(2), actor=owner(), lot=LotName("D7"))
    assert there() == {"L1": 5, desk.number: 1, "D7": 2}
    assert audit() == []


def test_a_shipment_takes_the_lot_that_expires_first_and_a_short_pick_waits_for_the_rest(bolts: None) -> None:
    receive("LATE", 5, 90)
    receive("SOON", 2, 3)
    order = make_order(lines=[("BOLT", 6)]).order
    dispatcher.drain()
    gone = ship_goods(order.number, "HZ", {1: D(4)}, Handover("SF", "standard", "SF1"), actor=owner())
    assert there() == {"LATE": 3}
    cancel_shipment(gone.number, "wrong van", actor=owner())
    assert there() == {"LATE": 5, "SOON": 2}
    # What expired is not sent, though it is kept for the order: the refusal says what is good.
    Lot.objects.filter(code="LATE").update(expires_on=day(-1))
    with pytest.raises(LotsShort) as refused:
        ship_goods(order.number, "HZ", {1: D(4)}, Handover("SF", "standard", "SF2"), actor=owner())
    assert (refused.value.data["good"], there()) == ("2", {"LATE": 5, "SOON": 2})
    assert audit() == []
