"""Cancelling in a browser: seen first, then done, in both languages."""

import pytest
from playwright.sync_api import expect

from openoms.domains.orders.models import Order
from tests.browser.conftest import Visit
from tests.factories import make_customer, make_order, stock_up

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("language", "width", "words"),
    [
        ("en", 1440, ("Cancel order", "Goods that become free", "This order is cancelled.")),
        ("zh", 390, ("取消订单", "释放的库存", "订单已取消。")),
    ],
)
def test_an_order_is_cancelled_from_its_page(
    visit: Visit, language: str, width: int, words: tuple[str, str, str]
) -> None:
    verb, consequence, done = words
    stock_up(quantity=5)
    number = make_order(make_customer("B"), [("BOLT", 5)]).order.number
    page = visit("sales", language=language, width=width)
    page.goto(f"/orders/{number}/")
    page.get_by_role("link", name=verb).click()
    expect(page.locator(".consequences")).to_contain_text(consequence)
    expect(page.locator(".consequences")).to_contain_text("5 × BOLT")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.fill("[name=reason]", "Ordered twice")
    page.get_by_role("button", name=verb).click()
    expect(page.locator("main")).to_contain_text(done)
    expect(page.locator(".timeline")).to_contain_text("Ordered twice")
    assert Order.objects.get(number=number).status == "cancelled"
