"""Price lists changed and contracts over REST."""

import pytest

from openoms.domains.events.models import Event
from openoms.domains.pricing.models import Contract, PriceList
from tests.api.conftest import Api
from tests.factories import make_customer, make_sku

pytestmark = pytest.mark.django_db
PRICES = [{"sku": "BOLT", "unit_price": "9"}, {"sku": "BOLT", "unit_price": "8", "min_quantity": "100"}]


def test_a_contract_is_made_changed_and_priced_by(api: Api) -> None:
    make_sku()
    customer = make_customer()
    body = {
        "code": "K1",
        "customer": customer.code,
        "currency": "CNY",
        "prices": PRICES,
        "valid_from": "2020-01-01",
    }
    made = api.post("/contracts", body, Idempotency_Key="k")
    assert made.status_code == 201, made.content
    assert made.json() == {
        "code": "K1", "customer": customer.code, "name": "", "currency": "CNY", "tax_inclusive": True, "is_active": True,
        "valid_from": "2020-01-01", "valid_to": None,
        "prices": [
            {"sku": "BOLT", "min_quantity": "1", "unit_price": "9.00"},
            {"sku": "BOLT", "min_quantity": "100", "unit_price": "8.00"},
        ],
    }  # fmt: skip
    assert api.post("/contracts", body, Idempotency_Key="k").json() == made.json()
    assert api.get(f"/contracts?customer={customer.code}").json()["items"] == [made.json()]
    quote = {"customer": customer.code, "lines": [{"sku": "BOLT", "quantity": "1"}]}
    assert api.post("/quotes", quote).json()["lines"][0]["unit_price"] == "9.00"
    change = {
        "prices": [{"sku": "BOLT", "unit_price": None, "min_quantity": "100"}],
        "valid_to": "2020-12-31",
    }
    changed = api.patch("/contracts/K1", change).json()
    assert [price["min_quantity"] for price in changed["prices"]] == ["1"]
    assert api.post("/quotes", quote).json()["lines"][0]["unit_price"] == "12.50"
    assert Event.objects.filter(kind="pricing.contract_saved").count() == 4


def test_a_contract_is_refused_whole(api: Api, api_as: object) -> None:
    make_sku()
    customer = make_customer()
    body = {"code": "K1", "customer": customer.code, "currency": "CNY"}
    for wrong, loc in (
        ({"customer": "C999999"}, ["customer"]),
        ({"currency": "XXX"}, ["currency"]),
        ({"valid_from": "2026-02-01", "valid_to": "2026-01-01"}, ["valid_to"]),
        ({"prices": [*PRICES, {"sku": "GONE", "unit_price": "1"}]}, ["prices", 2, "sku"]),
    ):
        refused = api.post("/contracts", body | wrong)
        assert (refused.status_code, refused.json()["errors"][0]["loc"]) == (422, loc)
    assert not Contract.objects.exists()
    assert not Event.objects.filter(kind="pricing.contract_saved").exists()
    assert api.patch("/contracts/K9", {"name": "x"}).status_code == 404
    assert api_as("warehouse").get("/contracts").status_code == 403  # type: ignore[operator]


def test_a_price_lists_head_is_changed(api: Api) -> None:
    make_sku("BOLT", "10", tiers={"10": "8"})
    line = {"lines": [{"sku": "BOLT", "quantity": "20"}]}
    assert api.post("/quotes", line).json()["lines"][0]["net"] == "160.00"
    changed = api.patch("/price-lists/standard", {"tiering": "graduated", "valid_to": "2999-12-31"})
    assert (changed.json()["tiering"], changed.json()["valid_to"]) == ("graduated", "2999-12-31")
    assert api.post("/quotes", line).json()["lines"][0]["net"] == "178.00"  # 9 at 10, 11 at 8.
    for wrong, loc in (({"tier": "none"}, ["tier"]), ({"valid_from": "3000-01-01"}, ["valid_to"])):
        refused = api.patch("/price-lists/standard", wrong)
        assert (refused.status_code, refused.json()["errors"][0]["loc"]) == (422, loc)
    assert PriceList.objects.get().tier is None
    assert api.patch("/price-lists/none", {}).status_code == 404
