"""The step of moving stock: the row, its movement and the event that tells of both."""

from datetime import datetime
from decimal import Decimal

from openoms.core.types import Actor
from openoms.domains.events.services import record
from openoms.domains.inventory import kinds
from openoms.domains.inventory import services as inventory
from openoms.domains.inventory.models import Movement, Stock
from openoms.domains.inventory.states import MovementKind


def move(
    stock: Stock,
    quantity: Decimal,
    kind: MovementKind,
    actor: Actor,
    at: datetime,
    *,
    reason: str = "",
    source: str = "",
) -> Movement:
    """Change what is on hand of a locked row (with its sku and warehouse) and tell. Raises StockReserved."""
    movement = inventory.move(stock, quantity, kind, by=actor.user_id, at=at, reason=reason, source=source)
    data = {
        "movement": str(movement.id),
        "kind": str(kind),
        "sku": stock.sku.code,
        "warehouse": stock.warehouse.code,
        "quantity": f"{quantity.normalize():f}",
        "on_hand": f"{stock.on_hand.normalize():f}",
        "reason": reason,
        "source": source,
    }
    record(actor, kinds.STOCK_MOVED, stock.pk, data=data)
    return movement
