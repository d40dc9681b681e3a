"""Steps that hold an order and let it go: raised by the flow that sees the cause, settled by the one that ends it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from openoms.core import db
from openoms.core.clock import now
from openoms.core.types import Actor
from openoms.domains.events.services import record
from openoms.domains.orders import kinds
from openoms.domains.orders import services as orders
from openoms.domains.orders.holds import DEFAULT_STAGE, OrderOnHold, blocking
from openoms.domains.orders.models import Hold, Order
from openoms.domains.orders.states import HoldKind, Stage
from openoms.domains.orders.types import NewHold
from openoms.flows.steps import releasing

SHIP_TO = "address:ship_to"


def raise_hold(
    order: Order, new: NewHold, actor: Actor, at: datetime | None = None, *, fresh: bool = False
) -> Hold:
    """Hold a locked order and tell; `fresh` for one being placed. Raises HoldExists."""
    hold = orders.place_hold(order, new, by=actor.user_id, at=at or now(), fresh=fresh)
    record(actor, kinds.HOLD_PLACED, order.id, data=_told(order, hold, hold.reason))
    if not fresh:
        releasing.recall_if_held(order, actor)
    return hold


def settle(order: Order, cause: str, actor: Actor, reason: str = "") -> Sequence[Hold]:
    """Release what a cause holds of a locked order, now that it has ended; those released, none where it held nothing."""
    if not order.open_holds:
        return ()
    ended = list(Hold.objects.filter(order=order, cause=cause, released_at=None))
    if ended:
        release(order, ended, actor, reason)
    return ended


def release(order: Order, held: Sequence[Hold], actor: Actor, reason: str) -> None:
    """Release open holds of a locked order and tell; one that was approved goes to the warehouse when nothing keeps it."""
    at = now()
    orders.end_holds(order, held, by=actor.user_id, at=at, reason=reason)
    for hold in held:
        record(actor, kinds.HOLD_RELEASED, order.id, data=_told(order, hold, reason))
    releasing.release_if_free(order, actor, at)


def doubt_address(order: Order, actor: Actor, at: datetime, *, fresh: bool = False) -> Sequence[Hold]:
    """Hold an order whose address its check found doubtful, before anything is packed for it; never history."""
    problems = order.ship_to.get("problems") or ()
    if not problems or order.historical:
        return ()
    reason = ", ".join(problems)[:500]
    new = NewHold(HoldKind.ADDRESS, DEFAULT_STAGE[HoldKind.ADDRESS], SHIP_TO, reason)
    return [raise_hold(order, new, actor, at, fresh=fresh)]


def review_address(order: Order, actor: Actor, at: datetime) -> None:
    """Hold a locked order for its address as it now is, or let go of it for the address that was."""
    held = Hold.objects.filter(order=order, cause=SHIP_TO, released_at=None).exists()
    if held:
        settle(order, SHIP_TO, actor)
    doubt_address(order, actor, at)


def demand_free(order: Order, stage: Stage) -> None:
    """Raise OrderOnHold when open holds keep a locked order from a stage."""
    if not order.open_holds:
        return
    held = blocking(of_order(order), stage)
    if held:
        raise OrderOnHold(order.number, stage, sorted({hold.kind for hold in held}))


def keeping(found: Sequence[Order], stage: Stage) -> dict[UUID, OrderOnHold]:
    """By the key of those of locked orders that open holds keep from a stage the refusal that says so."""
    db.flush()
    held: dict[UUID, list[Hold]] = {order.pk: [] for order in found if order.open_holds}
    for hold in Hold.objects.filter(order__in=held, line=None, released_at=None):
        held[hold.order_id].append(hold)
    numbers = {order.pk: order.number for order in found}
    blocked = {key: blocking(rows, stage) for key, rows in held.items()}
    return {
        key: OrderOnHold(numbers[key], stage, sorted({hold.kind for hold in rows}))
        for key, rows in blocked.items()
        if rows
    }


def of_order(order: Order) -> Sequence[Hold]:
    """The open holds of a locked order as a whole, those not sent yet too."""
    db.flush()
    return list(Hold.objects.filter(order=order, line=None, released_at=None))


def _told(order: Order, hold: Hold, reason: str) -> dict[str, str]:
    return {
        "number": order.number,
        "hold": str(hold.id),
        "kind": str(hold.kind),
        "stage": str(hold.stage),
        "reason": reason,
    }
