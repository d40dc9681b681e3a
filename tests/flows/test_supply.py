"""Supply: demand becomes production and purchase orders, which yield, use and bring goods; stop-work notices."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openoms.core import firm
from openoms.core.errors import InvalidInput
from openoms.domains.catalog.models import Sku
from openoms.domains.events.models import Event
from openoms.domains.identity.errors import MissingPermission
from openoms.domains.identity.rules import require
from openoms.domains.inventory.models import Backorder, Incoming, Movement, Stock
from openoms.domains.inventory.queries import wrong_stock
from openoms.domains.orders.models import Order
from openoms.domains.supply.errors import (
    CircularBill,
    IllegalStep,
    MaterialShort,
    NoSuchSupply,
    NoticeAcknowledged,
    TooMuch,
)
from openoms.domains.supply.models import (
    Demand,
    ProductionOrder,
    PurchaseLine,
    PurchaseOrder,
    StopWorkNotice,
    SupplierSku,
)
from openoms.domains.supply.queries import items_of
from openoms.domains.supply.states import NoticeReason, ProductionState, PurchaseState
from openoms.domains.supply.types import (
    BillInput,
    BillLineInput,
    OperationInput,
    ProductionInput,
    PurchaseInput,
    PurchaseLineInput,
    SupplierInput,
    SupplierSkuInput,
)
from openoms.flows import produce, purchase
from openoms.flows.edit_supply import save_bill, save_supplier
from openoms.flows.move_stock import set_safety
from openoms.flows.plan_supply import propose_supply, schedule_production
from openoms.flows.stop_work import Answer, acknowledge_notice
from openoms.flows.submit import withdraw_order
from openoms.jobs import dispatcher
from openoms.reading import supply as reading
from tests.factories import make_order, make_sku, owner, staff, stock_up
from tests.shop import make_shop

pytestmark = pytest.mark.django_db
D = Decimal


def on_hand(sku: str) -> Decimal:
    return Stock.objects.get(sku__code=sku, warehouse__code="HZ").on_hand


def incoming() -> dict[str, tuple[Decimal, date]]:
    rows = Incoming.objects.select_related("sku")
    return {f"{row.source} {row.sku.code}": (row.quantity, row.due) for row in rows}


def short(quantity: int = 2, sku: str = "DESK") -> Order:
    """An order for more than there is."""
    return make_order(lines=[(sku, quantity)]).order


# ---- what supply knows


def test_a_bill_is_replaced_whole_and_told_with_before_and_after() -> None:
    make_shop()
    save_bill(BillInput("DESK", (BillLineInput("TOP", D(1)),)), actor=owner())
    event = Event.objects.filter(kind="bill.saved").order_by("-id")[0]
    assert event.data["before"]["lines"] == ["1 × TOP (+0%)", "4 × LEG (+20%)"]
    assert event.data["after"]["lines"] == ["1 × TOP (+0%)"]
    assert event.data["after"]["operations"] == []


def test_a_product_made_of_itself_is_refused_by_the_way_round() -> None:
    make_shop()
    with pytest.raises(CircularBill) as refused:
        save_bill(BillInput("BOARD", (BillLineInput("DESK", D(1)),)), actor=owner())
    assert refused.value.data["way"] == ["BOARD", "DESK", "TOP", "BOARD"]
    with pytest.raises(CircularBill):
        save_bill(BillInput("LEG", (BillLineInput("LEG", D(1)),)), actor=owner())


@pytest.mark.parametrize(
    "bill",
    [
        BillInput("DESK"),
        BillInput("DESK", (BillLineInput("NONE", D(1)),)),
        BillInput("DESK", (BillLineInput("LEG", D(0)),)),
        BillInput("DESK", (BillLineInput("LEG", D(1), D(100)),)),
        BillInput("DESK", (BillLineInput("LEG", D(1)), BillLineInput("LEG", D(2)))),
        BillInput("DESK", (), (OperationInput("saw", ""),)),
    ],
)
def test_bills_that_make_no_sense_are_refused(bill: BillInput) -> None:
    make_shop()
    before = Event.objects.count()
    with pytest.raises(InvalidInput):
        save_bill(bill, actor=owner())
    assert Event.objects.count() == before


def test_a_supplier_keeps_what_it_sells_unless_told_and_contact_data_stays_out_of_events() -> None:
    make_shop()
    save_supplier(SupplierInput("WOOD", "Wood Ltd", "CNY", email="a@wood.example"), actor=owner())
    event = Event.objects.filter(kind="supplier.saved").order_by("-id")[0]
    assert "wood.example" not in str(event.data)
    assert SupplierSku.objects.count() == 2
    save_supplier(
        SupplierInput("WOOD", "Wood Ltd", "CNY", skus=(SupplierSkuInput("LEG", D(3)),)), actor=owner()
    )
    assert [row.sku.code for row in SupplierSku.objects.select_related("sku")] == ["LEG"]


# ---- demand becomes orders


def test_what_orders_lack_is_made_and_its_parts_are_bought_through_every_level() -> None:
    make_shop()
    order = short(2)
    done = propose_supply(actor=owner())
    made = {row.sku.code: row for row in ProductionOrder.objects.select_related("sku")}
    assert {code: row.quantity for code, row in made.items()} == {"DESK": 2, "TOP": 2}
    bought = {row.sku.code: row.ordered for row in PurchaseLine.objects.select_related("sku")}
    # Four legs each and a fifth more for scrap; legs come in lots of ten. A top takes two boards.
    assert bought == {"LEG": 10, "BOARD": 4}
    assert PurchaseOrder.objects.get().state == PurchaseState.DRAFT
    assert len(done.production) == 2
    assert {row.line.order for row in Demand.objects.all() if row.line} == {order}
    # A draft promises nothing, planned work does.
    assert {key.split()[1] for key in incoming()} == {"DESK", "TOP"}


def test_proposing_again_changes_nothing() -> None:
    make_shop()
    short(2)
    propose_supply(actor=owner())
    before = Event.objects.count()
    again = propose_supply(actor=owner())
    assert (again.production, again.purchase_lines, again.changed, again.dropped) == ([], [], 0, 0)
    assert Event.objects.count() == before


def test_stock_of_parts_is_used_before_more_is_bought() -> None:
    make_shop()
    stock_up("TOP", 1)
    stock_up("LEG", 100)
    short(2)
    propose_supply(actor=owner())
    assert {row.sku.code: row.quantity for row in ProductionOrder.objects.all()} == {"DESK": 2, "TOP": 1}
    assert {row.sku.code: row.ordered for row in PurchaseLine.objects.all()} == {"BOARD": 2}


def test_safety_stock_is_refilled() -> None:
    make_shop()
    stock_up("LEG", 3)
    set_safety("HZ", "LEG", D(8), actor=owner())
    propose_supply(actor=owner())
    line = PurchaseLine.objects.get()
    assert (line.sku.code, line.ordered) == ("LEG", 10)
    assert Demand.objects.get().line is None


def test_what_nobody_makes_or_sells_is_named() -> None:
    make_shop()
    make_sku("ODD")
    short(3, "ODD")
    assert propose_supply(actor=owner()).unsourced == [("ODD", 3)]


def test_unstarted_work_shrinks_and_goes_with_demand() -> None:
    make_shop()
    gone, stays = short(2), short(1)
    propose_supply(actor=owner())
    withdraw_order(gone.number, actor=owner())
    done = propose_supply(actor=owner())
    kept = ProductionOrder.objects.filter(state=ProductionState.PLANNED)
    assert {row.sku.code: row.quantity for row in kept} == {"DESK": 1, "TOP": 1}
    assert PurchaseLine.objects.get(sku__code="BOARD").ordered == 2
    assert done.notices == []
    withdraw_order(stays.number, actor=owner())
    propose_supply(actor=owner())
    assert not ProductionOrder.objects.filter(state=ProductionState.PLANNED).exists()
    assert PurchaseOrder.objects.get().state == PurchaseState.CANCELLED
    assert incoming() == {}


def test_begun_work_is_told_to_stop_and_the_department_answers() -> None:
    make_shop()
    order = short(2)
    propose_supply(actor=owner())
    desk = ProductionOrder.objects.get(sku__code="DESK")
    produce.release_production(desk.pk, actor=owner())
    withdraw_order(order.number, actor=owner())
    notice = propose_supply(actor=owner()).notices[0]
    assert (notice.production, notice.quantity, notice.reason) == (desk, 2, NoticeReason.SURPLUS)
    desk.refresh_from_db()
    assert desk.state == ProductionState.RELEASED
    assert propose_supply(actor=owner()).notices == []
    acknowledge_notice(notice.pk, Answer.STOP, "halted", actor=staff("production"))
    desk.refresh_from_db()
    assert desk.state == ProductionState.STOPPED
    with pytest.raises(NoticeAcknowledged):
        acknowledge_notice(notice.pk, Answer.STOP, actor=owner())
    assert Event.objects.filter(kind="stop_work.acknowledged").count() == 1


def test_an_order_that_lets_go_of_its_goods_is_followed_without_a_planner() -> None:
    make_shop()
    first, second = short(2), short(1)
    propose_supply(actor=owner())
    produce.release_production(ProductionOrder.objects.get(sku__code="TOP").pk, actor=owner())
    dispatcher.drain()
    withdraw_order(first.number, actor=owner())
    dispatcher.drain()
    assert ProductionOrder.objects.get(sku__code="DESK").quantity == 1
    assert StopWorkNotice.objects.get().quantity == 2
    withdraw_order(second.number, actor=owner())
    dispatcher.drain()
    assert ProductionOrder.objects.get(sku__code="DESK").state == ProductionState.STOPPED
    assert StopWorkNotice.objects.get().quantity == 3


def test_work_that_goes_on_for_stock_is_not_told_of_again() -> None:
    make_shop()
    order = short(2)
    propose_supply(actor=owner())
    desk = ProductionOrder.objects.get(sku__code="DESK")
    produce.release_production(desk.pk, actor=owner())
    withdraw_order(order.number, actor=owner())
    notice = propose_supply(actor=owner()).notices[0]
    acknowledge_notice(notice.pk, Answer.KEEP, actor=owner())
    assert propose_supply(actor=owner()).notices == []
    desk.refresh_from_db()
    assert desk.state == ProductionState.RELEASED


def test_a_notice_goes_when_the_work_is_needed_again() -> None:
    make_shop()
    order = short(2)
    propose_supply(actor=owner())
    produce.release_production(ProductionOrder.objects.get(sku__code="DESK").pk, actor=owner())
    withdraw_order(order.number, actor=owner())
    propose_supply(actor=owner())
    short(2)
    propose_supply(actor=owner())
    assert not StopWorkNotice.objects.exists()
    assert ProductionOrder.objects.filter(sku__code="DESK").count() == 1


def test_goods_asked_of_a_supplier_are_given_up_by_the_buyer_alone() -> None:
    make_shop()
    order = short(1, "LEG")
    propose_supply(actor=owner())
    sent = PurchaseOrder.objects.get()
    purchase.send_purchase(sent.pk, actor=owner())
    withdraw_order(order.number, actor=owner())
    notice = propose_supply(actor=owner()).notices[0]
    with pytest.raises(MissingPermission):
        acknowledge_notice(notice.pk, Answer.STOP, actor=staff("warehouse"))
    acknowledge_notice(notice.pk, Answer.STOP, actor=staff("purchasing"))
    sent.refresh_from_db()
    assert sent.state == PurchaseState.CANCELLED
    assert incoming() == {}


# ---- purchase orders


def draft(quantity: int = 10) -> PurchaseOrder:
    lines = (PurchaseLineInput("LEG", D(quantity)), PurchaseLineInput("BOARD", D(4), D("9.5")))
    return purchase.draft_purchase(PurchaseInput("WOOD", lines), actor=owner())


def test_a_draft_takes_the_suppliers_prices_and_times() -> None:
    make_shop()
    order = draft()
    rows = {row.sku.code: row for row in order.lines.select_related("sku")}
    assert (rows["LEG"].unit_price, rows["BOARD"].unit_price) == (12, D("9.5"))
    assert rows["LEG"].due == firm.today() + timedelta(days=5)
    assert incoming() == {}
    purchase.change_purchase(order.pk, (PurchaseLineInput("BOARD", D(6)),), actor=owner())
    assert [(row.sku.code, row.ordered, row.position) for row in order.lines.all()] == [("BOARD", 6, 1)]


def test_receiving_moves_stock_keeps_incoming_in_step_and_serves_orders_that_wait() -> None:
    make_shop()
    waiting = short(3, "LEG")
    order = draft()
    purchase.send_purchase(order.pk, actor=owner())
    assert incoming()[f"purchase:{order.number} LEG"][0] == 10
    with pytest.raises(TooMuch):
        purchase.receive_purchase(order.pk, {1: D(11)}, actor=owner())
    assert on_hand_or_none("LEG") is None
    purchase.receive_purchase(order.pk, {1: D(4)}, actor=staff("warehouse"))
    order.refresh_from_db()
    assert (order.state, on_hand("LEG")) == (PurchaseState.PARTLY_RECEIVED, 4)
    assert incoming()[f"purchase:{order.number} LEG"][0] == 6
    dispatcher.drain()
    assert not Backorder.objects.filter(order=waiting).exists()
    movement = Movement.objects.get(source=f"purchase:{order.number}")
    assert (movement.kind, movement.quantity) == ("receipt", 4)
    purchase.receive_purchase(order.pk, {1: D(6), 2: D(4)}, actor=owner())
    order.refresh_from_db()
    assert order.state == PurchaseState.RECEIVED
    assert order.ended_at is not None
    assert incoming() == {}
    assert wrong_stock() == []
    with pytest.raises(IllegalStep):
        purchase.receive_purchase(order.pk, {1: D(1)}, actor=owner())


def on_hand_or_none(sku: str) -> Decimal | None:
    return Stock.objects.filter(sku__code=sku).values_list("on_hand", flat=True).first()


def test_what_was_sent_is_changed_no_longer_and_the_rest_can_be_given_up() -> None:
    make_shop()
    order = draft()
    with pytest.raises(IllegalStep):
        purchase.receive_purchase(order.pk, {1: D(1)}, actor=owner())
    purchase.send_purchase(order.pk, actor=owner())
    with pytest.raises(IllegalStep):
        purchase.change_purchase(order.pk, (PurchaseLineInput("LEG", D(1)),), actor=owner())
    purchase.receive_purchase(order.pk, {1: D(1)}, actor=owner())
    purchase.cancel_purchase(order.pk, "supplier shut", actor=owner())
    assert incoming() == {}
    assert on_hand("LEG") == 1


def test_only_those_who_may_order_and_receive() -> None:
    make_shop()
    order = draft()
    with pytest.raises(MissingPermission):
        purchase.send_purchase(order.pk, actor=staff("warehouse"))
    draft_by_sales = PurchaseInput("WOOD", (PurchaseLineInput("LEG", D(1)),))
    with pytest.raises(MissingPermission):
        purchase.draft_purchase(draft_by_sales, actor=staff("sales"))
    order.refresh_from_db()
    assert order.state == PurchaseState.DRAFT


# ---- production orders


def plan(quantity: int = 2) -> ProductionOrder:
    return produce.plan_production(
        ProductionInput("DESK", D(quantity), firm.today() + timedelta(days=9)), actor=owner()
    )


def test_progress_uses_material_yields_stock_and_serves_who_waits() -> None:
    make_shop()
    stock_up("TOP", 5)
    stock_up("LEG", 20)
    waiting = short(1)
    order = plan()
    produce.release_production(order.pk, actor=owner())
    produce.report_production(order.pk, D(1), actor=staff("production"))
    order.refresh_from_db()
    assert (order.state, order.done) == (ProductionState.STARTED, 1)
    assert (on_hand("TOP"), on_hand("LEG"), on_hand("DESK")) == (4, 15, 1)
    dispatcher.drain()
    assert not Backorder.objects.filter(order=waiting).exists()
    assert incoming()[f"production:{order.number} DESK"][0] == 1
    produce.report_production(order.pk, D(1), actor=owner())
    order.refresh_from_db()
    assert order.state == ProductionState.DONE
    assert incoming() == {}
    assert wrong_stock() == []


def test_without_material_nothing_is_reported() -> None:
    make_shop()
    stock_up("TOP", 1)
    order = plan()
    produce.release_production(order.pk, actor=owner())
    with pytest.raises(MaterialShort) as refused:
        produce.report_production(order.pk, D(1), actor=owner())
    assert refused.value.data["shortages"] == [{"sku": "LEG", "missing": "5"}]
    order.refresh_from_db()
    assert (order.done, on_hand("TOP")) == (0, 1)


def test_the_ways_of_a_production_order() -> None:
    make_shop()
    stock_up("TOP", 9)
    stock_up("LEG", 90)
    order = plan(3)
    with pytest.raises(IllegalStep):
        produce.start_production(order.pk, actor=owner())
    with pytest.raises(IllegalStep):
        produce.report_production(order.pk, D(1), actor=owner())
    produce.release_production(order.pk, actor=owner())
    produce.start_production(order.pk, actor=owner())
    with pytest.raises(IllegalStep):
        produce.finish_production(order.pk, actor=owner())
    with pytest.raises(TooMuch):
        produce.report_production(order.pk, D(4), actor=owner())
    produce.report_production(order.pk, D(2), actor=owner())
    with pytest.raises(InvalidInput):
        produce.change_production(order.pk, quantity=D(1), actor=owner())
    produce.finish_production(order.pk, actor=owner())
    with pytest.raises(IllegalStep):
        produce.stop_production(order.pk, "late", actor=owner())
    assert incoming() == {}


def test_what_has_no_bill_is_not_made_and_absent_orders_are_named() -> None:
    make_shop()
    with pytest.raises(InvalidInput):
        produce.plan_production(ProductionInput("LEG", D(1), firm.today()), actor=owner())
    with pytest.raises(NoSuchSupply):
        produce.plan_production(ProductionInput("DESK", D(1), firm.today(), "NOWHERE"), actor=owner())
    assert not ProductionOrder.objects.exists()


def test_an_order_keeps_the_bill_it_was_planned_with() -> None:
    make_shop()
    order = plan()
    save_bill(BillInput("DESK", (BillLineInput("TOP", D(2)),)), actor=owner())
    assert sorted(row.sku.code for row in order.materials.select_related("sku")) == ["LEG", "TOP"]
    assert order.steps.count() == 1


# ---- the schedule


def test_a_schedule_has_components_before_products_and_waits_for_bought_material() -> None:
    make_shop()
    short(2)
    propose_supply(actor=owner())
    desk, top = (ProductionOrder.objects.get(sku__code=code) for code in ("DESK", "TOP"))
    boards = PurchaseLine.objects.get(sku__code="BOARD")
    assert top.finishes_on is not None
    assert desk.starts_on is not None
    assert top.finishes_on >= boards.due
    assert desk.starts_on >= top.finishes_on
    assert incoming()[f"production:{desk.number} DESK"][1] == desk.finishes_on
    step = desk.steps.get()
    assert (step.starts_on, step.finishes_on) == (desk.starts_on, desk.finishes_on)


def test_capacity_is_finite_and_frozen_work_stays() -> None:
    make_shop()
    stock_up("TOP", 99)
    stock_up("LEG", 999)
    first, second = plan(7), plan(7)
    schedule_production(actor=owner())
    first.refresh_from_db()
    second.refresh_from_db()
    # Seven desks take 430 of the day's 480 minutes.
    assert first.starts_on == first.finishes_on
    assert second.finishes_on is not None
    assert first.finishes_on is not None
    assert second.finishes_on > first.finishes_on
    produce.change_production(first.pk, is_frozen=True, actor=owner())
    produce.change_production(second.pk, priority=9, due=firm.today(), actor=owner())
    before = first.starts_on, first.finishes_on
    found = schedule_production(actor=owner())
    first.refresh_from_db()
    assert (first.starts_on, first.finishes_on) == before
    assert sum(1 for job in found.jobs.values() if job.late_days) == 1
    events = Event.objects.filter(kind="production.scheduled").count()
    schedule_production(actor=owner())
    assert Event.objects.filter(kind="production.scheduled").count() == events


def test_who_may_do_what() -> None:
    for role in ("production", "purchasing"):
        require(staff(role))
    make_shop()
    with pytest.raises(MissingPermission):
        propose_supply(actor=staff("warehouse"))


# ---- what it costs


def test_planning_reads_the_bills_concerned_level_by_level_however_many_there_are() -> None:
    make_shop()
    desk = Sku.objects.get(code="DESK")
    with CaptureQueriesContext(connection) as few:
        known = items_of([desk.pk])
    for n in range(5):
        make_sku(f"X{n}")
        save_bill(BillInput(f"X{n}", (BillLineInput("LEG", D(1)),)), actor=owner())
    with CaptureQueriesContext(connection) as many:
        assert items_of([desk.pk]) == known
    assert len(many) == len(few)
    assert {Sku.objects.get(pk=key).code for key in known} == {"DESK", "TOP", "LEG", "BOARD"}
    # Without a bill there is nothing to go down to.
    with CaptureQueriesContext(connection) as one:
        assert items_of([Sku.objects.get(code="LEG").pk])
    assert len(one) == 3


def test_the_board_narrowed_to_what_nothing_covers_is_narrowed_before_it_is_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_shop()
    stock_up("BOARD", 1)
    set_safety("HZ", "BOARD", D(1), actor=owner())
    covered = short(4, "LEG")
    lacks = short(2, "BOARD")
    bought = purchase.draft_purchase(PurchaseInput("WOOD", (PurchaseLineInput("LEG", D(4)),)), actor=owner())
    purchase.send_purchase(bought.pk, actor=owner())
    monkeypatch.setattr(reading, "MOST_SHORT", 1)
    assert [row.waiting[0].order for row in reading.board(owner())] == [covered]
    assert [row.waiting[0].order for row in reading.board(owner(), only_uncovered=True)] == [lacks]
