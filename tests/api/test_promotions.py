"""Promotions and coupons over REST: what is made is given, what means nothing is refused where it stands."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from openoms.core.clock import now
from openoms.domains.pricing.models import Coupon, Promotion
from tests.api.conftest import Api
from tests.factories import make_customer, make_order, make_rules, make_sku

pytestmark = pytest.mark.django_db

FOURTH_FREE = {
    "kind": "discount",
    "worth": {"kind": "percent", "percent": "100"},
    "goods": {"skus": ["MUG"]},
    "units": {"size": 4, "rewarded": 1},
}
OFFER: dict[str, Any] = {
    "code": "FOUR",
    "name": "Buy three get one free",
    "name_zh": "买三免一",
    "is_active": True,
    "benefits": [FOURTH_FREE],
}


@pytest.fixture(autouse=True)
def _firm(db: None) -> None:
    make_rules()
    make_sku("MUG", "20")
    make_customer("Acme", code="ACME")


def quoted(api: Api, quantity: int, **more: Any) -> Any:
    body = {"customer": "ACME", "lines": [{"sku": "MUG", "quantity": str(quantity)}], **more}
    answer = api.post("/quotes", body)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_promotion_is_given_from_the_moment_it_is_made(api: Api) -> None:
    assert quoted(api, 4)["discount_total"] == "0.00"
    made = api.post("/promotions", OFFER)
    assert made.status_code == 201
    assert (made.json()["code"], made.json()["benefits"][0]["units"]["size"]) == ("FOUR", 4)
    assert quoted(api, 3)["discount_total"] == "0.00"
    with_four = quoted(api, 4)
    assert with_four["discount_total"] == "20.00"
    [adjustment] = with_four["lines"][0]["adjustments"]
    assert (adjustment["source"], adjustment["amount"]) == ("promotion:FOUR", "-20.00")
    assert "promotion" in [step["code"] for step in with_four["trace"]]


def test_one_that_is_replaced_or_switched_off_is_no_longer_given(api: Api) -> None:
    api.post("/promotions", OFFER)
    content = {name: value for name, value in OFFER.items() if name != "code"}
    assert api.send("PUT", "/promotions/FOUR", content | {"is_active": False}).status_code == 200
    assert quoted(api, 4)["discount_total"] == "0.00"
    assert api.get("/promotions?active=false").json()["items"][0]["code"] == "FOUR"
    assert api.send("PUT", "/promotions/NONE", content).status_code == 404


@pytest.mark.parametrize(
    ("change", "loc"),
    [
        (
            {"benefits": [FOURTH_FREE | {"units": {"size": 2, "rewarded": 3}}]},
            ["benefits", 0, "units", "rewarded"],
        ),
        ({"benefits": [FOURTH_FREE | {"goods": {"skus": ["NONE"]}}]}, ["benefits", 0, "goods", "skus"]),
        ({"benefits": [FOURTH_FREE | {"worth": {"kind": "amount", "amount": "5"}}]}, ["currency"]),
        ({"conditions": [{"kind": "quantity", "least": "5", "most": "2"}]}, ["conditions", 0, "most"]),
        ({"conditions": [{"kind": "customer", "tiers": ["platinum"]}]}, ["conditions", 0, "tiers"]),
        ({"stacking": "best"}, ["group"]),
        ({"window": {"timezone": "Mars/Olympus"}}, ["window", "timezone"]),
    ],
)
def test_what_means_nothing_is_refused_where_it_stands(
    api: Api, change: dict[str, Any], loc: list[Any]
) -> None:
    answer = api.post("/promotions", OFFER | change)
    assert answer.status_code == 422, answer.content
    assert answer.json()["errors"][0]["loc"] == loc
    assert not Promotion.objects.exists()


def test_a_member_that_is_not_known_is_refused_not_dropped(api: Api) -> None:
    answer = api.post("/promotions", OFFER | {"benefits": [FOURTH_FREE | {"worht": 1}]})
    assert answer.status_code == 422
    assert not Promotion.objects.exists()


def test_coupons_are_made_singly_or_in_a_batch_and_changed(api: Api) -> None:
    api.post("/promotions", OFFER | {"needs_coupon": True})
    [single] = api.post("/coupons", {"promotion": "FOUR", "code": "spring"}).json()["items"]
    assert single["code"] == "SPRING"
    batch = api.post("/coupons", {"promotion": "FOUR", "code": "VIP-", "count": 50, "most_uses": 1}).json()[
        "items"
    ]
    codes = {coupon["code"] for coupon in batch}
    assert len(codes) == 50
    assert all(code.startswith("VIP-") for code in codes)
    assert api.post("/coupons", {"promotion": "FOUR", "code": "SPRING"}).status_code == 422
    assert len(api.get("/coupons?q=vip&limit=200").json()["items"]) == 50
    changed = api.patch("/coupons/spring", {"is_active": False, "most_uses": 3})
    assert (changed.json()["is_active"], changed.json()["most_uses"]) == (False, 3)
    assert Coupon.objects.count() == 51


def test_a_rehearsal_tells_what_past_orders_would_have_cost_and_writes_nothing(api: Api) -> None:
    for quantity in (2, 4, 9):
        make_order(make_customer(), [("MUG", quantity)])
    today = now().date()
    days = {"from": str(today - timedelta(days=1)), "to": str(today + timedelta(days=1))}
    answer = api.post("/promotions/rehearse", {"promotion": OFFER, **days})
    assert answer.status_code == 200, answer.content
    [effect] = answer.json()["effects"]
    assert (effect["orders"], effect["affected"], Decimal(effect["given"])) == (3, 2, Decimal("60.00"))
    assert len(answer.json()["examples"]) == 2
    assert not Promotion.objects.exists()
    wrong = api.post("/promotions/rehearse", {"promotion": OFFER, "from": days["to"], "to": days["from"]})
    assert wrong.status_code == 422
