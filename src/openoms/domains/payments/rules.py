"""What is owed, when, and whether a customer may owe it (pure)."""

from datetime import date, timedelta
from decimal import Decimal

from openoms.domains.orders.states import PaymentState, Status
from openoms.domains.orders.types import CreditFacts

ZERO = Decimal(0)
# How long a customer has where its terms do not say.
DEFAULT_CREDIT_DAYS = 30
CREDIT = "credit"
# What keeps an order on credit, most telling first; "" is nothing.
NO_TERMS, OTHER_CURRENCY, OVER_LIMIT, OVERDUE = "no_terms", "other_currency", "over_limit", "overdue"
PROBLEMS = (NO_TERMS, OTHER_CURRENCY, OVER_LIMIT, OVERDUE)


def payment_state(total: Decimal, paid: Decimal, refunded: Decimal = ZERO) -> PaymentState:
    """How much of `total` is paid; `paid` is what arrived, `refunded` what of that went back. What costs nothing is paid."""
    if refunded > 0:
        return PaymentState.REFUNDED if refunded >= paid else PaymentState.PARTIALLY_REFUNDED
    if paid >= total:
        return PaymentState.PAID
    return PaymentState.PARTIALLY_PAID if paid > 0 else PaymentState.UNPAID


def balance(total: Decimal, paid: Decimal) -> Decimal:
    """What is still to be paid; negative for what was paid too much."""
    return total - paid


def still_owed(
    total: Decimal, paid: Decimal, status: str, state: str, *, historical: bool = False
) -> Decimal | None:
    """An order's balance as people are told it; None where nobody knows.

    A cancelled order owes nothing, so what was paid is too much. What was paid of an imported order before it came here
    is known by its state alone, until payments are recorded.
    """
    if historical and not paid and state != PaymentState.UNPAID:
        return None if state == PaymentState.PARTIALLY_PAID else ZERO
    return balance(ZERO if status == Status.CANCELLED else total, paid)


def is_paid_elsewhere(paid: Decimal, state: str, *, historical: bool) -> bool:
    """Whether an imported order was paid before it came here: its state alone says so, and nothing is owed for it."""
    return historical and not paid and state not in {PaymentState.UNPAID, PaymentState.PARTIALLY_PAID}


def due_date(day: date, days: int | None) -> date:
    """When an order on credit submitted on `day` is to be paid; `days` None is the usual time."""
    return day + timedelta(days=DEFAULT_CREDIT_DAYS if days is None else days)


def credit_problem(credit: CreditFacts | None, currency: str, amount: Decimal) -> str:
    """Why the customer may not owe `amount` more, "" when it may; None is a customer nothing was agreed with.

    Nothing to owe needs no credit; exactly the limit is allowed.
    """
    if amount <= 0:
        return ""
    if credit is None or credit.terms != CREDIT:
        return NO_TERMS
    if credit.limit is not None and credit.currency != currency:
        return OTHER_CURRENCY
    if credit.limit is not None and credit.exposure + amount > credit.limit:
        return OVER_LIMIT
    return OVERDUE if credit.overdue else ""


def available(credit: CreditFacts) -> Decimal | None:
    """What the customer may owe more, in its limit's currency, never negative; None without a limit."""
    return None if credit.limit is None else max(credit.limit - credit.exposure, ZERO)
