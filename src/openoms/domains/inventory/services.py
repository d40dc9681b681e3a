"""Writing stock: movements, reservations and what is short. Rows of stock are locked in the order of their keys."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import orjson

from openoms.core import db
from openoms.core.ids import uuid7
from openoms.core.wire import Statement
from openoms.domains.inventory.errors import StockReserved
from openoms.domains.inventory.models import Backorder, Lot, Movement, Reservation, Stock, ToldDay
from openoms.domains.inventory.states import MovementKind, ReservationState

ZERO = Decimal(0)
_RESERVE = "SELECT inventory_reserve($1::json)"


@dataclass(frozen=True, slots=True)
class Kept:
    """Goods to be kept for a line at a stock row."""

    line: UUID
    stock: UUID
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Short:
    """What a line is short of."""

    line: UUID
    sku: UUID
    quantity: Decimal


def stock_row(warehouse: UUID, sku: UUID) -> Stock:
    """The row of a sku at a warehouse, made when missing, locked."""
    db.require_atomic()
    Stock.objects.bulk_create([Stock(id=uuid7(), warehouse_id=warehouse, sku_id=sku)], ignore_conflicts=True)
    rows = Stock.objects.select_for_update(of=("self",)).select_related("sku", "warehouse")
    return rows.get(warehouse=warehouse, sku=sku)


def row_of(warehouse: UUID, sku: UUID) -> UUID:
    """The key of the row of a sku at a warehouse, made when missing; it is not locked."""
    db.require_atomic()
    Stock.objects.bulk_create([Stock(id=uuid7(), warehouse_id=warehouse, sku_id=sku)], ignore_conflicts=True)
    return Stock.objects.values_list("pk", flat=True).get(warehouse=warehouse, sku=sku)


def stock_rows(warehouse: UUID, skus: Collection[UUID]) -> list[Stock]:
    """The rows of skus at a warehouse, made when missing, locked in the order of their keys."""
    db.require_atomic()
    rows = Stock.objects.filter(warehouse=warehouse, sku__in=skus)
    missing = set(skus) - set(rows.values_list("sku_id", flat=True))
    fresh = [Stock(id=uuid7(), warehouse_id=warehouse, sku_id=sku) for sku in sorted(missing)]
    if fresh:
        Stock.objects.bulk_create(fresh, ignore_conflicts=True)
    return lock_stock(list(rows.values_list("pk", flat=True)))


def lock_stock(keys: Collection[UUID]) -> list[Stock]:
    """These rows, locked in the order of their keys."""
    db.require_atomic()
    rows = Stock.objects.filter(pk__in=keys).select_related("sku", "warehouse").order_by("pk")
    return list(rows.select_for_update(of=("self",)))


def move(
    stock: Stock,
    quantity: Decimal,
    kind: MovementKind,
    *,
    by: UUID | None,
    at: datetime,
    reason: str = "",
    source: str = "",
    lot: Lot | None = None,
) -> Movement:
    """Change what is on hand of a locked row, and of its lot. Raises StockReserved where less than is kept would be left."""
    db.require_atomic()
    after = stock.on_hand + quantity
    if after < stock.reserved:
        raise StockReserved(stock.sku.code, stock.on_hand, stock.reserved)
    stock.on_hand = after
    if quantity > 0:
        stock.received_at = at
    if lot is not None:
        lot.on_hand += quantity
        lot.save(update_fields=["on_hand"])
        if lot.is_blocked:
            stock.blocked += quantity
    stock.save(update_fields=["on_hand", "blocked", "received_at", "updated_at"])
    movement = db.new(
        Movement,
        id=uuid7(),
        stock_id=stock.pk,
        kind=kind,
        quantity=quantity,
        on_hand_after=after,
        lot_id=lot.pk if lot else None,
        reason=reason,
        source=source,
        at=at,
        by_id=by,
    )
    db.insert(movement)
    return movement


def set_safety(stock: Stock, safety: Decimal) -> None:
    """Keep so much of a locked row back from being promised."""
    db.require_atomic()
    stock.safety = safety
    stock.save(update_fields=["safety", "updated_at"])


def set_bin(stock: Stock, bin_: str) -> None:
    """Note where a locked row's goods lie."""
    db.require_atomic()
    stock.bin = bin_
    stock.save(update_fields=["bin", "updated_at"])


def reserve_last(order: UUID, kept: Sequence[Kept], at: datetime) -> list[Reservation]:
    """Keep goods for an order being placed, with the flow's last statement: rows of stock are locked for the time of COMMIT.

    Where something is no longer there the whole flow is run again.
    """
    if not kept:
        return []
    db.last(_statement, *kept)
    return _insert(order, kept, at)


def reserve(order: UUID, kept: Sequence[Kept], at: datetime) -> list[Reservation]:
    """Keep goods for a locked order now; where something is no longer there the flow is run again."""
    db.require_atomic()
    if not kept:
        return []
    db.flush()
    db.run_together([_statement(kept)])
    return _insert(order, kept, at)


def _statement(kept: Sequence[Kept]) -> Statement:
    wanted: dict[UUID, Decimal] = defaultdict(Decimal)
    for one in kept:
        wanted[one.stock] += one.quantity
    rows = [{"id": key, "quantity": str(quantity)} for key, quantity in sorted(wanted.items())]
    return _RESERVE, (orjson.dumps(rows, default=str).decode(),)


def _insert(order: UUID, kept: Sequence[Kept], at: datetime) -> list[Reservation]:
    rows = [
        db.new(
            Reservation,
            id=uuid7(),
            order_id=order,
            line_id=one.line,
            stock_id=one.stock,
            quantity=one.quantity,
            created_at=at,
        )
        for one in kept
    ]
    db.insert(*rows)
    return rows


def free(order: UUID, at: datetime, lines: Collection[UUID] | None = None) -> list[Reservation]:
    """Let go of what is kept for a locked order, or for some lines of it, and of what it is short of; what was freed."""
    db.require_atomic()
    rows = Reservation.objects.filter(order_id=order, state=ReservationState.OPEN)
    short = Backorder.objects.filter(order_id=order)
    if lines is not None:
        rows, short = rows.filter(line__in=lines), short.filter(line__in=lines)
    short.delete()
    found = list(rows.select_related("stock__warehouse", "stock__sku"))
    _give_back(found, ReservationState.FREED, at)
    return found


def _give_back(found: Sequence[Reservation], state: ReservationState, at: datetime) -> None:
    freed: dict[UUID, Decimal] = defaultdict(Decimal)
    for row in found:
        freed[row.stock_id] += row.quantity
    for stock in lock_stock(freed):
        stock.reserved -= freed[stock.pk]
        stock.save(update_fields=["reserved", "updated_at"])
    Reservation.objects.filter(pk__in=[row.pk for row in found]).update(state=state, ended_at=at)


def write_short(
    order: UUID, short: Iterable[Short], at: datetime, *, needed_by: date | None, priority: int = 0
) -> list[Backorder]:
    """Set aside what lines of an order are short of."""
    rows = [
        db.new(
            Backorder,
            id=uuid7(),
            order_id=order,
            line_id=one.line,
            sku_id=one.sku,
            quantity=one.quantity,
            needed_by=needed_by,
            priority=priority,
            since=at,
        )
        for one in short
    ]
    db.insert(*rows)
    return rows


def shrink(backorder: Backorder, served: Decimal) -> None:
    """Note that so much of it was allocated; gone when nothing is left."""
    db.require_atomic()
    left = backorder.quantity - served
    if left > 0:
        backorder.quantity = left
        backorder.save(update_fields=["quantity"])
    else:
        backorder.delete()


def set_expected(rows: Sequence[Backorder]) -> None:
    """Write when what these wait for is there; one that was served meanwhile is gone."""
    db.require_atomic()
    Backorder.objects.bulk_update(rows, ["expected_on", "expected_from"], batch_size=500)


def keep_told(row: ToldDay, told_on: date | None, *, is_unknown: bool) -> None:
    """Note what was told of an order's day."""
    db.require_atomic()
    row.told_on, row.is_unknown = told_on, is_unknown
    row.save()


def mend(key: UUID, moved: Decimal, kept: Decimal, at: datetime) -> Decimal:
    """Set a locked row to the sum of its movements and of what is kept: for audits alone; what is on hand then.

    Where more is kept than ever came, a movement says that so much was found.
    """
    db.require_atomic()
    on_hand = max(moved, kept)
    if on_hand != moved:
        db.insert(
            db.new(
                Movement,
                id=uuid7(),
                stock_id=key,
                kind=MovementKind.ADJUSTMENT,
                quantity=on_hand - moved,
                on_hand_after=on_hand,
                reason="audit",
                at=at,
            )
        )
    Stock.objects.filter(pk=key).update(on_hand=on_hand, reserved=kept)
    return on_hand
