"""Suggestions by keyboard and mouse: a customer known already, a ready remark, a colleague to call."""

import re

import pytest
from playwright.sync_api import Page, expect

from openoms.domains.customers.models import Customer
from openoms.domains.orders.models import Comment, Instruction, Order
from openoms.domains.orders.states import Stage
from openoms.domains.orders.types import PhraseInput
from openoms.flows.instruct import save_phrase
from tests.browser.conftest import Visit
from tests.browser.test_console import add
from tests.factories import make_customer, make_order, make_user, owner

pytestmark = pytest.mark.browser


def begin_new(page: Page, text: str) -> None:
    """Type a text as the customer and choose to make a new one of it."""
    page.goto("/orders/new/")
    page.fill("#customer-search", text)
    page.click("#customer-option-new")
    expect(page.locator("#id_buyer-name")).to_be_visible()


def test_one_key_takes_the_customer_there_is_and_keeps_the_address_that_was_typed(visit: Visit) -> None:
    page = visit()
    begin_new(page, "陈明 13755556666 江苏省南京市鼓楼区中山路1号")
    expect(page.locator("#doubles [data-take]")).to_have_count(0)
    page.fill("#id_buyer-phone", "139 0000 0000")
    expect(page.locator("#doubles [data-take]")).to_have_attribute("data-take", "C1")
    page.locator("#id_buyer-phone").press("F2")
    expect(page.locator(".chosen")).to_contain_text("Acme")
    expect(page.locator("[name=ship-line]")).to_have_value("中山路1号")
    expect(page.locator("#sku-search")).to_be_focused()
    add(page, "bolt")
    page.click("button[value=submit]")
    page.wait_for_url(re.compile(r"/orders/SO\d+/"))
    order = Order.objects.get()
    assert (order.customer.code, order.ship_to["city"]) == ("C1", "南京市")
    assert Customer.objects.count() == 1


def test_a_pasted_text_of_a_customer_by_name_is_asked_about_where_one_sees_it(visit: Visit) -> None:
    page = visit()
    begin_new(page, "Acme Ltd 13755556666 江苏省南京市鼓楼区中山路1号")
    expect(page.locator("#doubles [data-take]")).to_be_in_viewport()
    expect(page.locator("#sku-search")).to_be_focused()
    page.keyboard.press("F2")
    expect(page.locator(".chosen")).to_contain_text("Acme")


def test_suggestions_are_walked_with_arrows_and_sent_away_with_escape(visit: Visit) -> None:
    make_customer("Acme Ltd", code="C2")
    page = visit(width=390)
    begin_new(page, "Acme Co")
    taken = page.locator("#doubles [data-take]")
    expect(taken).to_have_count(2)
    page.locator("#id_buyer-name").press("ArrowDown")
    expect(taken.nth(0)).to_be_focused()
    taken.nth(0).press("ArrowDown")
    expect(taken.nth(1)).to_be_focused()
    taken.nth(1).press("Escape")
    expect(taken).to_have_count(0)
    expect(page.locator("#id_buyer-name")).to_be_focused()
    page.locator("#id_buyer-name").type("!")
    taken.nth(1).click()
    expect(page.locator(".chosen")).to_contain_text("Acme")


def test_a_ready_remark_is_one_key_away_while_an_order_is_entered(visit: Visit) -> None:
    save_phrase(
        PhraseInput("Gift wrap", "礼品包装", "warehouse", Stage.PACKING, blocking=True), actor=owner()
    )
    save_phrase(PhraseInput("Call first", "先打电话", "logistics", Stage.DELIVERY), actor=owner())
    page = visit()
    page.goto("/orders/new/?customer=C1")
    add(page, "bolt")
    page.get_by_role("button", name="Gift wrap").press("Enter")
    remarks = page.locator(".entry-remark")
    expect(remarks.nth(0).locator("textarea")).to_have_value("Gift wrap")
    expect(remarks.nth(0).locator("textarea")).to_be_focused()
    page.get_by_role("button", name="Call first").click()
    expect(remarks).to_have_count(2)
    expect(remarks.nth(1).locator("textarea")).to_have_value("Call first")
    page.click("button[value=submit]")
    page.wait_for_url(re.compile(r"/orders/SO\d+/"))
    kept = Instruction.objects.order_by("id").values_list("text", "audience", "stage", "blocking")
    assert list(kept) == [
        ("Gift wrap", "warehouse", "packing", True),
        ("Call first", "logistics", "delivery", False),
    ]


def test_a_colleague_is_called_by_a_few_letters(visit: Visit) -> None:
    ning = make_user("warehouse", name="An Ning")
    wei = make_user("warehouse", name="李伟")
    number = make_order(Customer.objects.get(code="C1")).order.number
    page = visit()
    page.goto(f"/orders/{number}/")
    field = page.get_by_label("Comment", exact=True)
    field.type("Please, @an")
    option = page.locator("#mention-list [role=option]")
    expect(option).to_have_count(1)
    expect(field).to_have_attribute("aria-activedescendant", "mention-1")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Enter")
    expect(field).to_have_value("Please, @An Ning ")
    expect(option.first).to_be_hidden()
    field.type("and @lw")
    expect(option).to_have_text(re.compile("李伟"))
    option.click()
    expect(field).to_have_value("Please, @An Ning and @李伟 ")
    expect(field).to_be_focused()
    field.type("@an")
    expect(option.first).to_be_visible()
    page.keyboard.press("Escape")
    expect(option.first).to_be_hidden()
    page.get_by_role("button", name="Comment").click()
    expect(page.locator(".timeline .comment")).to_contain_text("An Ning")
    assert set(Comment.objects.get().mentions) == {ning.pk, wei.pk}
