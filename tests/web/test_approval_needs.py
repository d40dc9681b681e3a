"""Whoever enters an order sees before submitting who will have to approve it, and can tell them something."""

import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest

from openoms.core.clock import now
from openoms.domains.approvals.models import ApprovalRequest
from openoms.domains.approvals.rules import AmountBetween, ApprovalRule, MarginBelow, StepRule
from openoms.domains.catalog.types import CostInput, SkuInput
from openoms.domains.orders.models import Order
from openoms.flows.edit_approvals import save_rule
from openoms.flows.edit_catalogue import save_sku
from tests.factories import make_customer, make_order, make_rules, make_sku, owner
from tests.web.conftest import SignIn
from tests.web.test_order_entry import NEW, typed

D = Decimal
STEPS = (
    StepRule("Sales step", 10, 1, ("sales_manager",)),
    StepRule("Money step", 20, 0, ("finance",), manager=True),
)


@pytest.fixture(autouse=True)
def goods(db: None) -> None:
    make_rules()
    make_sku("BOLT", "100")
    make_customer("Acme", code="C1")
    big = ApprovalRule("big", (AmountBetween("CNY", D(5000)),), STEPS, 1, "Big orders", "大单")
    save_rule(big, actor=owner(), new=True)


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_the_live_price_says_who_will_be_asked_and_why(sign_in: SignIn) -> None:
    browser = sign_in("sales")
    assert "Needs approval" not in text(browser.post(f"{NEW}quote/", typed()))
    page = text(browser.post(f"{NEW}quote/", typed(**{"l1-quantity": "50"})))
    assert "Needs approval: Sales manager → then everybody of Finance and the requester's manager" in page
    assert "Big orders Order amount: CN¥5,000.00" in page
    chinese = text(sign_in("sales", language="zh-hans").post(f"{NEW}quote/", typed(**{"l1-quantity": "50"})))
    assert "需要审批" in chinese
    assert "大单" in chinese


def test_the_note_reaches_those_who_approve(sign_in: SignIn) -> None:
    fields = typed(**{"l1-quantity": "50", "approval_note": "They pay on Friday"})
    assert sign_in("sales").post(NEW, fields).status_code == 302
    assert ApprovalRequest.objects.get().note == "They pay on Friday"


def test_a_note_that_is_too_long_is_refused_at_its_field(sign_in: SignIn) -> None:
    answer = sign_in("sales").post(NEW, typed(approval_note="x" * 1001))
    assert answer.status_code == 422
    assert "at most 1000 characters" in text(answer)
    assert not Order.objects.exists()


def test_a_draft_says_what_it_will_need_and_takes_a_note(sign_in: SignIn) -> None:
    draft = make_order(None, [("BOLT", 60)], submit=False).order
    browser = sign_in("sales")
    assert (
        f'hx-get="/orders/{draft.number}/needs/"' in browser.get(f"/orders/{draft.number}/").content.decode()
    )
    page = browser.get(f"/orders/{draft.number}/needs/")
    assert "Needs approval" in text(page)
    assert 'form="submit-order"' in page.content.decode()
    browser.post(f"/orders/{draft.number}/submit/", {"note": " As agreed ", "base_revision": "1"})
    assert ApprovalRequest.objects.get().note == "As agreed"
    assert browser.get(f"/orders/{draft.number}/needs/").status_code == 204


def test_a_draft_that_goes_through_shows_nothing_of_it(sign_in: SignIn) -> None:
    draft = make_order(None, [("BOLT", 1)], submit=False).order
    assert sign_in("sales").get(f"/orders/{draft.number}/needs/").status_code == 204


def test_what_an_order_earns_is_not_told_to_those_who_may_not_see_costs(sign_in: SignIn) -> None:
    save_sku(SkuInput("BOLT", costs=(CostInput("CNY", D(80), now().date()),)), actor=owner(), new=False)
    thin = ApprovalRule("thin", (MarginBelow(D(30)),), STEPS[:1], 1, "Thin margins")
    save_rule(thin, actor=owner(), new=True)
    sales, manager = (
        text(sign_in(role).post(f"{NEW}quote/", typed())) for role in ("sales", "sales_manager")
    )
    assert "Thin margins Margin too low" in sales
    assert re.search(r"Thin margins Margin: [\d.]+%", manager)
