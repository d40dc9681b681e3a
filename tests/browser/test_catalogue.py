"""Choosing options of a product in a real browser: the price follows, by mouse and by keyboard."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from openoms.domains.catalog.types import FormulaInput, MeasureInput, SkuInput
from openoms.flows.edit_catalogue import save_sku
from tests.browser.conftest import Visit, settled
from tests.factories import owner
from tests.shelf import make_phone

pytestmark = pytest.mark.browser


def test_the_price_follows_the_options(visit: Visit) -> None:
    make_phone()
    page = visit("sales")
    page.goto(page.url.split("/orders")[0].rstrip("/") + "/products/PHONE/")
    price = page.locator("[data-try-price]")
    price.wait_for()
    assert price.inner_text() == "CN¥2,000.00"
    with page.expect_response("**/price/**"):
        page.get_by_role("radio", name="256 GB").check()
    expect(page.locator("[data-try-price]")).to_have_text("CN¥2,400.00")
    settled(page)
    with page.expect_response("**/price/**"):
        page.get_by_role("radio", name="Leather case").check()
    expect(page.locator("[data-try-price]")).to_have_text("CN¥2,599.00")
    settled(page)
    assert page.locator(".try-sku").inner_text() == "PHONE-BLACK-256"
    # By keyboard: from the case chosen on to the gifts, the space bar takes the card.
    page.locator("#try-case-leather").focus()
    page.keyboard.press("Tab")
    with page.expect_response("**/price/**"):
        page.keyboard.press("Space")
    expect(page.locator("[data-try-price]")).to_have_text("CN¥2,604.00")
    settled(page)
    with page.expect_response("**/price/**"):
        page.locator("#try-gifts-wrap").check()
    page.get_by_text("do not go together").wait_for()


def test_a_desk_to_measure_is_priced_by_its_width_and_refuses_what_is_not_made(visit: Visit) -> None:
    measures = (MeasureInput("width_mm", Decimal(300), Decimal(2400), "Width", "宽度", "mm"),)
    formula = FormulaInput(measures, (("CNY", "width_mm / 2 + 100"),))
    save_sku(SkuInput("DESK", product="P1", formula=formula), actor=owner())
    page = visit("sales", width=390)
    page.goto(page.url.split("/orders")[0].rstrip("/") + "/orders/new/")
    page.fill("#sku-search", "DESK")
    page.keyboard.press("Enter")
    width = page.get_by_label("Width")
    width.fill("1600")
    expect(page.locator(".entry-line-unit")).to_have_text("CN¥900.00")
    width.fill("9,999")
    expect(page.locator(".entry-line-figures .field-error")).to_have_text(
        "Width is made from 300 to 2,400 mm."
    )
    width.fill("2400")
    expect(page.locator(".entry-line-unit")).to_have_text("CN¥1,300.00")
    # A coupon nobody has says so beside itself, and is taken away again.
    page.fill("#coupon-new", "spring")
    page.keyboard.press("Enter")
    expect(page.locator(".coupon-why")).to_have_text(
        "There is no such coupon, or it or its promotion is off."
    )
    page.get_by_role("button", name="Remove SPRING").click()
    expect(page.locator(".coupon-chip")).to_have_count(0)


def test_a_formula_is_tried_while_it_is_typed(visit: Visit) -> None:
    page = visit("administrator")
    page.goto(page.url.split("/orders")[0].rstrip("/") + "/skus/BOLT/formula/")
    for label, value in (("Code", "width_mm"), ("From", "300"), ("To", "2400")):
        page.get_by_label(label, exact=True).fill(value)
    text = page.get_by_label("Price for one")
    text.fill("width_mm / 2 +")
    expect(page.locator("[data-trial]")).to_contain_text("cannot be read at character")
    text.fill("width_mm / 2 + 100")
    expect(page.locator("#formula-trials [data-price]")).to_have_text(
        ["CN¥250.00", "CN¥775.00", "CN¥1,300.00"]
    )
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/products/P1/")
