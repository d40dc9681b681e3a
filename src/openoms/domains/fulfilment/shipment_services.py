"""Writing shipments: goods handed to a carrier, and taken back before it had them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from openoms.core import db
from openoms.core.ids import uuid7
from openoms.domains.fulfilment import services
from openoms.domains.fulfilment.errors import IllegalWork, NoSuchWork
from openoms.domains.fulfilment.models import Fulfilment, Shipment, ShipmentLine
from openoms.domains.fulfilment.states import ShipmentState
from openoms.domains.fulfilment.types import Handover
from openoms.domains.inventory.models import Reservation


def lock(number: str) -> Shipment:
    """The shipment of that number, locked; its order is locked before it. Raises NoSuchWork."""
    db.require_atomic()
    rows = Shipment.objects.select_for_update(of=("self",)).select_related("warehouse")
    row = rows.filter(number=number).first()
    if row is None:
        raise NoSuchWork("shipment", number)
    return row


def create(
    order: UUID,
    warehouse: UUID,
    gone: Sequence[Reservation],
    value: Handover,
    *,
    fulfilment: Fulfilment | None,
    by: UUID | None,
    at: datetime,
) -> Shipment:
    """Write down that what left went with a carrier."""
    db.require_atomic()
    row = Shipment.objects.create(
        id=uuid7(), number=services.shipment_number(), order_id=order, warehouse_id=warehouse,
        fulfilment=fulfilment, carrier=value.carrier, service=value.service, waybill=value.waybill,
        shipped_at=at, shipped_by_id=by,
    )  # fmt: skip
    ShipmentLine.objects.bulk_create(
        ShipmentLine(
            id=uuid7(), shipment=row, line_id=one.line_id, reservation=one, sku_id=one.stock.sku_id,
            quantity=one.quantity,
        )
        for one in gone
    )  # fmt: skip
    return row


def cancel(row: Shipment, reason: str, at: datetime) -> list[Reservation]:
    """Undo a locked shipment; the reservations whose goods are back. Raises IllegalWork."""
    db.require_atomic()
    if row.state != ShipmentState.SHIPPED:
        raise IllegalWork(row.number, row.state, "cancelled")
    row.state, row.cancelled_at, row.cancel_reason = ShipmentState.CANCELLED, at, reason
    row.save(update_fields=["state", "cancelled_at", "cancel_reason"])
    lines = row.lines.select_related("reservation__stock__sku", "reservation__stock__warehouse")
    return [line.reservation for line in lines]
