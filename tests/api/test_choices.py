"""Options, bundles, packs, dates and costs over REST: kept, asked for on a line, answered, refused by name."""

from typing import Any

import pytest

from openoms.domains.catalog.models import Option, Sku
from openoms.domains.catalog.types import BundleInput
from openoms.domains.orders.models import Order
from tests.api.conftest import Api
from tests.factories import make_customer, make_key, make_price_list, make_product, make_rules
from tests.shelf import CHOICE, FIXED, make_bundle, make_parts, make_phone

PRODUCT = {
    "code": "LAMP",
    "name": "Lamp",
    "options": [
        {"code": "colour", "name": "Colour", "kind": "variant", "required": True,
         "values": [{"code": "white", "name": "White"}, {"code": "black", "name": "Black", "name_zh": "黑色"}]},
        {"code": "bulb", "name": "Bulb",
         "values": [{"code": "led", "name": "LED", "deltas": {"CNY": "12.50"}},
                    {"code": "none", "name": "None", "deltas": {"CNY": "-3"}}]},
    ],
    "conflicts": [{"one": {"option": "bulb", "value": "none"}, "other": {"option": "colour", "value": "black"}}],
}  # fmt: skip


@pytest.fixture
def shop_api(api: Api) -> Api:
    """A key that may not see costs."""
    return Api(api.client, make_key("integrator"))


def line(sku: str, **more: Any) -> dict[str, Any]:
    return {"sku": sku, "quantity": "1", **more}


def test_a_product_is_made_with_options_and_its_skus_are_versions(api: Any) -> None:
    make_price_list()
    made = api.post("/products", PRODUCT)
    assert made.status_code == 201, made.content
    shown = made.json()
    assert [o["code"] for o in shown["options"]] == ["colour", "bulb"]
    assert shown["options"][1]["values"][0]["deltas"] == {"CNY": "12.5"}
    assert shown["conflicts"] == PRODUCT["conflicts"]
    sku = {"code": "LAMP-W", "product": "LAMP", "options": {"colour": "white"},
           "prices": [{"price_list": "standard", "unit_price": "100"}]}  # fmt: skip
    version = api.post("/skus", sku)
    assert (version.status_code, version.json()["options"]) == (201, {"colour": "white"})
    twice = api.post("/skus", {**sku, "code": "LAMP-W2"})
    assert (twice.status_code, twice.json()["errors"][0]["loc"]) == (422, ["options"])
    assert not Sku.objects.filter(code="LAMP-W2").exists()
    kept = api.patch(f"/products/{shown['id']}", {"name": "Desk lamp"})
    assert kept.json()["options"] == shown["options"]
    gone = api.patch(f"/products/{shown['id']}", {"options": PRODUCT["options"][:1]})
    assert (len(gone.json()["options"]), gone.json()["conflicts"]) == (1, [])
    refused = api.patch(f"/products/{shown['id']}", {"options": []})
    assert (refused.status_code, refused.json()["code"]) == (409, "in_use")
    assert Option.objects.count() == 1


def test_a_quote_prices_what_is_chosen_and_says_so(api: Any) -> None:
    make_phone()
    asked = {"lines": [line("PHONE-BLACK-128", options={"case": "leather", "gifts": ["card"]})]}
    quote = api.post("/quotes", asked).json()
    (shown,) = quote["lines"]
    assert (shown["unit_price"], quote["total"]) == ("2204.00", "2204.00")
    assert [(o["option"], o["value"], o["value_name_zh"]) for o in shown["options"]] == [
        ("case", "leather", "皮革壳"),
        ("gifts", "card", "贺卡"),
    ]
    assert [s["amount"] for s in quote["trace"] if s["code"] == "option"] == ["199.000000", "5.000000"]


@pytest.mark.parametrize(
    ("asked", "code", "part"),
    [
        (line("PHONE-RED-128", options={"case": "clear"}), "incompatible_options", "options"),
        (line("PHONE-RED-128", options={"colour": "black"}), "unknown_option", "options"),
        (line("PHONE-RED-128", options={"case": ["clear", "leather"]}), "one_value_only", "options"),
        (line("KIT"), "wrong_part_count", "parts"),
        (line("KIT", parts={"more": ["CABLE", "PHONE-RED-128"]}), "unknown_part", "parts"),
        (line("CABLE", parts={"more": []}), "unknown_group", "parts"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_at_its_line(
    api: Any, asked: dict[str, Any], code: str, part: str
) -> None:
    make_phone()
    make_parts()
    make_bundle("KIT", BundleInput(groups=(FIXED, CHOICE)), "100")
    make_customer(code="C1")
    refused = api.post("/orders", {"customer": "C1", "lines": [line("CABLE"), asked]})
    assert refused.status_code == 422
    problem = refused.json()
    assert (problem["code"], problem["errors"][0]["loc"]) == (code, ["lines", 1, part])
    assert Order.objects.count() == 0


def test_an_order_answers_its_options_and_components_and_costs_to_those_who_may_see_them(
    shop_api: Api, api: Any
) -> None:
    make_rules()
    make_phone()
    make_parts()
    make_bundle("KIT", BundleInput("sum", groups=(FIXED, CHOICE)))
    make_customer(code="C1")
    body = {
        "customer": "C1",
        "lines": [
            line("PHONE-BLACK-256", options={"case": "leather"}),
            line("KIT", parts={"more": ["MOUSE", "CABLE"]}),
        ],
    }
    placed = shop_api.post("/orders", body)
    assert placed.status_code == 201, placed.content
    number = placed.json()["number"]
    assert shop_api.get(f"/orders/{number}").json() == placed.json()
    phone, kit = placed.json()["lines"]
    assert (phone["options"][0]["value"], phone["unit_cost"]) == ("leather", None)
    assert kit["components"] == [
        {"sku": "CABLE", "quantity": "2"},
        {"sku": "PLUG", "quantity": "1"},
        {"sku": "CABLE", "quantity": "1"},
        {"sku": "MOUSE", "quantity": "1"},
    ]
    seen = api.get(f"/orders/{number}").json()["lines"]
    assert [(row["unit_cost"], row["cost_currency"]) for row in seen] == [("1500", "CNY"), ("110", "CNY")]


def test_a_sku_has_a_bundle_packs_dates_and_costs(shop_api: Api, api: Any) -> None:
    make_parts()
    make_product("P9")
    body = {
        "code": "SET", "product": "P9", "pack_quantity": "6", "min_order_quantity": "12",
        "active_from": "2026-01-01", "active_to": "", "duration_minutes": 90, "barcode": "4006381333932",
        "bundle": {"policy": "discounted", "percent": "12.5", "groups": [
            {"code": "more", "fixed": False, "least": 1, "most": 2,
             "parts": [{"sku": "CABLE"}, {"sku": "MOUSE", "surcharges": {"CNY": "20"}}]}]},
        "costs": [{"currency": "CNY", "unit_cost": "7.5", "valid_from": "2026-01-01"}],
    }  # fmt: skip
    refused = shop_api.post("/skus", body)
    assert refused.status_code == 403
    assert not Sku.objects.filter(code="SET").exists()
    made = api.post("/skus", body)
    assert made.status_code == 201, made.content
    shown = made.json()
    assert shown["bundle"]["groups"][0]["parts"][1] == {
        "sku": "MOUSE", "quantity": "1", "surcharges": {"CNY": "20"},
    }  # fmt: skip
    assert shown["costs"] == [{"currency": "CNY", "unit_cost": "7.5", "valid_from": "2026-01-01"}]
    assert (shown["active_from"], shown["active_to"], shown["pack_quantity"]) == ("2026-01-01", None, "6")
    assert shown["warnings"] == ["barcode_check_digit"]
    assert shop_api.get("/skus/SET").json()["costs"] is None
    cleared = api.patch("/skus/SET", {"bundle": {"groups": []}, "active_from": ""}).json()
    assert (cleared["bundle"], cleared["active_from"]) == (None, None)
    wrong = api.patch("/skus/SET", {"bundle": {"groups": [{"code": "g", "parts": [{"sku": "SET"}]}]}})
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["loc"] == ["bundle", "groups", 0, "parts", 0, "sku"]
