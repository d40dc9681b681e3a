"""What the API answers about production and purchase orders."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Schema

from openoms.core.money import plain
from openoms.core.types import Actor
from openoms.domains.identity.permissions import Perm
from openoms.domains.supply.models import Demand, ProductionOrder, PurchaseLine, PurchaseOrder
from openoms.interfaces.api.desk_outputs import instant


class DemandOut(Schema):
    """What a supply is for: an order's line, or (null) safety stock."""

    order: str | None
    quantity: str
    needed_by: date | None


class MaterialOut(Schema):
    sku: str
    per_unit: str
    used: str


class StepOut(Schema):
    centre: str
    name: str
    name_zh: str
    starts_on: date | None
    finishes_on: date | None


class ProductionOut(Schema):
    """A production order; `starts_on` and `finishes_on` are the schedule's, null until there is one."""

    id: UUID
    number: str
    sku: str
    warehouse: str
    quantity: str
    done: str
    state: str
    priority: int
    is_frozen: bool
    is_proposed: bool
    due: date
    starts_on: date | None
    finishes_on: date | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    note: str
    materials: list[MaterialOut]
    steps: list[StepOut]
    demands: list[DemandOut]


class ProductionPage(Schema):
    items: list[ProductionOut]
    next_cursor: str | None


class PurchaseLineOut(Schema):
    line: int
    sku: str
    ordered: str
    received: str
    unit_price: str | None
    due: date
    demands: list[DemandOut]


class PurchaseOut(Schema):
    """A purchase order; prices are null for a key that may not see costs."""

    id: UUID
    number: str
    supplier: str
    warehouse: str
    currency: str
    state: str
    note: str
    created_at: datetime
    sent_at: datetime | None
    ended_at: datetime | None
    updated_at: datetime
    lines: list[PurchaseLineOut]


class PurchasePage(Schema):
    items: list[PurchaseOut]
    next_cursor: str | None


def _demand(row: Demand) -> dict[str, Any]:
    return {
        "order": row.line.order.number if row.line else None,
        "quantity": plain(row.quantity),
        "needed_by": row.needed_by,
    }


def production_document(row: ProductionOrder) -> dict[str, Any]:
    """A production order as ProductionOut."""
    names = (
        "id",
        "number",
        "state",
        "priority",
        "is_frozen",
        "is_proposed",
        "due",
        "starts_on",
        "finishes_on",
        "note",
    )
    return {name: getattr(row, name) for name in names} | {
        "sku": row.sku.code,
        "warehouse": row.warehouse.code,
        "quantity": plain(row.quantity),
        "done": plain(row.done),
        "created_at": instant(row.created_at),
        "started_at": instant(row.started_at),
        "ended_at": instant(row.ended_at),
        "materials": [
            {"sku": r.sku.code, "per_unit": plain(r.per_unit), "used": plain(r.used)}
            for r in row.materials.all()
        ],
        "steps": [
            {
                "centre": r.centre.code,
                "name": r.name,
                "name_zh": r.name_zh,
                "starts_on": r.starts_on,
                "finishes_on": r.finishes_on,
            }
            for r in row.steps.all()
        ],
        "demands": [_demand(one) for one in row.demands.all()],
    }


def purchase_document(row: PurchaseOrder, actor: Actor) -> dict[str, Any]:
    """A purchase order as PurchaseOut."""
    names = ("id", "number", "currency", "state", "note")
    return {name: getattr(row, name) for name in names} | {
        "supplier": row.supplier.code,
        "warehouse": row.warehouse.code,
        "created_at": instant(row.created_at),
        "sent_at": instant(row.sent_at),
        "ended_at": instant(row.ended_at),
        "updated_at": instant(row.updated_at),
        "lines": [_purchase_line(line, actor) for line in row.lines.all()],
    }


def _purchase_line(row: PurchaseLine, actor: Actor) -> dict[str, Any]:
    return {
        "line": row.position,
        "sku": row.sku.code,
        "ordered": plain(row.ordered),
        "received": plain(row.received),
        "unit_price": plain(row.unit_price) if actor.may(Perm.COST_VIEW) else None,
        "due": row.due,
        "demands": [_demand(one) for one in row.demands.all()],
    }
