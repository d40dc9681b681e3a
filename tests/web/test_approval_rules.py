"""Approval rules, authorities and absences on screen: sentences, the editor, the matrix, and who may do what."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from openoms.core import firm
from openoms.domains.approvals.models import ApprovalRule, Authority, Delegation
from openoms.domains.approvals.rule_queries import read_rules, rule_of
from openoms.domains.approvals.rules import (
    AmountBetween,
    CreditOver,
    CustomerIs,
    DiscountFrom,
    MarginBelow,
    Matching,
    OrderIs,
    PriceIs,
    StepRule,
)
from openoms.domains.approvals.rules import ApprovalRule as Rule
from openoms.domains.customers.models import Customer
from openoms.domains.identity.models import User
from openoms.flows.edit_approvals import save_rule
from openoms.flows.edit_authorities import AuthorityInput, save_authority
from openoms.interfaces.console.forms.approval_rule import RuleEntry, typed
from tests.factories import make_customer, make_order, make_rules, make_sku, make_user, owner
from tests.web.conftest import SignIn

pytestmark = pytest.mark.django_db
D = Decimal
BIG = Rule(
    "big",
    (AmountBetween("CNY", D(20000)), OrderIs(("strategic",))),
    (StepRule("Sales", 10, 1, ("sales_manager",)), StepRule("Finance", 20, 0, ("finance",), hours=8)),
    5,
    "Big orders",
    "大额订单",
)


@pytest.fixture
def shop(db: None) -> None:
    make_rules()
    make_sku("BOLT", "100")
    make_customer(code="C1", tier="gold")


def text(answer: Any) -> str:
    html: str = answer.content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_list_says_each_rule_as_a_sentence(shop: None, sign_in: SignIn) -> None:
    save_rule(BIG, actor=owner())
    save_rule(
        Rule("small", (AmountBetween("CNY", most=D(50)),), (), 9, "Small"), actor=owner(), is_active=False
    )
    english = text(sign_in("finance").get("/approval-rules/"))
    assert "When the order comes to CN¥20,000.00 or more and its type is Strategic" in english
    assert "ask any one of Sales manager, then everybody of Finance within 8 working hours" in english
    assert "at most CN¥50.00" in english
    assert "it goes through by itself" in english
    # Nobody is a sales manager here; rules that are off are not worried about.
    assert "Step 1 asks nobody" in english
    assert "New rule" not in english
    chinese = text(sign_in("finance", language="zh-hans").get("/approval-rules/"))
    assert "当订单金额 ≥ ¥20,000.00，且订单类型为战略订单" in chinese
    assert "由销售经理（任一人同意），再由财务（全部同意）（8 个工作小时内）审批" in chinese


def test_every_condition_comes_back_from_the_form_as_it_was(shop: None, sign_in: SignIn) -> None:
    boss = make_user("manager")
    every = Rule(
        "every",
        (
            AmountBetween("CNY", D(1), D("2.5")),
            DiscountFrom(D(15), "line"),
            MarginBelow(D(8), True),
            PriceIs("formula"),
            OrderIs(("standard",), ("web",), ("credit",), ("CN/浙江省", "DE"), ()),
            CustomerIs(("C1",), ("gold",), ("press",), True),
            CreditOver(D(80), True),
        ),
        (
            StepRule("Two of them", 7, 2, ("finance", "manager"), (str(boss.pk),), hours=4),
            StepRule("Those above", 20, 0, manager=True, owner=True),
        ),
        -3,
        "Every",
    )
    assert RuleEntry(typed(every)).value({}, "every") == every
    browser = sign_in("administrator")
    answer = browser.post("/approval-rules/new/", sent(every))
    assert answer.status_code == 302, text(answer)
    assert rule_of(ApprovalRule.objects.get(code="every")) == every
    page = text(browser.get("/approval-rules/every/edit/"))
    for words in ("Acme", boss.name, "浙江省", "the requester&#x27;s manager"):
        assert words in page


def sent(rule: Rule, **more: str) -> dict[str, Any]:
    data: QueryDict = typed(rule)
    return {name: data.getlist(name) for name in data} | more


def test_a_rule_is_saved_off_or_on_and_changed(shop: None, sign_in: SignIn) -> None:
    browser = sign_in("administrator")
    browser.post("/approval-rules/new/", sent(BIG, action="save"))
    assert not ApprovalRule.objects.get().is_active
    answer = browser.post(
        "/approval-rules/big/edit/", sent(replace(BIG, priority=7), action="on"), follow=True
    )
    assert read_rules()[0] == (replace(BIG, priority=7),)
    assert "Step 2 asks nobody" in text(answer)
    assert "Switched off" not in text(answer)
    history = text(browser.get("/approval-rules/big/"))
    assert "Priority 5 → 7" in history


def test_a_rule_without_code_or_names_of_steps_gets_them(shop: None, sign_in: SignIn) -> None:
    unnamed = replace(BIG, code="", steps=(StepRule("", 10, 1, ("finance",)),))
    sign_in("administrator").post("/approval-rules/new/", sent(unnamed))
    row = ApprovalRule.objects.get()
    assert re.fullmatch(r"a\d{6}-[0-9a-f]{6}", row.code)
    assert row.steps[0]["name"] == "Finance"


def test_what_is_wrong_stands_where_it_is_wrong_and_nothing_typed_is_lost(
    shop: None, sign_in: SignIn
) -> None:
    browser = sign_in("administrator")
    wrong = replace(
        BIG, name="", name_zh="", conditions=(AmountBetween("CNY", D(6), D(5)),), steps=(StepRule("X"),)
    )
    answer = browser.post("/approval-rules/new/", sent(wrong))
    assert answer.status_code == 422
    assert text(answer).count("Fill this in.") == 2
    named = replace(wrong, name="W", steps=BIG.steps)
    answer = browser.post("/approval-rules/new/", sent(named))
    assert answer.status_code == 422
    assert "It ends below where it begins." in text(answer)
    assert 'value="6"' in answer.content.decode()
    assert not ApprovalRule.objects.exists()


def test_the_sentence_and_its_concerns_follow_what_is_typed(shop: None, sign_in: SignIn) -> None:
    browser = sign_in("administrator")
    told = text(browser.post("/approval-rules/new/live/", sent(BIG)))
    assert "When the order comes to CN¥20,000.00 or more" in told
    assert "Step 1 asks nobody" in told
    half = replace(BIG, conditions=(AmountBetween("CNY"),), steps=())
    assert "spelled out here" in text(browser.post("/approval-rules/new/live/", sent(half)))


@pytest.mark.parametrize(
    ("kind", "asked", "found"),
    [
        ("approver", "fin", "role:finance"),
        ("approver", "manager", "order:manager"),
        ("approver", "wang", "user:"),
        ("customer", "acme", "customer:C1"),
        ("category", "", ""),
    ],
)
def test_the_searches_find_who_can_be_asked(
    shop: None, sign_in: SignIn, kind: str, asked: str, found: str
) -> None:
    make_user("finance", name="Wang Fang")
    answer = sign_in("administrator").get(f"/approval-rules/new/find/{kind}/?at=x&find={asked}")
    assert answer.status_code == 200
    assert found in answer.content.decode()


def test_a_rule_is_switched_and_rules_work_together_as_one_says(shop: None, sign_in: SignIn) -> None:
    save_rule(BIG, actor=owner())
    browser = sign_in("administrator")
    browser.post("/approval-rules/big/switch/", {"to": "off", "back": "list"})
    browser.post("/approval-rules/matching/", {"matching": "first"})
    browser.post("/approval-rules/matching/", {"matching": "nonsense"})
    assert read_rules() == ((), Matching.FIRST)
    for path in ("/approval-rules/big/switch/", "/approval-rules/matching/", "/approval-rules/new/"):
        assert sign_in("finance").post(path, {"to": "on", "matching": "all"}).status_code == 403


def test_a_rule_is_rehearsed_as_it_is_saved_and_as_it_is_typed(shop: None, sign_in: SignIn) -> None:
    customer = Customer.objects.get(code="C1")
    numbers = [make_order(customer, [("BOLT", many)]).order.number for many in (1, 20, 30)]
    make_order(customer, [("BOLT", 90)], submit=False)
    over = replace(BIG, conditions=(AmountBetween("CNY", D(2000)),))
    save_rule(over, actor=owner(), is_active=False)
    day = firm.today().isoformat()
    browser = sign_in("administrator")
    found = text(browser.get(f"/approval-rules/big/rehearsal/?since={day}&until={day}"))
    assert "Of 3 orders in these 1 days 2 would have waited" in found
    assert "any one of Sales manager 2" in found
    assert "no wait is known" in found
    assert numbers[1] in found
    assert numbers[0] not in found
    typed_data = sent(replace(over, conditions=(AmountBetween("CNY", D(2500)),)))
    typed_data |= {"rehearse-since": day, "rehearse-until": day, "rehearse-beside": ""}
    found = text(browser.post("/approval-rules/new/rehearsal/", typed_data))
    assert "1 would have waited" in found
    nothing = typed_data | {"c0-least": "5", "c0-most": "4"}
    assert "It ends below where it begins." in text(browser.post("/approval-rules/new/rehearsal/", nothing))


def test_the_matrix_shows_and_changes_who_may_approve_what(shop: None, sign_in: SignIn) -> None:
    junior = make_user("sales_manager", name="Junior")
    browser = sign_in("administrator")
    sent_form = {
        "holder": f"user:{junior.pk}", "currency": "CNY", "least": "", "most": "50,000",
        "order_types": ["standard"], "categories": [],
    }  # fmt: skip
    assert browser.post("/authorities/new/", sent_form).status_code == 302
    row = Authority.objects.get(user=junior)
    assert (row.most, row.order_types) == (D(50000), ["standard"])
    page = text(browser.get("/authorities/"))
    assert "Junior" in page
    assert "at most CN¥50,000.00" in page
    part = browser.get(f"/authorities/{row.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'value="50000"' in part
    answer = browser.post(f"/authorities/{row.pk}/", sent_form | {"least": "60000"})
    assert answer.status_code == 422
    assert "It ends below where it begins." in text(answer)
    browser.post(f"/authorities/{row.pk}/", sent_form | {"most": "60000"})
    row.refresh_from_db()
    assert row.most == D(60000)
    assert sign_in("finance").post(f"/authorities/{row.pk}/remove/").status_code == 403
    browser.post(f"/authorities/{row.pk}/remove/")
    assert not Authority.objects.filter(user=junior).exists()


def test_whoever_may_only_look_sees_the_matrix_without_forms(shop: None, sign_in: SignIn) -> None:
    save_authority(AuthorityInput("finance", None, "CNY", D(5)), actor=owner())
    html = sign_in("finance").get("/authorities/").content.decode()
    assert "CN¥5.00 or more" in html
    assert "/authorities/new/" not in html


def absent(browser: Client, to: User, **more: str) -> Any:
    return browser.post("/absence/", {"to": str(to.pk), "since": "", "until": "", "reason": "Fair", **more})


def test_anybody_arranges_their_own_absence_managers_everybodys(shop: None, sign_in: SignIn) -> None:
    finance, boss = make_user("finance", name="Fang"), make_user("manager", name="Guan")
    mine = sign_in(person=finance)
    assert absent(mine, boss, until="2099-01-01T00:00").status_code == 302
    row = Delegation.objects.get()
    assert (row.whose_id, row.to_id, row.reason) == (finance.pk, boss.pk, "Fair")
    assert "Guan" in text(mine.get("/absence/"))
    assert "Fang" in text(sign_in(person=boss).get("/absence/"))
    assert "Nobody is away" in text(sign_in("warehouse").get("/absence/"))
    # Another's only by who manages approvals: the field is not even read.
    assert absent(mine, finance, whose=str(boss.pk)).status_code == 422
    sign_in("warehouse").post(f"/absence/{row.pk}/end/")
    assert Delegation.objects.filter(ended_at=None).exists()
    mine.post(f"/absence/{row.pk}/end/")
    assert not Delegation.objects.filter(ended_at=None).exists()
    everybody = sign_in("administrator")
    assert absent(everybody, finance, whose=str(boss.pk)).status_code == 302
    assert Delegation.objects.filter(whose=boss, to=finance).exists()


def test_a_person_gets_a_manager_who_is_not_below_them(shop: None, sign_in: SignIn) -> None:
    boss, worker = make_user("manager", name="Guan"), make_user("sales", name="Sun")
    browser = sign_in("administrator")
    form = {"name": "Sun", "roles": ["sales"], "is_active": "on", "manager": str(boss.pk)}
    assert browser.post(f"/people/{worker.pk}/", form).status_code == 302
    worker.refresh_from_db()
    assert worker.manager_id == boss.pk
    circle = {"name": "Guan", "roles": ["manager"], "is_active": "on", "manager": str(worker.pk)}
    answer = browser.post(f"/people/{boss.pk}/", circle)
    assert answer.status_code == 422
    assert "their own manager" in text(answer)


def test_a_customer_gets_somebody_who_looks_after_it(shop: None, sign_in: SignIn) -> None:
    sales = make_user("sales", name="Sun")
    browser = sign_in("administrator")
    form = {
        "name": "Acme",
        "kind": "company",
        "is_active": "on",
        "owner": str(sales.pk),
        "contact_name": "Han Mei",
    }
    assert browser.post("/customers/C1/edit/", form).status_code == 302
    assert Customer.objects.get(code="C1").owner_id == sales.pk
    assert "looked after by Sun" in text(browser.get("/customers/C1/"))
