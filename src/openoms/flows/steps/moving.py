"""The step of moving stock: the row, its movement and the event that tells of both."""

from datetime import datetime
from decimal import Decimal

from openoms.core.money import plain
from openoms.core.types import Actor
from openoms.domains.events.services import record
from openoms.domains.inventory import kinds
from openoms.domains.inventory import services as inventory
from openoms.domains.inventory.lots import LotName
from openoms.domains.inventory.models import Lot, Movement, Stock
from openoms.domains.inventory.states import MovementKind
from openoms.flows.steps import lots


def move(
    stock: Stock,
    quantity: Decimal,
    kind: MovementKind,
    actor: Actor,
    at: datetime,
    *,
    reason: str = "",
    source: str = "",
    lot: LotName | None = None,
) -> Movement:
    """Change what is on hand of a locked row (with its sku and warehouse) and tell. Raises StockReserved.

    Of a sku that tracks lots each lot has a movement of its own: the `lot` named; else what goes out is first expired,
    first out, what comes back goes where it came from, what comes is of no lot anybody knows. The last movement is
    returned. Raises LotsShort, InvalidInput.
    """
    parts = lots.parts_of(stock, quantity, kind, at, lot, source)
    moved = [_move(stock, part, of, kind, actor, at, reason, source) for of, part in parts]
    return moved[-1]


def _move(
    stock: Stock,
    quantity: Decimal,
    lot: Lot | None,
    kind: MovementKind,
    actor: Actor,
    at: datetime,
    reason: str,
    source: str,
) -> Movement:
    movement = inventory.move(
        stock, quantity, kind, by=actor.user_id, at=at, reason=reason, source=source, lot=lot
    )
    data = {
        "movement": str(movement.id),
        "kind": str(kind),
        "sku": stock.sku.code,
        "warehouse": stock.warehouse.code,
        "quantity": plain(quantity),
        "on_hand": plain(stock.on_hand),
        "reason": reason,
        "source": source,
        "lot": lot.code if lot else "",
    }
    record(actor, kinds.STOCK_MOVED, stock.pk, data=data)
    return movement
