"""Steps of warehouse work: opened for a released order, taken back, and how far the order's goods are by it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from openoms.core import db
from openoms.core.types import Actor
from openoms.domains.events.services import record
from openoms.domains.fulfilment import kinds, queries, rules
from openoms.domains.fulfilment import services as fulfilment
from openoms.domains.fulfilment.errors import NoSuchWork
from openoms.domains.fulfilment.models import Fulfilment
from openoms.domains.fulfilment.rules import Progress
from openoms.domains.fulfilment.states import FulfilmentState
from openoms.domains.inventory.models import Backorder, Reservation, Warehouse
from openoms.domains.orders import services as orders
from openoms.domains.orders.models import Order
from openoms.domains.orders.states import Status


def open_work(order: Order, actor: Actor, at: datetime) -> list[Fulfilment]:
    """Have the warehouses send what is kept for a locked, released order and has no fulfilment yet; those that are new."""
    if order.released_at is None or order.status != Status.APPROVED:
        return []
    opened = []
    for warehouse, kept in fulfilment.uncovered(order.id).items():
        place = Warehouse.objects.select_related("dispatch_plan").get(pk=warehouse)
        when = rules.window(order.requested_date, max(order.released_at, at), queries.dispatch_of(place))
        row, is_new = fulfilment.open_(order.id, warehouse, kept, when, at)
        if is_new:
            opened.append(row)
            data = {
                "number": order.number,
                "fulfilment": row.number,
                "warehouse": place.code,
                "ship_by": row.ship_by.isoformat(),
            }
            record(actor, kinds.FULFILMENT_OPENED, order.id, data=data)
    return opened


def drop(order: Order, actor: Actor, at: datetime) -> Sequence[Fulfilment]:
    """Take all work on a locked order from the warehouses, begun or not; nothing where there is none.

    Call it before its goods are freed: what was picked is to be put back. A wave that waited for it alone is picked.
    """
    waves = fulfilment.lock_waves_of(order.id)
    dropped = fulfilment.drop(order.id, at)
    for wave in waves:
        fulfilment.end_wave_if_picked(wave, at)
    if dropped:
        numbers = [row.number for row in dropped]
        data = {"number": order.number, "fulfilments": numbers}
        record(actor, kinds.FULFILMENT_DROPPED, order.id, data=data)
    return dropped


def restate(*found: Order) -> None:
    """Set how far locked orders' goods are by what left, what is in hand, kept and missing: few statements, however many."""
    db.flush()
    keys = [order.pk for order in found]
    kept = _by_order(Reservation.objects.filter(order__in=keys))
    work = _by_order(Fulfilment.objects.filter(order__in=keys, state__in=rules.BEGUN))
    short = set(Backorder.objects.filter(order__in=keys).values_list("order", flat=True))
    for order in found:
        progress = Progress(
            has_shipped="shipped" in kept[order.pk],
            has_kept="open" in kept[order.pk],
            has_short=order.pk in short,
            work=frozenset(work[order.pk]),
        )
        state = rules.order_state(progress)
        if state != order.fulfilment_state:
            orders.set_fulfilment(order, state)


def _by_order(rows: QuerySet[Any]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    for order, state in rows.order_by().values_list("order", "state").distinct():
        found[order].add(state)
    return found


def lock_with_order(number: str) -> tuple[Order, Fulfilment]:
    """A fulfilment and what is locked before it: its order, the wave it is in. Raises NoSuchWork."""
    found = Fulfilment.objects.filter(number=number).values_list("order__number", "wave__number").first()
    if found is None:
        raise NoSuchWork("fulfilment", number)
    order = orders.lock(found[0])
    if found[1]:
        fulfilment.lock_waves_of(order.id)
    return order, fulfilment.lock(number)


def start(order: Order, row: Fulfilment, actor: Actor, at: datetime, wave: str = "") -> None:
    """Begin to pick a locked fulfilment of a locked order, whose state is the caller's to restate. Raises IllegalWork."""
    fulfilment.move(row, FulfilmentState.PICKING, at)
    data = {"number": order.number, "fulfilment": row.number, "wave": wave}
    record(actor, kinds.FULFILMENT_STARTED, order.id, data=data)


def settle_picked(row: Fulfilment, number: str, actor: Actor, at: datetime) -> bool:
    """Note that a locked fulfilment is picked once nothing of it is left to pick; whether it is."""
    if row.state != FulfilmentState.PICKING or queries.has_more_to_pick(row.pk):
        return False
    fulfilment.move(row, FulfilmentState.PICKED, at)
    data = {"number": number, "fulfilment": row.number}
    record(actor, kinds.FULFILMENT_PICKED, row.order_id, data=data)
    return True
