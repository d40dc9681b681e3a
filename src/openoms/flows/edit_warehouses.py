"""Changing warehouses and how goods are kept for orders; each change with what was before."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from openoms.core.db import flow
from openoms.core.errors import FieldProblem, InvalidInput, refuse_stale
from openoms.core.ids import uuid7
from openoms.core.types import Actor
from openoms.domains.customers.contacts import AddressParts, check_address
from openoms.domains.events.services import record
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.inventory import kinds
from openoms.domains.inventory.errors import NoSuchWarehouse
from openoms.domains.inventory.models import InventoryPolicy, Warehouse
from openoms.domains.inventory.states import OnShort, ReserveAt, ShipPolicy
from openoms.domains.inventory.strategies import STRATEGIES
from openoms.domains.pricing import services as pricing


@dataclass(frozen=True, slots=True)
class WarehouseInput:
    """A warehouse as it is to be kept; degrees where it lies, the cost of a parcel in the firm's currency."""

    code: str
    name: str
    name_zh: str = ""
    country: str = "CN"
    region: str = ""
    city: str = ""
    district: str = ""
    line: str = ""
    postcode: str = ""
    latitude: float | None = None
    longitude: float | None = None
    timezone: str = "Asia/Shanghai"
    opens: time = time(9)
    closes: time = time(18)
    cut_off: time = time(16)
    priority: int = 10
    parcel_cost: Decimal = Decimal(0)
    is_active: bool = True


@flow
def save_warehouse(
    value: WarehouseInput,
    *,
    actor: Actor,
    new: bool | None = None,
    read_at: datetime | None = None,
    once: Once | None = None,
) -> Warehouse:
    """Make (`new`) or change a warehouse; `read_at` is its `updated_at` when it was read.

    Raises InvalidInput naming what is at fault, NoSuchWarehouse, ChangedMeanwhile.
    """
    require(actor, Perm.STOCK_MANAGE)
    idempotency.begin(once)
    problems = _problems(value)
    if problems:
        raise InvalidInput(problems[0].message, problems=problems)
    row = Warehouse.objects.select_for_update().filter(code=value.code).first()
    if new and row is not None:
        raise InvalidInput(f"There is a warehouse {value.code!r} already.", field="code")
    if new is False and row is None:
        raise NoSuchWarehouse(value.code)
    if row is not None:
        refuse_stale(row.updated_at, read_at)
    before = _document(row) if row else {}
    row = row or Warehouse()
    for field in fields(value):
        setattr(row, field.name, getattr(value, field.name))
    row.save()
    after = _document(row)
    if before != after:
        pricing.bump_version()
        changed = {name for name in after if before.get(name) != after[name]}
        told = {
            "before": {name: before[name] for name in changed if name in before},
            "after": {name: after[name] for name in changed},
        }
        record(actor, kinds.WAREHOUSE_SAVED, row.pk, data={"code": row.code, **told})
    idempotency.finish(once, row)
    return row


@flow
def set_policy(
    reserve_at: ReserveAt,
    ship: ShipPolicy,
    strategies: list[str],
    *,
    split_lines: bool,
    actor: Actor,
    on_short: OnShort = OnShort.BACKORDER,
) -> InventoryPolicy:
    """Say when goods are kept for orders, what becomes of one that is short, what leaves when not all is there, how warehouses are chosen."""
    require(actor, Perm.STOCK_MANAGE)
    unknown = [code for code in strategies if code not in STRATEGIES]
    if unknown or not strategies:
        raise InvalidInput(
            f"Choose among {', '.join(STRATEGIES)}; the first decides first.", field="strategies"
        )
    row, _ = InventoryPolicy.objects.get_or_create(pk=1)
    row = InventoryPolicy.objects.select_for_update().get(pk=1)
    before = _policy(row)
    row.reserve_at, row.ship, row.strategies, row.split_lines = reserve_at, ship, strategies, split_lines
    row.on_short = on_short
    row.save()
    after = _policy(row)
    if before != after:
        pricing.bump_version()
        record(actor, kinds.POLICY_SET, uuid7(), data={"before": before, "after": after})
    return row


def _policy(row: InventoryPolicy) -> dict[str, Any]:
    return {
        "reserve_at": str(row.reserve_at),
        "ship": str(row.ship),
        "strategies": list(row.strategies),
        "split_lines": row.split_lines,
        "on_short": str(row.on_short),
    }


def _document(row: Warehouse) -> dict[str, Any]:
    names = [field.name for field in fields(WarehouseInput)]
    return {
        name: value if isinstance(value := getattr(row, name), bool | int) else str(value) for name in names
    }


def _problems(value: WarehouseInput) -> list[FieldProblem]:
    found = []
    for name, message, is_wrong in (
        ("code", "A code has 1 to 30 letters, digits, hyphens and underscores.", not _is_code(value.code)),
        ("name", "Give the warehouse a name.", not value.name.strip()),
        (
            "timezone",
            "This is no time zone, such as Asia/Shanghai.",
            value.timezone not in available_timezones(),
        ),
        ("closes", "It closes after it opens.", value.closes <= value.opens),
        ("parcel_cost", "A parcel costs nothing or more.", value.parcel_cost < 0),
        (
            "latitude",
            "A latitude lies between -90 and 90.",
            value.latitude is not None and abs(value.latitude) > 90,
        ),
        (
            "longitude",
            "A longitude lies between -180 and 180.",
            value.longitude is not None and abs(value.longitude) > 180,
        ),
    ):
        if is_wrong:
            found.append(FieldProblem((name,), message))
    place = AddressParts(
        value.country, value.line, value.region, value.city, value.district, value.postcode, "", ""
    )
    if "country_invalid" in check_address(place).problems:
        found.append(FieldProblem(("country",), f"{value.country!r} is not an ISO 3166 country code."))
    return found


def _is_code(code: str) -> bool:
    return 0 < len(code) <= 30 and all(sign.isascii() and (sign.isalnum() or sign in "-_") for sign in code)


def warehouse_input(row: Warehouse) -> WarehouseInput:
    """A warehouse as it stands, to be changed in part."""
    return WarehouseInput(**{field.name: getattr(row, field.name) for field in fields(WarehouseInput)})


def changed(value: WarehouseInput, changes: dict[str, Any]) -> WarehouseInput:
    """The input with some of its members changed."""
    return WarehouseInput(**(asdict(value) | changes))
