"""Putting an order on hold and letting it go again, by hand."""

import hashlib
from uuid import UUID

from openoms.core.db import flow
from openoms.core.errors import InvalidInput
from openoms.core.types import Actor
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.orders import services as orders
from openoms.domains.orders.holds import DEFAULT_STAGE, check_by_hand
from openoms.domains.orders.models import Hold, Order
from openoms.domains.orders.states import HoldKind, Stage
from openoms.domains.orders.types import NewHold
from openoms.flows.steps import holds


@flow
def place_hold(
    number: str,
    reason: str,
    *,
    actor: Actor,
    kind: HoldKind = HoldKind.MANUAL,
    stage: Stage | None = None,
    once: Once | None = None,
) -> Hold:
    """Keep an order from a stage until somebody releases it. Raises NoSuchOrder, OrderClosed, SystemHold, HoldExists."""
    require(actor, Perm.ORDER_VIEW, Perm.HOLD_PLACE)
    idempotency.begin(once)
    check_by_hand(kind)
    reason = _reason(reason)
    order = orders.lock_open(number)
    # Two people may stop an order for two reasons; for one reason once.
    cause = f"hand:{hashlib.sha256(reason.casefold().encode()).hexdigest()[:16]}"
    hold = holds.raise_hold(order, NewHold(kind, stage or DEFAULT_STAGE[kind], cause, reason), actor)
    idempotency.finish(once, hold)
    return hold


@flow
def release_hold(number: str, hold_id: UUID, reason: str, *, actor: Actor) -> Order:
    """Let an order go. Raises NoSuchOrder, NoSuchHold, HoldReleased, SystemHold for one that ends with its cause."""
    require(actor, Perm.ORDER_VIEW, Perm.HOLD_RELEASE)
    reason = _reason(reason)
    order = orders.lock(number)
    hold = orders.get_hold(order, hold_id)
    check_by_hand(HoldKind(hold.kind))
    holds.release(order, [hold], actor, reason)
    return order


def _reason(text: str) -> str:
    text = text.strip()
    if not text:
        raise InvalidInput("Say why.", field="reason")
    return text[:500]
