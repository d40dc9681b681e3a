"""What the API answers about payments and credit."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ninja import Schema

from openoms.core.types import Actor
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders.models import Order
from openoms.domains.payments import rules
from openoms.domains.payments.models import Payment
from openoms.interfaces.api.amounts import money
from openoms.interfaces.api.desk_outputs import instant
from openoms.reading.credit import CreditFigures


class PaymentOut(Schema):
    """Money that arrived for an order; one taken back has `voided_at`, and counts no longer."""

    id: str
    amount: str
    currency: str
    method: str
    reference: str
    paid_at: datetime
    recorded_at: datetime
    voided_at: datetime | None
    void_reason: str


class PaidOrderOut(Schema):
    """How an order stands; a negative `balance` was paid too much, null is an import's that nobody knows."""

    number: str
    status: str
    currency: str
    total: str
    paid_total: str
    balance: str | None
    payment_state: str
    due_date: date | None
    on_hold: bool


class RecordedPaymentOut(PaymentOut):
    order: PaidOrderOut


class PaymentPage(Schema):
    items: list[PaymentOut]
    next_cursor: str | None
    order: PaidOrderOut


class OwedOut(Schema):
    """What is owed in a currency, and how much of it is past its due date."""

    currency: str
    amount: str
    overdue: str
    orders: int


class OverdueOut(Schema):
    number: str
    due_date: date
    owed: str
    currency: str


class KeptMoneyOut(Schema):
    currency: str
    amount: str


class CreditOut(Schema):
    """A customer's credit. `kept` was paid for orders that were cancelled. `exposure`, `available` and `overdue` are in `currency`, null without a limit."""

    terms: str
    limit: str | None
    currency: str | None
    days: int
    exposure: str | None
    available: str | None
    overdue: str | None
    owed: list[OwedOut]
    overdue_orders: list[OverdueOut]
    kept: list[KeptMoneyOut]


def payment_document(payment: Payment) -> dict[str, Any]:
    """A payment as PaymentOut."""
    return {
        "id": str(payment.pk),
        "amount": money(payment.amount, payment.currency),
        "currency": payment.currency,
        "method": str(payment.method),
        "reference": payment.reference,
        "paid_at": instant(payment.paid_at),
        "recorded_at": instant(payment.recorded_at),
        "voided_at": instant(payment.voided_at),
        "void_reason": payment.void_reason,
    }


def payments_of(payments: Iterable[Payment], actor: Actor) -> list[dict[str, Any]] | None:
    """An order's payments, null for a key that may not see them."""
    return [payment_document(row) for row in payments] if actor.may(Perm.PAYMENT_VIEW) else None


def balance_of(order: Order) -> str | None:
    """What is still to be paid of an order."""
    owed: Decimal | None = rules.still_owed(
        order.total, order.paid_total, order.status, order.payment_state, historical=order.historical
    )
    return None if owed is None else money(owed, order.currency)


def paid_members(order: Order) -> dict[str, Any]:
    """What every order's document says of its money."""
    return {
        "paid_total": money(order.paid_total, order.currency),
        "balance": balance_of(order),
        "due_date": order.due_date,
    }


def paid_order(order: Order) -> dict[str, Any]:
    """An order as PaidOrderOut."""
    return paid_members(order) | {
        "number": order.number,
        "status": str(order.status),
        "currency": order.currency,
        "total": money(order.total, order.currency),
        "payment_state": str(order.payment_state),
        "on_hold": order.open_holds > 0,
    }


def credit_document(found: CreditFigures) -> dict[str, Any]:
    """A customer's credit as CreditOut."""
    limit, currency = found.limit, found.currency
    amounts: dict[str, str | None] = dict.fromkeys(("limit", "exposure", "available", "overdue"))
    if limit is not None:
        late = sum((row.overdue for row in found.owed if row.currency == currency), Decimal(0))
        known = {"limit": limit, "exposure": found.exposure, "available": found.available, "overdue": late}
        amounts = {name: money(value or Decimal(0), currency) for name, value in known.items()}
    return amounts | {
        "terms": found.terms,
        "currency": currency or None,
        "days": found.days,
        "owed": [
            {
                "currency": row.currency,
                "amount": money(row.amount, row.currency),
                "overdue": money(row.overdue, row.currency),
                "orders": row.orders,
            }
            for row in found.owed
        ],
        "kept": [{"currency": code, "amount": money(amount, code)} for code, amount in found.kept],
        "overdue_orders": [
            {
                "number": row.number,
                "due_date": row.due_date,
                "owed": money(row.owed, row.currency),
                "currency": row.currency,
            }
            for row in found.overdue
        ],
    }
