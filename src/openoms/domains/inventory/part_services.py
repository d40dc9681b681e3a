"""Moving what is kept and waited for between lines of orders that are split and merged: stock itself stays untouched."""

from decimal import Decimal
from uuid import UUID

from openoms.core import db
from openoms.core.ids import uuid7
from openoms.domains.inventory.models import Backorder, Reservation, ToldDay

ZERO = Decimal(0)


def kept_for(line: UUID, sku: UUID) -> list[Reservation]:
    """What is kept of a sku for a line of a locked order, in the order it was kept."""
    rows = Reservation.objects.filter(line=line, stock__sku=sku, state="open")
    return list(rows.select_related("stock__warehouse").order_by("id"))


def move_all(line: UUID, order: UUID) -> None:
    """Let everything kept and waited for go with a line to another order; both are locked."""
    db.require_atomic()
    Reservation.objects.filter(line=line).update(order=order)
    Backorder.objects.filter(line=line).update(order=order)


def copy_told(order: UUID, part: UUID) -> None:
    """Let a part that still waits for goods be told of no day that the whole was told of already."""
    db.require_atomic()
    told = ToldDay.objects.filter(order=order).first()
    if told is not None and Backorder.objects.filter(order=part).exists():
        ToldDay.objects.create(order_id=part, told_on=told.told_on, is_unknown=told.is_unknown)


def move_kept(row: Reservation, quantity: Decimal, order: UUID, line: UUID) -> None:
    """Keep so much of a reservation for another line instead."""
    db.require_atomic()
    assert 0 < quantity <= row.quantity, "no more moves than is kept"
    if quantity == row.quantity:
        row.order_id, row.line_id = order, line
        row.save(update_fields=["order", "line"])
        return
    row.quantity -= quantity
    row.save(update_fields=["quantity"])
    Reservation.objects.create(
        id=uuid7(), order_id=order, line_id=line, stock_id=row.stock_id, quantity=quantity,
        created_at=row.created_at,
    )  # fmt: skip


def move_short(line: UUID, sku: UUID, most: Decimal, order: UUID, to: UUID) -> Decimal:
    """Let another line wait for what a line waits for of a sku, up to so much, since when it did; how much that was."""
    db.require_atomic()
    row = Backorder.objects.filter(line=line, sku=sku).first()
    if row is None or most <= 0:
        return ZERO
    quantity = min(row.quantity, most)
    there = Backorder.objects.filter(line=to, sku=sku).first()
    if there is not None:
        there.quantity += quantity
        there.since = min(there.since, row.since)
        there.save(update_fields=["quantity", "since"])
    else:
        Backorder.objects.create(
            id=uuid7(), order_id=order, line_id=to, sku_id=sku, quantity=quantity,
            needed_by=row.needed_by, priority=row.priority, since=row.since,
        )  # fmt: skip
    row.quantity -= quantity
    if row.quantity > 0:
        row.save(update_fields=["quantity"])
    else:
        row.delete()
    return quantity
