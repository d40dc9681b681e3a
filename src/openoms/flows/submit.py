"""Submitting a draft and withdrawing it again."""

from openoms.core.db import flow
from openoms.core.types import Actor
from openoms.domains.events.services import record
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.orders import kinds
from openoms.domains.orders import services as orders
from openoms.domains.orders.models import Order
from openoms.domains.orders.states import Status
from openoms.flows.steps import submitting


@flow
def submit_order(number: str, *, actor: Actor, base_revision: int | None = None) -> Order:
    """Move a draft to submitted. Raises NoSuchOrder, StaleRevision, OrderOnHold, IllegalMove, QuotationExpired."""
    require(actor, Perm.ORDER_VIEW, Perm.ORDER_SUBMIT)
    order = orders.lock(number, base_revision)
    submitting.submit(order, actor)
    return order


@flow
def withdraw_order(number: str, *, actor: Actor, base_revision: int | None = None) -> Order:
    """Move a submitted order back to draft. Raises NoSuchOrder, StaleRevision, IllegalMove."""
    require(actor, Perm.ORDER_VIEW, Perm.ORDER_SUBMIT)
    order = orders.lock(number, base_revision)
    orders.move(order, Status.DRAFT)
    record(actor, kinds.ORDER_WITHDRAWN, order.id, data={"number": order.number, "revision": order.revision})
    return order
