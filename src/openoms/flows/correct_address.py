"""Correcting where an order goes before it is done."""

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.types import Actor
from openoms.domains.customers.contacts import AddressParts
from openoms.domains.events.services import record
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.orders import kinds
from openoms.domains.orders import services as orders
from openoms.domains.orders.models import Order
from openoms.flows.steps import holds, paying, placing, submitting


@flow
def correct_address(
    number: str, parts: AddressParts, *, actor: Actor, base_revision: int | None = None
) -> Order:
    """Replace an order's shipping address; a sound one ends the address hold, a doubtful one begins it.

    Prices stay as they were agreed: a correction is no new destination. Raises NoSuchOrder, StaleRevision, OrderClosed.
    """
    require(actor, Perm.ORDER_VIEW, Perm.CONTACT_REVEAL, Perm.ORDER_CORRECT)
    ship_to = placing.address_document(parts, "ship_to", lenient=False)
    order, credit = paying.lock_with_credit(number, now(), base_revision)
    orders.demand_open(order)
    orders.correct_address(order, ship_to)
    data = {"number": order.number, "revision": order.revision, "problems": ship_to["problems"]}
    record(actor, kinds.ADDRESS_CORRECTED, order.id, data=data)
    holds.settle(order, holds.SHIP_TO, actor)
    holds.doubt_address(order, actor, now())
    submitting.review(order, credit, actor, now())
    return order
