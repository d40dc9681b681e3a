"""Cancelling an order, and seeing before what that would do: the same quote."""

from dataclasses import dataclass

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.errors import InvalidInput
from openoms.core.money import round_money
from openoms.core.types import Actor
from openoms.domains.events.services import record
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.orders import kinds
from openoms.domains.orders import queries as order_queries
from openoms.domains.orders import services as orders
from openoms.domains.orders.cancelling import CancellationQuote
from openoms.domains.orders.errors import CannotCancel
from openoms.domains.orders.models import Order
from openoms.flows.steps import cancelling

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class CancelledOrder:
    """An order that was cancelled, and what was let go of."""

    order: Order
    quote: CancellationQuote


def preview_cancellation(number: str, *, actor: Actor) -> tuple[Order, CancellationQuote]:
    """The order and what cancelling it now would do; writes nothing. Raises NoSuchOrder."""
    require(actor, Perm.ORDER_VIEW, Perm.ORDER_CANCEL)
    order = order_queries.get(actor, number)
    return order, cancelling.quoted(order)


@flow
def cancel_order(
    number: str, reason: str, *, actor: Actor, base_revision: int | None = None, once: Once | None = None
) -> CancelledOrder:
    """Cancel a whole order: nothing is kept or made for it any longer; what was paid stays on the customer's account.

    Raises NoSuchOrder, StaleRevision, CannotCancel, InvalidInput.
    """
    require(actor, Perm.ORDER_VIEW, Perm.ORDER_CANCEL)
    idempotency.begin(once)
    said = _checked(reason)
    order = orders.lock(number, base_revision)
    quote = cancelling.quoted(order)
    if not quote.is_allowed:
        raise CannotCancel(order.number, quote.refusal)
    cancelling.cancel(order, actor, now(), said)
    _tell(order, quote, said, actor)
    done = CancelledOrder(order, quote)
    idempotency.finish(once, done)
    return done


def _checked(reason: str) -> str:
    said = " ".join(reason.split())
    if not said:
        raise InvalidInput("Say why.", field="reason")
    if len(said) > LONGEST_REASON:
        raise InvalidInput("A reason has at most 500 characters.", field="reason")
    return said


def _tell(order: Order, quote: CancellationQuote, reason: str, actor: Actor) -> None:
    data = {
        "number": order.number,
        "reason": reason,
        "stage": str(quote.stage),
        "departments": list(quote.departments),
        "assignees": sorted({key for key in quote.released.services if key}),
        "paid": f"{round_money(quote.released.paid, order.currency)}",
        "currency": order.currency,
    }
    record(actor, kinds.ORDER_CANCELLED, order.id, data=data)
