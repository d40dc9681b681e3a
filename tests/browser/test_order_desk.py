"""The order desk in a browser: the inbox answered with clicks, many orders at once by keyboard, an open page that hears news."""

import re

import pytest
from playwright.sync_api import expect

from openoms.domains.identity.rules import system
from openoms.domains.orders.models import Instruction, Order
from openoms.domains.orders.states import Terms
from openoms.domains.orders.types import NewInstruction
from openoms.flows.hold import place_hold
from tests.browser.conftest import Visit
from tests.factories import make_customer, make_order

pytestmark = pytest.mark.browser


def test_remarks_are_answered_in_the_inbox_without_leaving_it(visit: Visit) -> None:
    remark = NewInstruction("Gift wrap", "warehouse", "packing", blocking=True)
    make_order(make_customer("B"), instructions=(remark, NewInstruction("Two boxes", "warehouse", "packing")))
    page = visit("warehouse", width=390)
    page.goto("/inbox/")
    rows = page.locator("tr.remark-row")
    expect(rows).to_have_count(2)
    rows.nth(0).get_by_role("button", name="Confirm").click()
    expect(rows.nth(0)).to_contain_text("Confirmed")
    rows.nth(0).get_by_role("button", name="Done").click()
    expect(rows.nth(0).get_by_role("button", name="Done")).to_have_count(0)
    rows.nth(1).locator("summary").click()
    rows.nth(1).locator("[name=answer]").fill("No boxes left")
    rows.nth(1).get_by_role("button", name="Answer").click()
    expect(rows.nth(1)).to_contain_text("No boxes left")
    assert sorted(Instruction.objects.values_list("state", flat=True)) == ["done", "not_possible"]
    assert Order.objects.get().open_holds == 0


def test_orders_are_picked_by_keyboard_and_held_at_once(visit: Visit) -> None:
    customer = make_customer("B")
    numbers = [make_order(customer).order.number for _ in range(3)]
    page = visit("sales")
    page.goto("/orders/")
    expect(page.locator("[data-row]")).to_have_count(3)
    page.locator("body").press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-bulk-count]")).to_have_text("2")
    page.select_option("[data-bulk-action]", "hold")
    page.fill("[data-bulk-text]", "Count the stock first")
    page.get_by_role("button", name="Do it").click()
    expect(page.locator("[data-outcome=done]")).to_have_count(2)
    assert set(Order.objects.filter(open_holds=1).values_list("number", flat=True)) == set(numbers[1:])
    page.get_by_role("link", name="Back to the list").click()
    page.locator("body").press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.locator("body").press("j")
    expect(page.locator("[data-row].is-here .row-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/orders/{numbers[2]}/"))


def test_an_open_order_hears_what_others_do_and_keeps_what_is_typed(visit: Visit) -> None:
    number = make_order(make_customer("B")).order.number
    page = visit("sales")
    page.goto(f"/orders/{number}/")
    page.fill("[name=text]", "half a sentence")
    place_hold(number, "Customer travels", actor=system("tests"))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".news")).to_contain_text("Customer travels")
    expect(page.locator("[name=text]")).to_have_value("half a sentence")


def test_a_payment_is_recorded_in_place_and_taken_back(visit: Visit) -> None:
    number = make_order(make_customer("B"), terms=Terms.PREPAID).order.number
    page = visit("finance", width=390)
    page.goto(f"/orders/{number}/")
    payments = page.locator("#payments")
    payments.get_by_role("link", name="Record a payment").click()
    expect(payments.locator("[name=amount]")).to_be_focused()
    owed = payments.locator("[name=amount]").input_value()
    payments.locator("[name=amount]").fill("0")
    payments.get_by_role("button", name="Record the payment").click()
    expect(payments).to_contain_text("An amount lies above 0")
    payments.locator("[name=amount]").fill(owed)
    payments.get_by_role("button", name="Record the payment").click()
    expect(page.locator(".toasts")).to_contain_text("The payment was recorded.")
    expect(page.locator(".stuck")).to_have_count(0)
    payments.locator(".inline-deed summary").click()
    payments.locator("[name=reason]").fill("Bounced")
    payments.get_by_role("button", name="Take back").click()
    expect(page.locator(".stuck")).to_contain_text("Payment pending")
    assert Order.objects.get().paid_total == 0
