"""Orders over REST: what is answered, refused, repeated and read back."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openoms.core import wire
from openoms.domains.customers.models import Customer
from openoms.domains.events.models import Event, Outbox
from openoms.domains.identity.models import IdempotencyKey
from openoms.domains.orders.models import Line, Order
from tests.factories import make_customer, make_order, make_rules, make_sku

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme() -> Customer:
    make_rules()
    make_sku("BOLT", "12.50", tiers={"10": "11.00"})
    make_sku("NUT", "0.30")
    return make_customer("Acme")


def body_for(customer: Customer, **fields: Any) -> dict[str, Any]:
    lines = [{"sku": "BOLT", "quantity": "10"}, {"sku": "NUT", "quantity": 3}]
    return {"customer": customer.code, "lines": lines, **fields}


def sums_up(document: dict[str, Any]) -> bool:
    total = sum(Decimal(document[part]) for part in ("items_total", "shipping_total", "tax_total"))
    items = sum(Decimal(line["net"]) for line in document["lines"])
    return total == Decimal(document["total"]) and items == Decimal(document["items_total"])


def test_a_quote_is_priced_with_its_trace_and_writes_nothing(api: Any, acme: Customer) -> None:
    answer = api.post("/quotes", body_for(acme))
    assert answer.status_code == 200
    quote = answer.json()
    assert quote["total"] == "110.90"  # 10 × 11.00 + 3 × 0.30, tax contained, shipping free from 99.00
    assert sums_up(quote)
    assert [line["unit_price"] for line in quote["lines"]] == ["11.00", "0.30"]
    assert quote["lines"][0]["list_unit_price"] == "11.00"
    assert {"list_price", "quantity_tier", "tax_inclusive", "shipping_free", "total"} <= {
        s["code"] for s in quote["trace"]
    }
    assert not Order.objects.exists()


def test_an_order_is_placed_and_read_back_the_same(api: Any, acme: Customer) -> None:
    remark = {"text": "Ring twice", "audience": "logistics", "stage": "delivery", "blocking": True}
    placed = api.post("/orders", body_for(acme, external_id="W-1", channel="web", instructions=[remark]))
    assert placed.status_code == 201, placed.content
    order = placed.json()
    assert order["status"] == "approved"
    assert order["revision"] == 1
    assert order["next_actions"] == ["withdraw", "split", "cancel"]
    assert order["ship_to"]["city"] == "杭州市"
    assert sums_up(order)
    again = api.get(f"/orders/{order['number']}")
    assert again.json() == order
    assert again["ETag"] == '"1"'
    assert again["X-Request-Id"]


def test_the_order_equals_its_quote(api: Any, acme: Customer) -> None:
    quote, order = api.post("/quotes", body_for(acme)).json(), api.post("/orders", body_for(acme)).json()
    assert {k: quote[k] for k in ("total", "tax_total", "shipping_total", "items_total")} == {
        k: order[k] for k in ("total", "tax_total", "shipping_total", "items_total")
    }


def test_a_draft_is_submitted_and_withdrawn_and_tells_of_it(api: Any, acme: Customer) -> None:
    number = api.post("/orders", body_for(acme, submit=False)).json()["number"]
    assert api.post(f"/orders/{number}/submit", {"base_revision": 1}).json()["status"] == "approved"
    refused = api.post(f"/orders/{number}/submit")
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal_move")
    assert api.post(f"/orders/{number}/withdraw").json()["status"] == "draft"
    kinds = [entry["kind"] for entry in api.get(f"/orders/{number}/timeline").json()["items"]]
    assert kinds == [
        "order.placed", "order.submitted", "hold.placed", "order.approved", "hold.released", "order.withdrawn",
    ]  # fmt: skip


@pytest.mark.parametrize("how", ["body", "header"])
def test_a_stale_revision_is_refused_and_changes_nothing(api: Any, acme: Customer, how: str) -> None:
    number = api.post("/orders", body_for(acme, submit=False)).json()["number"]
    if how == "body":
        refused = api.post(f"/orders/{number}/submit", {"base_revision": 7})
    else:
        refused = api.post(f"/orders/{number}/submit", If_Match='"7"')
    assert (refused.status_code, refused.json()["code"]) == (409, "stale_revision")
    assert refused.json()["current_revision"] == 1
    assert Order.objects.get(number=number).status == "draft"


def test_the_same_key_and_body_get_the_first_answer(api: Any, acme: Customer) -> None:
    first = api.post("/orders", body_for(acme), Idempotency_Key="k1")
    again = api.post("/orders", body_for(acme), Idempotency_Key="k1")
    assert (again.status_code, again.content) == (201, first.content)
    assert again["Idempotent-Replay"] == "true"
    assert "Idempotent-Replay" not in first
    assert Order.objects.count() == 1


def test_a_key_used_again_for_another_body_is_refused(api: Any, acme: Customer) -> None:
    api.post("/orders", body_for(acme), Idempotency_Key="k1")
    refused = api.post("/orders", body_for(acme, submit=False), Idempotency_Key="k1")
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")
    assert Order.objects.count() == 1


def test_a_refused_request_leaves_its_key_free(api: Any, acme: Customer) -> None:
    bad = {"customer": acme.code, "lines": [{"sku": "NONE", "quantity": "1"}]}
    assert api.post("/orders", bad, Idempotency_Key="k1").status_code == 422
    assert not IdempotencyKey.objects.exists()
    assert api.post("/orders", body_for(acme), Idempotency_Key="k1").status_code == 201


def test_a_repeated_external_id_names_the_order(api: Any, acme: Customer) -> None:
    number = api.post("/orders", body_for(acme, channel="web", external_id="W-1")).json()["number"]
    refused = api.post("/orders", body_for(acme, channel="web", external_id="W-1"))
    assert (refused.status_code, refused.json()["code"]) == (409, "duplicate_external_id")
    assert refused.json()["number"] == number
    other = api.post("/orders", body_for(acme, channel="marketplace", external_id="W-1"))
    assert other.status_code == 201


@pytest.mark.parametrize(
    ("change", "loc"),
    [
        ({"lines": []}, ["lines"]),
        ({"lines": [{"sku": "NONE", "quantity": "1"}]}, ["lines", 0, "sku"]),
        ({"lines": [{"sku": "BOLT", "quantity": "0"}]}, ["lines", 0, "quantity"]),
        ({"lines": [{"sku": "BOLT", "quantity": "1e400"}]}, ["lines", 0, "quantity"]),
        ({"lines": [{"sku": "BOLT", "quantity": "1", "unit_price": "5"}]}, ["lines", 0, "price_reason"]),
        ({"lines": [{"sku": "BOLT", "quantity": "1", "discount": {"kind": "percent", "value": 101}}]},
         ["lines", 0, "discount", "value"]),
        ({"channel": "nowhere"}, ["channel"]),
        ({"order_type": "odd"}, ["order_type"]),
        ({"customer": "C999999"}, ["customer"]),
        ({"currency": "XXX"}, ["currency"]),
        ({"currency": "EUR"}, ["lines", 0, "sku"]),
        ({"requested_date": "2001-01-01"}, ["requested_date"]),
        ({"ship_to": {"country": "QQ", "line": "x"}}, ["ship_to", "country"]),
        ({"ship_to": {"country": "CN", "line": "x", "phone": "12"}}, ["ship_to", "phone"]),
        ({"coupons": ["SPRING"]}, ["coupons", 0]),
        ({"delivery": "rocket"}, ["delivery"]),
        ({"vouchers": ["SPRING"]}, ["vouchers"]),
    ],
)  # fmt: skip
def test_bad_input_is_refused_by_name_and_writes_nothing(
    api: Any, acme: Customer, change: dict[str, Any], loc: list[Any]
) -> None:
    refused = api.post("/orders", body_for(acme) | change)
    assert refused.status_code == 422, refused.content
    assert refused["Content-Type"] == "application/problem+json"
    problem = refused.json()
    assert {"type", "title", "status", "code", "detail", "errors"} <= problem.keys()
    assert loc in [error["loc"] for error in problem["errors"]]
    assert not Order.objects.exists()
    assert not Event.objects.filter(subject_type="order").exists()


def test_a_new_customer_comes_with_the_order(api: Any, acme: Customer) -> None:
    contact = {"name": "李雷", "phone": "13800000000", "country": "CN"}
    order = api.post(
        "/orders", body_for(acme) | {"customer": {"name": "李雷", "kind": "person", "contact": contact}}
    )
    assert order.status_code == 201, order.content
    made = api.get(f"/customers/{order.json()['customer']}").json()
    assert (made["name"], made["contacts"][0]["phone"]) == ("李雷", "+8613800000000")


def test_a_refused_order_makes_no_customer(api: Any, acme: Customer) -> None:
    before = Customer.objects.count()
    body = {"customer": {"name": "Nobody"}, "lines": [{"sku": "NONE", "quantity": "1"}]}
    assert api.post("/orders", body).status_code == 422
    assert Customer.objects.count() == before


def test_bulk_skips_what_is_refused_and_names_it(api: Any, acme: Customer) -> None:
    orders = [
        body_for(acme, channel="web", external_id="A"),
        body_for(acme) | {"customer": "C999999"},
        body_for(acme, channel="web", external_id="A"),
        body_for(acme, channel="web", external_id="B"),
    ]
    answer = api.post("/orders/bulk", {"orders": orders, "on_error": "skip"}).json()
    assert (answer["placed"], answer["refused"]) == (2, 2)
    assert answer["results"][1]["problem"]["errors"][0]["loc"] == ["customer"]
    assert answer["results"][2]["problem"]["code"] == "duplicate_external_id"
    assert answer["results"][2]["problem"]["number"] == answer["results"][0]["number"]
    assert Order.objects.count() == 2


def test_bulk_aborts_whole_when_asked(api: Any, acme: Customer) -> None:
    orders = [body_for(acme), body_for(acme) | {"customer": "C999999"}]
    refused = api.post("/orders/bulk", {"orders": orders, "on_error": "abort"})
    assert (refused.status_code, refused.json()["code"]) == (422, "bulk_refused")
    assert refused.json()["errors"][0]["loc"] == ["orders", 1, "customer"]
    assert not Order.objects.exists()


def test_lists_page_by_key_and_filter(api: Any, acme: Customer) -> None:
    numbers = [api.post("/orders", body_for(acme, submit=i % 2 == 0)).json()["number"] for i in range(5)]
    first = api.get("/orders?limit=2").json()
    second = api.get(f"/orders?limit=2&cursor={first['next_cursor']}").json()
    third = api.get(f"/orders?limit=2&cursor={second['next_cursor']}").json()
    seen = [item["number"] for page in (first, second, third) for item in page["items"]]
    assert seen == numbers[::-1]
    assert third["next_cursor"] is None
    assert len(api.get("/orders?status=draft").json()["items"]) == 2
    assert [i["number"] for i in api.get("/orders?sort=placed_at&limit=1").json()["items"]] == numbers[:1]
    assert len(api.get(f"/orders?q={numbers[0]}").json()["items"]) == 1
    assert len(api.get("/orders?q=acm").json()["items"]) == 5
    assert api.get("/orders?customer=C999999").json()["items"] == []


@pytest.mark.parametrize(
    "query", ["cursor=%21", "limit=201", "status=odd", "sort=total", "placed_from=yesterday"]
)
def test_bad_queries_are_refused(api: Any, query: str) -> None:
    assert api.get(f"/orders?{query}").status_code == 422


def test_query_counts_are_pinned(api: Any, acme: Customer) -> None:
    for _ in range(3):
        placed = make_order(acme, [("BOLT", 1), ("NUT", 2)])
    api.get("/orders")
    with CaptureQueriesContext(connection) as listing:
        api.get("/orders")
    with CaptureQueriesContext(connection) as one:
        api.get(f"/orders/{placed.order.number}")
    assert (len(listing), len(one)) == (1, 12)


def test_placing_takes_two_flushes_beside_commit(
    api: Any, acme: Customer, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        api.post("/orders", body_for(acme))
    before = wire.TRAFFIC.flushes
    with CaptureQueriesContext(connection) as others:
        api.post("/orders", body_for(acme), Idempotency_Key="k")
    assert wire.TRAFFIC.flushes - before == 2
    assert [q["sql"] for q in others if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))] == []


def test_each_event_waits_in_the_outbox(api: Any, acme: Customer) -> None:
    Outbox.objects.all().delete()
    api.post("/orders", body_for(acme))
    assert Outbox.objects.count() == 3


def test_unknown_addresses_and_bad_json_are_problems(api: Any) -> None:
    assert api.get("/nothing/here").json()["code"] == "not_found"
    refused = api.post("/orders", "{not json")
    assert (refused.status_code, refused["Content-Type"]) == (400, "application/problem+json")


def test_masked_for_those_who_may_not_see_contacts(api: Any, api_as: Any, acme: Customer) -> None:
    number = api.post("/orders", body_for(acme)).json()["number"]
    seen = api_as("warehouse").get(f"/orders/{number}").json()["ship_to"]
    assert (seen["line"], seen["phone"], seen["city"]) == ("***", "+86****0000", "杭州市")


def test_lines_keep_the_price_they_were_sold_at(api: Any, acme: Customer) -> None:
    number = api.post("/orders", body_for(acme)).json()["number"]
    api.patch("/skus/BOLT", {"prices": [{"price_list": "standard", "unit_price": "99"}]})
    assert api.get(f"/orders/{number}").json()["lines"][0]["unit_price"] == "11.00"
    assert api.post("/quotes", body_for(acme)).json()["lines"][0]["unit_price"] == "99.00"
    assert Line.objects.count() == 2
