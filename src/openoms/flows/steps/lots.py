"""Steps of lots: which of a row's lots goods are taken from or put into. Rows of stock are locked by the caller."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from openoms.core import firm
from openoms.core.errors import InvalidInput
from openoms.core.money import plain
from openoms.core.types import Actor
from openoms.domains.catalog.models import Sku
from openoms.domains.events.services import record
from openoms.domains.inventory import kinds, lot_services
from openoms.domains.inventory import services as inventory
from openoms.domains.inventory.errors import LotNeeded, LotsShort, NoLots
from openoms.domains.inventory.lots import LotName, Shelved, first_expired, lacking
from openoms.domains.inventory.models import Lot, Movement, Stock
from openoms.domains.inventory.states import MovementKind

ZERO = Decimal(0)
Part = tuple[Lot, Decimal]
LONGEST_CODE = 40
# What these take goes to somebody or into something: it must be good.
_MUST_BE_GOOD = frozenset({MovementKind.SHIPMENT, MovementKind.CONSUMPTION, MovementKind.TRANSFER})


def is_tracked(stock: Stock) -> bool:
    """Whether movements of a locked row name a lot. Asked anew: it may have been switched while the lock was waited for."""
    return Sku.objects.filter(pk=stock.sku_id, tracks_lots=True).exists()


def take(stock: Stock, quantity: Decimal, at: datetime, *, min_days: int = 0) -> list[Part]:
    """Which lots of a locked row so much is to be taken from: first expired, first out, never what has expired.

    Nothing is moved yet; [] for a sku that tracks none. Raises LotsShort where good ones do not suffice.
    """
    if not is_tracked(stock):
        return []
    parts, left = _good(lot_services.lots_of(stock), quantity, at, min_days)
    if left > 0:
        raise LotsShort(stock.sku.code, quantity, quantity - left)
    return parts


def parts_of(
    stock: Stock, quantity: Decimal, kind: MovementKind, at: datetime, lot: LotName | None, source: str
) -> list[tuple[Lot | None, Decimal]]:
    """What a movement of a locked row moves of which lots, signed; (None, quantity) for a sku that tracks none.

    Raises NoLots, OtherExpiry, LotsShort.
    """
    if not is_tracked(stock):
        if lot is not None:
            raise NoLots(stock.sku.code)
        return [(None, quantity)]
    if quantity > 0:
        back = _came_from(stock, quantity, source) if lot is None and kind == MovementKind.RETURN else []
        return [*back] or [
            (lot_services.lot(stock, lot or LotName(lot_services.UNKNOWN), at, firm.day_of(at)), quantity)
        ]
    if lot is not None:
        return [(_named(stock, lot.code, -quantity), quantity)]
    if kind in _MUST_BE_GOOD:
        return [(row, -part) for row, part in take(stock, -quantity, at)]
    return [(row, -part) for row, part in _any(stock, -quantity, at)]


def named(code: str, expires_on: date | None = None) -> LotName | None:
    """A lot as it was typed, None where none was. Raises InvalidInput."""
    code = " ".join(code.split())
    if len(code) > LONGEST_CODE:
        raise InvalidInput(f"A lot has at most {LONGEST_CODE} characters.", field="lot")
    return LotName(code, expires_on) if code else None


def demand_named(stock: Stock, lot: LotName | None) -> None:
    """Raise LotNeeded where a movement by hand must name a lot and does not."""
    if lot is None and is_tracked(stock):
        raise LotNeeded(stock.sku.code)


def on_hand_of(stock: Stock, lot: LotName) -> Decimal:
    """How much of a lot is at a locked row; nothing of one nobody knows."""
    row = Lot.objects.filter(stock=stock, code=lot.code).first()
    return row.on_hand if row else ZERO


def switch(sku: Sku, actor: Actor, at: datetime) -> None:
    """Follow a sku that begins or ceases to track lots: what lies there is of one nobody knows, or of none."""
    rows = inventory.lock_stock(list(Stock.objects.filter(sku=sku).values_list("pk", flat=True)))
    for row in rows:
        if sku.tracks_lots:
            lot_services.begin(row, at)
        else:
            lot_services.end(row)
    data = {"sku": sku.code, "tracked": sku.tracks_lots, "rows": len(rows)}
    record(actor, kinds.LOTS_SWITCHED, sku.pk, data=data)


def expire(stock: Stock, at: datetime, actor: Actor) -> int:
    """Keep what expired of a locked row back from being promised, and tell; how many lots."""
    today = firm.day_of(at)
    rows = [
        row
        for row in lot_services.lots_of(stock)
        if not row.is_blocked and row.expires_on is not None and row.expires_on < today
    ]
    lot_services.block(stock, rows)
    for row in rows:
        assert row.expires_on is not None
        data = {
            "sku": stock.sku.code, "warehouse": stock.warehouse.code, "lot": row.code,
            "expires_on": row.expires_on.isoformat(), "quantity": plain(row.on_hand),
        }  # fmt: skip
        record(actor, kinds.LOT_EXPIRED, stock.pk, data=data)
    return len(rows)


def _good(
    rows: Sequence[Lot], quantity: Decimal, at: datetime, min_days: int = 0
) -> tuple[list[Part], Decimal]:
    """What good lots give, and what is left of the quantity."""
    shelved = [Shelved(row.pk, row.on_hand, row.expires_on, row.received_at) for row in rows]
    taken = first_expired(shelved, quantity, firm.day_of(at), min_days)
    by_key: dict[object, Lot] = {row.pk: row for row in rows}
    return [(by_key[one.key], one.quantity) for one in taken], lacking(taken, quantity)


def _any(stock: Stock, quantity: Decimal, at: datetime) -> list[Part]:
    """What is taken where goods are gone: from good lots first, then from what expired. Raises LotsShort."""
    rows = lot_services.lots_of(stock)
    parts, left = _good(rows, quantity, at)
    touched = {row.pk for row, _part in parts}
    for row in rows:
        if left > 0 and row.pk not in touched:
            part = min(row.on_hand, left)
            parts.append((row, part))
            left -= part
    if left > 0:
        raise LotsShort(stock.sku.code, quantity, quantity - left)
    return parts


def _named(stock: Stock, code: str, quantity: Decimal) -> Lot:
    row = Lot.objects.filter(stock=stock, code=code).first()
    if row is None or row.on_hand < quantity:
        raise LotsShort(stock.sku.code, quantity, row.on_hand if row else ZERO, code)
    return row


def _came_from(stock: Stock, quantity: Decimal, source: str) -> list[Part]:
    """The lots that goods of a source left from, to which so much of it comes back; the last to leave first."""
    gone: dict[UUID, Decimal] = {}
    lots: dict[UUID, Lot] = {}
    rows = Movement.objects.filter(stock=stock, source=source, lot__isnull=False).select_related("lot")
    for moved in rows.order_by("-id"):
        assert moved.lot is not None
        lots.setdefault(moved.lot.pk, moved.lot)
        gone[moved.lot.pk] = gone.get(moved.lot.pk, ZERO) - moved.quantity
    parts, left = [], quantity
    for key, away in gone.items():
        part = min(away, left)
        if part > 0:
            parts.append((lots[key], part))
            left -= part
    if left > 0 and parts:
        parts[-1] = (parts[-1][0], parts[-1][1] + left)
    return parts
