"""What the API answers about warehouse work."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Schema

from openoms.core.money import plain
from openoms.domains.fulfilment.models import DispatchPlan, Fulfilment, Shipment, Wave
from openoms.domains.orders.models import Hold, Instruction
from openoms.interfaces.api.desk_outputs import instant
from openoms.reading.fulfilment import Fetch, Proposed, WaveWork


class WorkLineOut(Schema):
    """Goods to be picked from a bin for a line of the order; a bundle's line has one for each part."""

    line: int
    sku: str
    name: str
    bin: str
    quantity: str
    picked: str
    packed: str


class GoodsOut(Schema):
    sku: str
    quantity: str


class ParcelOut(Schema):
    position: int
    weight_g: int | None
    lines: list[GoodsOut]


class BlockedOut(Schema):
    """A hold that keeps it from the next step."""

    kind: str
    stage: str
    reason: str


class RemarkOut(Schema):
    """A remark the warehouse is to heed."""

    id: UUID
    text: str
    audience: str
    stage: str
    blocking: bool
    state: str


class FulfilmentHeadOut(Schema):
    """What a warehouse has to send for an order. Paths take its number or its id."""

    id: UUID
    number: str
    order: str
    warehouse: str
    state: str
    wave: str | None
    tote: int | None
    not_before: date | None
    ship_by: date
    created_at: datetime
    lines: list[WorkLineOut]
    blocked_by: list[BlockedOut]
    instructions: list[RemarkOut]


class FulfilmentOut(FulfilmentHeadOut):
    parcels: list[ParcelOut]
    shipments: list[str]


class FulfilmentPage(Schema):
    items: list[FulfilmentHeadOut]
    next_cursor: str | None


class FetchOut(Schema):
    """What to take from one bin, and which tote gets how many."""

    sku: str
    name: str
    bin: str
    quantity: str
    picked: str
    totes: list[dict[str, Any]]


class WaveHeadOut(Schema):
    id: UUID
    number: str
    warehouse: str
    state: str
    ship_by: date
    created_at: datetime
    started_at: datetime | None
    picked_at: datetime | None


class WaveOut(WaveHeadOut):
    fulfilments: list[str]
    picks: list[FetchOut]


class WavePage(Schema):
    items: list[WaveHeadOut]
    next_cursor: str | None


class LeftOutOut(Schema):
    """A fulfilment that could not begin."""

    fulfilment: str
    code: str
    detail: str


class BegunOut(Schema):
    """A wave that was begun (null where nothing could) and what was left out."""

    wave: WaveHeadOut | None
    left_out: list[LeftOutOut]


class ToteOut(Schema):
    tote: int
    quantity: str


class PickedOut(Schema):
    """Which totes what was scanned went into, and how many of it the wave still needs."""

    sku: str
    totes: list[ToteOut]
    left: str
    is_done: bool


class ProposalOut(Schema):
    """Fulfilments best picked together now."""

    warehouse: str
    fulfilments: list[str]
    ship_by: date
    why: str
    is_single: bool


class ProposalsOut(Schema):
    items: list[ProposalOut]


class ShipmentLineOut(Schema):
    line: int
    sku: str
    quantity: str


class ShipmentOut(Schema):
    """Goods handed to a carrier. Paths take its number or its id."""

    id: UUID
    number: str
    order: str
    warehouse: str
    fulfilment: str | None
    carrier: str
    service: str
    waybill: str
    state: str
    shipped_at: datetime
    cancelled_at: datetime | None
    cancel_reason: str
    lines: list[ShipmentLineOut]


class ShipmentsOut(Schema):
    items: list[ShipmentOut]


class DispatchOut(Schema):
    works_on: list[int]
    keeps_holidays: bool
    closed_on: list[date]
    transit_days: int
    early_days: int | None
    wave_size: int


def fulfilment_head(row: Fulfilment, held: Sequence[Hold], remarks: Sequence[Instruction]) -> dict[str, Any]:
    """A fulfilment (reading.fulfilment.complete) as FulfilmentHeadOut."""
    return {
        "id": row.pk,
        "number": row.number,
        "order": row.order.number,
        "warehouse": row.warehouse.code,
        "state": row.state,
        "wave": row.wave.number if row.wave else None,
        "tote": row.tote,
        "not_before": row.not_before,
        "ship_by": row.ship_by,
        "created_at": instant(row.created_at),
        "lines": [
            {
                "line": line.line.position,
                "sku": line.sku.code,
                "name": line.line.name,
                "bin": line.stock.bin,
                "quantity": plain(line.quantity),
                "picked": plain(line.picked),
                "packed": plain(line.packed),
            }
            for line in row.lines.all()
        ],
        "blocked_by": [{"kind": hold.kind, "stage": hold.stage, "reason": hold.reason} for hold in held],
        "instructions": [
            {
                "id": one.pk, "text": one.text, "audience": one.audience, "stage": one.stage,
                "blocking": one.blocking, "state": one.state,
            }
            for one in remarks
        ],
    }  # fmt: skip


def fulfilment_document(
    row: Fulfilment, held: Sequence[Hold], remarks: Sequence[Instruction]
) -> dict[str, Any]:
    """A fulfilment as FulfilmentOut."""
    return fulfilment_head(row, held, remarks) | {
        "parcels": [
            {
                "position": box.position,
                "weight_g": box.weight_g,
                "lines": [
                    {"sku": part.line.sku.code, "quantity": plain(part.quantity)} for part in box.lines.all()
                ],
            }
            for box in row.parcels.all()
        ],
        "shipments": [shipment.number for shipment in row.shipments.all()],
    }


def wave_head(row: Wave) -> dict[str, Any]:
    """A wave as WaveHeadOut."""
    return {
        "id": row.pk,
        "number": row.number,
        "warehouse": row.warehouse.code,
        "state": row.state,
        "ship_by": row.ship_by,
        "created_at": instant(row.created_at),
        "started_at": instant(row.started_at) if row.started_at else None,
        "picked_at": instant(row.picked_at) if row.picked_at else None,
    }


def wave_document(work: WaveWork) -> dict[str, Any]:
    """A wave as WaveOut."""
    return wave_head(work.wave) | {
        "fulfilments": [row.number for row in work.fulfilments],
        "picks": [_fetch(fetch) for fetch in work.fetches],
    }


def _fetch(fetch: Fetch) -> dict[str, Any]:
    return {
        "sku": fetch.sku.code,
        "name": fetch.lines[0].line.name,
        "bin": fetch.bin,
        "quantity": plain(fetch.quantity),
        "picked": plain(fetch.picked),
        "totes": [
            {"tote": line.fulfilment.tote, "quantity": plain(line.quantity), "picked": plain(line.picked)}
            for line in fetch.lines
        ],
    }


def proposal_document(warehouse: str, one: Proposed) -> dict[str, Any]:
    """A proposed wave as ProposalOut."""
    return {
        "warehouse": warehouse,
        "fulfilments": [row.number for row in one.rows],
        "ship_by": one.ship_by,
        "why": one.why,
        "is_single": one.is_single,
    }


def shipment_document(row: Shipment) -> dict[str, Any]:
    """A shipment as ShipmentOut."""
    names = ("number", "carrier", "service", "waybill", "state", "cancel_reason")
    return {name: getattr(row, name) for name in names} | {
        "id": row.pk,
        "order": row.order.number,
        "warehouse": row.warehouse.code,
        "fulfilment": row.fulfilment.number if row.fulfilment else None,
        "shipped_at": instant(row.shipped_at),
        "cancelled_at": instant(row.cancelled_at) if row.cancelled_at else None,
        "lines": [
            {"line": line.line.position, "sku": line.sku.code, "quantity": plain(line.quantity)}
            for line in row.lines.all()
        ],
    }


def dispatch_document(plan: DispatchPlan) -> Mapping[str, Any]:
    """When a warehouse sends as DispatchOut."""
    names = ("works_on", "keeps_holidays", "closed_on", "transit_days", "early_days", "wave_size")
    return {name: getattr(plan, name) for name in names}
