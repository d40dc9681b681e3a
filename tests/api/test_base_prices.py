"""Made-to-measure skus, dated prices, floors and percents over REST; what an order keeps of them."""

from decimal import Decimal
from typing import Any

import pytest

from openoms.domains.catalog.models import Sku
from openoms.domains.catalog.types import CategoryInput, ProductInput
from openoms.domains.events.models import Event
from openoms.domains.orders.models import Line, Order
from openoms.domains.pricing.models import ShippingRate
from openoms.flows.edit_catalogue import save_category, save_product
from openoms.flows.steps import configuration
from tests.api.conftest import Api
from tests.factories import make_customer, make_product, make_rules, make_sku, owner

pytestmark = pytest.mark.django_db
FORMULA = {
    "inputs": [
        {"code": "width_mm", "name": "Width", "name_zh": "宽度", "unit": "mm", "least": 300, "most": 2400},
        {"code": "height_mm", "name": "Height", "name_zh": "高度", "unit": "mm", "least": "200", "most": "1200", "step": "10"},
    ],
    "expressions": {"CNY": "width_mm * height_mm / 1000000 * 850 + 200"},
}  # fmt: skip
DESK = {"code": "DESK", "product": "P1", "formula": FORMULA}


@pytest.fixture
def desk(api: Api) -> Api:
    """The API of a firm that makes a desk to measure."""
    make_rules()
    make_product()
    assert api.post("/skus", DESK).status_code == 201
    return api


def asked(**inputs: Any) -> dict[str, Any]:
    return {"lines": [{"sku": "DESK", "quantity": "2", "inputs": inputs}]}


def test_a_formula_is_kept_read_back_and_taken_away(desk: Api) -> None:
    kept = desk.get("/skus/DESK").json()["formula"]
    assert [one["code"] for one in kept["inputs"]] == ["width_mm", "height_mm"]
    assert kept["inputs"][0] == {
        "code": "width_mm", "least": "300", "most": "2400", "name": "Width", "name_zh": "宽度", "unit": "mm", "step": "0",
    }  # fmt: skip
    assert kept["expressions"] == FORMULA["expressions"]
    assert desk.patch("/skus/DESK", {"name": "Desk"}).json()["formula"] == kept
    assert desk.patch("/skus/DESK", {"formula": None}).json()["formula"] is None
    told = Event.objects.filter(kind="sku.saved").order_by("id").last()
    assert told is not None
    assert told.data["before"]["formula"] == kept
    assert told.data["after"] == {"formula": None}


@pytest.mark.parametrize(
    ("change", "loc", "says"),
    [
        ({"expressions": {"CNY": "width_mm *"}}, ["formula", "expressions", "CNY"], "cannot be read at"),
        ({"expressions": {"CNY": "depth + 1"}}, ["formula", "expressions", "CNY"], "'depth' is no input, at 1"),
        ({"expressions": {"CNY": "1 / (width_mm - 300)"}}, ["formula", "expressions", "CNY"], "no result"),
        ({"expressions": {"XYZ": "1"}}, ["formula", "expressions", "XYZ"], "not an ISO 4217"),
        ({"expressions": {}}, ["formula", "expressions"], "Write a formula"),
        ({"inputs": [{"code": "if", "least": 1, "most": 2}]}, ["formula", "inputs"], "no name for an input"),
        ({"inputs": [{"code": "w", "least": 3, "most": 2}]}, ["formula", "inputs"], "range of w is empty"),
    ],
)  # fmt: skip
def test_what_could_not_price_is_refused_where_it_stands(
    desk: Api, change: dict[str, Any], loc: list[str], says: str
) -> None:
    before = desk.get("/skus/DESK").json()
    refused = desk.patch("/skus/DESK", {"formula": FORMULA | change})
    assert refused.status_code == 422, refused.content
    assert refused.json()["errors"][0]["loc"] == loc
    assert says in refused.json()["detail"]
    assert desk.get("/skus/DESK").json() == before


def test_a_quote_reckons_and_an_order_keeps_what_was_asked(desk: Api) -> None:
    quote = desk.post("/quotes", asked(width_mm=1600, height_mm="800")).json()
    (line,) = quote["lines"]
    # 1.6 × 0.8 × 850 + 200 = 1288.
    assert (line["unit_price"], line["inputs"]) == ("1288.00", {"width_mm": "1600", "height_mm": "800"})
    assert line["options"] == []
    (step,) = [step for step in quote["trace"] if step["code"] == "formula"]
    assert step["inputs"] == {"width_mm": "1600", "height_mm": "800"}
    customer = make_customer()
    order = asked(width_mm=1600, height_mm=800) | {"customer": customer.code}
    placed = desk.post("/orders", order).json()
    assert placed["lines"][0]["inputs"] == {"width_mm": "1600", "height_mm": "800"}
    assert desk.get(f"/orders/{placed['number']}").json()["lines"] == placed["lines"]
    said = Line.objects.get().options[0]
    assert (said["name"], said["value_name"], said["value_name_zh"]) == ("Width", "1,600 mm", "1,600 毫米")


@pytest.mark.parametrize(
    ("inputs", "code", "loc", "detail"),
    [
        ({"width_mm": 9999, "height_mm": 800}, "input_out_of_range", "width_mm", "Width is made from 300 to 2,400 mm."),
        ({"width_mm": 1600}, "input_missing", "height_mm", "DESK is priced by its Height: say it."),
        ({"width_mm": 1600, "height_mm": 805}, "input_off_step", "height_mm", "Height is made in steps of 10 from 200."),
        ({"width_mm": 1600, "height_mm": 800, "x": 1}, "unknown_input", "x", "DESK has no input 'x'."),
    ],
)  # fmt: skip
def test_what_is_not_made_is_refused_with_its_range(
    desk: Api, inputs: dict[str, Any], code: str, loc: str, detail: str
) -> None:
    customer = make_customer()
    for path, body in (("/quotes", {}), ("/orders", {"customer": customer.code})):
        refused = desk.post(path, asked(**inputs) | body)
        assert refused.status_code == 422
        problem = refused.json()
        assert (problem["code"], problem["detail"]) == (code, detail)
        assert problem["errors"][0]["loc"] == ["lines", 0, "inputs", loc]
    assert not Order.objects.exists()


def test_a_plain_sku_takes_no_inputs(api: Api) -> None:
    make_sku()
    line = {"sku": "BOLT", "quantity": "1", "inputs": {"width_mm": 5}}
    refused = api.post("/quotes", {"lines": [line]})
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_input")


def test_prices_have_days_and_floors(api: Api) -> None:
    make_sku("BOLT", "12.50")
    prices = [
        {"price_list": "standard", "unit_price": "12.5"},
        {"price_list": "standard", "unit_price": "11", "valid_from": "2020-01-01"},
        {"price_list": "standard", "unit_price": "1", "valid_from": "2999-01-01"},
        {"price_list": "standard", "unit_price": "2", "valid_from": "2001-01-01", "valid_to": "2001-01-31"},
    ]
    saved = api.patch("/skus/BOLT", {"prices": prices, "floors": {"standard": "9"}})
    assert saved.status_code == 200, saved.content
    shown = [(p["unit_price"], p["valid_from"], p["valid_to"]) for p in saved.json()["prices"]]
    assert shown == [
        ("12.50", None, None), ("2.00", "2001-01-01", "2001-01-31"), ("11.00", "2020-01-01", None),
        ("1.00", "2999-01-01", None),
    ]  # fmt: skip
    assert saved.json()["floors"] == {"standard": "9"}
    quote = api.post("/quotes", {"lines": [{"sku": "BOLT", "quantity": "1"}]}).json()
    assert quote["lines"][0]["unit_price"] == "11.00"
    assert api.patch("/skus/BOLT", {"floors": {"standard": None}}).json()["floors"] == {}
    for wrong, loc in (
        ({"prices": [prices[1] | {"valid_to": "2019-01-01"}]}, ["prices", 0, "valid_to"]),
        ({"prices": [prices[1], prices[1]]}, ["prices", 1, "min_quantity"]),
        ({"floors": {"nowhere": "1"}}, ["floors", "nowhere"]),
    ):
        refused = api.patch("/skus/BOLT", wrong)
        assert (refused.status_code, refused.json()["errors"][0]["loc"]) == (422, loc)


def test_an_option_adds_a_percentage(api: Api) -> None:
    make_sku("BOLT", "200")
    value = {"code": "gold", "name": "Gold", "percent": "12.5", "deltas": {"CNY": "3"}}
    options = [{"code": "finish", "name": "Finish", "values": [value]}]
    (product,) = api.get("/products?q=P1").json()["items"]
    saved = api.patch(f"/products/{product['id']}", {"options": options}).json()
    assert saved["options"][0]["values"][0]["percent"] == "12.5"
    line = {"sku": "BOLT", "quantity": "1", "options": {"finish": "gold"}}
    quote = api.post("/quotes", {"lines": [line]}).json()
    assert (quote["lines"][0]["unit_price"], quote["lines"][0]["options"][0]["amount"]) == (
        "228.00",
        "28.000000",
    )
    variant = [options[0] | {"kind": "variant", "values": [value | {"deltas": {}}]}]
    refused = api.patch(f"/products/{product['id']}", {"options": variant})
    assert refused.json()["errors"][0]["loc"] == ["options", 0, "values", 0, "percent"]


def test_a_delivery_method_is_asked_for(api: Api) -> None:
    acme = make_customer()
    make_sku()
    make_rules()
    for method, fee in (("standard", "12"), ("express", "30")):
        ShippingRate.objects.create(
            code=method, name=method, currency="CNY", fee=Decimal(fee), country="CN", method=method
        )
    body = {"lines": [{"sku": "BOLT", "quantity": "1"}], "customer": acme.code}
    (found,) = api.post("/quotes", body | {"delivery": "express"}).json()["deliveries"]
    assert (found["method"], found["gross"], found["adjustments"]) == ("express", "30.00", [])
    abroad = {"country": "DE", "line": "Hauptstr. 1", "city": "Berlin", "postcode": "10115"}
    refused = api.post("/orders", body | {"delivery": "express", "ship_to": abroad})
    assert (refused.status_code, refused.json()["errors"][0]["loc"]) == (422, ["delivery"])
    assert not Order.objects.exists()


def test_a_category_that_moves_takes_its_skus_along() -> None:
    for code, parent in (("a", ""), ("b", ""), ("b1", "b")):
        save_category(CategoryInput(code, name=code, parent=parent), actor=owner())
    sku = make_sku()
    save_product(ProductInput("P1", category="b1"), actor=owner())
    assert configuration.now().book.offers["BOLT"].categories == ("b1", "b")
    before = Sku.objects.get(pk=sku.pk).book_version
    save_category(CategoryInput("b", parent="a"), actor=owner())
    assert configuration.now().book.offers["BOLT"].categories == ("b1", "b", "a")
    assert Sku.objects.get(pk=sku.pk).book_version > before
