"""Supply over REST: proposals, progress done once, receipts, notices, prices for those who may see costs."""

from datetime import timedelta

import pytest

from openoms.core import firm
from openoms.domains.inventory.models import Stock
from openoms.domains.supply.models import PurchaseOrder, StopWorkNotice
from tests.api.conftest import Api
from tests.factories import make_key, make_order, stock_up
from tests.shop import busy_shop, make_shop

pytestmark = pytest.mark.django_db


def test_demand_is_proposed_and_read_back_with_its_orders(api: Api) -> None:
    make_shop()
    number = make_order(lines=[("DESK", 2)]).order.number
    short = api.get("/supply/shortages").json()["items"]
    assert [(row["sku"], row["quantity"], row["uncovered"], row["first_orders"]) for row in short] == [
        ("DESK", "2", "2", [number])
    ]
    done = api.post("/supply/proposals", Idempotency_Key="k1")
    again = api.post("/supply/proposals", Idempotency_Key="k1")
    assert (done.status_code, again["Idempotent-Replay"]) == (201, "true")
    assert done.json() == again.json()
    made = api.get("/production-orders?q=desk").json()["items"]
    assert [(row["quantity"], row["demands"][0]["order"]) for row in made] == [("2", number)]
    assert made[0]["finishes_on"]
    bought = api.get("/purchase-orders?state=draft").json()["items"][0]
    assert {line["sku"]: line["ordered"] for line in bought["lines"]} == {"LEG": "10", "BOARD": "4"}
    assert api.get("/supply/shortages").json()["items"][0]["uncovered"] == "0"


def test_progress_is_done_once_and_a_receipt_says_what_came(api: Api) -> None:
    make_shop()
    stock_up("TOP", 9)
    stock_up("LEG", 99)
    order = api.post("/production-orders", {"sku": "DESK", "quantity": "2", "due": "2999-01-31"}).json()
    at = f"/production-orders/{order['id']}"
    assert api.post(f"{at}/progress", {"quantity": "1"}).json()["code"] == "illegal_step"
    assert api.post(f"{at}/release").json()["state"] == "released"
    for _ in range(2):
        report = api.post(f"{at}/progress", {"quantity": "1"}, Idempotency_Key="p1")
    assert (report.json()["done"], report.json()["state"]) == ("1", "started")
    refused = api.post(f"{at}/progress", {"quantity": "2"})
    assert (refused.status_code, refused.json()["code"]) == (422, "too_much")
    assert Stock.objects.get(sku__code="DESK").on_hand == 1
    bought = {"supplier": "WOOD", "lines": [{"sku": "LEG", "quantity": "10"}]}
    purchase = api.post("/purchase-orders", bought).json()
    api.post(f"/purchase-orders/{purchase['id']}/send")
    came = api.post(f"/purchase-orders/{purchase['id']}/progress", {"lines": [{"line": 1, "quantity": "4"}]})
    assert (came.json()["state"], came.json()["lines"][0]["received"]) == ("partly_received", "4")
    incoming = api.get("/stock?sku=LEG").json()["items"][0]["incoming"]
    assert incoming == "6"


def test_a_notice_is_acknowledged_once(api: Api) -> None:
    busy_shop()
    notice = api.get("/stop-work-notices?open=true").json()["items"][0]
    assert (notice["sku"], notice["quantity"]) == ("DESK", "1")
    at = f"/stop-work-notices/{notice['id']}/acknowledge"
    assert api.post(at, {"answer": "stop", "note": "done"}).json()["answer"] == "done"
    assert api.post(at, {}).json()["code"] == "notice_acknowledged"
    assert StopWorkNotice.objects.get().acknowledged_at


def test_prices_are_null_for_keys_that_may_not_see_costs(api: Api) -> None:
    busy_shop()
    blind = Api(api.client, make_key("warehouse"))
    key = PurchaseOrder.objects.filter(state="sent").get().pk
    assert api.get(f"/purchase-orders/{key}").json()["lines"][0]["unit_price"] == "12"
    assert blind.get(f"/purchase-orders/{key}").json()["lines"][0]["unit_price"] is None
    assert blind.get("/suppliers").json()["items"][0]["skus"][0]["price"] is None


def test_bills_suppliers_and_centres_are_put_whole(api: Api) -> None:
    make_shop()
    bill = {
        "lines": [{"sku": "BOARD", "quantity": "2", "scrap_percent": "5"}],
        "operations": [{"centre": "saw", "name": "Cut"}],
    }
    put = api.send("PUT", "/bills-of-materials/TOP", bill)
    assert put.json()["lines"] == [{"sku": "BOARD", "quantity": "2", "scrap_percent": "5"}]
    assert api.get("/bills-of-materials/TOP").json() == put.json()
    circle = api.send("PUT", "/bills-of-materials/BOARD", {"lines": [{"sku": "TOP", "quantity": "1"}]})
    assert (circle.status_code, circle.json()["code"]) == (422, "circular_bill")
    assert api.get("/bills-of-materials/LEG").status_code == 404
    centre = api.send("PUT", "/work-centres/oven", {"name": "Oven", "closed_days": ["2026-05-04"]})
    assert centre.json()["closed_days"] == ["2026-05-04"]
    found = api.post("/supply/schedules").json()
    assert (found["orders"], found["late"]) == (0, 0)


def test_work_is_moved_on_the_plan_as_was_shown_before(api: Api) -> None:
    make_shop()
    stock_up("TOP", 9)
    stock_up("LEG", 99)
    number = make_order(lines=[("DESK", 2)]).order.number
    api.post("/supply/proposals")
    [made] = api.get("/production-orders?q=desk").json()["items"]
    day = (firm.today() + timedelta(days=30)).isoformat()
    shown = api.post(f"/production-orders/{made['id']}/move/preview", {"day": day}).json()
    assert [(one["number"], one["orders"]) for one in shown["effects"]] == [(made["number"], [number])]
    assert shown["starts_on"] >= day
    moved = api.post(f"/production-orders/{made['id']}/move", {"day": day}).json()
    assert (moved["finishes_on"], moved["is_frozen"]) == (shown["finishes_on"], True)
    refused = api.post(f"/production-orders/{made['id']}/move", {"day": "2020-01-01"})
    assert (refused.status_code, refused.json()["errors"][0]["loc"]) == (422, ["day"])
