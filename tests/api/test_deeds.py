"""Cancelling, splitting and merging over REST."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from openoms.core.clock import now
from openoms.domains.events.models import Event
from openoms.domains.orders.models import Order
from openoms.domains.orders.states import Terms
from openoms.domains.payments.states import Method
from openoms.flows.pay import record_payment
from tests.api.conftest import Api
from tests.factories import make_customer, make_key, make_order, make_sku, owner, stock_up

pytestmark = pytest.mark.django_db


def as_role(role: str) -> Any:
    return Api(Client(), make_key(role))


# ---- cancelling


def test_the_preview_writes_nothing_and_says_what_the_deed_then_does(api: Any) -> None:
    stock_up(quantity=1)
    customer = make_customer(code="C1")
    order = make_order(customer, [("BOLT", 2)], terms=Terms.PREPAID).order
    record_payment(order.number, Decimal(5), Method.CASH, "", now(), actor=owner())
    before = Event.objects.count()
    seen = api.post(f"/orders/{order.number}/cancellation/preview", None)
    assert seen.status_code == 200, seen.content
    quote = seen.json()
    assert quote == {
        "allowed": True, "refusal": None, "stage": "payment",
        "goods": [{"warehouse": "HZ", "sku": "BOLT", "quantity": "1"}],
        "short": [{"sku": "BOLT", "quantity": "1"}], "stop_work": [], "shrinks": [], "approval": [],
        "holds": ["payment", "stock"], "remarks": [], "offers": [], "departments": [],
        "kept_on_account": "5.00", "currency": "CNY",
    }  # fmt: skip
    assert Event.objects.count() == before
    done = api.post(f"/orders/{order.number}/cancellation", {"reason": "no"}, idempotency_key="k")
    assert done.status_code == 200, done.content
    body = done.json()
    assert {name: body[name] for name in quote} == quote
    told = body["order"]
    assert (told["status"], told["balance"], told["on_hold"]) == ("cancelled", "-5.00", False)
    assert told["cancelled_at"]
    assert told["next_actions"] == []
    again = api.post(f"/orders/{order.number}/cancellation", {"reason": "no"}, idempotency_key="k")
    assert (again.content, again["Idempotent-Replay"]) == (done.content, "true")
    kept = api.get("/customers/C1").json()
    assert kept["credit"]["kept"] == [{"currency": "CNY", "amount": "5.00"}]


def test_refusals_have_codes_and_statuses(api: Any) -> None:
    order = make_order().order
    path = f"/orders/{order.number}/cancellation"
    assert api.post(path, {"reason": " "}).status_code == 422
    assert api.post(path, {}).status_code == 422
    stale = api.post(path, {"reason": "no", "base_revision": 9})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_revision")
    assert as_role("warehouse").post(path, {"reason": "no"}).status_code == 403
    assert as_role("warehouse").post(f"{path}/preview", None).status_code == 403
    assert api.post("/orders/SO0/cancellation", {"reason": "no"}).status_code == 404
    Order.objects.filter(pk=order.pk).update(fulfilment_state="shipped")
    shown = api.post(f"{path}/preview", None).json()
    assert (shown["allowed"], shown["refusal"], shown["stage"]) == (False, "shipped", "shipping")
    refused = api.post(path, {"reason": "no"})
    assert (refused.status_code, refused.json()["code"], refused.json()["reason"]) == (
        409,
        "cannot_cancel",
        "shipped",
    )
    order.refresh_from_db()
    assert order.status == "approved"


@pytest.mark.parametrize(
    "role", ["sales", "sales_manager", "customer_service", "integrator", "administrator"]
)
def test_who_sells_may_cancel(role: str) -> None:
    order = make_order().order
    assert as_role(role).post(f"/orders/{order.number}/cancellation", {"reason": "no"}).status_code == 200


# ---- splitting and merging


def test_an_order_is_split_as_it_was_foreseen_and_both_say_so(api: Any) -> None:
    make_sku("NUT", "3")
    order = make_order(lines=[("BOLT", 3), ("NUT", 2)], terms=Terms.PREPAID).order
    record_payment(order.number, Decimal("21.75"), Method.CASH, "", now(), actor=owner())
    body = {"by": "hand", "lines": [{"line": 1, "quantity": "1"}, {"line": 2, "quantity": "2"}]}
    seen = api.post(f"/orders/{order.number}/split/preview", body).json()
    assert seen == {
        "number": order.number, "currency": "CNY", "parts": [
            {"part": "stays", "lines": [{"line": 1, "sku": "BOLT", "quantity": "2", "total": "25.00"}],
             "shipping_total": "0.00", "total": "25.00", "paid": "12.50"},
            {"part": "taken", "lines": [{"line": 1, "sku": "BOLT", "quantity": "1", "total": "12.50"},
                                        {"line": 2, "sku": "NUT", "quantity": "2", "total": "6.00"}],
             "shipping_total": "0.00", "total": "18.50", "paid": "9.25"},
        ],
    }  # fmt: skip
    made = api.post(f"/orders/{order.number}/split", body | {"base_revision": 1}, idempotency_key="k")
    assert made.status_code == 201, made.content
    first, second = made.json()["orders"]
    assert [(row["total"], row["paid_total"]) for row in (first, second)] == [
        ("25.00", "12.50"),
        ("18.50", "9.25"),
    ]
    assert (first["split_into"], second["split_from"]) == ([second["number"]], [order.number])
    assert "split" in second["next_actions"]
    again = api.post(f"/orders/{order.number}/split", body | {"base_revision": 1}, idempotency_key="k")
    assert (again.content, again["Idempotent-Replay"]) == (made.content, "true")
    assert Order.objects.count() == 2
    beside = api.get(f"/orders/{order.number}/mergeable").json()["items"]
    assert [row["number"] for row in beside] == [second["number"]]
    both = {"orders": [second["number"], order.number]}
    merged = api.post("/orders/merge", both, idempotency_key="m")
    assert merged.status_code == 200, merged.content
    kept, gone = merged.json()["orders"]
    assert (kept["number"], kept["total"], kept["paid_total"]) == (order.number, "43.50", "21.75")
    assert (gone["status"], gone["merged_into"], kept["merged_from"]) == (
        "cancelled",
        [order.number],
        [second["number"]],
    )
    assert api.post("/orders/merge", both, idempotency_key="m")["Idempotent-Replay"] == "true"


def test_what_cannot_be_split_or_merged_is_a_conflict_with_its_reason(api: Any) -> None:
    order, draft = make_order(lines=[("BOLT", 2)]).order, make_order(submit=False).order
    path = f"/orders/{order.number}/split"
    whole = {"by": "hand", "lines": [{"line": 1, "quantity": "2"}]}
    refused = api.post(path, whole)
    assert (refused.status_code, refused.json()["code"], refused.json()["reason"]) == (
        409,
        "cannot_split",
        "one_part",
    )
    assert api.post(path, {"by": "magic"}).status_code == 422
    assert api.post(path, whole | {"base_revision": 9}).json()["code"] == "stale_revision"
    assert api.post(f"/orders/{draft.number}/split", whole).json()["reason"] == "not_approved"
    assert as_role("warehouse").post(path, whole).status_code == 403
    together = api.post("/orders/merge", {"orders": [order.number, draft.number]})
    assert (together.status_code, together.json()["code"], together.json()["reason"]) == (
        409,
        "cannot_merge",
        "not_approved",
    )
    assert api.post("/orders/merge", {"orders": [order.number]}).status_code == 422
    assert api.post("/orders/merge", {"orders": [order.number, "SO0"]}).status_code == 404
    assert as_role("warehouse").post("/orders/merge", {"orders": ["A", "B"]}).status_code == 403
    assert api.get(f"/orders/{draft.number}/mergeable").json() == {"items": []}
