"""What the API answers about supply."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Schema

from openoms.core.money import plain
from openoms.core.types import Actor
from openoms.domains.identity.permissions import Perm
from openoms.domains.supply.models import (
    BillOfMaterials,
    StopWorkNotice,
    Supplier,
    SupplierSku,
    WorkCentre,
)
from openoms.domains.supply.work import Plan
from openoms.flows.steps.supplying import Replanned
from openoms.interfaces.api.desk_outputs import instant
from openoms.reading.supply import Short


class SoldOut(Schema):
    """A sku a supplier sells; `price` is null for a key that may not see costs."""

    sku: str
    supplier_code: str
    price: str | None
    lead_days: int | None
    minimum: str
    lot: str
    rank: int


class SupplierOut(Schema):
    code: str
    name: str
    name_zh: str
    currency: str
    lead_days: int
    email: str
    phone: str
    address: str
    terms: str
    is_active: bool
    skus: list[SoldOut]
    updated_at: datetime


class SupplierPage(Schema):
    items: list[SupplierOut]
    next_cursor: str | None


class CentreOut(Schema):
    """A work centre; weekdays are counted from Monday 0."""

    code: str
    name: str
    name_zh: str
    daily_minutes: int
    weekdays: list[int]
    closed_days: list[date]
    is_active: bool


class CentresOut(Schema):
    items: list[CentreOut]


class BillLineOut(Schema):
    sku: str
    quantity: str
    scrap_percent: str


class OperationOut(Schema):
    centre: str
    name: str
    name_zh: str
    set_up_minutes: str
    unit_minutes: str


class BillOut(Schema):
    sku: str
    minimum: str
    lot: str
    is_active: bool
    lines: list[BillLineOut]
    operations: list[OperationOut]
    updated_at: datetime


class BillPage(Schema):
    items: list[BillOut]
    next_cursor: str | None


class NoticeOut(Schema):
    """That so many of an order are no longer needed; `order` is the customer's order it comes from, "" for several."""

    id: UUID
    production_order: str | None
    purchase_order: str | None
    sku: str
    reason: str
    quantity: str
    order: str
    raised_at: datetime
    acknowledged_at: datetime | None
    answer: str


class NoticePage(Schema):
    items: list[NoticeOut]
    next_cursor: str | None


class UnsourcedOut(Schema):
    sku: str
    quantity: str


class ProposedOut(Schema):
    """What a proposal made of demand; `unsourced` skus are neither made nor bought."""

    production_orders: list[str]
    purchase_orders: list[str]
    changed: int
    dropped: int
    notices: int
    unsourced: list[UnsourcedOut]


class LoadOut(Schema):
    """A centre in the schedule: minutes of work, and how much of its capacity up to the last finish that is."""

    centre: str
    minutes: int
    percent: int


class ScheduleOut(Schema):
    """The schedule as a whole; `bottleneck` is the centre that late work waits for longest."""

    orders: int
    late: int
    finish: date | None
    bottleneck: str
    centres: list[LoadOut]


class ShortOut(Schema):
    """What orders lack of a sku; `uncovered` is what nothing that will come covers, `expected_on` when the last
    who waits gets it, null where nobody knows.
    """

    sku: str
    quantity: str
    orders: int
    first_orders: list[str]
    since: datetime
    needed_by: date | None
    expected_on: date | None
    available: str
    incoming: str
    uncovered: str


class ShortsOut(Schema):
    items: list[ShortOut]


def supplier_document(row: Supplier, actor: Actor) -> dict[str, Any]:
    """A supplier as SupplierOut."""
    names = (
        "code",
        "name",
        "name_zh",
        "currency",
        "lead_days",
        "email",
        "phone",
        "address",
        "terms",
        "is_active",
    )
    return {name: getattr(row, name) for name in names} | {
        "skus": [_sold(one, actor) for one in row.skus.all()],
        "updated_at": instant(row.updated_at),
    }


def _sold(row: SupplierSku, actor: Actor) -> dict[str, Any]:
    return {
        "sku": row.sku.code,
        "supplier_code": row.supplier_code,
        "price": plain(row.price) if actor.may(Perm.COST_VIEW) else None,
        "lead_days": row.lead_days,
        "minimum": plain(row.minimum),
        "lot": plain(row.lot),
        "rank": row.rank,
    }


def centre_document(row: WorkCentre) -> dict[str, Any]:
    """A work centre as CentreOut."""
    names = ("code", "name", "name_zh", "daily_minutes", "weekdays", "closed_days", "is_active")
    return {name: getattr(row, name) for name in names}


def bill_document(row: BillOfMaterials) -> dict[str, Any]:
    """A bill as BillOut."""
    return {
        "sku": row.sku.code,
        "minimum": plain(row.minimum),
        "lot": plain(row.lot),
        "is_active": row.is_active,
        "updated_at": instant(row.updated_at),
        "lines": [
            {"sku": r.sku.code, "quantity": plain(r.quantity), "scrap_percent": plain(r.scrap_percent)}
            for r in row.lines.all()
        ],
        "operations": [
            {
                "centre": r.centre.code,
                "name": r.name,
                "name_zh": r.name_zh,
                "set_up_minutes": plain(r.set_up_minutes),
                "unit_minutes": plain(r.unit_minutes),
            }
            for r in row.operations.all()
        ],
    }


def notice_document(row: StopWorkNotice) -> dict[str, Any]:
    """A notice as NoticeOut."""
    work = row.production or row.purchase_line
    assert work is not None, "a notice is about one of the two"
    return {
        "id": row.pk,
        "production_order": row.production.number if row.production else None,
        "purchase_order": row.purchase_line.order.number if row.purchase_line else None,
        "sku": work.sku.code,
        "reason": row.reason,
        "quantity": plain(row.quantity),
        "order": row.for_number,
        "raised_at": instant(row.raised_at),
        "acknowledged_at": instant(row.acknowledged_at),
        "answer": row.answer,
    }


def proposed_document(done: Replanned) -> dict[str, Any]:
    """What a proposal did as ProposedOut."""
    return {
        "production_orders": [row.number for row in done.production],
        "purchase_orders": sorted({line.order.number for line in done.purchase_lines}),
        "changed": done.changed,
        "dropped": done.dropped,
        "notices": len(done.notices),
        "unsourced": [{"sku": sku, "quantity": plain(quantity)} for sku, quantity in done.unsourced],
    }


def schedule_document(found: Plan) -> dict[str, Any]:
    """A schedule as ScheduleOut."""
    return {
        "orders": len(found.jobs),
        "late": sum(1 for job in found.jobs.values() if job.late_days != 0),
        "finish": found.finish,
        "bottleneck": found.bottleneck,
        "centres": [
            {"centre": one.code, "minutes": one.minutes, "percent": one.percent} for one in found.centres
        ],
    }


def short_document(row: Short) -> dict[str, Any]:
    """What is short of a sku as ShortOut."""
    return {
        "sku": row.sku.code,
        "quantity": plain(row.quantity),
        "orders": row.orders,
        "first_orders": [one.order.number for one in row.waiting],
        "since": instant(row.since),
        "needed_by": row.needed_by,
        "expected_on": None if row.has_no_source else row.expected_on,
        "available": plain(row.available),
        "incoming": plain(row.coming),
        "uncovered": plain(row.uncovered),
    }
