"""Submitting a draft and withdrawing it again."""

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.errors import InvalidInput
from openoms.core.types import Actor
from openoms.domains.events.services import record
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.orders import kinds
from openoms.domains.orders import services as orders
from openoms.domains.orders.models import Order
from openoms.flows.steps import paying, submitting

LONGEST_NOTE = 1000


@flow
def submit_order(number: str, *, actor: Actor, base_revision: int | None = None, note: str = "") -> Order:
    """Submit a draft: approved at once, or once those have agreed whom the rules name; `note` is for them.

    Raises NoSuchOrder, StaleRevision, OrderOnHold, IllegalMove, QuotationExpired, InvalidInput.
    """
    require(actor, Perm.ORDER_VIEW, Perm.ORDER_SUBMIT)
    if len(note) > LONGEST_NOTE:
        raise InvalidInput(f"A note has at most {LONGEST_NOTE} characters.", field="note")
    order, credit = paying.lock_with_credit(number, now(), base_revision)
    submitting.submit(order, credit, actor, note.strip())
    return order


@flow
def withdraw_order(number: str, *, actor: Actor, base_revision: int | None = None) -> Order:
    """Make an order under way a draft again; what was asked for it is taken back. Raises NoSuchOrder, StaleRevision, IllegalMove."""
    require(actor, Perm.ORDER_VIEW, Perm.ORDER_SUBMIT)
    order = orders.lock(number, base_revision)
    submitting.take_back(order, actor, now())
    record(actor, kinds.ORDER_WITHDRAWN, order.id, data={"number": order.number, "revision": order.revision})
    return order
