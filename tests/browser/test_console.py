"""The paths a person takes through the console."""

import re

import pytest
from playwright.sync_api import Page, expect

from openoms.domains.catalog.types import SkuInput
from openoms.domains.customers.models import Customer
from openoms.domains.identity.models import User
from openoms.domains.orders.models import Order
from openoms.flows.edit_catalogue import save_sku
from tests.browser.conftest import Visit, settled
from tests.factories import make_order, owner

pytestmark = pytest.mark.browser


def choose_customer(page: Page, text: str = "acm") -> None:
    """Type a customer and take the first match."""
    page.fill("#customer-search", text)
    page.keyboard.press("Enter")
    expect(page.locator(".chosen")).to_be_visible()


def add(page: Page, sku: str) -> None:
    """Type a sku and take the first match."""
    lines = page.locator(".entry-line").count()
    page.fill("#sku-search", sku)
    page.keyboard.press("Enter")
    expect(page.locator(".entry-line")).to_have_count(lines + 1)


@pytest.mark.parametrize(
    ("language", "total", "more", "told"),
    [("en", "CN¥35.50", "CN¥132.00", "was submitted"), ("zh", "¥35.50", "¥132.00", "已提交")],
)
def test_an_order_is_entered_by_keyboard_and_its_total_follows(
    visit: Visit, language: str, total: str, more: str, told: str
) -> None:
    page = visit(language=language)
    page.goto("/orders/new/")
    choose_customer(page)
    expect(page.locator("#sku-search")).to_be_focused()
    add(page, "bolt")
    expect(page.locator("[data-total]")).to_be_visible()
    page.locator("[data-quantity]").fill("12")
    expect(page.locator("[data-total]")).to_have_text(more)
    page.locator("[data-quantity]").fill("1")
    add(page, "nut")
    page.locator("[data-quantity]").nth(1).fill("0.5")
    expect(page.locator("[data-total]")).not_to_have_text(more)
    page.locator("[data-quantity]").nth(0).fill("2")
    page.locator("[data-quantity]").nth(1).fill("0.166667")
    expect(page.locator("[data-total]")).to_have_text(total)
    page.click("button[value=submit]")
    page.wait_for_url(re.compile(r"/orders/SO\d+/"))
    expect(page.locator("#toasts")).to_contain_text(told)
    expect(page.locator(".grand dd")).to_have_text(total)
    assert Order.objects.get().status == "approved"


def test_the_same_item_again_counts_up(visit: Visit) -> None:
    page = visit()
    page.goto("/orders/new/?customer=C1")
    add(page, "bolt")
    page.fill("#sku-search", "bolt")
    page.keyboard.press("Enter")
    expect(page.locator("[data-quantity]")).to_have_value("2")
    expect(page.locator(".entry-line")).to_have_count(1)
    page.click(".entry-line-remove")
    expect(page.locator(".entry-empty")).to_be_visible()


def test_pressing_twice_places_one_order(visit: Visit) -> None:
    page = visit()
    page.goto("/orders/new/?customer=C1")
    add(page, "bolt")
    expect(page.locator("[data-total]")).to_be_visible()
    page.dblclick("button[value=submit]")
    page.wait_for_url(re.compile(r"/orders/SO\d+/"))
    assert Order.objects.count() == 1


def test_the_same_page_sent_again_by_a_program_places_one_order(visit: Visit) -> None:
    page = visit()
    page.goto("/orders/new/?customer=C1")
    add(page, "bolt")
    send = """async () => {
      const form = document.getElementById('entry');
      const send = () => fetch(form.getAttribute('action'), { method: 'POST', body: new FormData(form), redirect: 'manual' });
      await Promise.all([send(), send(), send()]);
    }"""
    page.evaluate(send)
    assert Order.objects.count() == 1


def test_late_answers_do_not_overwrite_newer_prices(visit: Visit) -> None:
    page = visit()
    page.goto("/orders/new/?customer=C1")
    add(page, "bolt")
    quantity = page.locator("[data-quantity]")
    for number in range(1, 13):
        quantity.fill(str(number))
        page.wait_for_timeout(60)
    expect(page.locator("[data-total]")).to_have_text("CN¥132.00")
    page.wait_for_timeout(600)
    expect(page.locator("[data-total]")).to_have_text("CN¥132.00")


def test_a_price_changed_in_the_catalogue_changes_the_quote(visit: Visit) -> None:
    page = visit("sales_manager")
    page.goto("/products/")
    page.click("#list .row-link")
    page.click(".sku-table .row-link")
    page.wait_for_url("**/skus/BOLT/")
    page.locator("[name$=unit_price]").first.fill("20")
    page.click("main button[type=submit]")
    page.wait_for_url("**/products/P1/")
    expect(page.locator(".price-tier").first).to_contain_text("CN¥20.00")
    page.goto("/orders/new/?customer=C1")
    add(page, "bolt")
    expect(page.locator("[data-total]")).to_have_text("CN¥30.00")


def test_a_refusal_keeps_everything_and_marks_the_line(visit: Visit) -> None:
    page = visit()
    page.goto("/orders/new/?customer=C1")
    add(page, "bolt")
    expect(page.locator("[data-total]")).to_be_visible()
    save_sku(SkuInput("BOLT", is_active=False), actor=owner())
    page.fill("#id_external_id", "PO-7")
    page.click("button[value=submit]")
    expect(page.locator(".entry-line .field-error")).to_contain_text("There is no active SKU “BOLT”")
    expect(page.locator("#id_external_id")).to_have_value("PO-7")
    assert Order.objects.count() == 0


def test_an_address_follows_its_country(visit: Visit) -> None:
    page = visit(language="zh")
    page.goto("/customers/C1/addresses/new/")
    page.select_option("[name=region]", "浙江省")
    expect(page.locator("[name=city] option", has_text="杭州市")).to_have_count(1)
    settled(page)
    page.select_option("[name=city]", "杭州市")
    page.select_option("select[name=district]", "西湖区")
    page.fill("[name=line]", "文三路 2 号")
    page.fill("[name=postcode]", "310012")
    page.click("main button[type=submit]")
    page.wait_for_url("**/customers/C1/")
    expect(page.locator(".place")).to_have_count(2)
    page.goto("/customers/C1/addresses/new/")
    page.select_option("[name=country]", "DE")
    expect(page.locator("[name=region]")).to_have_count(0)


def test_a_list_narrows_without_loading_the_page(visit: Visit) -> None:
    customer = Customer.objects.get()
    draft = make_order(customer, submit=False).order.number
    make_order(customer)
    page = visit()
    page.goto("/orders/")
    page.evaluate("window.same = true")
    page.select_option("[name=status]", "draft")
    expect(page.locator(".row-link")).to_have_text([draft])
    assert "status=draft" in page.url
    page.fill("#list-search", "nobody")
    expect(page.locator("#list")).to_contain_text("Nothing fits these filters")
    page.fill("#list-search", draft)
    expect(page.locator(".row-link")).to_have_text([draft])
    assert page.evaluate("window.same") is True


PHONE = ["/orders/", "/orders/new/?customer=C1", "/customers/", "/customers/C1/", "/customers/new/",
         "/customers/C1/addresses/new/", "/products/", "/products/P1/", "/products/new/", "/skus/BOLT/",
         "/products/categories/", "/pricing/", "/people/", "/people/new/", "/roles/", "/api-keys/",
         "/api-keys/new/", "/me/", "/nowhere/"]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_page_scrolls_sideways_on_a_phone(visit: Visit, language: str) -> None:
    number = make_order(Customer.objects.get(), [("BOLT", 12), ("NUT", 3)]).order.number
    page = visit("administrator", language=language, width=390)
    for path in [f"/orders/{number}/", *PHONE]:
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, (path, wide)
    page.goto("/orders/")
    page.click("[data-bs-toggle=offcanvas]")
    page.click(".menu-item[href='/products/']")
    page.wait_for_url("**/products/")
    expect(page.locator(".offcanvas-backdrop")).to_have_count(0)


def test_dark_stays_dark_on_the_next_page(visit: Visit) -> None:
    page = visit()
    page.goto("/orders/new/?customer=C1")
    add(page, "bolt")
    page.click("[data-theme-form] button:visible")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.locator(".entry-line")).to_have_count(1)  # Nothing typed is lost.
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    page.wait_for_timeout(200)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/products/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert User.objects.filter(theme="dark").exists()


def test_the_language_switches_in_place(visit: Visit) -> None:
    page = visit()
    page.goto("/customers/?q=acm")
    page.click(".topbar-switches button[value=zh-hans]")
    expect(page.locator("h1")).to_have_text("客户")
    assert page.url.endswith("/customers/?q=acm")


def test_the_search_has_a_key_of_its_own(visit: Visit) -> None:
    number = make_order(Customer.objects.get()).order.number
    page = visit()
    page.goto("/products/")
    page.keyboard.press("/")
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/orders/{number}/")
