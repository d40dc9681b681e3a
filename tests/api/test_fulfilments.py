"""Warehouse work and shipments over REST."""

from typing import Any

import pytest

from openoms.domains.fulfilment.models import Fulfilment
from openoms.domains.inventory.models import Stock
from openoms.domains.orders.states import Stage
from openoms.domains.orders.types import NewInstruction
from openoms.jobs import dispatcher
from tests.factories import make_order, make_sku, stock_up

pytestmark = pytest.mark.django_db
CARRIER = {"carrier": "SF Express", "service": "standard", "waybill": "SF1"}


def released(*lines: tuple[str, int], **more: Any) -> str:
    """The number of an order that its warehouse has to send."""
    number = make_order(lines=lines or [("BOLT", 3)], **more).order.number
    dispatcher.drain()
    return number


def work(api: Any, order: str) -> dict[str, Any]:
    [row] = api.get(f"/fulfilments?order={order}").json()["items"]
    found: dict[str, Any] = row
    return found


def test_an_order_is_picked_packed_and_shipped(api: Any) -> None:
    stock_up("BOLT", 9)
    remark = NewInstruction("No staples", "warehouse", Stage.PACKING, True, None)
    order = released(instructions=(remark,))
    row = work(api, order)
    assert (row["state"], row["lines"][0]["quantity"], row["blocked_by"]) == ("open", "3", [])
    assert row["instructions"][0]["text"] == "No staples"
    picked = api.post(f"/fulfilments/{row['number']}/pick", {}, Idempotency_Key="p1")
    assert (picked.status_code, picked.json()["state"]) == (200, "picked")
    again = api.post(f"/fulfilments/{row['number']}/pick", {}, Idempotency_Key="p1")
    assert (again["Idempotent-Replay"], again.content) == ("true", picked.content)
    refused = api.post(f"/fulfilments/{row['id']}/pack", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "on_hold")
    assert work(api, order)["blocked_by"][0]["kind"] == "instruction"
    api.post(f"/orders/{order}/instructions/{row['instructions'][0]['id']}/acknowledge", {})
    parcels = [{"lines": [{"sku": "BOLT", "quantity": "2"}]}]
    refused = api.post(f"/fulfilments/{row['number']}/pack", {"parcels": parcels})
    assert refused.json()["missing"] == [{"sku": "BOLT", "quantity": "1"}]
    parcels.append({"lines": [{"sku": "BOLT", "quantity": "1"}], "weight_g": 250})  # type: ignore[dict-item]
    packed = api.post(f"/fulfilments/{row['number']}/pack", {"parcels": parcels}).json()
    assert [box["weight_g"] for box in packed["parcels"]] == [None, 250]
    shipped = api.post(f"/fulfilments/{row['number']}/ship", CARRIER)
    assert (shipped.status_code, shipped.json()["lines"]) == (
        201,
        [{"line": 1, "sku": "BOLT", "quantity": "3"}],
    )
    assert api.get(f"/orders/{order}").json()["fulfilment_state"] == "shipped"
    assert api.get(f"/shipments/{shipped.json()['id']}").json() == shipped.json()
    assert api.get(f"/orders/{order}/shipments").json()["items"] == [shipped.json()]
    back = api.post(f"/shipments/{shipped.json()['number']}/cancel", {"reason": "wrong label"})
    assert (back.status_code, back.json()["state"]) == (200, "cancelled")
    assert api.post(f"/fulfilments/{row['number']}/unpack", {}).json()["state"] == "picked"


def test_a_wave_is_proposed_planned_begun_and_picked_by_scanning(api: Any) -> None:
    stock_up("BOLT", 9)
    first, second = released(), released()
    [proposal] = api.get("/wave-proposals?warehouse=HZ").json()["items"]
    assert proposal["is_single"] is True
    wave = api.post("/waves", {"fulfilments": proposal["fulfilments"]})
    assert wave.status_code == 201
    number = wave.json()["number"]
    assert wave.json()["picks"][0]["quantity"] == "6"
    begun = api.post(f"/waves/{number}/start", {}).json()
    assert (begun["wave"]["state"], begun["left_out"]) == ("picking", [])
    taken = api.post(f"/waves/{number}/pick", {"code": "BOLT", "quantity": "4"}).json()
    assert (taken["totes"], taken["left"]) == (
        [{"tote": 1, "quantity": "3"}, {"tote": 2, "quantity": "1"}],
        "2",
    )
    unknown = api.post(f"/waves/{number}/pick", {"code": "GHOST"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_code")
    assert api.post(f"/waves/{number}/pick", {"code": "BOLT", "quantity": "2"}).json()["is_done"] is True
    assert api.get("/waves?state=picked").json()["items"][0]["number"] == number
    assert {work(api, order)["state"] for order in (first, second)} == {"picked"}
    assert api.post(f"/waves/{number}/dissolve", {}).json()["code"] == "illegal_work"


def test_what_is_not_there_is_waited_for(api: Any) -> None:
    make_sku("NUT", "3")
    stock_up("BOLT", 9)
    stock_up("NUT", 9)
    order = released(("BOLT", 3), ("NUT", 2))
    number = work(api, order)["number"]
    body = {
        "lines": [{"sku": "BOLT", "quantity": "3"}, {"sku": "NUT", "quantity": "1"}],
        "short": [{"sku": "NUT"}],
    }
    row = api.post(f"/fulfilments/{number}/pick", body).json()
    assert (row["state"], [line["quantity"] for line in row["lines"]]) == ("picked", ["3", "1"])
    assert Stock.objects.get(sku__code="NUT").on_hand == 8
    dispatcher.drain()
    assert Fulfilment.objects.count() == 2


def test_goods_leave_straight_from_the_shelf(api: Any) -> None:
    stock_up("BOLT", 2)
    order = released()
    body = {"warehouse": "HZ", **CARRIER, "lines": [{"line": 1, "quantity": "3"}]}
    refused = api.post(f"/orders/{order}/shipments", body)
    assert (refused.status_code, refused.json()["code"], refused.json()["short"][0]["available"]) == (
        409,
        "not_enough_to_ship",
        "2",
    )
    twice = [{"line": 1, "quantity": "1"}] * 2
    assert api.post(f"/orders/{order}/shipments", body | {"lines": twice}).status_code == 422
    shipped = api.post(f"/orders/{order}/shipments", body | {"lines": None}, Idempotency_Key="s1")
    assert (shipped.status_code, shipped.json()["fulfilment"]) == (201, None)
    assert api.get(f"/orders/{order}").json()["fulfilment_state"] == "partially_shipped"
    again = api.post(f"/orders/{order}/shipments", body | {"lines": None}, Idempotency_Key="s1")
    assert again.content == shipped.content


def test_when_a_warehouse_sends(api: Any) -> None:
    stock_up("BOLT", 2)
    assert api.get("/warehouses/HZ/dispatch").json()["transit_days"] == 2
    body = {"works_on": [0, 1, 2, 3, 4, 5], "early_days": 3, "closed_on": ["2027-01-01"]}
    assert api.put("/warehouses/HZ/dispatch", body).json()["early_days"] == 3
    assert api.get("/warehouses/HZ/dispatch").json()["closed_on"] == ["2027-01-01"]
    assert api.put("/warehouses/HZ/dispatch", {"works_on": []}).status_code == 422
    assert api.get("/warehouses/NO/dispatch").status_code == 404


def test_who_may_not_work_may_look(api: Any, api_as: Any) -> None:
    stock_up("BOLT", 9)
    number = work(api, released())["number"]
    seller = api_as("sales")
    assert seller.get(f"/fulfilments/{number}").status_code == 200
    assert seller.post(f"/fulfilments/{number}/pick", {}).status_code == 403
    assert api.get("/fulfilments/F9").status_code == 404
