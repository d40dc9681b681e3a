"""Customers in a real browser: an address pasted as text."""

import pytest
from playwright.sync_api import expect

from openoms.domains.customers.models import Address, Customer
from tests.browser.conftest import Visit
from tests.factories import make_customer, make_order

pytestmark = pytest.mark.browser
PASTE = """text => {
  const field = document.querySelector('textarea[name=paste]');
  field.focus();
  document.execCommand('insertText', false, text);
  field.dispatchEvent(new ClipboardEvent('paste', { bubbles: true }));
}"""


@pytest.mark.parametrize(("language", "told"), [("en", "was read"), ("zh", "已识别")])
def test_an_address_is_pasted_and_saved(visit: Visit, language: str, told: str) -> None:
    page = visit(language=language)
    page.goto("/customers/C1/addresses/new/")
    page.evaluate(PASTE, "韩梅梅 13800000000 江苏省南京市鼓楼区中山路1号")
    expect(page.locator("[name=name]")).to_have_value("韩梅梅")
    expect(page.locator("[name=region]")).to_have_value("江苏省")
    expect(page.locator("[name=district]")).to_have_value("鼓楼区")
    expect(page.locator("[data-address] [role=status]")).to_contain_text(told)
    expect(page.locator("textarea[name=paste]")).to_be_focused()
    page.click("main form button[type=submit]")
    page.wait_for_url("**/customers/C1/")
    assert Address.objects.filter(line="中山路1号", phone="+8613800000000").exists()


def test_what_is_unsure_is_marked_until_it_is_chosen(visit: Visit) -> None:
    page = visit()
    page.goto("/customers/C1/addresses/new/")
    page.evaluate(PASTE, "朝阳区建国路1号 李雷")
    expect(page.locator(".is-doubtful")).to_have_count(3)
    page.select_option("[name=region]", "北京市")
    expect(page.locator("[name=city] option[value=朝阳区]")).to_have_count(1)
    expect(page.locator("[name=line]")).to_have_value("建国路1号")


def test_two_customers_are_merged_after_a_look_at_what_moves(visit: Visit) -> None:
    make_customer("Acme Ltd", code="OLD")
    make_order(Customer.objects.get(code="OLD"))
    page = visit("sales_manager")
    page.goto("/customers/doubles/")
    page.locator("a", has_text="Merge into").first.click()
    expect(page.locator("#h-moves")).to_be_visible()
    assert Customer.objects.filter(merged_into=None).count() == 2
    page.check("[name=take][value=name]")
    page.click("main form[method=post] button[type=submit]")
    expect(page.locator("#toasts")).to_contain_text("was merged")
    assert Customer.objects.filter(merged_into=None).count() == 1
    page.goto("/customers/OLD/")
    expect(page.locator("#h-history")).to_be_visible()


def test_a_likely_double_is_suggested_while_one_types(visit: Visit) -> None:
    page = visit()
    page.goto("/customers/new/")
    page.fill("[name=contact_phone]", "139 0000 0000")
    expect(page.locator("#similar a")).to_have_attribute("href", "/customers/C1/")
