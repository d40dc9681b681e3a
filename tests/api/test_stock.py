"""Stock and warehouses over REST."""

from typing import Any

import pytest

from openoms.domains.inventory.models import Movement, Stock, Warehouse
from tests.factories import make_order, make_sku, make_warehouse, stock_up

pytestmark = pytest.mark.django_db


def test_goods_are_received_reserved_and_listed(api: Any) -> None:
    make_sku()
    made = api.post(
        "/warehouses",
        {"code": "HZ", "name": "Hangzhou", "name_zh": "杭州仓", "region": "浙江省", "city": "杭州市"},
    )
    assert (made.status_code, made.json()["cut_off"]) == (201, "16:00")
    body = {"warehouse": "HZ", "sku": "BOLT", "quantity": "12.5"}
    received = api.post("/stock/receipts", body, Idempotency_Key="r1")
    assert (received.status_code, received.json()["stock"]["on_hand"]) == (201, "12.5")
    again = api.post("/stock/receipts", body, Idempotency_Key="r1")
    assert (again["Idempotent-Replay"], again.content) == ("true", received.content)
    make_order(lines=[("BOLT", 2)])
    [row] = api.get("/stock?sku=BOLT&warehouse=HZ").json()["items"]
    assert {k: row[k] for k in ("on_hand", "reserved", "available", "incoming")} == {
        "on_hand": "12.5", "reserved": "2", "available": "10.5", "incoming": "0",
    }  # fmt: skip
    assert api.get("/stock?sku=NONE").json() == {"items": [], "next_cursor": None}
    assert Movement.objects.count() == 1


def test_a_correction_needs_its_reason_and_leaves_what_is_kept(api: Any) -> None:
    stock_up(quantity=10)
    make_order(lines=[("BOLT", 8)])
    body = {"warehouse": "HZ", "sku": "BOLT", "quantity": "-1"}
    assert api.post("/stock/adjustments", body).json()["errors"][0]["loc"] == ["reason"]
    assert api.post("/stock/adjustments", body | {"reason": "broken"}).json()["stock"]["on_hand"] == "9"
    refused = api.post("/stock/adjustments", {"warehouse": "HZ", "sku": "BOLT", "counted": "7"})
    assert (refused.status_code, refused.json()["code"], refused.json()["reserved"]) == (
        409,
        "stock_reserved",
        "8",
    )
    same = api.post("/stock/adjustments", {"warehouse": "HZ", "sku": "BOLT", "counted": "9"})
    assert same.json()["movement"] is None
    assert Stock.objects.get().on_hand == 9


def test_orders_beyond_stock_are_refused_where_the_firm_takes_none_that_waits(api: Any) -> None:
    stock_up(quantity=2)
    policy = {
        "reserve_at": "submission",
        "ship": "available",
        "strategies": ["nearest"],
        "on_short": "refuse",
    }
    assert api.put("/inventory-policy", policy).status_code == 200
    body = {"customer": {"name": "Han Mei"}, "lines": [{"sku": "BOLT", "quantity": "3"}]}
    refused = api.post("/orders", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "out_of_stock")
    assert refused.json()["shortages"] == [{"line": 1, "sku": "BOLT", "wanted": "3", "available": "2"}]
    assert api.post("/orders", body | {"submit": False}).status_code == 201


def test_warehouses_safety_and_policy_are_changed(api: Any) -> None:
    make_warehouse()
    make_sku()
    assert api.patch("/warehouses/HZ", {"priority": 3}).json()["priority"] == 3
    assert api.patch("/warehouses/NO", {"priority": 3}).status_code == 404
    assert (
        api.send("PUT", "/stock/safety", {"warehouse": "HZ", "sku": "BOLT", "safety": "4"}).json()["safety"]
        == "4"
    )
    policy = {
        "reserve_at": "release",
        "ship": "complete",
        "strategies": ["nearest"],
        "split_lines": False,
        "on_short": "refuse",
    }
    assert api.send("PUT", "/inventory-policy", policy).json() == policy
    assert api.get("/inventory-policy").json() == policy
    refused = api.send("PUT", "/inventory-policy", policy | {"strategies": ["wildest"]})
    assert (refused.status_code, refused.json()["errors"][0]["loc"]) == (422, ["strategies"])
    assert [row["code"] for row in api.get("/warehouses").json()["items"]] == ["HZ"]
    assert Warehouse.objects.count() == 1


def test_lots_are_received_corrected_and_listed(api: Any) -> None:
    make_warehouse()
    make_sku("GLUE")
    assert api.get("/skus/GLUE").json()["tracks_lots"] is False
    assert api.patch("/skus/GLUE", {"tracks_lots": True}).json()["tracks_lots"] is True
    body = {"warehouse": "HZ", "sku": "GLUE", "quantity": "5"}
    refused = api.post("/stock/receipts", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "lot_needed")
    assert refused.json()["errors"][0]["loc"] == ["lot"]
    good = api.post("/stock/receipts", body | {"lot": "G-1", "expires_on": "2099-01-31"})
    assert good.status_code == 201
    [lot] = good.json()["stock"]["lots"]
    assert (lot["code"], lot["expires_on"], lot["on_hand"], lot["is_expired"]) == (
        "G-1",
        "2099-01-31",
        "5",
        False,
    )
    old = api.post("/stock/receipts", body | {"lot": "G-0", "expires_on": "2020-01-31"}).json()["stock"]
    assert (old["on_hand"], old["blocked"], old["available"]) == ("10", "5", "5")
    counted = {"warehouse": "HZ", "sku": "GLUE", "counted": "3", "lot": "G-1"}
    assert api.post("/stock/adjustments", counted).json()["stock"]["on_hand"] == "8"
    less = {"warehouse": "HZ", "sku": "GLUE", "quantity": "-4", "reason": "broken", "lot": "G-1"}
    short = api.post("/stock/adjustments", less)
    assert (short.status_code, short.json()["code"], short.json()["good"]) == (409, "lots_short", "3")
    make_sku("BOLT")
    none = api.post("/stock/receipts", body | {"sku": "BOLT", "lot": "X"})
    assert (none.status_code, none.json()["code"]) == (422, "no_lots")
    [row] = api.get("/stock?sku=GLUE").json()["items"]
    assert [one["code"] for one in row["lots"]] == ["G-0", "G-1"]
