"""Writing what becomes of goods that were kept: they leave, come back before they left, or are not there after all."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from openoms.core import db
from openoms.core.ids import uuid7
from openoms.domains.inventory.models import Backorder, Reservation, Stock
from openoms.domains.inventory.states import ReservationState


def open_of(order: UUID, warehouse: UUID | None = None) -> list[Reservation]:
    """What is kept for a locked order, at all warehouses or one, in the order it was kept; the order's lock guards it."""
    db.require_atomic()
    rows = Reservation.objects.filter(order=order, state=ReservationState.OPEN).order_by("id")
    rows = rows if warehouse is None else rows.filter(stock__warehouse=warehouse)
    return list(rows.select_related("stock__sku", "stock__warehouse", "line"))


def let_leave(
    taken: Iterable[tuple[Reservation, Decimal]], stock: dict[UUID, Stock], at: datetime
) -> list[Reservation]:
    """Note that so much of each reservation left its locked row of stock, whose movement is the caller's; what left.

    A reservation that left in part stays open with the rest.
    """
    db.require_atomic()
    gone = []
    for row, quantity in taken:
        assert 0 < quantity <= row.quantity, "no more leaves than is kept"
        place = stock[row.stock_id]
        place.reserved -= quantity
        if quantity == row.quantity:
            row.state, row.ended_at = ReservationState.SHIPPED, at
            row.save(update_fields=["state", "ended_at"])
            gone.append(row)
            continue
        row.quantity -= quantity
        row.save(update_fields=["quantity"])
        left = Reservation.objects.create(
            id=uuid7(), order_id=row.order_id, line_id=row.line_id, stock_id=row.stock_id, quantity=quantity,
            state=ReservationState.SHIPPED, created_at=row.created_at, ended_at=at,
        )  # fmt: skip
        gone.append(left)
    for place in stock.values():
        place.save(update_fields=["reserved", "updated_at"])
    return gone


def keep_again(rows: Sequence[Reservation], stock: dict[UUID, Stock]) -> None:
    """Keep goods again that had left, after their movement brought them back to their locked rows of stock."""
    db.require_atomic()
    back: dict[UUID, Decimal] = defaultdict(Decimal)
    for row in rows:
        back[row.stock_id] += row.quantity
        row.state, row.ended_at = ReservationState.OPEN, None
        row.save(update_fields=["state", "ended_at"])
    for key, quantity in back.items():
        stock[key].reserved += quantity
        stock[key].save(update_fields=["reserved", "updated_at"])


def lose(row: Reservation, stock: Stock, quantity: Decimal, at: datetime) -> None:
    """Let go of so much of a reservation whose goods are not there; its stock is locked."""
    db.require_atomic()
    stock.reserved -= quantity
    stock.save(update_fields=["reserved", "updated_at"])
    if quantity >= row.quantity:
        row.state, row.ended_at = ReservationState.FREED, at
        row.save(update_fields=["state", "ended_at"])
    else:
        row.quantity -= quantity
        row.save(update_fields=["quantity"])


def wait_again(
    order: UUID, wanted: Mapping[tuple[UUID, UUID], Decimal], needed_by: date | None, at: datetime
) -> None:
    """Set aside that lines of a locked order, by (line, sku), wait for so much on top of what they wait for."""
    db.require_atomic()
    lines = {line for line, _sku in wanted}
    waiting = {(row.line_id, row.sku_id): row for row in Backorder.objects.filter(line__in=lines)}
    more, fresh = [], []
    for (line, sku), quantity in wanted.items():
        row = waiting.get((line, sku))
        if row is not None:
            row.quantity += quantity
            more.append(row)
        else:
            fresh.append(
                Backorder(
                    id=uuid7(), order_id=order, line_id=line, sku_id=sku, quantity=quantity,
                    needed_by=needed_by, since=at,
                )
            )  # fmt: skip
    Backorder.objects.bulk_update(more, ["quantity"])
    Backorder.objects.bulk_create(fresh)
