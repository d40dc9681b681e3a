"""Cancelling, splitting and merging in a browser: seen first, then done, in both languages."""

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


@pytest.mark.parametrize(
    ("language", "width", "words"),
    [("en", 1440, ("Split order", "By hand", "Show the parts", "Merge them", "Merge orders")),
     ("zh", 390, ("拆单", "手工拆分", "预览拆分", "合并", "合单"))],
)  # fmt: skip
def test_an_order_is_split_by_hand_and_merged_again(
    visit: Visit, language: str, width: int, words: tuple[str, ...]
) -> None:
    split, by_hand, show, merge_them, merge = words
    stock_up(quantity=3)
    number = make_order(make_customer("B"), [("BOLT", 5), ("NUT", 2)]).order.number
    page = visit("sales", language=language, width=width)
    page.goto(f"/orders/{number}/")
    page.get_by_role("link", name=split, exact=True).click()
    page.get_by_role("link", name=by_hand).click()
    page.fill("[name=line-1]", "2")
    page.get_by_role("button", name=show).click()
    expect(page.locator(".parts > .card")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name=split).click()
    expect(page.locator(".relatives")).to_be_visible()
    part = Order.objects.get(came_from__parent__number=number)
    assert part.lines.get().quantity == 2
    page.locator(".relatives").get_by_role("link", name=merge_them, exact=True).click()
    expect(page.locator("main")).to_contain_text(part.number)
    page.get_by_role("button", name=merge).click()
    expect(page.locator(".relatives")).to_contain_text(part.number)
    assert [line.quantity for line in Order.objects.get(number=number).lines.all()] == [5, 2]
