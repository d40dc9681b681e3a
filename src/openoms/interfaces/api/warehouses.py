"""Warehouses, and how goods are kept for orders, over REST."""

from datetime import datetime, time
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import Field, StringConstraints

from openoms.core.money import plain
from openoms.core.shapes import NO_NUL, Amount, Flag, Instant, Whole
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.inventory.errors import NoSuchWarehouse
from openoms.domains.inventory.models import InventoryPolicy, Warehouse
from openoms.domains.inventory.states import OnShort, ReserveAt, ShipPolicy
from openoms.flows.edit_warehouses import WarehouseInput, changed, save_warehouse, set_policy, warehouse_input
from openoms.interfaces.api.answers import REFUSALS, ApiRequest, answer, do_once, encode
from openoms.interfaces.api.desk_outputs import instant
from openoms.interfaces.api.inputs import Input

router = Router(tags=["stock"])
Slug = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,30}$")]
Name = Annotated[str, StringConstraints(max_length=80, pattern=NO_NUL)]
Place = Annotated[str, StringConstraints(max_length=120, pattern=NO_NUL)]
# An hour at the warehouse: it has no offset of its own.
LocalTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


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
    on_short: OnShort


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


def _warehouse(row: Warehouse) -> dict[str, Any]:
    names = ("code", "name", "name_zh", "country", "region", "city", "district", "line", "postcode", "latitude", "longitude", "timezone", "priority", "is_active")  # fmt: skip
    return {name: getattr(row, name) for name in names} | {
        "opens": f"{row.opens:%H:%M}",
        "closes": f"{row.closes:%H:%M}",
        "cut_off": f"{row.cut_off:%H:%M}",
        "parcel_cost": plain(row.parcel_cost),
        "updated_at": instant(row.updated_at),
    }
