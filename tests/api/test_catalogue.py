"""The catalogue and price lists over REST: made, changed, listed, refused, told of."""

from typing import Any

import pytest

from openoms.domains.catalog.models import Category, Product, Sku
from openoms.domains.events.models import Event
from openoms.domains.pricing.models import PriceList, PriceTier, PricingPolicy
from tests.factories import make_customer, make_price_list, make_product, make_rules, make_sku

pytestmark = pytest.mark.django_db

SKU = {
    "code": "BOLT-M6", "product": "P1", "name": "M6", "name_zh": "六毫米", "unit": "box", "barcode": "4006381333931",
    "weight_g": 120, "prices": [
        {"price_list": "standard", "unit_price": "12.5"},
        {"price_list": "standard", "unit_price": "0.00125", "min_quantity": "1000"},
    ],
}  # fmt: skip


@pytest.fixture
def shelf(db: None) -> None:
    make_price_list()
    make_product()


def version() -> int:
    return PricingPolicy.objects.get().version


def told(kind: str) -> list[dict[str, Any]]:
    return list(Event.objects.filter(kind=kind).order_by("id").values_list("data", flat=True))


ALWAYS = {"valid_from": None, "valid_to": None}


def test_a_sku_is_made_read_back_and_told_of(api: Any, shelf: None) -> None:
    before = version()
    made = api.post("/skus", SKU)
    assert made.status_code == 201, made.content
    assert made.json() == {
        "code": "BOLT-M6", "product": "P1", "name": "M6", "name_zh": "六毫米", "unit": "box",
        "barcode": "4006381333931", "weight_g": 120, "tax_class": "standard", "is_active": True,
        "prices": [
            {"price_list": "standard", "currency": "CNY", "min_quantity": "1", "unit_price": "12.50", **ALWAYS},
            {"price_list": "standard", "currency": "CNY", "min_quantity": "1000", "unit_price": "0.00125", **ALWAYS},
        ],
        "formula": None, "floors": {}, "active_from": None, "active_to": None, "pack_quantity": "0", "min_order_quantity": "0",
        "tracks_lots": False,
        "duration_minutes": 0, "options": {}, "bundle": None, "costs": [], "warnings": [],
    }  # fmt: skip
    assert api.get("/skus/BOLT-M6").json() == made.json()
    assert version() == before + 1
    (saved,) = told("sku.saved")
    assert saved["before"] == dict.fromkeys(saved["after"])
    assert saved["after"]["product"] == "P1"
    assert told("prices.set")[0]["after"] == [["1", "12.5"], ["1000", "0.00125"]]


def test_a_patch_changes_what_it_names_and_tells_before_and_after(api: Any, shelf: None) -> None:
    api.post("/skus", SKU)
    Event.objects.all().delete()
    changed = api.patch("/skus/BOLT-M6", {"name": "M6 zinc", "weight_g": 0, "is_active": False})
    assert changed.status_code == 200, changed.content
    kept = {**SKU, "name": "M6 zinc", "weight_g": 0, "is_active": False, "prices": changed.json()["prices"]}
    assert {name: changed.json()[name] for name in kept} == kept
    assert told("sku.saved") == [
        {
            "code": "BOLT-M6",
            "before": {"name": "M6", "weight_g": 120, "is_active": True},
            "after": {"name": "M6 zinc", "weight_g": 0, "is_active": False},
        }
    ]


def test_a_patch_that_changes_nothing_is_no_event_and_no_new_version(api: Any, shelf: None) -> None:
    api.post("/skus", SKU)
    before, events = version(), Event.objects.count()
    assert api.patch("/skus/BOLT-M6", {"name": "M6", "prices": SKU["prices"]}).status_code == 200
    assert api.patch("/skus/BOLT-M6", {}).status_code == 200
    assert (version(), Event.objects.count()) == (before, events)


def test_prices_replace_those_on_the_lists_they_name_and_no_others(api: Any, shelf: None) -> None:
    make_price_list("vip", tier="gold")
    both = [*SKU["prices"], {"price_list": "vip", "unit_price": "9"}]  # type: ignore[misc]
    api.post("/skus", SKU | {"prices": both})
    prices = api.patch("/skus/BOLT-M6", {"prices": [{"price_list": "standard", "unit_price": "10"}]}).json()[
        "prices"
    ]
    assert [(p["price_list"], p["min_quantity"], p["unit_price"]) for p in prices] == [
        ("standard", "1", "10.00"),
        ("vip", "1", "9.00"),
    ]
    assert told("prices.set")[-1] == {
        "code": "BOLT-M6", "list": "standard", "before": [["1", "12.5"], ["1000", "0.00125"]], "after": [["1", "10"]],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "loc"),
    [
        ({"product": "NONE"}, ["product"]),
        ({"prices": [{"price_list": "none", "unit_price": "1"}]}, ["prices", 0, "price_list"]),
        ({"prices": [{"price_list": "standard", "unit_price": "-1"}]}, ["prices", 0, "unit_price"]),
        ({"prices": [{"price_list": "standard", "unit_price": "1e13"}]}, ["prices", 0, "unit_price"]),
        ({"prices": [{"price_list": "standard", "unit_price": "1.0000001"}]}, ["prices", 0, "unit_price"]),
        ({"prices": [{"price_list": "standard", "unit_price": "1"}] * 2}, ["prices", 1, "min_quantity"]),
        ({"prices": [{"price_list": "standard", "unit_price": "1", "min_quantity": "0"}]}, ["prices", 0, "min_quantity"]),
        ({"weight_g": -1}, ["weight_g"]),
        ({"weight_g": 2**31}, ["weight_g"]),
        ({"weight_g": "120"}, ["weight_g"]),
        ({"is_active": 1}, ["is_active"]),
        ({"unit": ""}, ["unit"]),
        ({"code": " lead"}, ["code"]),
        ({"code": "a/b"}, ["code"]),
        ({"code": "x" * 61}, ["code"]),
        ({"name": "a\0b"}, ["name"]),
        ({"tax_class": "no spaces"}, ["tax_class"]),
        ({"barcode": "TAKEN"}, ["barcode"]),
        ({"colour": "red"}, ["colour"]),
    ],
)  # fmt: skip
def test_a_sku_that_cannot_be_is_refused_by_name_and_nothing_changes(
    api: Any, shelf: None, change: dict[str, Any], loc: list[Any]
) -> None:
    api.post("/skus", {"code": "OTHER", "product": "P1", "barcode": "TAKEN"})
    before, events = version(), Event.objects.count()
    refused = api.post("/skus", SKU | change)
    assert refused.status_code == 422, refused.content
    assert loc in [problem["loc"] for problem in refused.json()["errors"]]
    assert (version(), Event.objects.count(), Sku.objects.count(), PriceTier.objects.count()) == (
        before,
        events,
        1,
        0,
    )


@pytest.mark.parametrize(("path", "body"), [("/skus", SKU), ("/products", {"code": "P1", "name": "x"})])
def test_a_code_is_given_once(api: Any, shelf: None, path: str, body: dict[str, Any]) -> None:
    api.post(path, body)
    refused = api.post(path, body | {"name": "again"})
    assert (refused.status_code, refused.json()["code"]) == (409, "code_taken")
    assert not Sku.objects.filter(name="again").exists()
    assert not Product.objects.filter(name="again").exists()


def test_the_same_key_makes_a_thing_once(api: Any, shelf: None) -> None:
    first = api.post("/skus", SKU, Idempotency_Key="k")
    again = api.post("/skus", SKU, Idempotency_Key="k")
    assert (again.status_code, again.content, again["Idempotent-Replay"]) == (201, first.content, "true")
    reused = api.post("/skus", SKU | {"code": "B"}, Idempotency_Key="k")
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")
    assert Sku.objects.count() == 1
    assert len(told("sku.saved")) == 1


def test_what_is_not_there_is_not_found(api: Any, shelf: None) -> None:
    for answer in (
        api.get("/skus/NONE"),
        api.patch("/skus/NONE", {"name": "x"}),
        api.get("/products/00000000-0000-7000-8000-000000000000"),
        api.patch("/products/00000000-0000-7000-8000-000000000000", {"name": "x"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert api.get("/products/nonsense").status_code == 422


def test_products_are_made_changed_and_listed_with_their_skus(api: Any, shelf: None) -> None:
    api.post("/categories", {"code": "hardware", "name": "Hardware", "name_zh": "五金"})
    made = api.post(
        "/products", {"code": "NUTS", "name": "Nuts", "name_zh": "螺母", "category": "hardware"}
    ).json()
    api.post("/skus", {"code": "NUT-1", "product": "NUTS"})
    seen = api.get(f"/products/{made['id']}").json()
    assert (seen["skus"], seen["category"], seen["kind"]) == (["NUT-1"], "hardware", "goods")
    changed = api.patch(
        f"/products/{made['id']}", {"category": "", "kind": "service", "is_active": False}
    ).json()
    assert (changed["category"], changed["kind"], changed["is_active"], changed["name"]) == (
        None,
        "service",
        False,
        "Nuts",
    )
    assert told("product.saved")[-1]["before"] == {"kind": "goods", "is_active": True, "category": "hardware"}
    assert [p["code"] for p in api.get("/products?q=螺母").json()["items"]] == ["NUTS"]
    assert [p["code"] for p in api.get("/products?active=true").json()["items"]] == ["P1"]
    assert [p["code"] for p in api.get("/products").json()["items"]] == ["NUTS", "P1"]


def test_a_product_that_is_no_longer_sold_cannot_be_ordered(api: Any) -> None:
    make_rules()
    make_sku("BOLT")
    acme, product = make_customer(), Product.objects.get()
    body = {"customer": acme.code, "lines": [{"sku": "BOLT", "quantity": "1"}]}
    assert api.post("/quotes", body).status_code == 200
    assert api.patch(f"/products/{product.pk}", {"is_active": False}).status_code == 200
    refused = api.post("/orders", body)
    assert (refused.status_code, refused.json()["errors"][0]["loc"]) == (422, ["lines", 0, "sku"])
    api.patch(f"/products/{product.pk}", {"is_active": True})
    assert api.post("/orders", body).status_code == 201


def test_categories_form_a_tree_without_loops(api: Any) -> None:
    assert api.post("/categories", {"code": "a", "name": "A"}).json()["parent"] is None
    assert api.post("/categories", {"code": "b", "name": "B", "parent": "a"}).json()["parent"] == "a"
    refused = api.post("/categories", {"code": "c", "name": "C", "parent": "none"})
    assert (refused.status_code, refused.json()["errors"][0]["loc"]) == (422, ["parent"])
    assert api.post("/categories", {"code": "d", "name": "D", "parent": "d"}).status_code == 422
    assert Category.objects.count() == 2
    assert [c["code"] for c in api.get("/categories?q=b").json()["items"]] == ["b"]


def test_skus_are_found_by_code_barcode_and_either_name_and_paged(api: Any, shelf: None) -> None:
    api.post("/skus", SKU)
    codes = ["BOLT-M6", *(f"S{i}" for i in range(5))]
    for code in codes[1:]:
        api.post("/skus", {"code": code, "product": "P1", "is_active": code != "S0"})
    for text in ("bolt-", "4006381333931", "m6", "六毫"):
        assert [s["code"] for s in api.get(f"/skus?q={text}").json()["items"]] == ["BOLT-M6"], text
    assert len(api.get("/skus?q=Bolt").json()["items"]) == 6, "by the product's name"
    assert [s["code"] for s in api.get("/skus?active=false").json()["items"]] == ["S0"]
    seen, cursor = [], ""
    for _ in range(3):
        page = api.get(f"/skus?limit=2&cursor={cursor}").json()
        seen += [s["code"] for s in page["items"]]
        cursor = page["next_cursor"] or ""
    assert seen == codes[::-1]
    assert cursor == ""


def test_price_lists_are_made_once_in_a_currency_for_a_tier(api: Any) -> None:
    make_price_list("vip", tier="gold")
    before = version()
    body = {
        "code": "eur",
        "name": "Export",
        "currency": "EUR",
        "tier": "gold",
        "tax_inclusive": False,
        "priority": 3,
    }
    made = api.post("/price-lists", body)
    assert (made.status_code, made.json()) == (
        201,
        {**body, "name_zh": "", "is_active": True, "tiering": "volume", **ALWAYS},
    )
    assert version() == before + 1
    assert told("pricing.rules_changed")[-1]["what"] == "price list eur"
    events = Event.objects.count()
    for change, loc in (
        ({}, ["code"]), ({"code": "x", "currency": "ZZZ"}, ["currency"]), ({"code": "x", "tier": "none"}, ["tier"]),
        ({"code": "x", "priority": 40000}, ["priority"]), ({"code": "x y"}, ["code"]),
    ):  # fmt: skip
        refused = api.post("/price-lists", body | change)
        assert refused.status_code == 422, change
        assert loc in [problem["loc"] for problem in refused.json()["errors"]], refused.content
    assert (PriceList.objects.count(), Event.objects.count(), version()) == (2, events, before + 1)
    assert [row["code"] for row in api.get("/price-lists").json()["items"]] == ["eur", "vip"]


def test_a_list_searches_price_lists_too(api: Any) -> None:
    make_price_list("vip", tier="gold")
    make_price_list("standard")
    assert [row["code"] for row in api.get("/price-lists?q=vip").json()["items"]] == ["vip"]
    PriceList.objects.filter(code="vip").update(is_active=False)
    assert [row["code"] for row in api.get("/price-lists?active=true").json()["items"]] == ["standard"]
