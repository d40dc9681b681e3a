"""Choosing options of a product in a real browser: the price follows, by mouse and by keyboard."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
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
    with page.expect_response("**/price/**"):
        page.get_by_role("radio", name="Leather case").check()
    expect(page.locator("[data-try-price]")).to_have_text("CN¥2,599.00")
    assert page.locator(".try-sku").inner_text() == "PHONE-BLACK-256"
    # By keyboard: from the case chosen on to the gifts, the space bar takes the card.
    page.locator("#try-case-leather").focus()
    page.keyboard.press("Tab")
    with page.expect_response("**/price/**"):
        page.keyboard.press("Space")
    expect(page.locator("[data-try-price]")).to_have_text("CN¥2,604.00")
    with page.expect_response("**/price/**"):
        page.locator("#try-gifts-wrap").check()
    page.get_by_text("do not go together").wait_for()
