"""Reading an order's money for its page: what arrived, what is owed and whether it is late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, OuterRef
from django.db.models.functions import Cast, JSONObject

from openoms.core import firm
from openoms.core.types import Actor
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders.models import Order
from openoms.domains.orders.states import Status
from openoms.domains.payments import rules
from openoms.domains.payments.models import Payment

_PEOPLE = {"recorded_by": "recorded_by__name", "voided_by": "voided_by__name"}
_TEXTS = ("id", "amount", "method", "reference", "void_reason")
_INSTANTS = ("paid_at", "recorded_at", "voided_at")


@dataclass(frozen=True, slots=True)
class ShownPayment:
    """A payment with the names of who recorded it and who took it back, "" for the system."""

    id: UUID
    amount: Decimal
    method: str
    reference: str
    void_reason: str
    paid_at: datetime
    recorded_at: datetime
    voided_at: datetime | None
    recorded_by: str
    voided_by: str


@dataclass(frozen=True, slots=True)
class OrderMoney:
    """What arrived for an order and what is owed: `balance` is negative for too much, None where nobody knows."""

    payments: Sequence[ShownPayment]
    balance: Decimal | None
    is_overdue: bool
    takes_payments: bool

    @property
    def too_much(self) -> Decimal:
        """What was paid beyond the total."""
        return max(-(self.balance or Decimal(0)), Decimal(0))


def payment_rows() -> ArraySubquery:
    """An order's payments as documents, oldest first: they come along with it as a sub-select."""
    columns: dict[str, Any] = {name: Cast(name, CharField()) for name in _TEXTS}
    document = JSONObject(**columns, **{name: name for name in _INSTANTS}, **_PEOPLE)
    rows = Payment.objects.filter(order=OuterRef("pk")).order_by("paid_at", "id")
    return ArraySubquery(rows.values(document=document))


def money_of(actor: Actor, order: Order, documents: Sequence[Mapping[str, Any]]) -> OrderMoney:
    """The money of an order, read with `payment_rows`; those who may not see payments are told what is owed only."""
    known = rules.still_owed(
        order.total, order.paid_total, order.status, order.payment_state, historical=order.historical
    )
    late = order.due_date is not None and order.due_date < firm.today()
    elsewhere = rules.is_paid_elsewhere(order.paid_total, order.payment_state, historical=order.historical)
    return OrderMoney(
        payments=[_shown(row) for row in documents] if actor.may(Perm.PAYMENT_VIEW) else (),
        balance=known,
        is_overdue=late and order.status != Status.DRAFT and (known is None or known > 0),
        takes_payments=order.status != Status.CANCELLED and not elsewhere,
    )


def _shown(row: Mapping[str, Any]) -> ShownPayment:
    voided = row["voided_at"]
    return ShownPayment(
        id=UUID(row["id"]),
        amount=Decimal(row["amount"]),
        method=row["method"],
        reference=row["reference"],
        void_reason=row["void_reason"],
        paid_at=datetime.fromisoformat(row["paid_at"]),
        recorded_at=datetime.fromisoformat(row["recorded_at"]),
        voided_at=datetime.fromisoformat(voided) if voided else None,
        recorded_by=row["recorded_by"] or "",
        voided_by=row["voided_by"] or "",
    )
