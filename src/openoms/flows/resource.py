"""Sourcing by hand: goods kept for an order at one warehouse are kept at another instead."""

from datetime import datetime
from decimal import Decimal

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.errors import InvalidInput
from openoms.core.money import plain
from openoms.core.types import Actor
from openoms.domains.events.services import record
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.inventory import kinds
from openoms.domains.inventory import leaving_services as leaving
from openoms.domains.inventory import services as inventory
from openoms.domains.inventory.errors import NoSuchWarehouse, NotEnoughThere
from openoms.domains.inventory.models import Reservation, Warehouse
from openoms.domains.inventory.services import Kept
from openoms.domains.orders import services as orders
from openoms.domains.orders.errors import NoSuchLine
from openoms.domains.orders.models import Order
from openoms.domains.orders.rules import IllegalMove, is_begun
from openoms.flows.steps import fulfilling

ZERO = Decimal(0)


@flow
def resource(
    number: str,
    position: int,
    sku: str,
    source: str,
    target: str,
    *,
    actor: Actor,
    quantity: Decimal | None = None,
    base_revision: int | None = None,
) -> Order:
    """Keep so many (None: all) of a line's sku at warehouse `target` that were kept at `source`; warehouses by code.

    Raises NoSuchOrder, StaleRevision, NoSuchLine, NoSuchWarehouse, IllegalMove once somebody has begun, InvalidInput for
    what is not kept there, NotEnoughThere where the other has too few.
    """
    require(actor, Perm.ORDER_VIEW, Perm.STOCK_ADJUST)
    order = orders.lock(number, base_revision)
    if is_begun(order.fulfilment_state):
        raise IllegalMove(number, order.status, "sourced anew")
    at = now()
    line = order.lines.filter(position=position).first()
    if line is None:
        raise NoSuchLine(position)
    places = {row.code: row for row in Warehouse.objects.filter(code__in=(source, target))}
    for code in (source, target):
        if code not in places:
            raise NoSuchWarehouse(code)
    if source == target or not places[target].is_active:
        raise InvalidInput("Choose another warehouse that is in use.", field="target")
    kept = [
        row
        for row in leaving.open_of(order.id, places[source].pk)
        if row.line_id == line.pk and row.stock.sku.code == sku
    ]
    there = sum((row.quantity for row in kept), ZERO)
    wanted = there if quantity is None else quantity
    if not wanted.is_finite() or not 0 < wanted <= there:
        raise InvalidInput(f"{plain(there)} of it are kept there.", field="quantity")
    fulfilling.drop(order, actor, at)
    _move(order, kept, places[target], wanted, at)
    data = {"number": number, "sku": sku, "quantity": plain(wanted), "source": source, "target": target}
    record(actor, kinds.ORDER_RESOURCED, order.id, data=data)
    return order


def _move(order: Order, kept: list[Reservation], target: Warehouse, wanted: Decimal, at: datetime) -> None:
    """Free so much of these reservations and keep it at the target, whose stock is locked with theirs."""
    sku = kept[0].stock.sku
    row = inventory.row_of(target.pk, sku.pk)
    stock = {place.pk: place for place in inventory.lock_stock({one.stock_id for one in kept} | {row})}
    if stock[row].available < wanted:
        raise NotEnoughThere(target.code, sku.code, stock[row].available)
    left = wanted
    for one in kept:
        part = min(left, one.quantity)
        if part:
            leaving.lose(one, stock[one.stock_id], part, at)
            left -= part
    inventory.reserve(order.id, [Kept(kept[0].line_id, row, wanted)], at)
