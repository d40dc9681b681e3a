"""Keeping goods for an order by hand: one from before there were warehouses, or anew after something changed."""

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.types import Actor
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.orders import services as orders
from openoms.domains.orders.models import Order
from openoms.domains.orders.rules import IllegalMove, is_begun
from openoms.domains.orders.states import Status
from openoms.flows.steps import allocating


@flow
def allocate_order(number: str, *, actor: Actor, afresh: bool = False) -> Order:
    """Keep goods for an order under way that has none; `afresh` lets go of what is kept and routes it again.

    Raises NoSuchOrder, and IllegalMove for a draft, one that is done, or one that somebody has begun to carry out.
    """
    require(actor, Perm.ORDER_VIEW, Perm.STOCK_ADJUST)
    order = orders.lock(number)
    if order.status not in {Status.SUBMITTED, Status.APPROVED} or is_begun(order.fulfilment_state):
        raise IllegalMove(number, order.status, "allocated")
    at = now()
    if afresh:
        allocating.free(order, actor, at, "")
    allocating.allocate(order, actor, at, None)
    return order
