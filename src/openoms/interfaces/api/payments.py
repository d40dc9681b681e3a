"""Payments over REST: recorded for an order, read, taken back."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from openoms.core import firm
from openoms.core.clock import now
from openoms.core.paging import MOST, page_by_id
from openoms.core.shapes import NO_NUL, Amount, Day, Instant
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.orders import queries as orders
from openoms.domains.payments import queries as payments
from openoms.domains.payments.models import Payment
from openoms.domains.payments.states import Method
from openoms.flows.pay import LARGEST, record_payment, void_payment
from openoms.interfaces.api.answers import REFUSALS, ApiRequest, answer, do_once, encode
from openoms.interfaces.api.desk import Needed, Plain
from openoms.interfaces.api.inputs import Input
from openoms.interfaces.api.payment_outputs import (
    PaymentPage,
    RecordedPaymentOut,
    paid_order,
    payment_document,
)

router = Router(tags=["payments"])


class PaymentIn(Input):
    """Money that arrived, in the order's currency; `paid_at` is an instant or the firm's day, now when left out."""

    amount: Amount = Field(gt=0, le=LARGEST)
    method: Method
    reference: Annotated[str, StringConstraints(max_length=100, pattern=NO_NUL)] = ""
    paid_at: Instant | Day | None = None

    def instant(self) -> datetime:
        """When it arrived."""
        if self.paid_at is None:
            return now()
        return self.paid_at if isinstance(self.paid_at, datetime) else firm.instant_on(self.paid_at)


class VoidIn(Input):
    """Why the record of a payment is taken back."""

    reason: Needed


class PaymentQuery(Schema):
    """How the list of payments is paged."""

    limit: int = Field(default=50, ge=1, le=MOST)
    cursor: Plain = ""


@router.get(
    "/orders/{number}/payments", response={200: PaymentPage, **REFUSALS}, operation_id="list_payments"
)
def get_payments(request: ApiRequest, number: Plain, query: Query[PaymentQuery]) -> HttpResponse:
    """What arrived for the order, newest record first, those taken back among them; and how the order stands."""
    require(request.auth, Perm.ORDER_VIEW, Perm.PAYMENT_VIEW)
    order = orders.get(request.auth, number)
    page = page_by_id(payments.visible_to(request.auth).filter(order=order), query.cursor, query.limit)
    items = [payment_document(row) for row in page.items]
    return answer(encode({"items": items, "next_cursor": page.next_cursor, "order": paid_order(order)}))


@router.post(
    "/orders/{number}/payments",
    response={201: RecordedPaymentOut, **REFUSALS},
    operation_id="record_payment",
)
def post_payment(request: ApiRequest, number: Plain, body: PaymentIn) -> HttpResponse:
    """Record money that arrived; paid in full, the order is held for its payment no longer."""
    actor, paid_at = request.auth, body.instant()
    return do_once(
        request,
        actor,
        lambda once: record_payment(
            number, body.amount, body.method, body.reference, paid_at, actor=actor, once=once
        ),
        lambda payment: (201, _with_order(payment)),
    )


@router.post(
    "/payments/{payment_id}/void", response={200: RecordedPaymentOut, **REFUSALS}, operation_id="void_payment"
)
def post_void(request: ApiRequest, payment_id: UUID, body: VoidIn) -> HttpResponse:
    """Take the record of a payment back; the order waits for its money again."""
    return answer(encode(_with_order(void_payment(payment_id, body.reason, actor=request.auth))))


def _with_order(payment: Payment) -> dict[str, object]:
    """A payment as RecordedPaymentOut, its order as the flow left it."""
    return payment_document(payment) | {"order": paid_order(payment.order)}
