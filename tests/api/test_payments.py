"""Payments and credit over REST."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from openoms.core import firm
from openoms.core.clock import now
from openoms.domains.events.models import Event
from openoms.domains.orders.models import Order
from openoms.domains.orders.states import PaymentState, Status, Terms
from openoms.domains.payments.models import Payment
from openoms.flows.steps.placing import History
from tests.api.conftest import Api
from tests.factories import make_customer, make_key, make_order
from tests.flows.test_paying import buyer, draft, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    """An approved order of 12.50 that waits for its money."""
    placed = draft(terms=Terms.PREPAID)
    submit(placed.number)
    return placed


def as_role(role: str) -> Any:
    return Api(Client(), make_key(role))


def test_a_payment_is_recorded_once_for_its_key_and_read_back(api: Any, order: Order) -> None:
    body = {
        "amount": "2.50",
        "method": "bank_transfer",
        "reference": "T-1",
        "paid_at": "2026-03-01T08:00:00+08:00",
    }
    made = api.post(f"/orders/{order.number}/payments", body, idempotency_key="k")
    assert made.status_code == 201, made.content
    paid = made.json()
    assert paid["paid_at"] == "2026-03-01T00:00:00Z"
    assert paid["order"] == {
        "number": order.number, "status": "approved", "currency": "CNY", "total": "12.50", "paid_total": "2.50",
        "balance": "10.00", "payment_state": "partially_paid", "due_date": None, "on_hold": True,
    }  # fmt: skip
    again = api.post(f"/orders/{order.number}/payments", body, idempotency_key="k")
    assert (again.content, again["Idempotent-Replay"]) == (made.content, "true")
    assert Payment.objects.count() == 1
    listed = api.get(f"/orders/{order.number}/payments").json()
    assert listed == {
        "items": [{k: v for k, v in paid.items() if k != "order"}],
        "next_cursor": None,
        "order": paid["order"],
    }
    whole = api.get(f"/orders/{order.number}").json()
    assert (whole["payments"], whole["balance"], whole["paid_total"]) == (listed["items"], "10.00", "2.50")
    same = api.post(f"/orders/{order.number}/payments", body)
    assert (same.status_code, same.json()["code"], same.json()["payment"]) == (
        409,
        "payment_recorded",
        paid["id"],
    )


def test_paid_in_full_the_order_goes_and_taken_back_it_waits(api: Any, order: Order) -> None:
    paid = api.post(
        f"/orders/{order.number}/payments", {"amount": "13", "method": "cash", "paid_at": str(firm.today())}
    )
    assert paid.json()["order"]["balance"] == "-0.50"
    assert paid.json()["order"]["on_hold"] is False
    back = api.post(f"/payments/{paid.json()['id']}/void", {"reason": "Bounced"})
    assert back.status_code == 200, back.content
    assert (back.json()["void_reason"], back.json()["order"]["on_hold"]) == ("Bounced", True)
    twice = api.post(f"/payments/{paid.json()['id']}/void", {"reason": "Bounced"})
    assert (twice.status_code, twice.json()["code"]) == (409, "payment_voided")
    assert Event.objects.filter(kind="order.recalled").count() == 1


@pytest.mark.parametrize(
    ("body", "loc"),
    [
        ({"amount": "0", "method": "cash"}, ["amount"]),
        ({"amount": "1.001", "method": "cash"}, ["amount"]),
        ({"amount": "1", "method": "shells"}, ["method"]),
        ({"amount": "1", "method": "cash", "paid_at": "2999-01-01"}, ["paid_at"]),
    ],
)
def test_what_is_no_payment_is_refused_by_name(
    api: Any, order: Order, body: dict[str, str], loc: list[str]
) -> None:
    refused = api.post(f"/orders/{order.number}/payments", body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["loc"] == loc
    assert not Payment.objects.exists()


def test_who_may_not_see_or_record_does_not(order: Order) -> None:
    body = {"amount": "1", "method": "cash"}
    seller, packer = as_role("sales"), as_role("warehouse")
    assert seller.post(f"/orders/{order.number}/payments", body).status_code == 403
    assert seller.get(f"/orders/{order.number}/payments").status_code == 200
    assert packer.get(f"/orders/{order.number}/payments").status_code == 403
    assert packer.get(f"/orders/{order.number}").json()["payments"] is None
    assert not Payment.objects.exists()


def test_of_history_the_balance_is_known_by_its_state(api: Any) -> None:
    known = {PaymentState.UNPAID: "12.50", PaymentState.PAID: "0.00", PaymentState.PARTIALLY_PAID: None}
    for state, balance in known.items():
        history = History(now() - timedelta(days=9), status=Status.COMPLETED, payment_state=state)
        placed = make_order(history=history).order
        assert api.get(f"/orders/{placed.number}").json()["balance"] == balance
    refused = api.post(
        f"/orders/{Order.objects.get(payment_state='paid').number}/payments",
        {"amount": "1", "method": "cash"},
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "paid_elsewhere")


def test_a_customer_tells_what_it_owes_to_who_may_know(api: Any) -> None:
    customer = buyer("100", days=10)
    first, second = draft(customer), draft(customer, 2)
    for placed in (first, second):
        submit(placed.number)
    late = firm.today() - timedelta(days=1)
    Order.objects.filter(pk=first.pk).update(due_date=late)
    assert api.get(f"/customers/{customer.code}").json()["credit"] == {
        "terms": "credit", "limit": "100.00", "currency": "CNY", "days": 10, "exposure": "37.50", "available": "62.50",
        "overdue": "12.50", "owed": [{"currency": "CNY", "amount": "37.50", "overdue": "12.50", "orders": 2}],
        "overdue_orders": [{"number": first.number, "due_date": str(late), "owed": "12.50", "currency": "CNY"}], "kept": [],
    }  # fmt: skip
    assert as_role("logistics").get(f"/customers/{customer.code}").json()["credit"] is not None


def test_without_a_limit_there_is_nothing_available_to_name(api: Any) -> None:
    customer = buyer(None)
    placed = draft(customer)
    submit(placed.number)
    credit = api.get(f"/customers/{customer.code}").json()["credit"]
    assert (credit["limit"], credit["exposure"], credit["available"], credit["days"]) == (
        None,
        None,
        None,
        30,
    )
    assert credit["owed"][0]["amount"] == "12.50"
    assert api.get(f"/customers/{make_customer().code}").json()["credit"]["owed"] == []
    assert Decimal(api.get(f"/orders/{placed.number}").json()["balance"]) == Decimal("12.50")
