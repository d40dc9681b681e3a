"""Stock and warehouses over REST."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Body, Query, Router, Schema
from pydantic import Field, StringConstraints

from openoms.core.paging import page_by_id
from openoms.core.shapes import NO_NUL, Amount, Flag, Instant, Whole
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.inventory import queries
from openoms.domains.inventory.errors import NoSuchWarehouse
from openoms.domains.inventory.models import InventoryPolicy, Stock, Warehouse
from openoms.domains.inventory.queries import NOTHING, Coming
from openoms.domains.inventory.states import OnShort, ReserveAt, ShipPolicy
from openoms.flows.allocate_order import allocate_order
from openoms.flows.edit_warehouses import WarehouseInput, changed, save_warehouse, set_policy, warehouse_input
from openoms.flows.move_stock import Moved, adjust_stock, count_stock, receive_stock, set_safety
from openoms.interfaces.api.answers import REFUSALS, ApiRequest, answer, do_once, encode
from openoms.interfaces.api.catalogue import PageQuery, Plain
from openoms.interfaces.api.desk import whole
from openoms.interfaces.api.desk_outputs import instant
from openoms.interfaces.api.inputs import Input
from openoms.interfaces.api.outputs import OrderOut

router = Router(tags=["stock"])
Code = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=NO_NUL)]
Slug = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,30}$")]
Name = Annotated[str, StringConstraints(max_length=80, pattern=NO_NUL)]
Place = Annotated[str, StringConstraints(max_length=120, pattern=NO_NUL)]
Reason = Annotated[str, StringConstraints(max_length=300, pattern=NO_NUL)]
# An hour at the warehouse: it has no offset of its own.
LocalTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Quantity = Annotated[Amount, Field(ge=-(10**9), le=10**9)]


class ReceiptIn(Input):
    """Goods that arrived."""

    warehouse: Code
    sku: Code
    quantity: Quantity
    reason: Reason = ""


class AdjustmentIn(Input):
    """A correction: by `quantity`, more or less, or to what was `counted`."""

    warehouse: Code
    sku: Code
    quantity: Quantity | None = None
    counted: Quantity | None = None
    reason: Reason = ""


class SafetyIn(Input):
    """What is kept back from being promised."""

    warehouse: Code
    sku: Code
    safety: Quantity


class StockQuery(PageQuery):
    """How the list is narrowed."""

    sku: Annotated[str, StringConstraints(max_length=60, pattern=NO_NUL)] = ""
    warehouse: Annotated[str, StringConstraints(max_length=30, pattern=NO_NUL)] = ""


class StockOut(Schema):
    """A sku at a warehouse; `available` is on hand − reserved − safety, never below nothing. `incoming_on` is the first day
    on which some of it is due.
    """

    id: UUID
    sku: str
    warehouse: str
    on_hand: str
    reserved: str
    safety: str
    available: str
    incoming: str
    incoming_on: date | None
    bin: str


class StockPage(Schema):
    """One page of stock."""

    items: list[StockOut]
    next_cursor: str | None


class MovedOut(Schema):
    """The row after a movement; null where a count found what was known."""

    stock: StockOut
    movement: UUID | None


class WarehouseIn(Input):
    """A warehouse."""

    code: Slug
    name: Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=NO_NUL)]
    name_zh: Name = ""
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = "CN"
    region: Place = ""
    city: Place = ""
    district: Place = ""
    line: Annotated[str, StringConstraints(max_length=300, pattern=NO_NUL)] = ""
    postcode: Annotated[str, StringConstraints(max_length=20, pattern=NO_NUL)] = ""
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    timezone: Annotated[str, StringConstraints(max_length=40, pattern=NO_NUL)] = "Asia/Shanghai"
    opens: LocalTime = "09:00"
    closes: LocalTime = "18:00"
    cut_off: LocalTime = "16:00"
    priority: Annotated[Whole, Field(ge=0, le=1000)] = 10
    parcel_cost: Annotated[Amount, Field(ge=0, le=10**7, decimal_places=4)] = Decimal(0)
    is_active: Flag = True


class WarehousePatch(Input):
    """What changes of a warehouse."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=NO_NUL)] | None = None
    name_zh: Name | None = None
    priority: Annotated[Whole, Field(ge=0, le=1000)] | None = None
    parcel_cost: Annotated[Amount, Field(ge=0, le=10**7, decimal_places=4)] | None = None
    cut_off: LocalTime | None = None
    is_active: Flag | None = None
    # The `updated_at` as it was read: 409 `changed_meanwhile` where somebody saved it since.
    read_at: Instant | None = None


class WarehouseOut(Schema):
    """A warehouse as it is kept."""

    code: str
    name: str
    name_zh: str
    country: str
    region: str
    city: str
    district: str
    line: str
    postcode: str
    latitude: float | None
    longitude: float | None
    timezone: str
    opens: str
    closes: str
    cut_off: str
    priority: int
    parcel_cost: str
    is_active: bool
    updated_at: datetime


class WarehousesOut(Schema):
    """All warehouses, by priority."""

    items: list[WarehouseOut]


class InventoryPolicyIn(Input):
    """When goods are kept for orders, what leaves when not all is there, and how warehouses are chosen."""

    reserve_at: ReserveAt
    ship: ShipPolicy
    strategies: list[Slug] = Field(min_length=1, max_length=10)
    split_lines: Flag = True
    on_short: OnShort = OnShort.BACKORDER


class InventoryPolicyOut(Schema):
    """The policy in force."""

    reserve_at: ReserveAt
    ship: ShipPolicy
    strategies: list[str]
    split_lines: bool
    on_short: str


@router.get("/stock", response={200: StockPage, **REFUSALS}, operation_id="list_stock")
def get_stock(request: ApiRequest, query: Query[StockQuery]) -> HttpResponse:
    """What lies where: on hand, reserved, available, incoming."""
    require(request.auth, Perm.STOCK_VIEW)
    rows = queries.stock_visible_to(request.auth)
    if query.sku:
        rows = rows.filter(sku__code=query.sku)
    if query.warehouse:
        rows = rows.filter(warehouse__code=query.warehouse)
    page = page_by_id(rows, query.cursor, query.limit)
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
            body.warehouse, body.sku, body.quantity, body.reason, actor=actor, once=once
        ),
        lambda moved: (201, _moved(moved)),
    )


@router.post("/stock/adjustments", response={201: MovedOut, **REFUSALS}, operation_id="adjust_stock")
def post_adjustment(request: ApiRequest, body: AdjustmentIn) -> HttpResponse:
    """Correct what is on hand, by a difference (with its reason) or to a count."""
    actor = request.auth

    def do(once: Any) -> Moved:
        if body.counted is not None and body.quantity is None:
            return count_stock(body.warehouse, body.sku, body.counted, body.reason, actor=actor, once=once)
        by = body.quantity if body.quantity is not None else Decimal(0)
        return adjust_stock(body.warehouse, body.sku, by, body.reason, actor=actor, once=once)

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


@router.get("/warehouses", response={200: WarehousesOut, **REFUSALS}, operation_id="list_warehouses")
def get_warehouses(request: ApiRequest) -> HttpResponse:
    """The firm's warehouses."""
    require(request.auth, Perm.STOCK_VIEW)
    return answer(encode({"items": [_warehouse(row) for row in Warehouse.objects.all()]}))


@router.post("/warehouses", response={201: WarehouseOut, **REFUSALS}, operation_id="create_warehouse")
def post_warehouse(request: ApiRequest, body: WarehouseIn) -> HttpResponse:
    """Make a warehouse."""
    actor, value = request.auth, WarehouseInput(**_with_times(body.model_dump()))
    return do_once(
        request,
        actor,
        lambda once: save_warehouse(value, actor=actor, new=True, once=once),
        lambda row: (201, _warehouse(row)),
    )


@router.patch("/warehouses/{code}", response={200: WarehouseOut, **REFUSALS}, operation_id="change_warehouse")
def patch_warehouse(request: ApiRequest, code: Slug, body: WarehousePatch) -> HttpResponse:
    """Change a warehouse; a closed one keeps what it keeps and is given nothing new."""
    require(request.auth, Perm.STOCK_MANAGE)
    row = Warehouse.objects.filter(code=code).first()
    if row is None:
        raise NoSuchWarehouse(code)
    changes = {
        name: value for name, value in body.model_dump(exclude_unset=True).items() if value is not None
    }
    read_at = changes.pop("read_at", None)
    value = changed(warehouse_input(row), _with_times(changes))
    saved = save_warehouse(value, actor=request.auth, new=False, read_at=read_at)
    return answer(encode(_warehouse(saved)))


@router.get(
    "/inventory-policy", response={200: InventoryPolicyOut, **REFUSALS}, operation_id="get_inventory_policy"
)
def get_policy(request: ApiRequest) -> HttpResponse:
    """How goods are kept for orders."""
    require(request.auth, Perm.STOCK_VIEW)
    return answer(encode(_policy(InventoryPolicy.objects.get(pk=1))))


@router.put(
    "/inventory-policy", response={200: InventoryPolicyOut, **REFUSALS}, operation_id="set_inventory_policy"
)
def put_policy(request: ApiRequest, body: InventoryPolicyIn) -> HttpResponse:
    """Say how goods are kept for orders; the first strategy decides first."""
    row = set_policy(
        body.reserve_at,
        body.ship,
        body.strategies,
        split_lines=body.split_lines,
        on_short=body.on_short,
        actor=request.auth,
    )
    return answer(encode(_policy(row)))


def _with_times(document: dict[str, Any]) -> dict[str, Any]:
    """The members with hours as times of day."""
    hours = {
        name: time.fromisoformat(document[name])
        for name in ("opens", "closes", "cut_off")
        if name in document
    }
    return document | hours


def _policy(row: InventoryPolicy) -> dict[str, Any]:
    return {
        "reserve_at": row.reserve_at,
        "ship": row.ship,
        "strategies": row.strategies,
        "split_lines": row.split_lines,
        "on_short": row.on_short,
    }


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
        "available": plain(row.available),
        "incoming": plain(incoming.quantity),
        "incoming_on": incoming.first,
        "bin": row.bin,
    }


def _warehouse(row: Warehouse) -> dict[str, Any]:
    names = ("code", "name", "name_zh", "country", "region", "city", "district", "line", "postcode", "latitude", "longitude", "timezone", "priority", "is_active")  # fmt: skip
    return {name: getattr(row, name) for name in names} | {
        "opens": f"{row.opens:%H:%M}",
        "closes": f"{row.closes:%H:%M}",
        "cut_off": f"{row.cut_off:%H:%M}",
        "parcel_cost": plain(row.parcel_cost),
        "updated_at": instant(row.updated_at),
    }


def plain(quantity: Decimal) -> str:
    """A quantity without idle zeros."""
    return f"{quantity.normalize():f}"
