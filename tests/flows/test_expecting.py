"""When orders get what they lack: kept by whatever moves the day, told once when it is later than asked for or told."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from openoms.core import firm
from openoms.domains.events.models import Event
from openoms.domains.identity.queries import actor_of
from openoms.domains.inventory.models import Backorder, ToldDay
from openoms.domains.notifications.models import Notification
from openoms.domains.notifications.states import Channel
from openoms.domains.orders.models import Order
from openoms.domains.supply.models import ProductionOrder, PurchaseOrder
from openoms.domains.supply.types import PurchaseInput, PurchaseLineInput
from openoms.flows import produce, purchase
from openoms.flows.edit_messages import switch_message
from openoms.flows.move_stock import receive_stock
from openoms.flows.plan_supply import propose_supply, schedule_production
from openoms.flows.watch import assign_order, follow_order
from openoms.jobs import dispatcher
from tests.factories import make_order, make_sku, make_user, owner
from tests.shop import make_shop

pytestmark = pytest.mark.django_db
D = Decimal


def waits(order: Order) -> tuple[date | None, str]:
    row = Backorder.objects.get(order=order)
    return row.expected_on, row.expected_from


def days(after: int) -> date:
    return firm.today() + timedelta(days=after)


def delays(order: Order) -> list[dict[str, Any]]:
    return [e.data for e in Event.objects.filter(kind="order.delayed", subject_id=order.pk).order_by("id")]


def buy(due: date, quantity: int = 10, sku: str = "LEG") -> PurchaseOrder:
    value = PurchaseInput("WOOD", (PurchaseLineInput(sku, D(quantity), due=due),))
    return purchase.draft_purchase(value, actor=owner())


def due(order: PurchaseOrder, day: date, quantity: int = 10, sku: str = "LEG") -> None:
    purchase.change_purchase(order.pk, [PurchaseLineInput(sku, D(quantity), due=day)], actor=owner())


@pytest.fixture
def shop() -> None:
    make_shop()


def short(sku: str = "LEG", quantity: int = 4, **fields: Any) -> Order:
    return make_order(lines=[(sku, quantity)], **fields).order


def test_what_is_newly_short_takes_its_lead_time_and_then_the_day_of_what_covers_it(shop: None) -> None:
    order = short()
    assert waits(order) == (None, "")
    dispatcher.drain()
    assert waits(order) == (days(5), "lead_time")
    bought = buy(days(9))
    assert waits(order) == (days(9), f"purchase:{bought.number}")
    due(bought, days(12))
    assert waits(order) == (days(12), f"purchase:{bought.number}")
    purchase.cancel_purchase(bought.pk, "gone", actor=owner())
    assert waits(order) == (days(5), "lead_time")


def test_production_says_the_day_its_schedule_finishes_it(shop: None) -> None:
    order = short("DESK", 2)
    propose_supply(actor=owner())
    desk = ProductionOrder.objects.get(sku__code="DESK")
    assert desk.finishes_on is not None
    assert waits(order) == (desk.finishes_on, f"production:{desk.number}")
    board = PurchaseOrder.objects.get()
    for line in board.lines.all():
        line.due = days(40)
        line.save()
    schedule_production(actor=owner())
    desk.refresh_from_db()
    assert desk.finishes_on >= days(40)
    assert waits(order) == (desk.finishes_on, f"production:{desk.number}")
    produce.stop_production(desk.pk, "no", actor=owner())
    assert waits(order)[1] == "lead_time"


def test_goods_that_went_to_somebody_else_leave_a_later_day(shop: None) -> None:
    first = short(quantity=4, requested_date=days(20))
    bought = buy(days(3), quantity=4)
    purchase.send_purchase(bought.pk, actor=owner())
    assert waits(first) == (days(3), f"purchase:{bought.number}")
    sooner = short(quantity=4, requested_date=days(2))
    purchase.receive_purchase(bought.pk, {1: D(4)}, actor=owner())
    dispatcher.drain()
    assert not Backorder.objects.filter(order=sooner).exists()
    assert waits(first) == (days(5), "lead_time")


def test_a_day_later_than_asked_for_is_told_once_and_each_further_change_once(shop: None) -> None:
    order = short(requested_date=days(7))
    bought = buy(days(7))
    dispatcher.drain()
    assert delays(order) == []
    due(bought, days(14))
    [told] = delays(order)
    assert told == {
        "number": order.number, "expected": days(14).isoformat(), "before": "", "requested": days(7).isoformat(),
        "sku": "LEG", "cause": "purchase", "document": bought.number,
    }  # fmt: skip
    # The same day again, another look at everything, the worker: nothing new.
    due(bought, days(14), quantity=12)
    propose_supply(actor=owner())
    dispatcher.drain()
    assert len(delays(order)) == 1
    due(bought, days(28), quantity=12)
    assert [one["before"] for one in delays(order)] == ["", days(14).isoformat()]
    # Back to what was told before that: earlier is told too, and is measured from then on.
    due(bought, days(14), quantity=12)
    [event] = Event.objects.filter(kind="order.expected_earlier")
    assert (event.data["before"], event.data["expected"]) == (days(28).isoformat(), days(14).isoformat())
    assert ToldDay.objects.get(order=order).told_on == days(14)


def test_without_a_day_asked_for_or_told_nothing_is_late(shop: None) -> None:
    order = short()
    bought = buy(days(7))
    due(bought, days(70))
    assert waits(order)[0] == days(70)
    assert delays(order) == []


def test_a_delay_names_what_is_gone_or_that_nobody_has_it(shop: None) -> None:
    order = short(requested_date=days(2))
    bought = buy(days(1))
    purchase.cancel_purchase(bought.pk, "gone", actor=owner())
    assert [(one["cause"], one["document"]) for one in delays(order)] == [("lost", bought.number)]
    make_sku("ODD")
    odd = short("ODD", requested_date=days(2))
    dispatcher.drain()
    dispatcher.drain()
    assert [(one["cause"], one["expected"]) for one in delays(odd)] == [("no_source", "")]
    assert waits(odd) == (None, "no_source")


def test_an_order_is_as_late_as_its_last_line(shop: None) -> None:
    order = make_order(lines=[("LEG", 4), ("BOARD", 2)], requested_date=days(7)).order
    buy(days(20), sku="BOARD")
    bought = buy(days(3))
    dispatcher.drain()
    assert [one["sku"] for one in delays(order)] == ["BOARD"]
    # A line that is not the last may move as it likes.
    due(bought, days(10))
    assert len(delays(order)) == 1


def test_served_orders_are_told_nothing(shop: None) -> None:
    order = short(requested_date=days(7))
    bought = buy(days(7))
    receive_stock("HZ", "LEG", D(4), actor=owner())
    dispatcher.drain()
    due(bought, days(30))
    assert delays(order) == []


# ---- who is told


def topics(**fields: Any) -> list[str]:
    return [
        row.topic for row in Notification.objects.filter(topic__contains="delayed", **fields).order_by("id")
    ]


def test_owner_and_followers_are_told_at_once_and_the_customer_by_mail_in_its_language(shop: None) -> None:
    buyer, follower = make_user("sales", language="en"), make_user("sales", language="en")
    order = short(requested_date=days(7))
    assign_order(order.number, buyer.pk, actor=owner())
    follow_order(order.number, actor=actor_of(follower))
    bought = buy(days(14))
    dispatcher.drain()
    for person in (buyer, follower):
        assert topics(user=person) == ["order.delayed", "order.delayed"]  # Inbox and mail.
    body = Notification.objects.get(user=buyer, topic="order.delayed", channel=Channel.INBOX).body
    assert f"Expected: {days(14)}" in body
    assert f"Document: {bought.number}" in body
    assert "Why: purchase order" in body
    assert "Told before" not in body
    [mail] = Notification.objects.filter(topic="customer.delayed")
    assert (mail.language, mail.channel) == ("zh-hans", Channel.EMAIL)
    assert f"最新预计：{days(14)}" in mail.body
    assert bought.number not in mail.body
    dispatcher.drain()
    assert Notification.objects.filter(topic="customer.delayed").count() == 1


def test_a_customer_is_not_told_where_the_firm_does_not_want_it_or_no_day_is_known(shop: None) -> None:
    make_sku("ODD")
    short("ODD", requested_date=days(2))
    dispatcher.drain()
    dispatcher.drain()
    assert Event.objects.filter(kind="order.delayed").count() == 1
    assert not Notification.objects.filter(topic="customer.delayed").exists()
    switch_message("customer.delayed", on=False, actor=owner())
    short(requested_date=days(1))
    dispatcher.drain()
    dispatcher.drain()
    assert Event.objects.filter(kind="order.delayed").count() == 2
    assert not Notification.objects.filter(topic="customer.delayed").exists()
