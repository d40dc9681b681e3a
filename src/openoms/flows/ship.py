"""Shipping: goods handed to a carrier, packed before or straight from the shelf, and taken back before it has them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.errors import InvalidInput
from openoms.core.money import plain
from openoms.core.types import Actor
from openoms.domains.events.services import record
from openoms.domains.fulfilment import kinds
from openoms.domains.fulfilment import services as fulfilment
from openoms.domains.fulfilment import shipment_services as shipments
from openoms.domains.fulfilment.errors import (
    IllegalWork,
    NoSuchWork,
    NotEnoughToShip,
    NothingToShip,
    NotReleased,
)
from openoms.domains.fulfilment.models import Fulfilment, FulfilmentLine, Shipment
from openoms.domains.fulfilment.rules import deal
from openoms.domains.fulfilment.states import FulfilmentState
from openoms.domains.fulfilment.types import Handover
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.inventory import leaving_services as leaving
from openoms.domains.inventory import services as inventory
from openoms.domains.inventory.errors import NoSuchWarehouse
from openoms.domains.inventory.models import Reservation, Warehouse
from openoms.domains.inventory.states import MovementKind
from openoms.domains.orders import kinds as order_kinds
from openoms.domains.orders import services as orders
from openoms.domains.orders.errors import NoSuchLine
from openoms.domains.orders.models import Line, Order
from openoms.domains.orders.states import Stage, Status
from openoms.flows.steps import fulfilling, holds
from openoms.flows.steps.moving import move

ZERO = Decimal(0)
# What is on somebody's cart or bench leaves by its fulfilment alone.
_IN_HAND = (FulfilmentState.PICKING, FulfilmentState.PICKED, FulfilmentState.PACKED)


@flow
def hand_over(number: str, value: Handover, *, actor: Actor, once: Once | None = None) -> Shipment:
    """Hand a packed fulfilment to a carrier: its goods leave stock. Raises OrderOnHold, IllegalWork, NoSuchWork, InvalidInput."""
    require(actor, Perm.ORDER_VIEW, Perm.FULFILMENT_WORK)
    idempotency.begin(once)
    value = _checked(value)
    found = Fulfilment.objects.filter(number=number).values_list("order__number", flat=True).first()
    if found is None:
        raise NoSuchWork("fulfilment", number)
    order = orders.lock(found)
    kept = {row.pk: row for row in leaving.open_of(order.id)}
    row = fulfilling.lock_with_order(number)[1]
    if row.state != FulfilmentState.PACKED:
        raise IllegalWork(number, row.state, "shipped")
    _demand_ready(order)
    taken = [(kept[line.reservation_id], line.packed) for line in row.lines.all() if line.packed]
    shipment = _send(order, row.warehouse, taken, value, row, actor, now())
    fulfilment.move(row, FulfilmentState.SHIPPED, now())
    fulfilling.restate(order)
    idempotency.finish(once, shipment)
    return shipment


@flow
def ship_goods(
    number: str,
    warehouse: str,
    lines: Mapping[int, Decimal] | None,
    value: Handover,
    *,
    actor: Actor,
    once: Once | None = None,
) -> Shipment:
    """Hand over goods straight from the shelf: so many of each line (by its number), None all that is kept there.

    What is being picked or packed leaves by its fulfilment. Raises NothingToShip, NotEnoughToShip, NotReleased,
    OrderOnHold, NoSuchLine, NoSuchWarehouse, InvalidInput.
    """
    require(actor, Perm.ORDER_VIEW, Perm.FULFILMENT_WORK)
    idempotency.begin(once)
    value = _checked(value)
    order = orders.lock_open(number)
    place = Warehouse.objects.filter(code=warehouse).first()
    if place is None:
        raise NoSuchWarehouse(warehouse)
    _demand_ready(order)
    kept = leaving.open_of(order.id, place.pk)
    fulfilment.lock_waves_of(order.id)
    work = {row.pk: row for row in fulfilment.of_order(order.id)}
    own = {
        line.reservation_id: line
        for line in FulfilmentLine.objects.filter(fulfilment__in=list(work)).select_for_update(of=("self",))
    }
    free = [row for row in kept if row.pk not in own or work[own[row.pk].fulfilment_id].state not in _IN_HAND]
    taken = [(row, row.quantity) for row in free] if lines is None else _chosen(order, free, lines)
    if not taken:
        raise NothingToShip(number)
    at = now()
    shipment = _send(order, place, taken, value, None, actor, at)
    _leave_work([(own[row.pk], quantity) for row, quantity in taken if row.pk in own], work, at)
    fulfilling.restate(order)
    idempotency.finish(once, shipment)
    return shipment


@flow
def cancel_shipment(number: str, reason: str, *, actor: Actor) -> Shipment:
    """Take a shipment back that the carrier does not have yet: its goods are in stock again, kept for the order.

    Raises IllegalWork, NoSuchWork, InvalidInput without a reason.
    """
    require(actor, Perm.ORDER_VIEW, Perm.FULFILMENT_WORK)
    reason = reason.strip()[:300]
    if not reason:
        raise InvalidInput("Say why.", field="reason")
    found = Shipment.objects.filter(number=number).values_list("order__number", "fulfilment__number").first()
    if found is None:
        raise NoSuchWork("shipment", number)
    at = now()
    order = orders.lock_open(found[0])
    packed = fulfilling.lock_with_order(found[1])[1] if found[1] else None
    row = shipments.lock(number)
    back = shipments.cancel(row, reason, at)
    stock = {place.pk: place for place in inventory.lock_stock({one.stock_id for one in back})}
    for one in back:
        source = f"shipment:{number}"
        move(stock[one.stock_id], one.quantity, MovementKind.RETURN, actor, at, reason=reason, source=source)
    leaving.keep_again(back, stock)
    if packed is not None:
        fulfilment.move(packed, FulfilmentState.PACKED, at)
    fulfilling.restate(order)
    data = {"number": order.number, "shipment": number, "reason": reason}
    record(actor, kinds.SHIPMENT_CANCELLED, order.id, data=data)
    return row


def _demand_ready(order: Order) -> None:
    """Raise NotReleased or OrderOnHold for an order of which nothing may leave."""
    if order.status != Status.APPROVED or order.released_at is None:
        raise NotReleased(order.number)
    holds.demand_free(order, Stage.SHIPPING)


def _chosen(
    order: Order, free: Sequence[Reservation], lines: Mapping[int, Decimal]
) -> list[tuple[Reservation, Decimal]]:
    """How many of each reservation make up these quantities of lines; a bundle takes as many of each part as it holds."""
    rows = {
        row.position: row for row in order.lines.select_related("sku").prefetch_related("components__sku")
    }
    taken: list[tuple[Reservation, Decimal]] = []
    short: list[tuple[str, str, str]] = []
    for position, quantity in lines.items():
        if position not in rows:
            raise NoSuchLine(position)
        if not quantity.is_finite() or quantity < 0:
            raise InvalidInput("A quantity is 0 or more.", field="lines")
        for sku, code, wanted in _parts(rows[position], quantity):
            mine = [row for row in free if row.line_id == rows[position].pk and row.stock.sku_id == sku]
            there = sum((row.quantity for row in mine), ZERO)
            if wanted > there:
                short.append((code, plain(there), plain(wanted)))
            dealt = deal([row.quantity for row in mine], wanted)
            taken += [(row, part) for row, part in zip(mine, dealt, strict=True) if part]
    if short:
        raise NotEnoughToShip(order.number, short)
    return taken


def _parts(line: Line, quantity: Decimal) -> list[tuple[UUID, str, Decimal]]:
    parts = list(line.components.all())
    if not parts:
        return [(line.sku_id, line.sku.code, quantity)]
    return [(part.sku_id, part.sku.code, part.quantity * quantity) for part in parts]


def _send(
    order: Order,
    place: Warehouse,
    taken: Sequence[tuple[Reservation, Decimal]],
    value: Handover,
    packed: Fulfilment | None,
    actor: Actor,
    at: datetime,
) -> Shipment:
    """Goods leave: reservations end, stock goes down, the shipment is written and told of."""
    stock = {row.pk: row for row in inventory.lock_stock({row.stock_id for row, _quantity in taken})}
    gone = leaving.let_leave(taken, stock, at)
    shipment = shipments.create(order.id, place.pk, gone, value, fulfilment=packed, by=actor.user_id, at=at)
    left: dict[UUID, Decimal] = {}
    for row in gone:
        left[row.stock_id] = left.get(row.stock_id, ZERO) + row.quantity
    for key in sorted(left):
        source = f"shipment:{shipment.number}"
        move(stock[key], -left[key], MovementKind.SHIPMENT, actor, at, source=source)
    data = {
        "number": order.number,
        "carrier": value.carrier,
        "waybill": value.waybill,
        "shipment": shipment.number,
        "warehouse": place.code,
        "goods": [f"{plain(left[key])} × {stock[key].sku.code}" for key in sorted(left)],
    }
    record(actor, order_kinds.ORDER_SHIPPED, order.id, data=data)
    return shipment


def _leave_work(
    gone: Sequence[tuple[FulfilmentLine, Decimal]], work: Mapping[UUID, Fulfilment], at: datetime
) -> None:
    """What left straight from the shelf is no longer to be picked."""
    for line, quantity in gone:
        row = work[line.fulfilment_id]
        if not fulfilment.shrink_line(line, quantity) and not row.lines.exists():
            fulfilment.move(row, FulfilmentState.CANCELLED, at)
            fulfilment.leave_wave([row])


def _checked(value: Handover) -> Handover:
    """A handover with its texts trimmed. Raises InvalidInput where no carrier is named or a text is too long."""
    parts = (" ".join(value.carrier.split()), " ".join(value.service.split()), value.waybill.strip())
    if not parts[0]:
        raise InvalidInput("Say who takes it.", field="carrier")
    for name, text in zip(("carrier", "service", "waybill"), parts, strict=True):
        if len(text) > 60:
            raise InvalidInput("At most 60 characters.", field=name)
    return Handover(*parts)
