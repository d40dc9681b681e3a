"""Rules of approval, authorities and absences over REST."""

from typing import Any

import pytest

from openoms.domains.approvals.models import ApprovalRule, Delegation
from tests.api.conftest import Api
from tests.factories import make_user

pytestmark = pytest.mark.django_db

BIG: dict[str, Any] = {
    "code": "BIG",
    "name": "Big orders",
    "name_zh": "大额订单",
    "priority": 5,
    "conditions": [{"kind": "amount", "currency": "CNY", "least": "20000"}],
    "steps": [
        {"name": "Sales manager", "roles": ["sales_manager"]},
        {"name": "Finance", "roles": ["finance"]},
    ],
}


def test_a_rule_is_made_once_read_listed_and_changed(api: Api) -> None:
    made = api.post("/approval-rules", BIG, Idempotency_Key="k1")
    assert made.status_code == 201, made.content
    again = api.post("/approval-rules", BIG, Idempotency_Key="k1")
    assert again["Idempotent-Replay"] == "true"
    assert again.json() == made.json() == api.get("/approval-rules/BIG").json()
    rule = made.json()
    assert rule["is_active"]
    assert [step["turn"] for step in rule["steps"]] == [10, 20]
    # Nobody has these roles.
    assert rule["concerns"] == [{"worry": "nobody", "step": 0}, {"worry": "nobody", "step": 1}]
    assert api.get("/approval-rules?active=true").json()["items"] == [rule]
    changed = api.patch("/approval-rules/BIG", {"is_active": False, "steps": []})
    assert (changed.json()["is_active"], changed.json()["steps"]) == (False, [])
    assert api.get("/approval-rules?active=true").json()["items"] == []


def test_people_are_named_by_key_or_address(api: Api) -> None:
    boss = make_user("manager", email="boss@example.com")
    for named in ("Boss@example.com", str(boss.pk)):
        steps = [{"name": "Boss", "users": [named]}]
        made = api.post("/approval-rules", BIG | {"code": f"B-{len(named)}", "steps": steps})
        assert made.json()["steps"][0]["users"] == [str(boss.pk)]
    answer = api.post("/approval-rules", BIG | {"steps": [{"name": "B", "users": ["no@example.com"]}]})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["steps", 0, "users"]


@pytest.mark.parametrize(
    ("change", "loc"),
    [
        ({"conditions": [{"kind": "amount", "currency": "CNY"}]}, ["conditions", 0, "least"]),
        (
            {"conditions": [{"kind": "amount", "currency": "CNY", "lest": "1"}]},
            ["conditions", 0, "amount", "lest"],
        ),
        ({"conditions": [{"kind": "order", "channels": ["nowhere"]}]}, ["conditions", 0, "channels"]),
        ({"steps": [{"name": "A", "roles": ["nobody"]}]}, ["steps", 0, "roles"]),
        ({"steps": [{"name": "A"}]}, ["steps", 0, "roles"]),
    ],
)
def test_what_means_nothing_is_refused_where_it_stands(
    api: Api, change: dict[str, Any], loc: list[Any]
) -> None:
    answer = api.post("/approval-rules", BIG | change)
    assert answer.status_code == 422, answer.content
    assert answer.json()["errors"][0]["loc"] == loc
    assert not ApprovalRule.objects.exists()


def test_rules_are_seen_by_approvers_and_changed_by_those_who_manage_them(api: Api, api_as: Any) -> None:
    api.post("/approval-rules", BIG)
    finance = api_as("finance")
    assert finance.get("/approval-rules").status_code == 200
    assert finance.patch("/approval-rules/BIG", {"priority": 1}).status_code == 403
    assert finance.post("/approval-rules", BIG | {"code": "X"}).status_code == 403
    assert api_as("warehouse").get("/approval-rules").status_code == 403
    assert api.get("/approval-rules/NONE").status_code == 404


def test_the_way_rules_work_together_is_set(api: Api) -> None:
    assert api.get("/approval-policy").json() == {"matching": "all"}
    assert api.patch("/approval-policy", {"matching": "first"}).json() == {"matching": "first"}
    assert api.get("/approval-rules").json()["matching"] == "first"
    assert api.patch("/approval-policy", {"matching": "none"}).status_code == 422


def test_an_authority_is_made_listed_changed_and_taken_away(api: Api) -> None:
    boss = make_user("manager", email="boss@example.com", name="Boss")
    body = {"user": "boss@example.com", "currency": "CNY", "most": "50000", "order_types": ["standard"]}
    made = api.post("/authorities", body)
    assert made.status_code == 201, made.content
    assert made.json()["user"] == {"id": str(boss.pk), "name": "Boss", "email": "boss@example.com"}
    assert made.json()["most"] == "50000"
    key = made.json()["id"]
    assert [row["id"] for row in api.get("/authorities?q=boss@example.com").json()["items"]] == [key]
    changed = api.patch(f"/authorities/{key}", {"most": None, "least": "10"})
    assert (changed.json()["least"], changed.json()["most"]) == ("10", None)
    assert api.patch(f"/authorities/{key}", {"most": "5"}).json()["errors"][0]["loc"] == ["most"]
    assert api.send("DELETE", f"/authorities/{key}").status_code == 204
    assert api.send("DELETE", f"/authorities/{key}").status_code == 404
    assert api.post("/authorities", {"currency": "CNY"}).json()["errors"][0]["loc"] == ["role"]


def test_an_absence_is_arranged_by_oneself_seen_by_both_and_ended(api: Api, api_as: Any) -> None:
    boss = make_user("manager", email="boss@example.com")
    mine = api_as("sales_manager")
    body = {"to": "boss@example.com", "until": "2099-01-01T00:00:00Z", "reason": "holiday"}
    # Keys act as a user of their own, who is one of the firm's here.
    made = mine.post("/delegations", body)
    assert made.status_code == 201, made.content
    key = made.json()["id"]
    assert made.json()["to"]["id"] == str(boss.pk)
    assert [row["id"] for row in mine.get("/delegations?open=true").json()["items"]] == [key]
    assert api_as("finance").get("/delegations").json()["items"] == []
    assert [row["id"] for row in api.get("/delegations").json()["items"]] == [key]
    assert api_as("finance").post(f"/delegations/{key}/end").status_code == 404
    assert mine.post(f"/delegations/{key}/end").json()["ended_at"]
    assert mine.get("/delegations?open=true").json()["items"] == []
    assert [row["id"] for row in mine.get("/delegations?open=false").json()["items"]] == [key]
    assert api_as("finance").post("/delegations", body | {"whose": "boss@example.com"}).status_code == 403
    assert Delegation.objects.count() == 1
