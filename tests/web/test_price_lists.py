"""Pages of price lists, contracts and formulas; order entry with measures and coupons."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F

from openoms.domains.catalog.models import Formula
from openoms.domains.catalog.types import FormulaInput, MeasureInput, SkuInput
from openoms.domains.events.models import Event
from openoms.domains.orders.models import Line, Order
from openoms.domains.pricing.models import (
    Contract,
    ContractPrice,
    PriceFloor,
    PriceList,
    PriceTier,
    PricingPolicy,
    ShippingRate,
    TaxRate,
)
from openoms.domains.pricing.promotions import Benefit, Gift, Percent, Promotion
from openoms.flows.edit_catalogue import save_sku
from openoms.flows.edit_price_list import ContractInput, save_contract
from openoms.flows.edit_promotions import CouponInput, create_coupons, save_promotion
from tests.factories import make_customer, make_product, make_rules, make_sku, owner
from tests.web.conftest import SignIn
from tests.web.test_order_entry import NEW, typed

D = Decimal
WIDTH = MeasureInput("width_mm", D(300), D(2400), "Width", "宽度", "mm")
FORMULA = FormulaInput((WIDTH,), (("CNY", "width_mm / 2 + 100"),))


@pytest.fixture(autouse=True)
def goods(db: None) -> None:
    make_rules()
    make_sku("BOLT", "12.50", tiers={"10": "11"})
    make_sku("NUT", "3")
    make_customer("Acme", code="C1")
    save_sku(SkuInput("DESK", product="P1", formula=FORMULA), actor=owner())


def prices(code: str = "BOLT") -> list[tuple[str, str, date | None]]:
    rows = PriceTier.objects.filter(sku__code=code).order_by(
        "min_quantity", F("valid_from").asc(nulls_first=True)
    )
    return [
        (f"{r.min_quantity:f}".rstrip("0").rstrip("."), f"{r.unit_price.normalize():f}", r.valid_from)
        for r in rows
    ]


def test_a_lists_prices_are_searched_and_edited_in_their_row(sign_in: SignIn) -> None:
    browser = sign_in("administrator")
    page = browser.get("/pricing/lists/standard/?q=nut").content.decode()
    assert "CN¥3.00" in page
    assert "CN¥12.50" not in page
    row = "/pricing/lists/standard/skus/BOLT/"
    fields: dict[str, Any] = {
        "tier": ["a", "b"], "a-min_quantity": "1", "a-unit_price": "12", "b-min_quantity": "1", "b-unit_price": "10",
        "b-valid_from": "2999-01-01", "floor": "8",
    }  # fmt: skip
    shown = browser.post(row, fields).content.decode()
    assert "CN¥12.00" in shown
    assert "to come" in shown
    assert prices() == [("1", "12", None), ("1", "10", date(2999, 1, 1))]
    assert PriceFloor.objects.get().unit_price == 8
    kinds = set(Event.objects.order_by("-id").values_list("kind", flat=True)[:2])
    assert kinds == {"prices.set", "floors.set"}
    wrong = browser.post(row, fields | {"b-valid_from": "", "b-valid_to": ""}).content.decode()
    assert "Two prices start at the same quantity." in wrong
    assert PriceTier.objects.filter(sku__code="BOLT").count() == 2


def test_a_pasted_list_shows_its_difference_and_is_applied_once_looked_at(sign_in: SignIn) -> None:
    browser = sign_in("administrator")
    text = "SKU\tPrice\nBOLT\t13\nNUT\t2.5\t100\t2999-01-01\t2999-12-31\nGONE\t1\nNUT\tmuch\nNUT\t3"
    before = list(PriceTier.objects.values_list("pk", "unit_price"))
    page = browser.post("/pricing/lists/standard/preview/", {"text": text})
    html = page.content.decode()
    assert "2 rows change something, 1 change nothing." in html
    assert "<del>12.5</del> → <ins>13</ins>" in html
    assert "There is no SKU “GONE”." in html
    assert "“much” is not a price of 0 or more." in html
    assert list(PriceTier.objects.values_list("pk", "unit_price")) == before
    rows = json.loads(page.context["rows"])
    assert browser.post("/pricing/lists/standard/apply/", {"rows": json.dumps(rows)}).status_code == 302
    assert prices()[0][1] == "13"
    assert prices("NUT")[1] == ("100", "2.5", date(2999, 1, 1))
    # Sent again, nothing is left to do; what somebody changed meanwhile is refused.
    assert browser.post("/pricing/lists/standard/apply/", {"rows": json.dumps(rows)}).status_code == 302
    stale = [{"sku": "BOLT", "unit_price": "14", "min_quantity": "1", "seen": "12.5"}]
    refused = browser.post("/pricing/lists/standard/apply/", {"rows": json.dumps(stale)})
    assert refused.status_code == 409
    assert "Somebody changed the prices of BOLT meanwhile." in refused.content.decode()
    assert prices()[0][1] == "13"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_sheet_taken_away_changes_nothing_when_it_comes_back(sign_in: SignIn, form: str) -> None:
    browser = sign_in("administrator")
    sheet = browser.get(f"/pricing/lists/standard/sheet/{form}/")
    assert "attachment" in sheet["Content-Disposition"]
    sent = SimpleUploadedFile(f"prices.{form}", sheet.content)
    html = browser.post("/pricing/lists/standard/preview/", {"sheet": sent}).content.decode()
    assert "0 rows change something, 3 change nothing." in html
    wrong = SimpleUploadedFile("prices.csv", b"code,price\nBOLT,1\n")
    answer = browser.post("/pricing/lists/standard/preview/", {"sheet": wrong})
    assert answer.status_code == 422
    assert "The sheet needs the columns sku and unit_price." in answer.content.decode()


def test_a_lists_head_is_changed_and_it_is_put_out_of_use(sign_in: SignIn) -> None:
    browser = sign_in("administrator")
    fields = {
        "name": "Retail",
        "priority": "1",
        "tiering": "graduated",
        "tax_inclusive": "on",
        "valid_from": "2026-01-01",
    }
    assert browser.post("/pricing/lists/standard/", fields)["Location"] == "/pricing/lists/standard/"
    row = PriceList.objects.get()
    assert (row.tiering, row.is_active, row.valid_from) == ("graduated", False, date(2026, 1, 1))
    quote = browser.post(f"{NEW}quote/", typed()).content.decode()
    assert "has no price in CNY" in quote
    browser.post("/pricing/lists/standard/", fields | {"is_active": "on"})
    assert "CN¥25.00" in browser.post(f"{NEW}quote/", typed()).content.decode()
    wrong = browser.post("/pricing/lists/standard/", fields | {"valid_to": "2025-12-31"})
    assert wrong.status_code == 422
    assert "The last day comes before the first." in wrong.content.decode()
    told = browser.get("/pricing/lists/standard/history/").content.decode()
    assert "Quantity prices" in told
    assert "Each slice at its own price" in told


def test_a_contract_is_made_priced_by_paste_and_holds_for_its_customer(sign_in: SignIn) -> None:
    browser = sign_in("administrator")
    fields = {"code": "K1", "customer": "C1", "name": "2026", "currency": "CNY", "tax_inclusive": "on"}
    assert browser.post("/pricing/contracts/", fields)["Location"] == "/pricing/contracts/K1/"
    again = browser.post("/pricing/contracts/", fields)
    assert (again.status_code, "There is a contract “K1” already." in again.content.decode()) == (422, True)
    nobody = browser.post("/pricing/contracts/", fields | {"code": "K2", "customer": "C9"})
    assert "There is no customer “C9”." in nobody.content.decode()
    page = browser.post("/pricing/contracts/K1/preview/", {"text": "BOLT 9\nBOLT\t8\t100"})
    browser.post("/pricing/contracts/K1/apply/", {"rows": page.context["rows"]})
    assert ContractPrice.objects.count() == 2
    quote = browser.post(f"{NEW}quote/", typed()).content.decode()
    assert "CN¥9.00" in quote
    assert "CN¥12.50" in browser.post(f"{NEW}quote/", typed(customer="")).content.decode()
    told = Event.objects.filter(kind="pricing.contract_saved").latest("id")
    assert told.data["after"] == {"prices:BOLT": [["1", "9"], ["100", "8"]]}
    assert "K1" in browser.get("/customers/C1/").content.decode()
    assert "K1" not in sign_in("sales").get("/customers/C1/").content.decode()
    number = browser.post(NEW, typed())["Location"]
    assert "Contract “K1”: CN¥9.00 each" in browser.get(number).content.decode()


def test_taxes_fees_and_rounding_are_set_and_taken_away(sign_in: SignIn) -> None:
    browser = sign_in("administrator")
    browser.post("/pricing/taxes/", {"tax_class": "standard", "country": "CA", "name": "GST", "rate": "5"})
    browser.post("/pricing/taxes/", {"tax_class": "standard", "country": "CA", "name": "PST", "rate": "7"})
    assert TaxRate.objects.filter(country="CA").count() == 2
    gone = TaxRate.objects.get(name="PST")
    browser.post(f"/pricing/taxes/{gone.pk}/remove/")
    assert not TaxRate.objects.filter(name="PST").exists()
    assert browser.post(f"/pricing/taxes/{gone.pk}/remove/").status_code == 404
    browser.post("/pricing/shipping/cn/remove/")
    assert not ShippingRate.objects.exists()
    browser.post("/pricing/rounding/", {"tax_rounding": "unit"})
    assert PricingPolicy.objects.get().tax_rounding == "unit"
    assert browser.post("/pricing/rounding/", {"tax_rounding": "never"}).status_code == 422


def formula_fields(text: str, **fields: str) -> dict[str, Any]:
    return {
        "input": ["i0"], "i0-code": "width_mm", "i0-name": "Width", "i0-unit": "mm", "i0-least": "300", "i0-most": "2,400",
        "expression": ["e0"], "e0-currency": "CNY", "e0-text": text, **fields,
    }  # fmt: skip


def test_a_formula_is_tried_as_it_is_typed_and_saved(sign_in: SignIn) -> None:
    browser = sign_in("administrator")
    good = browser.post("/skus/formula/check/", formula_fields("width_mm / 2")).content.decode()
    assert [f"CN¥{n}.00" in good for n in ("150", "675", "1,200")] == [True] * 3
    broken = browser.post("/skus/formula/check/", formula_fields("width_mm + depth")).content.decode()
    assert "“depth” at character 12 is no input. There are: width_mm." in broken
    assert "width_mm + <mark>d</mark>epth" in broken
    before = Formula.objects.get().expressions
    refused = browser.post("/skus/DESK/formula/", formula_fields("width_mm *"))
    assert refused.status_code == 422
    assert "The formula cannot be read at character 11." in refused.content.decode()
    assert Formula.objects.get().expressions == before
    assert browser.post("/skus/DESK/formula/", formula_fields("width_mm / 4"))["Location"] == "/products/P1/"
    assert Formula.objects.get().expressions == {"CNY": "width_mm / 4"}
    assert "width_mm / 4" in browser.get("/skus/DESK/history/").content.decode()
    browser.post("/skus/DESK/formula/", {})
    assert not Formula.objects.exists()


@pytest.mark.parametrize(
    ("language", "says"),
    [("en", "Width is made from 300 to 2,400 mm."), ("zh-hans", "宽度可制作范围为 300 至 2,400 毫米。")],
)
def test_the_product_page_and_order_entry_refuse_with_the_range(
    sign_in: SignIn, language: str, says: str
) -> None:
    browser = sign_in("administrator", language=language)
    page = browser.get("/products/P1/price/?sku=DESK&input_width_mm=9999").content.decode()
    assert says in page
    line = {"l1-sku": "DESK", "l1-m-width_mm": "9,999"}
    assert says in browser.post(f"{NEW}quote/", typed(**line)).content.decode()
    answer = browser.post(NEW, typed(**line))
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Order.objects.exists()


def test_a_measured_line_is_placed_shown_edited_and_copied(sign_in: SignIn) -> None:
    browser = sign_in("administrator")
    row = browser.get("/orders/new/line/?sku=DESK").content.decode()
    assert "300 to 2,400 mm" in row
    asks = browser.post(f"{NEW}quote/", typed(**{"l1-sku": "DESK"})).content.decode()
    assert "“DESK” is priced by its Width: say it." in asks
    said = {"l1-sku": "DESK", "l1-m-width_mm": "1600", "action": "draft"}
    place = browser.post(NEW, typed(**said))["Location"]
    page = browser.get(place).content.decode()
    assert "Width: 1,600 mm" in page
    assert "Reckoned by width_mm / 2 + 100 with width_mm = 1600: CN¥900.00 each" in page
    assert Line.objects.get().unit_price == 900
    number = place.split("/")[2]
    for address in (f"/orders/{number}/edit/", f"/orders/new/?copy={number}"):
        assert 'value="1600"' in browser.get(address).content.decode()
    nonsense = browser.post(f"{NEW}quote/", typed(**said | {"l1-m-width_mm": "wide"})).content.decode()
    assert "Width: enter a number." in nonsense
    pasted = browser.post("/orders/new/paste/", {"list": "DESK 2"}).content.decode()
    assert "-m-width_mm" in pasted


def spring(**fields: Any) -> None:
    """10 % by the coupon SPRING-1, which can be used once."""
    offer = Promotion(
        "SPRING", (Benefit(Percent(D(10)), "order"),), "Spring", "春季", needs_coupon=True, **fields
    )
    save_promotion(offer, actor=owner(), is_active=True, new=True)
    create_coupons(CouponInput("SPRING", "SPRING-1", most_uses=1), actor=owner())


def test_a_coupon_says_what_it_gives_or_why_nothing(sign_in: SignIn) -> None:
    spring()
    browser = sign_in("administrator")
    given = browser.post(f"{NEW}quote/", typed(coupon=["spring-1"])).content.decode()
    assert "-CN¥2.50" in given
    assert "Spring" in given
    assert 'id="coupon-chips"' in given
    idle = browser.post(f"{NEW}quote/", typed(coupon=["SPRING-1", "NOPE"])).content.decode()
    assert "There is no such coupon, or it or its promotion is off." in idle
    refused = browser.post(NEW, typed(coupon=["NOPE"]))
    assert refused.status_code == 422
    assert "The coupon NOPE gives nothing: There is no such coupon" in refused.content.decode()
    assert not Order.objects.exists()
    place = browser.post(NEW, typed(coupon=["SPRING-1"], action="draft"))["Location"]
    page = browser.get(place).content.decode()
    assert "Promotion “Spring”" in page
    # Used up for others, not for the draft that has it.
    number = place.split("/")[2]
    assert "was used as often" in browser.post(f"{NEW}quote/", typed(coupon=["SPRING-1"])).content.decode()
    edit = browser.get(f"/orders/{number}/edit/").content.decode()
    assert 'name="coupon" value="SPRING-1"' in edit
    assert "was used as often" not in edit
    assert "SPRING-1" not in browser.get(f"/orders/new/?copy={number}").content.decode()


def test_gifts_show_and_the_ways_of_sending_are_chosen(sign_in: SignIn) -> None:
    save_promotion(
        Promotion("NUTS", (Gift("NUT", D(2)),), "Nuts", "螺母"), actor=owner(), is_active=True, new=True
    )
    for method, fee in (("slow", 5), ("fast", 30)):
        ShippingRate.objects.create(
            code=method, name=method.title(), currency="CNY", fee=fee, country="CN", method=method
        )
    make_rules()
    browser = sign_in("administrator")
    page = browser.get(NEW).content.decode()
    assert "Fast" in page
    live = browser.post(f"{NEW}quote/", typed(delivery="fast")).content.decode()
    assert "Gift: 2 × Bolt Nut" in live
    assert "CN¥26.55" in live  # 30 less the tax it contains.
    place = browser.post(NEW, typed(delivery="fast", action="draft"))["Location"]
    shown = browser.get(place).content.decode()
    assert "Gift of the promotion “NUTS”: 2 × NUT" in shown
    assert Line.objects.count() == 2
    number = place.split("/")[2]
    assert 'value="fast" selected' in browser.get(f"/orders/{number}/edit/").content.decode()


def test_contract_prices_of_days_and_unknown_places_are_refused(sign_in: SignIn) -> None:
    make_product()
    save_contract(ContractInput("K1", customer="C1", currency="CNY"), actor=owner())
    browser = sign_in("administrator")
    page = browser.post("/pricing/contracts/K1/preview/", {"text": "BOLT\t9\t1\t2026-01-01"}).content.decode()
    assert "give the contract its dates" in page
    assert not Contract.objects.get().prices.exists()
    for path in ("/pricing/lists/none/", "/pricing/odd/K1/", "/pricing/contracts/none/history/"):
        assert browser.get(path).status_code == 404
