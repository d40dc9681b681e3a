"""Order entry by hand: nothing typed is lost, lists are pasted, orders copied, drafts edited by two."""

import re

import pytest
from playwright.sync_api import Page, expect

from openoms.domains.customers.models import Customer
from openoms.domains.orders.models import Order, UnfinishedEntry
from openoms.domains.orders.types import NewInstruction
from openoms.flows.revise import revise_draft
from tests.browser.conftest import Visit
from tests.browser.test_console import add, choose_customer
from tests.factories import make_configurable, make_order, make_sku, owner, request_for

pytestmark = pytest.mark.browser


def kept(page: Page) -> None:
    """Wait until the page says that what is typed is kept."""
    expect(page.locator("#kept")).to_contain_text("Kept at")


def test_a_draft_is_recovered_after_the_browser_was_closed(visit: Visit) -> None:
    page = visit()
    page.goto("/orders/new/")
    choose_customer(page)
    add(page, "bolt")
    page.locator("[data-quantity]").fill("7")
    page.click("text=Add a remark")
    page.locator(".entry-remark textarea").fill("Mind the glass")
    kept(page)
    expect(page.locator("[data-total]")).to_be_visible()
    page.close(run_before_unload=False)
    again = page.context.new_page()
    again.goto("/orders/new/")
    again.click(".unfinished a")
    expect(again.locator("[data-quantity]")).to_have_value("7")
    expect(again.locator(".entry-remark textarea")).to_have_value("Mind the glass")
    expect(again.locator(".chosen")).to_contain_text("Acme")
    again.click("button[value=submit]")
    again.wait_for_url(re.compile(r"/orders/SO\d+/"))
    assert Order.objects.get().lines.get().quantity == 7
    assert not UnfinishedEntry.objects.exists()


def test_leaving_at_once_keeps_what_was_typed_a_moment_ago(visit: Visit) -> None:
    page = visit()
    page.goto("/orders/new/?customer=C1")
    add(page, "bolt")
    page.locator("[data-quantity]").fill("9")
    page.goto("/orders/")
    # The beacon of the page that was left is answered beside the pages that follow.
    for _attempt in range(100):
        if any("9" in pair for entry in UnfinishedEntry.objects.all() for pair in entry.fields):
            break
        page.wait_for_timeout(100)
    page.goto("/orders/new/")
    page.click(".unfinished a")
    expect(page.locator("[data-quantity]")).to_have_value("9")
    page.click("text=Throw it away")
    expect(page.locator(".unfinished")).to_have_count(0)
    assert not UnfinishedEntry.objects.exists()


def test_a_pasted_list_of_thirty_lines_fills_the_order(visit: Visit) -> None:
    for n in range(30):
        make_sku(f"PART-{n:02d}", "2")
    page = visit()
    page.goto("/orders/new/?customer=C1")
    rows = ["SKU\tQuantity", *(f"PART-{n:02d}\t{n + 1}" for n in range(30)), "GONE-1\t3"]
    page.click("text=Paste a list")
    page.fill("#paste-list", "\n".join(rows))
    page.click("text=Add these items")
    expect(page.locator(".entry-line")).to_have_count(30)
    expect(page.locator("#paste-result")).to_contain_text("30 items were added.")
    expect(page.locator("#paste-list")).to_have_value("GONE-1\t3")
    expect(page.locator("[data-total]")).to_have_text("CN¥930.00")
    page.click("button[value=submit]")
    page.wait_for_url(re.compile(r"/orders/SO\d+/"))
    assert Order.objects.get().lines.count() == 30


def test_rows_pasted_into_the_search_are_a_list(visit: Visit) -> None:
    page = visit()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/orders/new/?customer=C1")
    page.evaluate("navigator.clipboard.writeText('BOLT 2\\nNUT 5\\n')")
    page.focus("#sku-search")
    page.keyboard.press("Control+V")
    expect(page.locator(".entry-line")).to_have_count(2)
    expect(page.locator("[data-quantity]").nth(1)).to_have_value("5")


def test_an_order_is_copied_with_its_remarks_at_todays_prices(visit: Visit) -> None:
    page = visit()
    remark = NewInstruction("Gently", "warehouse", "packing")
    number = make_order(acme(), [("BOLT", 3)], instructions=(remark,)).order.number
    make_sku("BOLT", "20")
    page.goto(f"/orders/{number}/")
    page.click("main a:has-text('Copy')")
    expect(page.locator("[data-quantity]")).to_have_value("3")
    expect(page.locator(".entry-remark textarea")).to_have_value("Gently")
    expect(page.locator("[data-total]")).to_have_text("CN¥70.00")
    page.keyboard.press("Control+s")
    page.wait_for_url(re.compile(r"/orders/SO\d+/"))
    assert sorted(Order.objects.values_list("status", flat=True)) == ["approved", "draft"]


def acme() -> Customer:
    return Customer.objects.get(code="C1")


def test_two_browsers_edit_one_draft_and_the_second_loses_nothing(visit: Visit) -> None:
    first, second = visit(), visit()
    number = make_order(acme(), [("BOLT", 2)], submit=False).order.number
    first.goto(f"/orders/{number}/edit/")
    second.goto(f"/orders/{number}/edit/")
    expect(second.locator("#editors")).to_contain_text("is editing this draft too")
    second.locator("[data-quantity]").fill("8")
    second.fill("#id_external_id", "MINE-1")
    first.locator("[data-quantity]").fill("5")
    first.click("button[value=draft]")
    first.wait_for_url(f"**/orders/{number}/")
    second.click("button[value=draft]")
    expect(second.locator(".since")).to_contain_text("2 → 5")
    expect(second.locator("[data-quantity]")).to_have_value("8")
    expect(second.locator("#id_external_id")).to_have_value("MINE-1")
    assert Order.objects.get().lines.get().quantity == 5
    second.click("text=Save mine over theirs")
    second.wait_for_url(f"**/orders/{number}/")
    order = Order.objects.get()
    assert (order.lines.get().quantity, order.external_id, order.revision, order.status) == (
        8,
        "MINE-1",
        3,
        "draft",
    )


def test_an_open_page_hears_of_a_change_without_being_sent(visit: Visit) -> None:
    page = visit()
    placed = make_order(acme(), [("BOLT", 2)], submit=False)
    page.clock.install()
    page.goto(f"/orders/{placed.order.number}/edit/")
    request = request_for(placed.order.customer, [("BOLT", 4)], submit=False)
    revise_draft(placed.order.number, request, actor=owner())
    page.clock.fast_forward(11_000)
    expect(page.locator(".since")).to_contain_text("2 → 4")


def test_a_new_customer_from_pasted_text_in_few_steps_and_by_keyboard_alone(visit: Visit) -> None:
    page = visit(language="zh")
    page.goto("/orders/new/")
    page.focus("#customer-search")
    page.keyboard.insert_text("李雷 13800000000 浙江省杭州市西湖区文三路1号")
    page.keyboard.press("Enter")
    expect(page.locator("#id_buyer-phone")).to_have_value("+8613800000000")
    expect(page.locator("#sku-search")).to_be_focused()
    page.keyboard.insert_text("bolt")
    page.keyboard.press("Enter")
    expect(page.locator(".entry-line")).to_have_count(1)
    expect(page.locator("[data-total]")).to_be_visible()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/orders/SO\d+/"))
    customer = Order.objects.get().customer
    assert (customer.name, customer.addresses.get().district) == ("李雷", "西湖区")


@pytest.fixture
def choices(shop: None) -> None:
    """A phone in two versions with a case, and a bundle with a choice."""
    make_configurable()


def test_a_whole_order_in_twelve_interactions(visit: Visit, choices: None) -> None:
    page = visit()
    page.goto("/orders/new/")
    expect(page.locator("#customer-search")).to_be_focused()
    page.keyboard.insert_text("李雷 13800000000 浙江省杭州市西湖区文三路1号")  # 1
    page.keyboard.press("Enter")  # 2
    expect(page.locator("#sku-search")).to_be_focused()
    page.keyboard.insert_text("PHONE-B")  # 3
    page.keyboard.press("Enter")  # 4
    expect(page.locator(".choosing")).to_have_count(1)
    page.select_option("select[name$='-o-case']", "leather")  # 5
    page.locator("#sku-search").fill("SET")  # 6
    page.keyboard.press("Enter")  # 7
    expect(page.locator(".choosing")).to_have_count(2)
    page.click("text=Add a remark")  # 8
    expect(page.locator(".entry-remark textarea")).to_be_focused()
    page.keyboard.insert_text("Pack as a present")  # 9
    page.click("text=Add a remark")  # 10
    expect(page.locator(".entry-remark")).to_have_count(2)
    expect(page.locator(".entry-remark textarea").nth(1)).to_be_focused()
    page.keyboard.insert_text("Call before delivery")  # 11
    expect(page.locator("[data-total]")).to_have_text("CN¥1,303.00")
    page.keyboard.press("Control+Enter")  # 12
    page.wait_for_url(re.compile(r"/orders/SO\d+/"))
    order = Order.objects.get()
    phone, bundle = order.lines.order_by("position")
    assert (phone.sku.code, phone.options[0]["value"]) == ("PHONE-B", "leather")
    assert [part.sku.code for part in bundle.components.all()] == ["BOLT", "NUT"]
    assert order.instructions.count() == 2
    expect(page.locator(".configuration").first).to_contain_text("Case: Leather")


def test_another_version_keeps_quantity_and_extras_and_changes_the_price(visit: Visit, choices: None) -> None:
    page = visit()
    page.goto("/orders/new/?customer=C1")
    add(page, "PHONE-B")
    page.locator("[data-quantity]").fill("2")
    page.select_option("select[name$='-o-case']", "leather")
    expect(page.locator("[data-total]")).to_have_text("CN¥2,398.00")
    page.select_option("[data-version]", label="White · CN¥1,100.00")
    expect(page.locator("[data-total]")).to_have_text("CN¥2,598.00")
    expect(page.locator("[data-quantity]")).to_have_value("2")
    expect(page.locator(".entry-line .sub").first).to_have_text("PHONE-W")
    page.click("button[value=draft]")
    page.wait_for_url(re.compile(r"/orders/SO\d+/"))
    page.click("main a:has-text('Edit')")
    expect(page.locator("select[name$='-o-case']")).to_have_value("leather")
    expect(page.locator("[data-total]")).to_have_text("CN¥2,598.00")
