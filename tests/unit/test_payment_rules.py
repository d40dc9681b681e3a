"""What is owed, when, and whether a customer may owe it."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openoms.domains.orders.states import PaymentState
from openoms.domains.orders.types import CreditFacts
from openoms.domains.payments import rules

amounts = st.decimals(0, 10**9, places=2)
KEY = UUID(int=1)


def credit(limit: int | None = 100, exposure: int = 0, **more: object) -> CreditFacts:
    currency = "" if limit is None else "CNY"
    fields = {"terms": "credit", "currency": currency, **more}
    bound = None if limit is None else Decimal(limit)
    return CreditFacts(KEY, limit=bound, exposure=Decimal(exposure), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("total", "paid", "refunded", "state"),
    [
        (100, 0, 0, "unpaid"),
        (100, 1, 0, "partially_paid"),
        (100, 100, 0, "paid"),
        (100, 130, 0, "paid"),
        (0, 0, 0, "paid"),
        (100, 100, 40, "partially_refunded"),
        (100, 100, 100, "refunded"),
    ],
)
def test_how_much_is_paid_has_a_name(total: int, paid: int, refunded: int, state: str) -> None:
    assert rules.payment_state(Decimal(total), Decimal(paid), Decimal(refunded)) == state


@given(amounts, amounts, amounts)
def test_more_money_never_makes_an_order_less_paid(total: Decimal, paid: Decimal, more: Decimal) -> None:
    ranks = [PaymentState.UNPAID, PaymentState.PARTIALLY_PAID, PaymentState.PAID]
    before, after = (ranks.index(rules.payment_state(total, money)) for money in (paid, paid + more))
    assert before <= after
    assert (rules.balance(total, paid) <= 0) == (rules.payment_state(total, paid) == PaymentState.PAID)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 3650))
def test_an_order_falls_due_so_many_days_after_its_own(day: date, days: int) -> None:
    assert rules.due_date(day, days) - day == timedelta(days=days)
    assert rules.due_date(day, None) - day == timedelta(days=30)


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        (None, "no_terms"),
        (credit(terms=""), "no_terms"),
        (credit(terms="prepaid"), "no_terms"),
        (credit(currency="USD"), "other_currency"),
        (credit(exposure=41), "over_limit"),
        (credit(exposure=40), ""),
        (credit(limit=None, exposure=10**9), ""),
        (credit(limit=None, overdue=True), "overdue"),
        (credit(overdue=True), "overdue"),
    ],
)
def test_what_keeps_a_customer_from_owing_sixty_more(facts: CreditFacts | None, problem: str) -> None:
    assert rules.credit_problem(facts, "CNY", Decimal(60)) == problem
    assert rules.credit_problem(facts, "CNY", Decimal(0)) == ""


@given(amounts, amounts, amounts)
def test_what_is_available_is_what_may_be_owed_more(
    limit: Decimal, exposure: Decimal, amount: Decimal
) -> None:
    facts = CreditFacts(KEY, "credit", limit, "CNY", exposure=exposure)
    left = rules.available(facts)
    assert left is not None
    assert left >= 0
    allowed = rules.credit_problem(facts, "CNY", amount) == ""
    assert allowed == (amount == 0 or amount <= left)


def test_without_a_limit_there_is_no_bound_to_name() -> None:
    assert rules.available(credit(limit=None)) is None
