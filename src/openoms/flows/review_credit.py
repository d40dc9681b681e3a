"""Letting go of orders that were kept for their customer's credit, once it suffices."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from openoms.core import db
from openoms.core.clock import now
from openoms.core.db import flow
from openoms.domains.customers.models import Customer
from openoms.domains.events.models import Event
from openoms.domains.identity.rules import system
from openoms.domains.orders import services as orders
from openoms.domains.orders.models import Hold, Order
from openoms.domains.orders.states import HoldKind, Status
from openoms.domains.payments import rules
from openoms.flows.steps import holds, paying

KINDS = frozenset({
    "payment.recorded", "payment.voided", "customer.changed", "customer.absorbed", "order.withdrawn", "order.cancelled",
})  # fmt: skip
# Of a customer's change, what has to do with its credit.
_CREDIT = frozenset({"payment_terms", "credit_limit", "credit_currency", "credit_days"})
BATCH = 50
ACTOR = system("credit")


def review_credit(events: Sequence[Event]) -> None:
    """Look again at what these events may have made room for: a customer at a time, each batch a transaction.

    Told again of the same events it finds nothing left to do.
    """
    told = [
        event for event in events if event.kind != "customer.changed" or _CREDIT & set(event.data["fields"])
    ]
    customers = {event.subject_id for event in told if event.subject_type == "customer"}
    sold = {event.subject_id for event in told if event.subject_type == "order"}
    customers |= set(Order.objects.filter(pk__in=sold).values_list("customer_id", flat=True))
    for customer in sorted(customers):
        # Looked at without a lock first: nearly no customer has any.
        after = free_next(customer) if _held(customer, None).exists() else None
        while after is not None:
            after = free_next(customer, after)


@flow
def free_next(customer_id: UUID, after: UUID | None = None) -> UUID | None:
    """Free those of the next orders kept for the customer's credit that fit now, oldest first; the last one's key.

    What still keeps the others is kept as it is by now. `after` is the last one looked at before; None comes back when there was none left.
    """
    at, code = now(), Customer.objects.values_list("code", flat=True).get(pk=customer_id)
    credit = paying.credit_from([code], db.run_together(paying.lock_statements([code], at)), at)
    # Read once the customer is locked: what is being placed meanwhile is there by then.
    rows = _held(credit[code].customer_id, after).select_for_update(of=("self",))
    found = list(rows.order_by("pk")[:BATCH])
    for order in found:
        owed = rules.balance(order.total, order.paid_total)
        problem = rules.credit_problem(credit[code], order.currency, owed)
        if problem:
            orders.reword_holds(order, paying.CREDIT_TERMS, problem)
            continue
        holds.settle(order, paying.CREDIT_TERMS, ACTOR, paying.CREDIT_SUFFICES)
        paying.count_in(credit, order, ())
    return found[-1].pk if found else None


def _held(customer_id: UUID, after: UUID | None) -> QuerySet[Order]:
    kept = Hold.objects.filter(kind=HoldKind.CREDIT, released_at=None).values("order_id")
    rows = Order.objects.filter(
        customer_id=customer_id, open_holds__gt=0, pk__in=kept, status__in=(Status.SUBMITTED, Status.APPROVED)
    )
    return rows if after is None else rows.filter(pk__gt=after)
