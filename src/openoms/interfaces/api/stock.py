"""Stock over REST."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpResponse
from ninja import Body, Query, Router, Schema
from pydantic import Field, StringConstraints

from openoms.core.money import plain
from openoms.core.paging import page_by_id
from openoms.core.shapes import NO_NUL, Amount, Day, Flag
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.inventory import queries
from openoms.domains.inventory.models import Lot, Stock
from openoms.domains.inventory.queries import NOTHING, Coming
from openoms.flows.allocate_order import allocate_order
from openoms.flows.move_stock import Moved, adjust_stock, count_stock, receive_stock, set_safety
from openoms.flows.steps.lots import LONGEST_CODE
from openoms.flows.steps.lots import named as named_lot
from openoms.interfaces.api.answers import REFUSALS, ApiRequest, answer, do_once, encode
from openoms.interfaces.api.catalogue import PageQuery, Plain
from openoms.interfaces.api.desk import whole
from openoms.interfaces.api.desk_outputs import instant
from openoms.interfaces.api.inputs import Input
from openoms.interfaces.api.outputs import OrderOut

router = Router(tags=["stock"])
Code = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=NO_NUL)]
Reason = Annotated[str, StringConstraints(max_length=300, pattern=NO_NUL)]
LotCode = Annotated[str, StringConstraints(max_length=LONGEST_CODE, pattern=NO_NUL)]
Quantity = Annotated[Amount, Field(ge=-(10**9), le=10**9)]


class ReceiptIn(Input):
    """Goods that arrived; `lot` is needed of a sku that tracks lots, `expires_on` is its last good day."""

    warehouse: Code
    sku: Code
    quantity: Quantity
    reason: Reason = ""
    lot: LotCode = ""
    expires_on: Day | None = None


class AdjustmentIn(Input):
    """A correction: by `quantity`, more or less, or to what was `counted`; of a lot where the sku tracks them."""

    warehouse: Code
    sku: Code
    quantity: Quantity | None = None
    counted: Quantity | None = None
    reason: Reason = ""
    lot: LotCode = ""
    expires_on: Day | None = None


class SafetyIn(Input):
    """What is kept back from being promised."""

    warehouse: Code
    sku: Code
    safety: Quantity


class StockQuery(PageQuery):
    """How the list is narrowed."""

    sku: Annotated[str, StringConstraints(max_length=60, pattern=NO_NUL)] = ""
    warehouse: Annotated[str, StringConstraints(max_length=30, pattern=NO_NUL)] = ""


class LotOut(Schema):
    """So much of a lot; "" is what nobody knows the lot of. What `is_expired` is no longer promised."""

    code: str
    expires_on: date | None
    received_at: datetime
    on_hand: str
    is_expired: bool


class StockOut(Schema):
    """A sku at a warehouse; `available` is on hand − reserved − safety − blocked, never below nothing. `blocked` is what
    expired, `incoming_on` the first day on which some of it is due, `lots` null where the sku tracks none.
    """

    id: UUID
    sku: str
    warehouse: str
    on_hand: str
    reserved: str
    safety: str
    blocked: str
    available: str
    incoming: str
    incoming_on: date | None
    bin: str
    lots: list[LotOut] | None


class StockPage(Schema):
    """One page of stock."""

    items: list[StockOut]
    next_cursor: str | None


class MovedOut(Schema):
    """The row after a movement; null where a count found what was known."""

    stock: StockOut
    movement: UUID | None


@router.get("/stock", response={200: StockPage, **REFUSALS}, operation_id="list_stock")
def get_stock(request: ApiRequest, query: Query[StockQuery]) -> HttpResponse:
    """What lies where: on hand, reserved, available, incoming."""
    require(request.auth, Perm.STOCK_VIEW)
    rows = queries.stock_visible_to(request.auth)
    if query.sku:
        rows = rows.filter(sku__code=query.sku)
    if query.warehouse:
        rows = rows.filter(warehouse__code=query.warehouse)
    page = page_by_id(
        rows.prefetch_related(Prefetch("lots", Lot.objects.filter(on_hand__gt=0))), query.cursor, query.limit
    )
    coming = queries.incoming_of({row.sku_id for row in page.items})
    items = [_stock(row, coming.get((row.warehouse_id, row.sku_id), NOTHING)) for row in page.items]
    return answer(encode({"items": items, "next_cursor": page.next_cursor}))


@router.post("/stock/receipts", response={201: MovedOut, **REFUSALS}, operation_id="receive_stock")
def post_receipt(request: ApiRequest, body: ReceiptIn) -> HttpResponse:
    """Goods arrived that nobody ordered here."""
    actor = request.auth
    return do_once(
        request,
        actor,
        lambda once: receive_stock(
            body.warehouse,
            body.sku,
            body.quantity,
            body.reason,
            actor=actor,
            lot=named_lot(body.lot, body.expires_on),
            once=once,
        ),
        lambda moved: (201, _moved(moved)),
    )


@router.post("/stock/adjustments", response={201: MovedOut, **REFUSALS}, operation_id="adjust_stock")
def post_adjustment(request: ApiRequest, body: AdjustmentIn) -> HttpResponse:
    """Correct what is on hand, by a difference (with its reason) or to a count."""
    actor, lot = request.auth, named_lot(body.lot, body.expires_on)

    def do(once: Any) -> Moved:
        if body.counted is not None and body.quantity is None:
            return count_stock(
                body.warehouse, body.sku, body.counted, body.reason, actor=actor, lot=lot, once=once
            )
        by = body.quantity if body.quantity is not None else Decimal(0)
        return adjust_stock(body.warehouse, body.sku, by, body.reason, actor=actor, lot=lot, once=once)

    return do_once(request, actor, do, lambda moved: (201, _moved(moved)))


@router.put("/stock/safety", response={200: StockOut, **REFUSALS}, operation_id="set_safety_stock")
def put_safety(request: ApiRequest, body: SafetyIn) -> HttpResponse:
    """Keep so much back from being promised."""
    row = set_safety(body.warehouse, body.sku, body.safety, actor=request.auth)
    return answer(encode(_stock(row, _coming(row))))


class AllocationIn(Input):
    """`afresh` lets go of what is kept for the order and routes it again."""

    afresh: Flag = False


@router.post("/orders/{number}/allocate", response={200: OrderOut, **REFUSALS}, operation_id="allocate_order")
def post_allocation(
    request: ApiRequest, number: Plain, body: Annotated[AllocationIn | None, Body()] = None
) -> HttpResponse:
    """Keep goods for an order under way that has none, or anew."""
    afresh = body.afresh if body else False
    return whole(request, allocate_order(number, actor=request.auth, afresh=afresh))


def _moved(moved: Moved) -> dict[str, Any]:
    return {
        "stock": _stock(moved.stock, _coming(moved.stock)),
        "movement": moved.movement.id if moved.movement else None,
    }


def _coming(row: Stock) -> Coming:
    return queries.incoming_of([row.sku_id]).get((row.warehouse_id, row.sku_id), NOTHING)


def _stock(row: Stock, incoming: Coming) -> dict[str, Any]:
    return {
        "id": row.pk,
        "sku": row.sku.code,
        "warehouse": row.warehouse.code,
        "on_hand": plain(row.on_hand),
        "reserved": plain(row.reserved),
        "safety": plain(row.safety),
        "blocked": plain(row.blocked),
        "available": plain(row.available),
        "incoming": plain(incoming.quantity),
        "incoming_on": incoming.first,
        "lots": [_lot(one) for one in row.lots.all() if one.on_hand] if row.sku.tracks_lots else None,
        "bin": row.bin,
    }


def _lot(row: Lot) -> dict[str, Any]:
    return {
        "code": row.code,
        "expires_on": row.expires_on,
        "received_at": instant(row.received_at),
        "on_hand": plain(row.on_hand),
        "is_expired": row.is_blocked,
    }
