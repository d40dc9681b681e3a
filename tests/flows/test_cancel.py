"""Cancelling: what is let go of, told and kept, by rows and events; a refusal changes nothing."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from openoms.core.clock import now
from openoms.core.errors import InvalidInput, StaleRevision
from openoms.domains.approvals.models import ApprovalRequest, Seat
from openoms.domains.events.models import Event
from openoms.domains.identity.errors import MissingPermission
from openoms.domains.identity.queries import actor_of
from openoms.domains.inventory.models import Backorder, Reservation, Stock
from openoms.domains.inventory.queries import wrong_stock
from openoms.domains.notifications.models import Notification
from openoms.domains.orders.errors import CannotCancel, NoSuchOrder, OrderClosed
from openoms.domains.orders.models import Hold, Instruction, Order, Performance
from openoms.domains.orders.states import FulfilmentState, Terms
from openoms.domains.orders.types import NewInstruction
from openoms.domains.payments.states import Method
from openoms.domains.pricing.models import Coupon, PromotionUse
from openoms.domains.pricing.promotions import Benefit, Percent, Promotion
from openoms.domains.supply.models import ProductionOrder, StopWorkNotice
from openoms.flows import produce
from openoms.flows.audit import audit
from openoms.flows.cancel import cancel_order, preview_cancellation
from openoms.flows.edit_promotions import CouponInput, create_coupons, save_promotion
from openoms.flows.hold import place_hold
from openoms.flows.pay import record_payment, void_payment
from openoms.flows.perform import perform_service, schedule_service
from openoms.flows.plan_supply import propose_supply
from openoms.flows.submit import submit_order
from openoms.flows.watch import assign_order, follow_order
from openoms.jobs import dispatcher
from openoms.reading.credit import credit_figures
from tests.factories import (
    make_customer,
    make_order,
    make_product,
    make_sku,
    make_user,
    owner,
    staff,
    stock_up,
)
from tests.flows.approval_cast import SALES, kinds_of, large_order, make_cast, make_rule, told
from tests.shop import make_shop

pytestmark = pytest.mark.django_db
D = Decimal


def pay(order: Order, amount: str) -> Any:
    return record_payment(order.number, D(amount), Method.CASH, "", now(), actor=owner())


def cancel(order: Order, reason: str = "Changed their mind", **more: Any) -> Order:
    done = cancel_order(order.number, reason, actor=more.pop("actor", owner()), **more)
    order.refresh_from_db()
    assert done.order.status == order.status
    return order


def reserved(sku: str = "BOLT") -> Decimal:
    return Stock.objects.get(sku__code=sku).reserved


# ---- what is let go of


def test_goods_become_free_and_what_is_short_is_waited_for_no_longer() -> None:
    stock_up(quantity=3)
    order = make_order(lines=[("BOLT", 5)]).order
    _, quote = preview_cancellation(order.number, actor=owner())
    assert [(one.warehouse, one.sku, one.quantity) for one in quote.released.goods] == [("HZ", "BOLT", 3)]
    assert quote.released.short == (("BOLT", D(2)),)
    cancel(order)
    assert (order.status, order.fulfilment_state, order.open_holds) == ("cancelled", "unallocated", 0)
    assert Order.objects.filter(cancelled_at=None).count() == 0
    assert (reserved(), Backorder.objects.count()) == (0, 0)
    assert set(Reservation.objects.values_list("state", flat=True)) == {"freed"}
    assert wrong_stock() == []
    [data] = told(order, "order.cancelled")
    assert data["reason"] == "Changed their mind"
    assert data["stage"] == "allocation"
    assert kinds_of(order).count("order.freed") == 1


def test_what_was_freed_goes_to_the_order_that_waits() -> None:
    stock_up(quantity=3)
    first, second = (make_order(lines=[("BOLT", 3)]).order for _ in range(2))
    dispatcher.drain()
    cancel(first)
    dispatcher.drain()
    second.refresh_from_db()
    assert second.fulfilment_state == FulfilmentState.ALLOCATED


def test_an_order_being_approved_closes_its_request_and_tells_those_who_were_asked() -> None:
    cast = make_cast()
    make_rule("LARGE", [SALES])
    order = large_order(cast.clerk)
    _, quote = preview_cancellation(order.number, actor=cast.clerk)
    assert (quote.stage, quote.released.approval) == ("approval", ("Sales manager",))
    cancel(order, actor=cast.clerk)
    assert set(ApprovalRequest.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert not Seat.objects.filter(is_open=True).exists()
    assert not Hold.objects.filter(released_at=None).exists()
    [data] = told(order, "approval.withdrawn")
    assert str(cast.manager.user_id) in data["people"]


def test_a_released_order_is_taken_back_and_its_remarks_services_and_holds_end() -> None:
    make_product("SERVICES", "Services", "service")
    make_sku("SET-UP", product="SERVICES")
    person = make_user("warehouse")
    remark = NewInstruction("Mind the glass", "logistics", "shipping")
    order = make_order(lines=[("BOLT", 1), ("SET-UP", 1)], instructions=(remark,)).order
    schedule_service(order.number, 2, now() + timedelta(days=1), actor=owner(), assignee=person.pk)
    place_hold(order.number, "Wait", actor=owner())
    order.refresh_from_db()
    cancel(order)
    assert order.released_at is None
    assert order.open_holds == 0
    assert set(Instruction.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert not Performance.objects.exists()
    [data] = told(order, "order.cancelled")
    assert data["assignees"] == [str(person.pk)]
    assert "logistics" in data["departments"]
    assert "order.released" not in kinds_of(order)[kinds_of(order).index("hold.placed") :]
    assert audit() == []


def test_promotions_and_coupons_are_given_back() -> None:
    save_promotion(
        Promotion("AUTUMN", (Benefit(Percent(D(10)), "order"),), "Autumn", needs_coupon=True, most_uses=5),
        actor=owner(),
        is_active=True,
        new=True,
    )
    create_coupons(CouponInput("AUTUMN", "AUTUMN-1", most_uses=1), actor=owner())
    order = make_order(lines=[("BOLT", 4)], coupons=("AUTUMN-1",)).order
    assert (Coupon.objects.get().used, PromotionUse.objects.count()) == (1, 1)
    _, quote = preview_cancellation(order.number, actor=owner())
    assert quote.released.offers == (("AUTUMN", "AUTUMN-1"),)
    cancel(order)
    assert (Coupon.objects.get().used, PromotionUse.objects.count()) == (0, 0)


def test_work_nobody_began_goes_with_the_order() -> None:
    make_shop()
    order = make_order(lines=[("DESK", 2)]).order
    propose_supply(actor=owner())
    _, quote = preview_cancellation(order.number, actor=owner())
    assert {(one.kind, one.sku) for one in quote.released.shrinking} >= {("production", "DESK")}
    assert (quote.stop_work, quote.stage) == ((), "allocation")
    cancel(order)
    dispatcher.drain()
    assert set(ProductionOrder.objects.values_list("state", flat=True)) == {"stopped"}
    assert not StopWorkNotice.objects.exists()


def test_begun_work_is_told_to_stop_for_this_order() -> None:
    make_shop()
    order = make_order(lines=[("DESK", 2)]).order
    propose_supply(actor=owner())
    desk = ProductionOrder.objects.get(sku__code="DESK")
    produce.release_production(desk.pk, actor=owner())
    _, quote = preview_cancellation(order.number, actor=owner())
    assert [(one.number, one.sku, one.quantity) for one in quote.stop_work] == [(desk.number, "DESK", 2)]
    assert quote.stage == "production"
    cancel(order)
    dispatcher.drain()
    notice = StopWorkNotice.objects.get(production=desk)
    assert (notice.reason, notice.quantity, notice.for_number) == ("cancelled", 2, order.number)
    assert "production" in told(order, "order.cancelled")[0]["departments"]


# ---- money


def test_what_was_paid_stays_on_the_customers_account() -> None:
    customer = make_customer()
    order = make_order(customer, [("BOLT", 2)], terms=Terms.PREPAID).order
    payment = pay(order, "25.00")
    cancel(order)
    assert (order.paid_total, order.payment_state) == (D("25"), "paid")
    assert told(order, "order.cancelled")[0]["paid"] == "25.00"
    figures = credit_figures(customer)
    assert (figures.kept, figures.is_of_interest) == ([("CNY", D("25"))], True)
    with pytest.raises(OrderClosed):
        pay(order, "1")
    void_payment(payment.pk, "given back in cash", actor=owner())
    order.refresh_from_db()
    assert (order.paid_total, order.open_holds, order.status) == (0, 0, "cancelled")
    assert credit_figures(customer).kept == []
    assert audit() == []


def test_an_order_on_credit_is_owed_no_longer() -> None:
    customer = make_customer()
    order = make_order(customer, [("BOLT", 2)]).order
    assert credit_figures(customer).owed[0].amount == D("25")
    cancel(order)
    assert credit_figures(customer).owed == []


# ---- who is told


def test_owner_follower_department_and_customer_hear_of_it() -> None:
    stock_up()
    clerk, follower, packer, stranger = (make_user(r) for r in ("sales", "sales", "warehouse", "logistics"))
    order = make_order(lines=[("BOLT", 1)], terms=Terms.CREDIT).order
    assign_order(order.number, clerk.pk, actor=owner())
    follow_order(order.number, actor=actor_of(follower))
    dispatcher.drain()
    cancel(order, "No longer wanted")
    dispatcher.drain()
    rows = Notification.objects.filter(topic="order.cancelled", channel="inbox")
    assert {row.user_id for row in rows} == {clerk.pk, follower.pk, packer.pk}
    assert stranger.pk not in {row.user_id for row in rows}
    assert "No longer wanted" in rows[0].body
    [mail] = Notification.objects.filter(topic="customer.cancelled")
    assert order.number in mail.subject
    assert "No longer wanted" not in mail.body, "why is the firm's own"
    assert "余额" not in mail.body, "nothing was paid"


def test_a_customer_hears_nothing_of_a_draft() -> None:
    order = make_order(submit=False).order
    cancel(order)
    dispatcher.drain()
    assert order.status == "cancelled"
    assert not Notification.objects.filter(topic="customer.cancelled").exists()
    assert told(order, "order.cancelled")[0]["stage"] == "submission"


# ---- refusals


def unchanged(order: Order) -> tuple[Any, ...]:
    order.refresh_from_db()
    return (
        order.status,
        order.fulfilment_state,
        order.open_holds,
        list(Reservation.objects.order_by("id").values_list("state", flat=True)),
        Event.objects.count(),
    )


@pytest.mark.parametrize("state", ["partially_shipped", "shipped", "delivered"])
def test_what_was_shipped_is_refused_and_nothing_changes(state: str) -> None:
    stock_up()
    order = make_order(lines=[("BOLT", 2)]).order
    Order.objects.filter(pk=order.pk).update(fulfilment_state=state)
    before = unchanged(order)
    with pytest.raises(CannotCancel) as refused:
        cancel_order(order.number, "late", actor=owner())
    assert refused.value.data["reason"] == ("delivered" if state == "delivered" else "shipped")
    assert unchanged(order) == before
    _, quote = preview_cancellation(order.number, actor=owner())
    assert not quote.is_allowed
    assert quote.released.goods == ()


def test_begun_picking_may_still_be_cancelled() -> None:
    stock_up()
    order = make_order(lines=[("BOLT", 2)]).order
    Order.objects.filter(pk=order.pk).update(fulfilment_state="picking")
    cancel(order)
    assert (order.status, order.fulfilment_state, reserved()) == ("cancelled", "unallocated", 0)
    assert told(order, "order.cancelled")[0]["stage"] == "picking"


def test_a_performed_service_keeps_the_order() -> None:
    make_product("SERVICES", "Services", "service")
    make_sku("SET-UP", product="SERVICES")
    order = make_order(lines=[("SET-UP", 1)] * 2).order
    perform_service(order.number, 1, actor=owner())
    before = unchanged(order)
    with pytest.raises(CannotCancel):
        cancel_order(order.number, "late", actor=owner())
    assert unchanged(order) == before


def test_a_second_time_without_a_reason_at_an_old_revision_or_by_a_stranger_is_refused() -> None:
    order, packer = make_order().order, staff("warehouse")
    before = unchanged(order)
    with pytest.raises(InvalidInput):
        cancel_order(order.number, "  ", actor=owner())
    with pytest.raises(InvalidInput):
        cancel_order(order.number, "x" * 501, actor=owner())
    with pytest.raises(StaleRevision):
        cancel_order(order.number, "why", actor=owner(), base_revision=7)
    with pytest.raises(MissingPermission):
        cancel_order(order.number, "why", actor=packer)
    with pytest.raises(MissingPermission):
        preview_cancellation(order.number, actor=packer)
    with pytest.raises(NoSuchOrder):
        cancel_order("SO0", "why", actor=owner())
    assert unchanged(order) == before
    cancel(order)
    with pytest.raises(CannotCancel) as refused:
        cancel_order(order.number, "again", actor=owner())
    assert refused.value.data["reason"] == "cancelled"
    with pytest.raises(Exception, match="cancelled"):
        submit_order(order.number, actor=owner())
