"""What the API is sent about warehouse work, and what it answers."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field, StringConstraints

from openoms.core.shapes import NO_NUL, Amount, Day, Flag, Whole
from openoms.domains.fulfilment.models import DispatchPlan, Fulfilment, Shipment, Wave
from openoms.domains.fulfilment.types import Handover, ParcelInput
from openoms.domains.orders.models import Hold, Instruction
from openoms.interfaces.api.amounts import number
from openoms.interfaces.api.desk_outputs import instant
from openoms.interfaces.api.inputs import Code, Input
from openoms.reading.fulfilment import Fetch, Proposed, WaveWork

Quantity = Annotated[Amount, Field(gt=0, le=10**9)]
Short = Annotated[str, StringConstraints(max_length=60, pattern=NO_NUL)]
Carrier = Annotated[
    str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")
]
Text = Annotated[str, StringConstraints(max_length=300, pattern=NO_NUL)]
Reason = Annotated[
    str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")
]
Number = Annotated[str, StringConstraints(max_length=40, pattern=NO_NUL)]


class GoodsIn(Input):
    """So many of a sku, by its code or barcode."""

    sku: Code
    quantity: Quantity


class ShortIn(Input):
    """What remains of a sku is not there."""

    sku: Code
    reason: Literal["missing", "damaged"] = "missing"


class PickIn(Input):
    """What was picked: null all of it. What remains of `short` skus is waited for again."""

    lines: Annotated[list[GoodsIn], Field(max_length=500)] | None = None
    short: Annotated[list[ShortIn], Field(max_length=500)] = []


class ScanIn(Input):
    """What was scanned for a wave, and how many."""

    code: Code
    quantity: Quantity = Decimal(1)


class ParcelIn(Input):
    """A parcel: what it holds and, in grams, what it weighs."""

    lines: Annotated[list[GoodsIn], Field(min_length=1, max_length=500)]
    weight_g: Annotated[Whole, Field(ge=1, le=10**7)] | None = None

    def value_object(self) -> ParcelInput:
        """As the flow takes it."""
        return ParcelInput(summed(self.lines), self.weight_g)


class PackIn(Input):
    """The parcels; null: all that was picked in one."""

    parcels: Annotated[list[ParcelIn], Field(min_length=1, max_length=200)] | None = None


class HandoverIn(Input):
    """With whom it goes."""

    carrier: Carrier
    service: Short = ""
    waybill: Short = ""

    def handover(self) -> Handover:
        """As the flow takes it."""
        return Handover(self.carrier, self.service, self.waybill)


class ShipLineIn(Input):
    """So many of a line, by its number in the order."""

    line: Annotated[Whole, Field(ge=1, le=10_000)]
    quantity: Annotated[Amount, Field(ge=0, le=10**9)]


class ShipmentIn(HandoverIn):
    """Goods that leave straight from the shelf; `lines` null: all that is kept for the order there."""

    warehouse: Code
    lines: Annotated[list[ShipLineIn], Field(max_length=500)] | None = None


class WaveIn(Input):
    """Fulfilments to pick on one round, by number, in the order of the cart."""

    fulfilments: Annotated[list[Number], Field(min_length=1, max_length=200)]


class ReasonIn(Input):
    """Why."""

    reason: Reason


class DispatchIn(Input):
    """When a warehouse sends; weekdays are counted from Monday 0, days are working days."""

    works_on: Annotated[list[Annotated[Whole, Field(ge=0, le=6)]], Field(min_length=1, max_length=7)]
    keeps_holidays: Flag = True
    closed_on: Annotated[list[Day], Field(max_length=400)] = []
    transit_days: Annotated[Whole, Field(ge=0, le=90)] = 2
    early_days: Annotated[Whole, Field(ge=0, le=365)] | None = None
    wave_size: Annotated[Whole, Field(ge=1, le=200)] = 24


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


def summed(lines: Sequence[GoodsIn]) -> dict[str, Decimal]:
    """Quantities by sku; one named twice counts twice."""
    found: dict[str, Decimal] = {}
    for line in lines:
        found[line.sku] = found.get(line.sku, Decimal(0)) + line.quantity
    return found


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
                "quantity": number(line.quantity),
                "picked": number(line.picked),
                "packed": number(line.packed),
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
                    {"sku": part.line.sku.code, "quantity": number(part.quantity)} for part in box.lines.all()
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
        "quantity": number(fetch.quantity),
        "picked": number(fetch.picked),
        "totes": [
            {"tote": line.fulfilment.tote, "quantity": number(line.quantity), "picked": number(line.picked)}
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
            {"line": line.line.position, "sku": line.sku.code, "quantity": number(line.quantity)}
            for line in row.lines.all()
        ],
    }


def dispatch_document(plan: DispatchPlan) -> Mapping[str, Any]:
    """When a warehouse sends as DispatchOut."""
    names = ("works_on", "keeps_holidays", "closed_on", "transit_days", "early_days", "wave_size")
    return {name: getattr(plan, name) for name in names}
