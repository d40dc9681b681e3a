"""Requests for approval over REST: what waits for whom, why it was asked for, and deciding it."""

from decimal import Decimal
from typing import Any

import pytest

from openoms.domains.approvals.models import ApprovalRequest, Authority
from openoms.domains.approvals.rules import AmountBetween, ApprovalRule, StepRule
from openoms.domains.customers.models import Customer
from openoms.domains.identity.models import User
from openoms.domains.orders.models import Order, OrderType
from openoms.flows.edit_approvals import save_rule
from openoms.jobs import dispatcher
from tests.api.conftest import Api
from tests.factories import make_customer, make_order, make_rules, make_sku, owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(db: None, api_as: Any) -> Api:
    """A sales manager, whom orders of 5,000 or more wait for."""
    make_rules()
    make_sku("BOLT", "100")
    make_customer("Acme", code="ACME")
    steps = (StepRule("Sales", roles=("sales_manager",)),)
    save_rule(ApprovalRule("big", (AmountBetween("CNY", Decimal(5000)),), steps, name="Big"), actor=owner())
    found: Api = api_as("sales_manager")
    return found


def ask(quantity: int = 50) -> ApprovalRequest:
    order = make_order(Customer.objects.get(code="ACME"), [("BOLT", quantity)]).order
    return ApprovalRequest.objects.get(order=order.id)


def test_what_waits_is_listed_and_read_with_its_reasons(boss: Api) -> None:
    request = ask()
    [row] = boss.get("/approvals?assignee=me&state=pending").json()["items"]
    assert (row["id"], row["step"]) == (str(request.pk), "Sales")
    found = boss.get(f"/approvals/{request.pk}").json()
    assert found["may_decide"]
    assert found["reasons"] == [{"rule": "big", "facts": [["amount", "5000.00 CNY"]]}]


def test_approving_releases_the_order_and_is_done_once(boss: Api) -> None:
    request = ask()
    first = boss.post(f"/approvals/{request.pk}/approve", {"comment": "fine"}, Idempotency_Key="k")
    assert first.status_code == 200, first.content
    again = boss.post(f"/approvals/{request.pk}/approve", {"comment": "fine"}, Idempotency_Key="k")
    assert again["Idempotent-Replay"] == "true"
    assert first.json()["state"] == "approved"
    assert Order.objects.get(pk=request.order_id).status == "approved"
    assert boss.post(f"/approvals/{request.pk}/approve", {}).json()["code"] == "approval_closed"


def test_rejecting_needs_a_reason(boss: Api) -> None:
    request = ask()
    assert boss.post(f"/approvals/{request.pk}/reject", {"comment": " "}).status_code == 422
    assert boss.post(f"/approvals/{request.pk}/reject", {"comment": "no"}).json()["state"] == "rejected"
    assert Order.objects.get(pk=request.order_id).status == "draft"


def test_what_is_not_yours_to_decide_says_why(boss: Api, api_as: Any) -> None:
    request = ask()
    refused = api_as("finance").post(f"/approvals/{request.pk}/approve", {})
    assert (refused.status_code, refused.json()["code"]) == (403, "no_authority")
    assert refused.json()["reason"] == "not_asked"
    # Absent and not yours look alike.
    assert api_as("warehouse").get(f"/approvals/{request.pk}").status_code == 404


def test_a_question_is_asked_and_answered_once(boss: Api, api: Api) -> None:
    request = ask()
    asked = boss.post(f"/approvals/{request.pk}/questions", {"text": "By when?"})
    assert asked.status_code == 201
    path = f"/approval-questions/{asked.json()['id']}/answer"
    assert api.post(path, {"text": "Friday"}).json()["answer"] == "Friday"
    assert api.post(path, {"text": "Monday"}).json()["code"] == "question_answered"


def test_who_manages_approvals_takes_over(boss: Api, api: Api) -> None:
    request = ask()
    body = {"verdict": "approved", "reason": "Everybody is away"}
    assert boss.post(f"/approvals/{request.pk}/take-over", body).status_code == 403
    assert api.post(f"/approvals/{request.pk}/take-over", body).json()["state"] == "approved"


def test_above_the_limit_to_sales_then_finance_then_production_each_told_in_turn(api_as: Any) -> None:
    """The classic case over REST."""
    OrderType.objects.get_or_create(code="strategic", defaults={"name": "Strategic"})
    make_rules()
    make_sku("BOLT", "100")
    make_customer("Acme", code="ACME")
    roles = ("sales_manager", "finance", "production")
    steps = tuple(StepRule(role, 10 * turn, roles=(role,)) for turn, role in enumerate(roles, 1))
    save_rule(ApprovalRule("big", (AmountBetween("CNY", Decimal(5000)),), steps, name="Big"), actor=owner())
    people = {role: api_as(role) for role in roles}
    junior = api_as("sales_manager")
    newest = User.objects.filter(roles__code="sales_manager").order_by("-joined_at")[0]
    Authority.objects.create(user=newest, order_types=["standard"])
    body = {
        "customer": "ACME", "terms": "credit", "order_type": "strategic", "lines": [{"sku": "BOLT", "quantity": "60"}],
        "approval_note": "for the fair",
    }  # fmt: skip
    placed = api_as("sales").post("/orders", body).json()
    assert (placed["status"], [hold["kind"] for hold in placed["holds"]]) == ("submitted", ["approval"])
    refused = junior.post(f"/approvals/{ApprovalRequest.objects.get().pk}/approve", {})
    assert (refused.status_code, refused.json()["reason"]) == (403, "authority:order_type")
    for role in roles:
        [row] = people[role].get("/approvals?assignee=me&state=pending").json()["items"]
        assert (row["step"], row["note"]) == (role, "for the fair")
        dispatcher.drain()
        news = people[role].get("/notifications").json()["items"]
        assert placed["number"] in str(news), role
        assert people[role].post(f"/approvals/{row['id']}/approve", {}).status_code == 200
    order = people["finance"].get(f"/orders/{placed['number']}").json()
    assert (order["status"], order["holds"]) == ("approved", [])
    kinds = [
        entry["kind"]
        for entry in people["finance"].get(f"/orders/{placed['number']}/timeline").json()["items"]
    ]
    assert kinds[-1] == "order.released"

    again = api_as("sales").post("/orders", body).json()
    request = ApprovalRequest.objects.get(order__number=again["number"]).pk
    assert (
        people["sales_manager"].post(f"/approvals/{request}/reject", {"comment": "too cheap"}).status_code
        == 200
    )
    assert Order.objects.get(number=again["number"]).status == "draft"
