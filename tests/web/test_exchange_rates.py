"""What currencies are worth when amounts are compared: seen with authorities, set and taken away by who manages approvals."""

import re
from decimal import Decimal
from typing import Any

import pytest

from openoms.domains.approvals.models import ExchangeRate
from openoms.domains.approvals.rules import AmountBetween, ApprovalRule, StepRule
from openoms.domains.events.models import Event
from openoms.flows.edit_approvals import save_rule
from tests.factories import make_customer, make_order, make_price_list, make_sku, owner
from tests.web.conftest import SignIn

pytestmark = pytest.mark.django_db
RATES = "/authorities/rates/"


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_a_rate_is_set_replaced_and_taken_away(sign_in: SignIn) -> None:
    browser = sign_in("administrator")
    assert "No exchange rate yet" in text(browser.get("/authorities/"))
    for rate in ("7.1", "7.25"):
        assert browser.post(RATES, {"currency": "USD", "rate": rate}).status_code == 302
    assert "1 USD = 7.25 CNY" in text(browser.get("/authorities/"))
    chinese = sign_in("administrator", language="zh-hans").get("/authorities/")
    assert "汇率" in text(chinese)
    assert browser.post(f"{RATES}USD/remove/").status_code == 302
    assert not ExchangeRate.objects.exists()
    told = Event.objects.filter(kind="approval.rate_set").order_by("id")
    assert [(e.data["before"], e.data["after"]) for e in told] == [("", "7.1"), ("7.1", "7.25"), ("7.25", "")]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"currency": "USD", "rate": "0"}, "A rate lies between"),
        ({"currency": "USD", "rate": "1.123456789"}, "at most 8 decimals"),
        ({"currency": "XXX", "rate": "1"}, "is not a currency code"),
        ({"currency": "CNY", "rate": "2"}, "own currency is always worth 1"),
        ({"currency": "USD", "rate": "a lot"}, "Enter a number."),
    ],
)
def test_what_is_no_rate_is_refused_beside_what_was_typed(
    sign_in: SignIn, fields: dict[str, str], says: str
) -> None:
    answer = sign_in("administrator").post(RATES, fields)
    assert answer.status_code == 422
    assert says in text(answer)
    assert not ExchangeRate.objects.exists()


def test_who_only_sees_approvals_sees_rates(sign_in: SignIn) -> None:
    ExchangeRate.objects.create(currency="USD", rate=7)
    browser = sign_in("finance")
    assert "1 USD = 7 CNY" in text(browser.get("/authorities/"))
    assert RATES not in browser.get("/authorities/").content.decode()
    assert browser.post(RATES, {"currency": "USD", "rate": "8"}).status_code == 403
    assert browser.post(f"{RATES}USD/remove/").status_code == 403
    assert ExchangeRate.objects.get().rate == 7
    assert sign_in("administrator").post(f"{RATES}XXX/remove/").status_code == 404


def test_one_rate_is_enough_for_a_limit_in_the_firms_own_currency(sign_in: SignIn) -> None:
    make_price_list("export", "USD")
    make_sku("BOLT", "100", price_list="export", currency="USD")
    steps = (StepRule("Finance", roles=("finance",)),)
    large = ApprovalRule("large", (AmountBetween("CNY", Decimal(700)),), steps, 1, "Large")
    save_rule(large, actor=owner(), new=True)
    acme = make_customer()
    assert make_order(acme, [("BOLT", 1)], currency="USD").order.status == "approved"
    sign_in("administrator").post(RATES, {"currency": "USD", "rate": "7"})
    assert make_order(acme, [("BOLT", 1)], currency="USD").order.status == "submitted"
