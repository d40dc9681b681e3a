"""The classic case, walked through by each of its people: above the limit to sales, then finance, then production."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from openoms.core.clock import now
from openoms.domains.approvals.models import ApprovalRequest, ApprovalStep, Authority
from openoms.domains.approvals.rules import AmountBetween, ApprovalRule, StepRule
from openoms.domains.customers.models import Customer
from openoms.domains.identity.models import User
from openoms.domains.identity.queries import actor_of
from openoms.domains.notifications.models import Notification
from openoms.domains.orders.models import Order, OrderType
from openoms.flows.edit_approvals import save_rule
from openoms.flows.nudge_approvals import nudge_due
from openoms.jobs import dispatcher
from openoms.reading import approvals as reading
from tests.browser.conftest import Visit
from tests.factories import make_order, owner
from tests.flows.approval_cast import D

pytestmark = pytest.mark.browser
WORDS = {
    "en": {
        "turn": "SO", "strategic": "does not extend to its order type", "approved": "Approved", "draft": "Draft", "why": "Too cheap",
        "reject": "Reject"
    },
    "zh": {
        "turn": "SO", "strategic": "订单类型", "approved": "已审核", "draft": "草稿", "why": "价格过低", "reject": "驳回",
    },
}  # fmt: skip


@pytest.fixture
def rule(shop: None) -> None:
    """From 1,000 on: sales manager, then finance, then production, in four working hours each."""
    OrderType.objects.get_or_create(code="strategic", defaults={"name": "Strategic", "name_zh": "战略"})
    steps = tuple(
        StepRule(role, 10 * turn, roles=(role,), hours=4)
        for turn, role in enumerate(("sales_manager", "finance", "production"), 1)
    )
    save_rule(ApprovalRule("large", (AmountBetween("CNY", D(1000)),), steps, name="Large"), actor=owner())


def person_of(role: str) -> User:
    return User.objects.filter(roles__code=role).order_by("-joined_at")[0]


def told(page: Page, number: str) -> None:
    """It stands among the person's notifications."""
    dispatcher.drain()
    page.goto("/notifications/")
    expect(page.locator(".news-row").filter(has_text=number).first).to_be_visible()


def open_approval(page: Page, request: UUID) -> None:
    reading.forget()
    page.goto(f"/approvals/{request}/")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_to_sales_then_finance_then_production_each_in_turn(visit: Visit, rule: None, language: str) -> None:
    words = WORDS[language]
    clerk = visit("sales", language=language)
    pages = {role: visit(role, language=language) for role in ("sales_manager", "finance", "production")}
    manager = person_of("sales_manager")
    junior = visit("sales_manager", language=language)
    Authority.objects.create(
        user=person_of("sales_manager"), currency="CNY", most=D(5000), order_types=["standard"]
    )
    customer = Customer.objects.get(code="C1")
    order = make_order(customer, [("BOLT", 100)], actor_of(person_of("sales")), order_type="strategic").order
    request = ApprovalRequest.objects.get(order=order.id).pk

    # The junior is told why it is beyond them; the button is not there to be pressed.
    told(junior, order.number)
    open_approval(junior, request)
    expect(junior.locator("main")).to_contain_text(words["strategic"])
    expect(junior.locator("[data-approve]")).to_have_count(0)

    # Late: who has not decided is reminded.
    ApprovalStep.objects.filter(request=request, state="open").update(next_at=now() - timedelta(minutes=1))
    nudge_due()
    for role, page in pages.items():
        told(page, order.number)
        assert ApprovalStep.objects.get(request=request, state="open").name == role
        open_approval(page, request)
        page.locator("[data-approve]").click()
        page.wait_for_url(re.compile(r"/approvals/$"))
    reminded = Notification.objects.filter(user=manager, channel="inbox").values_list("topic", flat=True)
    assert "approval.reminded" in reminded
    order.refresh_from_db()
    assert (order.status, order.released_at is not None) == ("approved", True)
    told(clerk, order.number)
    clerk.goto(f"/orders/{order.number}/")
    expect(clerk.locator(".page-head")).to_contain_text(words["approved"])
    expect(clerk.locator(".passage-card")).to_contain_text(manager.name)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_rejection_gives_it_back_and_tells_who_asked(visit: Visit, rule: None, language: str) -> None:
    words = WORDS[language]
    clerk, manager = visit("sales", language=language), visit("sales_manager", language=language, width=390)
    order = make_order(Customer.objects.get(code="C1"), [("BOLT", 100)], actor_of(person_of("sales"))).order
    open_approval(manager, ApprovalRequest.objects.get(order=order.id).pk)
    manager.click(f"summary:has-text('{words['reject']}')")
    manager.fill("#reject_reason", words["why"])
    manager.locator("form:has(#reject_reason) button[type=submit]").click()
    manager.wait_for_url(re.compile(r"/approvals/$"))
    assert Order.objects.get(pk=order.id).status == "draft"
    told(clerk, order.number)
    clerk.goto(f"/orders/{order.number}/")
    expect(clerk.locator(".page-head")).to_contain_text(words["draft"])
    expect(clerk.locator(".timeline")).to_contain_text(words["why"])


def test_a_draft_s_page_says_whom_it_will_need_and_takes_the_note_along(visit: Visit, rule: None) -> None:
    clerk = visit("sales")
    draft = make_order(Customer.objects.get(code="C1"), [("BOLT", 100)], submit=False).order
    clerk.goto(f"/orders/{draft.number}/")
    expect(clerk.locator("[data-needs-approval]")).to_be_visible()
    clerk.fill("#approval-note", "They pay on Friday")
    clerk.click("form#submit-order button[type=submit], button[form=submit-order]")
    expect(clerk.locator(".passage-card")).to_be_visible()
    assert ApprovalRequest.objects.get(order=draft.id).note == "They pay on Friday"
