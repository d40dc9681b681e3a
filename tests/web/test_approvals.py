"""Approvals on screen: the inbox, one request with its facts, deciding it, many at once, and how far it is on the order's page."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from openoms.core.clock import now
from openoms.domains.approvals.models import ApprovalRequest, Question
from openoms.domains.approvals.rules import AmountBetween, ApprovalRule, StepRule
from openoms.domains.catalog.types import CostInput, SkuInput
from openoms.domains.customers.models import Customer
from openoms.domains.identity.models import User
from openoms.domains.identity.queries import actor_of
from openoms.domains.orders.models import Order
from openoms.flows import decide
from openoms.flows.edit_approvals import save_rule
from openoms.flows.edit_authorities import AuthorityInput, save_authority
from openoms.flows.edit_catalogue import save_sku
from openoms.reading import approvals as reading
from tests.factories import make_customer, make_order, make_rules, make_sku, make_user, owner
from tests.web.conftest import SignIn

pytestmark = pytest.mark.django_db
D = Decimal


@dataclass
class Case:
    """An order of 5,000 that waits for a sales manager, then for finance."""

    sales: User
    boss: User
    finance: User
    order: Order
    request: ApprovalRequest

    @property
    def path(self) -> str:
        return f"/approvals/{self.request.pk}/"


def ask(sales: User, quantity: int = 50, note: str = "") -> ApprovalRequest:
    customer = Customer.objects.get(code="C1")
    order = make_order(customer, [("BOLT", quantity)], actor_of(sales), approval_note=note).order
    return ApprovalRequest.objects.select_related("order").get(order=order.id)


@pytest.fixture
def case(db: None) -> Case:
    reading.forget()
    make_rules()
    make_sku("BOLT", "100")
    cost = CostInput("CNY", D(60), now().date())
    save_sku(SkuInput("BOLT", costs=(cost,)), actor=owner(), new=False)
    make_customer(code="C1", tier="gold")
    steps = (StepRule("Sales step", 10, 1, ("sales_manager",)), StepRule("Money step", 20, 1, ("finance",)))
    save_rule(ApprovalRule("big", (AmountBetween("CNY", D(5000)),), steps, 1, "Big orders"), actor=owner())
    sales, boss, finance = (
        make_user(role, name=name)
        for role, name in (("sales", "Sun"), ("sales_manager", "Su"), ("finance", "Fang"))
    )
    request = ask(sales, note="Please be quick")
    return Case(sales, boss, finance, request.order, request)


def text(answer: Any) -> str:
    html: str = answer.content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def numbers(browser: Client, tab: str = "") -> list[str]:
    html = browser.get(f"/approvals/{tab}").content.decode()
    return re.findall(r'class="row-link">([^<]+)</a>', html)


def test_each_sees_what_waits_for_them_what_they_asked_and_decided(case: Case, sign_in: SignIn) -> None:
    boss, finance, sales = (sign_in(person=one) for one in (case.boss, case.finance, case.sales))
    mine = [case.order.number]
    assert (numbers(boss), numbers(finance), numbers(sales)) == (mine, [], [])
    assert numbers(sales, "?tab=asked") == mine
    assert numbers(boss, "?tab=decided") == []
    assert numbers(boss, "?tab=all") == mine
    boss.post(f"{case.path}approve/", {"comment": "fine"})
    assert (numbers(boss), numbers(finance), numbers(boss, "?tab=decided")) == ([], mine, mine)
    # The tab of all is for those who may see them all; another tab is none.
    assert "tab=all" not in sales.get("/approvals/").content.decode()
    assert numbers(sales, "?tab=all") == []


def test_the_badge_counts_what_waits(case: Case, sign_in: SignIn) -> None:
    badge = re.compile(r'href="/approvals/"[^>]*>.*?<span class="menu-badge">(\d+)</span>', re.DOTALL)
    assert badge.search(sign_in(person=case.boss).get("/me/").content.decode()) is not None
    page = sign_in(person=case.finance).get("/me/").content.decode()
    assert badge.search(page.split("/approval-rules/")[0]) is None


@pytest.mark.parametrize(("language", "words"), [
    ("en", ("CN¥5,000.00", "Big orders", "Order amount: CN¥5,000.00", "Please be quick", "Below list", "cost CN¥60.00",
            "waiting for", "To come")),
    ("zh-hans", ("¥5,000.00", "订单金额：¥5,000.00", "低于标价", "毛利率", "成本 ¥60.00", "已等待")),
])  # fmt: skip
def test_one_page_has_all_that_a_decision_needs(
    case: Case, sign_in: SignIn, language: str, words: tuple[str, ...]
) -> None:
    User.objects.filter(pk=case.boss.pk).update(language=language)
    case.boss.refresh_from_db()
    page = text(sign_in(person=case.boss).get(case.path))
    for word in words:
        assert word in page, word


def test_costs_are_for_those_who_may_see_them(case: Case, sign_in: SignIn) -> None:
    page = text(sign_in(person=case.sales).get(case.path))
    assert "cost CN" not in page
    assert "Margin" not in page
    # They see why they cannot decide, and no buttons.
    assert "Nobody decides what they asked for themselves." in page
    assert "data-approve" not in sign_in(person=case.sales).get(case.path).content.decode()


def test_who_has_nothing_to_do_with_it_does_not_find_it(case: Case, sign_in: SignIn) -> None:
    assert sign_in("warehouse").get(case.path).status_code == 404
    assert sign_in("warehouse").post(f"{case.path}approve/", {}).status_code in (403, 404)
    assert sign_in(person=case.boss).post(f"{case.path}dance/", {}).status_code == 404


def test_a_rejection_needs_a_reason_and_gives_the_order_back(case: Case, sign_in: SignIn) -> None:
    boss = sign_in(person=case.boss)
    answer = boss.post(f"{case.path}reject/", {"reason": " "})
    assert answer.status_code == 422
    assert Order.objects.get(pk=case.order.pk).status == "submitted"
    boss.post(f"{case.path}reject/", {"reason": "Too cheap"})
    assert Order.objects.get(pk=case.order.pk).status == "draft"
    page = text(boss.get(case.path))
    assert "Too cheap" in page
    assert "Not reached" in page


def test_a_refusal_says_why(case: Case, sign_in: SignIn) -> None:
    save_authority(AuthorityInput(user=case.boss.pk, currency="CNY", most=D("4999.99")), actor=owner())
    boss = sign_in(person=case.boss)
    assert "Its amount lies outside of your authority." in text(boss.get(case.path))
    answer = boss.post(f"{case.path}approve/", {})
    assert answer.status_code == 403
    assert "Its amount lies outside of your authority." in text(answer)
    chinese = sign_in(person=make_user("finance", language="zh-hans")).post(f"{case.path}approve/", {})
    assert "您不是当前节点的审批人。" in text(chinese)


def test_an_amount_equal_to_the_limit_is_within_it(case: Case, sign_in: SignIn) -> None:
    save_authority(AuthorityInput(user=case.boss.pk, currency="CNY", most=D(5000)), actor=owner())
    assert sign_in(person=case.boss).post(f"{case.path}approve/", {}).status_code == 302
    assert case.request.steps.get(position=1).state == "approved"


def test_a_question_is_asked_and_answered(case: Case, sign_in: SignIn) -> None:
    boss, sales = sign_in(person=case.boss), sign_in(person=case.sales)
    boss.post(f"{case.path}ask/", {"text": "By when?"})
    question = Question.objects.get()
    assert "By when?" in text(sales.get(case.path))
    assert boss.post(f"{case.path}ask/", {"text": ""}).status_code == 422
    sales.post(f"{case.path}questions/{question.pk}/", {"text": ""})
    sales.post(f"{case.path}questions/{question.pk}/", {"text": "On Friday"})
    sales.post(f"{case.path}questions/{question.pk}/", {"text": "On Monday"})
    question.refresh_from_db()
    assert question.answer == "On Friday"
    assert "On Friday" in text(boss.get(case.path))


def test_it_is_handed_over_to_somebody_who_may(case: Case, sign_in: SignIn) -> None:
    other = make_user("sales_manager", name="Ma")
    stranger = make_user("warehouse")
    boss = sign_in(person=case.boss)
    assert boss.post(f"{case.path}delegate/", {"to": str(stranger.pk)}).status_code == 422
    case2 = ask(case.sales)
    answer = boss.post(f"/approvals/{case2.pk}/delegate/", {"to": str(case.finance.pk), "comment": "please"})
    assert answer.status_code == 302
    assert case2.order.number in numbers(sign_in(person=case.finance))
    assert case2.order.number in numbers(sign_in(person=other))


def test_who_manages_approvals_decides_in_place_of_others(case: Case, sign_in: SignIn) -> None:
    administrator = sign_in("administrator")
    assert administrator.post(f"{case.path}take-over/", {"reason": ""}).status_code == 422
    administrator.post(f"{case.path}take-over/", {"reason": "Everybody is away"})
    assert case.request.steps.get(position=1).state == "approved"
    administrator.post(f"{case.path}overrule/", {"reason": "No"})
    case.request.refresh_from_db()
    assert case.request.state == "rejected"
    assert sign_in(person=case.boss).post(f"{case.path}take-over/", {"reason": "x"}).status_code == 403


def test_many_are_approved_at_once_with_a_result_each(case: Case, sign_in: SignIn) -> None:
    second, third = ask(case.sales, 60), ask(case.boss, 70)
    keys = [str(one.pk) for one in (case.request, second, third)]
    answer = sign_in(person=case.boss).post(
        "/approvals/bulk/", {"code": [*keys, "nonsense"], "action": "approve"}
    )
    page = text(answer)
    assert "2 of 3 approved" in page
    # Their own they do not approve.
    assert "Nobody decides what they asked for themselves." in page
    assert answer.content.decode().count('data-outcome="done"') == 2


def test_the_list_is_read_by_key_in_few_statements(
    case: Case, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    for _ in range(30):
        ask(case.sales)
    browser = sign_in(person=case.boss)
    with django_assert_max_num_queries(16):
        html = browser.get("/approvals/").content.decode()
    assert len(re.findall(r"<tr data-row>", html)) == 25
    following = re.search(r'href="(\?after=[^"]+)"', html)
    assert following is not None
    assert len(numbers(browser, following[1].replace("&amp;", "&"))) == 6


def test_the_order_says_how_far_its_approval_is(case: Case, sign_in: SignIn) -> None:
    decide.approve(case.request.pk, "Go ahead", actor=actor_of(case.boss))
    page = text(sign_in(person=case.sales).get(f"/orders/{case.order.number}/approval/"))
    for words in (
        "Sales step",
        "Su · Approved",
        "“Go ahead”",
        "Money step",
        "Fang",
        "waiting for less than a minute",
    ):
        assert words in page, words
    chinese = sign_in("sales", language="zh-hans").get(f"/orders/{case.order.number}/")
    assert "给出审批意见（Sales step）：已通过" in text(chinese)


def test_an_order_that_needed_nobody_shows_none(case: Case, sign_in: SignIn) -> None:
    small = make_order(Customer.objects.get(code="C1"), [("BOLT", 1)]).order
    assert "passage" not in sign_in("sales").get(f"/orders/{small.number}/").content.decode()
