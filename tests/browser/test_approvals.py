"""A rule made by typing and rehearsed; an order approved and rejected by thumb on a phone; who may approve what, in place."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from openoms.domains.approvals.models import ApprovalRequest, Authority
from openoms.domains.approvals.rule_queries import read_rules
from openoms.domains.approvals.rules import AmountBetween, ApprovalRule, StepRule
from openoms.domains.customers.models import Customer
from openoms.domains.orders.models import Order
from openoms.flows.edit_approvals import save_rule
from openoms.reading import approvals as reading
from tests.browser.conftest import Visit
from tests.browser.test_accessibility import LOOKS, found
from tests.factories import make_order, owner, staff

pytestmark = pytest.mark.browser
D = Decimal


def choose(page: Page, box: str, text: str, wanted: str) -> None:
    """Type into a search and take the first match by Enter; `wanted` must be there then."""
    page.focus(box)
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.locator(wanted)).to_be_visible()


@pytest.mark.parametrize(
    ("language", "said", "asked", "searched"),
    [
        ("en", "When the order comes to CN¥20,000.00 or more", "any one of Finance", "finance"),
        ("zh", "当订单金额 ≥ ¥20,000.00", "由财务（任一人同意）审批", "财务"),
    ],
)
def test_a_rule_is_typed_told_and_rehearsed(
    visit: Visit, language: str, said: str, asked: str, searched: str
) -> None:
    make_order(Customer.objects.get(code="C1"), [("BOLT", 4000)])
    page = visit("administrator", language=language)
    page.goto("/approval-rules/new/")
    page.fill("[name=name]", "Large")
    page.fill("[name=name_zh]", "大额")
    page.fill("[name=c0-least]", "20,000")
    choose(page, "#id_s0-who", searched, ".pick[data-pick='role:finance']")
    expect(page.locator("#told")).to_contain_text(said)
    expect(page.locator("#told")).to_contain_text(asked)
    # Nobody is in finance: that is told as one types.
    expect(page.locator("#told .conflict")).to_be_visible()
    page.click("#rehearse button[hx-post]")
    expect(page.locator(".rehearsal-said strong")).to_have_text("1")
    page.click("button[value=on]")
    page.wait_for_url(re.compile(r"/approval-rules/a\d+"))
    [rule], _ = read_rules()
    assert rule.conditions == (AmountBetween("CNY", D(20000)),)
    assert rule.steps[0].roles == ("finance",)


def test_rows_are_added_and_fields_follow_the_choice(visit: Visit) -> None:
    page = visit("administrator")
    page.goto("/approval-rules/new/")
    page.click("text=Add a condition")
    row = page.locator("#conditions .offer-row").nth(1)
    row.locator("select[name$=-kind]").select_option("discount")
    expect(row.locator("input[name$=-percent]")).to_be_visible()
    expect(row.locator("input[name$=-least]")).to_be_hidden()
    row.locator("input[name$=-percent]").fill("15")
    expect(page.locator("#told")).to_contain_text("15% or more below list")
    row.locator("[data-remove]").click()
    expect(page.locator("#told")).not_to_contain_text("below list")


@pytest.fixture
def rule(shop: None) -> None:
    """Orders of 1,000 or more wait for a sales manager, then for finance."""
    reading.forget()
    steps = (StepRule("Sales step", 10, roles=("sales_manager",)), StepRule("Money", 20, roles=("finance",)))
    save_rule(ApprovalRule("big", (AmountBetween("CNY", D(1000)),), steps, 1, "Big", "大额"), actor=owner())


def waiting() -> ApprovalRequest:
    """An order that waits, and another; those who are there by now are asked."""
    customer = Customer.objects.get(code="C1")
    order = make_order(customer, [("BOLT", 1000)], staff("sales"), approval_note="请尽快").order
    make_order(customer, [("BOLT", 2000)], staff("sales"))
    return ApprovalRequest.objects.select_related("order").get(order=order.id)


@pytest.mark.parametrize(("language", "approve"), [("en", "Approve"), ("zh", "通过")])
def test_on_a_phone_an_order_is_approved_with_one_thumb(
    visit: Visit, rule: None, language: str, approve: str
) -> None:
    page = visit("sales_manager", language=language, width=390)
    request = waiting()
    page.goto("/approvals/")
    page.click(f"text={request.order.number}")
    page.wait_for_url(re.compile(r"/approvals/[0-9a-f-]{36}/"))
    button = page.locator("[data-approve]")
    expect(button).to_contain_text(approve)
    box = button.bounding_box()
    assert box is not None
    # Without scrolling, in the lower third, as large as a thumb; and nothing runs off the side.
    assert box["height"] >= 44
    assert 844 * 2 / 3 < box["y"] < 844 - box["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    button.click()
    page.wait_for_url(re.compile(r"/approvals/$"))
    assert request.steps.get(position=1).state == "approved"


def test_on_a_phone_an_order_is_rejected_with_a_reason(visit: Visit, rule: None) -> None:
    page = visit("sales_manager", width=390)
    request = waiting()
    page.goto(f"/approvals/{request.pk}/")
    page.click("summary:has-text('Reject')")
    page.fill("#reject_reason", "Too cheap")
    page.click("text=Reject the order")
    page.wait_for_url(re.compile(r"/approvals/$"))
    assert Order.objects.get(pk=request.order_id).status == "draft"


def test_a_question_is_asked_from_the_same_place(visit: Visit, rule: None) -> None:
    page = visit("sales_manager", width=390)
    request = waiting()
    page.goto(f"/approvals/{request.pk}/")
    page.click("summary:has-text('More')")
    page.fill("#ask_text", "By when?")
    page.click(".decide button:has-text('Ask')")
    expect(page.locator("main")).to_contain_text("By when?")
    page.fill(".answer-form textarea", "On Friday")
    page.click(".answer-form button")
    expect(page.locator(".approval-note").last).to_contain_text("On Friday")


def test_many_are_approved_at_once(visit: Visit, rule: None) -> None:
    page = visit("sales_manager")
    waiting()
    page.goto("/approvals/")
    page.check("[data-tick-all]")
    page.click("text=Approve them")
    expect(page.locator("[data-outcome=done]")).to_have_count(2)


def test_an_authority_is_changed_in_its_place(visit: Visit) -> None:
    page = visit("administrator")
    page.goto("/authorities/")
    page.click("tr[data-holder='role:sales_manager'] .authority-add >> nth=1")
    page.fill(".authority-form [name=most]", "50000")
    page.click(".authority-form >> text=Standard")
    page.click(".authority-form >> text=Save")
    cell = page.locator("tr[data-holder='role:sales_manager'] a.authority", has_text="at most CN¥50,000.00")
    expect(cell).to_be_visible()
    cell.click()
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("text=Take away")
    expect(page.locator("#toasts, .toasts, body").first).to_contain_text("taken away")
    assert not Authority.objects.filter(role="sales_manager", currency="CNY").exists()


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
def test_nothing_serious(visit: Visit, rule: None, language: str, theme: str, width: int) -> None:
    page = visit("administrator", language=language, theme=theme, width=width)
    request = waiting()
    wrong = {}
    for address in (
        "/approvals/?tab=all", f"/approvals/{request.pk}/", f"/orders/{request.order.number}/", "/approval-rules/",
        "/approval-rules/big/edit/", "/authorities/", "/absence/",
    ):  # fmt: skip
        page.goto(address)
        page.wait_for_load_state("networkidle")
        for summary in page.locator("main summary").all():
            summary.click()
        if problems := found(page):
            wrong[address] = problems
    assert not wrong, wrong
