"""Recording money that arrived for an order, and taking such a record back."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.errors import InvalidInput
from openoms.core.money import round_money
from openoms.core.types import Actor
from openoms.domains.events.kinds import EventKind
from openoms.domains.events.services import record
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.orders import services as orders
from openoms.domains.orders.errors import OrderClosed
from openoms.domains.orders.models import Order
from openoms.domains.orders.states import Status
from openoms.domains.payments import kinds, queries, rules
from openoms.domains.payments import services as payments
from openoms.domains.payments.errors import PaidElsewhere
from openoms.domains.payments.models import Payment
from openoms.domains.payments.states import Method
from openoms.domains.payments.types import NewPayment
from openoms.flows.steps import paying

LARGEST = Decimal("99999999999999")
# Clocks and zones differ by a day at most; beyond that a date is mistyped.
AHEAD = timedelta(days=1)
EARLIEST_YEAR = 1970
LONGEST_REFERENCE = 100


@flow
def record_payment(
    number: str,
    amount: Decimal,
    method: Method,
    reference: str,
    paid_at: datetime,
    *,
    actor: Actor,
    once: Once | None = None,
) -> Payment:
    """Note money that arrived, in the order's currency; paid in full, what waited for it ends and the order is released.

    A draft may be paid in advance, and more may arrive than is owed. Raises NoSuchOrder, OrderClosed for a cancelled
    one, PaidElsewhere, PaymentRecorded, InvalidInput.
    """
    require(actor, Perm.ORDER_VIEW, Perm.PAYMENT_VIEW, Perm.PAYMENT_RECORD)
    idempotency.begin(once)
    instant = now()
    order = orders.lock(number)
    _demand_payable(order)
    new = _checked(NewPayment(amount, method, reference.strip(), paid_at), order.currency, instant)
    payment = payments.record(order, new, by=actor.user_id, at=instant)
    _count(order)
    paying.settle_paid(order, actor)
    _tell(kinds.PAYMENT_RECORDED, payment, order, actor, method=str(payment.method))
    idempotency.finish(once, payment)
    return payment


@flow
def void_payment(payment_id: UUID, reason: str, *, actor: Actor) -> Payment:
    """Take the record of a payment back: what waits for the money waits again.

    An order that was released is taken back from the warehouse only while nobody there has begun on it. Raises
    NoSuchPayment, PaymentVoided, InvalidInput.
    """
    require(actor, Perm.ORDER_VIEW, Perm.PAYMENT_VIEW, Perm.PAYMENT_RECORD)
    reason = reason.strip()[:500]
    if not reason:
        raise InvalidInput("Say why.", field="reason")
    instant = now()
    order, credit = paying.lock_with_credit(queries.order_of(actor, payment_id), instant)
    payment = payments.get(order, payment_id)
    payment.order = order
    was_paid = order.paid_total >= order.total
    payments.void(payment, reason, by=actor.user_id, at=instant)
    _count(order)
    if was_paid:
        paying.hold_again(order, credit, actor, instant)
    _tell(kinds.PAYMENT_VOIDED, payment, order, actor, reason=reason)
    return payment


def _demand_payable(order: Order) -> None:
    if order.status == Status.CANCELLED:
        raise OrderClosed(order.number, order.status)
    if rules.is_paid_elsewhere(order.paid_total, order.payment_state, historical=order.historical):
        raise PaidElsewhere(order.number)


def _checked(new: NewPayment, currency: str, instant: datetime) -> NewPayment:
    """The payment as it may be kept; raises InvalidInput naming what is wrong with it."""
    if not new.amount.is_finite() or not 0 < new.amount <= LARGEST:
        raise InvalidInput("An amount lies above 0 and below 100,000,000,000,000.", field="amount")
    if new.amount != round_money(new.amount, currency):
        raise InvalidInput("The amount has more decimals than its currency.", field="amount")
    if new.paid_at > instant + AHEAD:
        raise InvalidInput("The payment lies in the future.", field="paid_at")
    if new.paid_at.year < EARLIEST_YEAR:
        raise InvalidInput("The payment lies too far in the past.", field="paid_at")
    if len(new.reference) > LONGEST_REFERENCE:
        raise InvalidInput("A reference has at most 100 characters.", field="reference")
    return new


def _count(order: Order) -> None:
    """Note what arrived for a locked order, by its payments, and what that makes it."""
    paid = payments.paid_total(order)
    orders.set_paid(order, paid, rules.payment_state(order.total, paid))


def _tell(kind: EventKind, payment: Payment, order: Order, actor: Actor, **more: str) -> None:
    data = {
        "number": order.number,
        "payment": str(payment.pk),
        "customer": order.customer.code,
        "amount": f"{round_money(payment.amount, payment.currency)}",
        "currency": payment.currency,
        "payment_state": str(order.payment_state),
    }
    record(actor, kind, order.id, data=data | more)
