"""Writing payments: recorded by hand, taken back with a reason, never deleted."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from openoms.core import db
from openoms.core.ids import uuid7
from openoms.domains.orders.models import Order
from openoms.domains.payments.errors import NoSuchPayment, PaymentPassedOn, PaymentRecorded, PaymentVoided
from openoms.domains.payments.models import Payment
from openoms.domains.payments.states import PASSED_ON
from openoms.domains.payments.types import NewPayment


def record(order: Order, new: NewPayment, *, by: UUID | None, at: datetime) -> Payment:
    """Write a payment of a locked order. Raises PaymentRecorded for a reference its way has already."""
    db.require_atomic()
    if new.reference:
        _demand_new(order, new)
    return Payment.objects.create(
        id=uuid7(),
        order=order,
        amount=new.amount,
        currency=order.currency,
        method=new.method,
        reference=new.reference,
        paid_at=new.paid_at,
        recorded_at=at,
        recorded_by_id=by,
    )


def pass_on(source: Order, target: Order, amount: Decimal, *, by: UUID | None, at: datetime) -> None:
    """Let so much of what arrived for one locked order be for another: an entry of each, which offset each other."""
    db.require_atomic()
    pairs = ((source, -amount, target), (target, amount, source))
    for order, signed, other in pairs:
        Payment.objects.create(
            id=uuid7(), order=order, amount=signed, currency=order.currency, method=PASSED_ON,
            reference=other.number, paid_at=at, recorded_at=at, recorded_by_id=by,
        )  # fmt: skip


def _demand_new(order: Order, new: NewPayment) -> None:
    same = Payment.objects.filter(order=order, method=new.method, reference=new.reference, voided_at=None)
    known = same.first()
    if known is not None:
        day: date = known.paid_at.date()
        raise PaymentRecorded(new.reference, str(known.amount), known.currency, day, str(known.pk))


def get(order: Order, payment_id: UUID) -> Payment:
    """A payment of a locked order that is in force; raises NoSuchPayment, PaymentVoided, PaymentPassedOn."""
    payment = Payment.objects.filter(order=order, pk=payment_id).first()
    if payment is None:
        raise NoSuchPayment
    if payment.voided_at is not None:
        raise PaymentVoided(payment.voided_at.isoformat())
    if payment.method == PASSED_ON or payment.amount > order.paid_total:
        raise PaymentPassedOn(payment.reference if payment.method == PASSED_ON else "")
    return payment


def void(payment: Payment, reason: str, *, by: UUID | None, at: datetime) -> None:
    """Take the record of a locked order's payment back."""
    db.require_atomic()
    payment.voided_at, payment.voided_by_id, payment.void_reason = at, by, reason
    payment.save(update_fields=["voided_at", "voided_by", "void_reason"])


def paid_total(order: Order) -> Decimal:
    """What arrived for a locked order, by the rows."""
    rows = Payment.objects.filter(order=order, voided_at=None)
    return rows.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
