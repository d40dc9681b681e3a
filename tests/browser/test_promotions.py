"""An offer made by typing, tried on a basket as one goes, refused where it is wrong; and nothing serious for axe."""

import re

import pytest
from playwright.sync_api import Page, expect

from openoms.domains.customers.models import Customer
from openoms.domains.pricing.models import Promotion
from openoms.domains.pricing.promotions import Units
from openoms.domains.pricing.queries import promotion_of
from openoms.flows.edit_promotions import CouponInput, create_coupons
from tests.browser.conftest import Visit
from tests.browser.test_accessibility import LOOKS, found
from tests.factories import make_order, owner
from tests.web.test_promotions import EVERYTHING, TENTH, make_promotion

pytestmark = pytest.mark.browser


def choose(page: Page, box: str, text: str, wanted: str) -> None:
    """Type into a search and take the first match by Enter; `wanted` must be there then."""
    page.focus(box)
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.locator(wanted)).to_be_visible()


@pytest.mark.parametrize(
    ("language", "start", "sentence", "saved", "on"),
    [
        ("en", "Buy three, get one free", "Buy 4 of Bolt: the cheapest is free", "CN¥12.50", "is on"),
        ("zh", "买三免一", "Bolt 每买 4 件，最便宜的 1 件免费", "¥12.50", "已"),
    ],
)
def test_buy_three_get_one_free_is_typed_and_tried(
    visit: Visit, language: str, start: str, sentence: str, saved: str, on: str
) -> None:
    page = visit("sales_manager", language=language)
    page.goto("/promotions/")
    page.click(f"text={start}")
    page.wait_for_url("**/promotions/new/?start=buy-three")
    page.fill("[name=name]", "Three and one")
    page.fill("[name=name_zh]", "买三免一")
    choose(page, "#id_b0-goods-pick", "bolt", ".pick[data-pick='sku:BOLT']")
    expect(page.locator("#told")).to_contain_text(sentence)
    choose(page, "#basket-search", "bolt", ".basket-line")
    page.fill(".basket-line [data-quantity]", "3")
    expect(page.locator("[data-trial-saved]")).to_have_text(re.compile(r"¥0\.00"))
    page.fill(".basket-line [data-quantity]", "4")
    expect(page.locator("[data-trial-saved]")).to_have_text(saved)
    page.click("button[value=on]")
    page.wait_for_url(re.compile(r"/promotions/p\d+"))
    expect(page.locator(".told-gives")).to_contain_text(sentence)
    made = Promotion.objects.get()
    assert made.is_active
    benefit = promotion_of(made).benefits[0]
    assert benefit.goods.skus == ("BOLT",)
    assert getattr(benefit, "units", None) == Units(size=4, rewarded=1)


def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(visit: Visit) -> None:
    page = visit("sales_manager")
    page.goto("/promotions/new/")
    page.fill("[name=name]", "Too much")
    page.fill("[name=b0-value]", "150")
    page.click("button[value=save]")
    field = page.locator("[name=b0-value]")
    expect(field).to_have_value("150")
    expect(page.locator(".in-value .field-error")).to_have_text("A percentage lies above 0 and up to 100.")
    expect(page.locator("[name=name]")).to_have_value("Too much")
    field.fill("15")
    page.click("button[value=save]")
    page.wait_for_url(re.compile(r"/promotions/p\d+"))
    assert not Promotion.objects.get().is_active


def test_rows_come_and_go_by_keyboard_and_choices_show_their_fields(visit: Visit) -> None:
    page = visit("sales_manager")
    page.goto("/promotions/new/")
    page.focus("text=Add a condition")
    page.keyboard.press("Enter")
    kind = page.locator("#conditions select").first
    expect(kind).to_be_focused()
    page.locator("#conditions input[name$=-least]").fill("500")
    expect(page.locator("#told")).to_contain_text("goods worth from CN¥500.00")
    kind.select_option("order_count")
    page.locator("#conditions input[name$=-least]").fill("")
    page.locator("#conditions input[name$=-nth]").fill("1")
    expect(page.locator("#told")).to_contain_text("the customer's first order")
    expect(page.locator("#conditions .goods").first).to_be_hidden()
    page.locator("#conditions [data-remove]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#told")).not_to_contain_text("first order")
    page.locator("[name=b0-what]").select_option("ladder")
    expect(page.locator("[name=b0-value]")).to_be_hidden()
    page.click("text=Add a step")
    steps = page.locator(".rung")
    expect(steps).to_have_count(2)
    for at, (least, value) in enumerate([("2", "10"), ("5", "20")]):
        steps.nth(at).locator("[name$=-least]").fill(least)
        steps.nth(at).locator("[name$=-value]").fill(value)
    page.locator("[name=b0-ladder_by]").select_option("quantity")
    expect(page.locator("#told")).to_contain_text("10% off from 2 pieces on, 20% off from 5 pieces on")


def test_chips_go_by_their_button_and_by_backspace(visit: Visit) -> None:
    page = visit("sales_manager")
    page.goto("/promotions/new/")
    choose(page, "#id_b0-goods-pick", "bolt", ".pick[data-pick='sku:BOLT']")
    choose(page, "#id_b0-goods-pick", "nut", ".pick:has-text('Bolt Nut')")
    page.click("[aria-label='Remove Bolt']")
    expect(page.locator("#told")).to_contain_text("10% off Bolt Nut")
    page.keyboard.press("Backspace")
    expect(page.locator("#told")).to_contain_text("10% off all goods")


def test_a_rehearsal_tells_what_would_have_been_given(visit: Visit) -> None:
    make_order(Customer.objects.get(code="C1"), [("BOLT", 10)])
    make_promotion(is_active=False)
    page = visit("sales_manager")
    page.goto("/promotions/tenth/")
    page.click("button:has-text('Rehearse')")
    expect(page.locator("[data-effect=CNY]")).to_contain_text("1 would have got it, CN¥11.00")
    page.click("button:has-text('Switch on')")
    expect(page.locator(".toast-text")).to_contain_text("is on now")


def test_many_are_switched_from_the_list(visit: Visit) -> None:
    make_promotion(is_active=False)
    page = visit("sales_manager")
    page.goto("/promotions/")
    page.check("[data-tick]")
    page.click("[data-bulk] .btn-primary")
    expect(page.locator("[data-outcome=done]")).to_have_count(1)
    assert Promotion.objects.get().is_active


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
def test_nothing_serious_on_pages_of_offers(visit: Visit, language: str, theme: str, width: int) -> None:
    for value in EVERYTHING:
        make_promotion(value, is_active=value is TENTH)
    coupons = create_coupons(CouponInput("tenth", "FAIR-", 12, "fair"), actor=owner())
    make_order(Customer.objects.get(code="C1"), [("BOLT", 10)], coupons=(coupons[0].code,))
    page = visit("administrator", language=language, theme=theme, width=width)
    wrong = {}
    for address in (
        "/promotions/", "/promotions/?q=nothing", "/promotions/tenth/", "/promotions/a/edit/", "/promotions/b/edit/",
        "/promotions/new/?start=gift", "/promotions/calendar/?month=2026-12", "/coupons/",
        f"/coupons/{coupons[0].pk}/",
    ):  # fmt: skip
        page.goto(address)
        page.wait_for_load_state("networkidle")
        if problems := found(page):
            wrong[address] = problems
    assert not wrong, "\n".join(f"{address}: {line}" for address, lines in wrong.items() for line in lines)
