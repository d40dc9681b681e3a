"""Steps that hand an order to the warehouse once nothing keeps it any longer, and take it back."""

from collections.abc import Sequence
from datetime import datetime

from openoms.core import db
from openoms.core.clock import now
from openoms.core.types import Actor
from openoms.domains.events.services import record
from openoms.domains.orders import kinds
from openoms.domains.orders import services as orders
from openoms.domains.orders.holds import blocking
from openoms.domains.orders.models import Hold, Order
from openoms.domains.orders.rules import is_begun
from openoms.domains.orders.states import Stage, Status
from openoms.flows.steps import fulfilling


def release_if_free(
    order: Order, actor: Actor, at: datetime, *, fresh: bool = False, held: Sequence[Hold] = ()
) -> bool:
    """Release a locked order that is approved and that no hold of its own keeps from allocation; whether it was.

    Called by whoever ended a hold or approved the order. `fresh` is one being placed, whose holds are `held`; another's
    are read. History was released elsewhere.
    """
    if order.status != Status.APPROVED or order.released_at is not None or order.historical:
        return False
    if _keeping(order, held if fresh else None):
        return False
    orders.set_released(order, at, fresh=fresh)
    record(actor, kinds.ORDER_RELEASED, order.id, data=_told(order))
    return True


def recall(order: Order, actor: Actor) -> bool:
    """Take a locked order back from the warehouse; whether it had it."""
    if order.released_at is None:
        return False
    fulfilling.drop(order, actor, now())
    orders.set_released(order, None)
    record(actor, kinds.ORDER_RECALLED, order.id, data=_told(order))
    return True


def recall_if_held(order: Order, actor: Actor) -> bool:
    """Take a locked order back that something keeps from allocation since, as long as nobody has begun on it."""
    if order.released_at is None or is_begun(order.fulfilment_state):
        return False
    return bool(_keeping(order, None)) and recall(order, actor)


def _keeping(order: Order, held: Sequence[Hold] | None) -> Sequence[Hold]:
    """The order's own open holds up to allocation; those of its lines keep only these."""
    if not order.open_holds:
        return ()
    if held is None:
        # What this flow holds and has not sent yet counts too.
        db.flush()
        held = list(Hold.objects.filter(order=order, line=None, released_at=None))
    return blocking([hold for hold in held if hold.line_id is None], Stage.ALLOCATION)


def _told(order: Order) -> dict[str, object]:
    return {"number": order.number, "revision": order.revision}
