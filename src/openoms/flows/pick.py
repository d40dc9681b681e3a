"""Picking: goods taken from their bins, scanned one by one or noted at once, and what is not there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.money import plain
from openoms.core.types import Actor
from openoms.domains.catalog.models import Sku
from openoms.domains.events.services import record
from openoms.domains.fulfilment import kinds
from openoms.domains.fulfilment import services as fulfilment
from openoms.domains.fulfilment.errors import (
    IllegalWork,
    MoreThanNeeded,
    NotOnTheList,
)
from openoms.domains.fulfilment.models import Fulfilment, FulfilmentLine, Wave
from openoms.domains.fulfilment.rules import deal
from openoms.domains.fulfilment.states import FulfilmentState, ShortReason, WaveState
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.inventory import leaving_services as leaving
from openoms.domains.inventory import services as inventory
from openoms.domains.inventory.models import Reservation
from openoms.domains.inventory.states import MovementKind
from openoms.domains.orders.models import Order
from openoms.domains.orders.states import Stage
from openoms.flows.steps import allocating, fulfilling, holds
from openoms.flows.steps.moving import move
from openoms.flows.steps.scanning import demand_quantity, sku_of, skus_of

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Picked:
    """What came of a scan: how many of the sku went into which totes, and how many the wave still needs of it."""

    sku: Sku
    totes: Sequence[tuple[int, Decimal]]
    left: Decimal
    is_done: bool


@flow
def pick_item(wave: str, code: str, quantity: Decimal, *, actor: Actor, once: Once | None = None) -> Picked:
    """Take so many of what was scanned (sku or barcode) for a wave: its orders get them in the order of the cart.

    Raises UnknownCode, NotOnTheList, MoreThanNeeded, IllegalWork, NoSuchWork.
    """
    require(actor, Perm.ORDER_VIEW, Perm.FULFILMENT_WORK)
    idempotency.begin(once)
    demand_quantity(quantity)
    sku = sku_of(code)
    at = now()
    round_ = fulfilment.lock_wave(wave)
    if round_.state != WaveState.PICKING:
        raise IllegalWork(wave, round_.state, "picked")
    rows = _being_picked(round_)
    lines = fulfilment.lines_to_pick(rows, sku.pk)
    given = _take(wave, sku, lines, quantity)
    for key in {line.fulfilment_id for line in given}:
        fulfilling.settle_picked(rows[key], rows[key].order.number, actor, at)
    done = Picked(
        sku,
        [(line.fulfilment.tote or 0, took) for line, took in given.items()],
        sum((line.quantity - line.picked for line in lines), ZERO),
        fulfilment.end_wave_if_picked(round_, at),
    )
    idempotency.finish(once, done)
    return done


@flow
def pick_fulfilment(
    number: str,
    goods: Mapping[str, Decimal] | None,
    *,
    actor: Actor,
    short: Mapping[str, ShortReason] | None = None,
    once: Once | None = None,
) -> Fulfilment:
    """Note what was picked of a fulfilment by sku (None: all of it), beginning it where nobody has.

    What remains of the skus in `short` is not there: those lines wait for goods again. Raises OrderOnHold, IllegalWork,
    MoreThanNeeded, NotOnTheList, NoSuchWork.
    """
    require(actor, Perm.ORDER_VIEW, Perm.FULFILMENT_WORK)
    idempotency.begin(once)
    at = now()
    order, row = fulfilling.lock_with_order(number)
    if row.state == FulfilmentState.OPEN:
        _demand_no_wave(row)
        holds.demand_free(order, Stage.PICKING)
        fulfilling.start(order, row, actor, at)
        fulfilling.restate(order)
    if row.state != FulfilmentState.PICKING:
        raise IllegalWork(number, row.state, "picked")
    lines = fulfilment.lines_to_pick([row.pk])
    if goods is None:
        fulfilment.add_picked({line: line.quantity - line.picked for line in lines})
    skus = skus_of({*(goods or {}), *(short or {})})
    for code, quantity in (goods or {}).items():
        demand_quantity(quantity)
        _take(number, skus[code], [line for line in lines if line.sku_id == skus[code].pk], quantity)
    _give_up_all(
        order,
        row,
        [(skus[code], reason, "") for code, reason in (short or {}).items()],
        lines,
        actor,
        at,
    )
    _settle(order, row, actor, at)
    idempotency.finish(once, row)
    return row


@flow
def short_pick(number: str, code: str, reason: ShortReason, note: str = "", *, actor: Actor) -> Fulfilment:
    """Say that what remains of a sku of a fulfilment being picked is not there: its line waits for goods again.

    Stock is corrected by as much, with the reason. Raises UnknownCode, NotOnTheList, IllegalWork, NoSuchWork.
    """
    require(actor, Perm.ORDER_VIEW, Perm.FULFILMENT_WORK)
    sku = sku_of(code)
    at = now()
    order, row = fulfilling.lock_with_order(number)
    if row.state != FulfilmentState.PICKING:
        raise IllegalWork(number, row.state, "picked")
    lines = fulfilment.lines_to_pick([row.pk], sku.pk)
    _give_up_all(order, row, [(sku, reason, note.strip()[:300])], lines, actor, at)
    _settle(order, row, actor, at)
    return row


def _settle(order: Order, row: Fulfilment, actor: Actor, at: datetime) -> None:
    """Follow a fulfilment whose picking went on: picked, or nothing of it left; its wave and order with it."""
    if row.state == FulfilmentState.PICKING and not row.lines.exists():
        fulfilment.move(row, FulfilmentState.CANCELLED, at)
    fulfilling.settle_picked(row, order.number, actor, at)
    fulfilling.restate(order)
    if row.wave is not None:
        fulfilment.end_wave_if_picked(row.wave, at)


def _give_up_all(
    order: Order,
    row: Fulfilment,
    missed: Sequence[tuple[Sku, ShortReason, str]],
    lines: Sequence[FulfilmentLine],
    actor: Actor,
    at: datetime,
) -> None:
    """What remains of these skus is not there: stock says so, and the order waits for it again. Raises NotOnTheList."""
    gone: list[tuple[FulfilmentLine, ShortReason, str]] = []
    for sku, reason, note in missed:
        mine = [line for line in lines if line.sku_id == sku.pk and line.picked < line.quantity]
        if not mine:
            raise NotOnTheList(row.number, sku.code)
        gone += [(line, reason, note) for line in mine]
    if not gone:
        return
    stock = {place.pk: place for place in inventory.lock_stock({line.stock_id for line, *_ in gone})}
    kept = Reservation.objects.in_bulk([line.reservation_id for line, *_ in gone])
    waits: dict[tuple[UUID, UUID], Decimal] = {}
    for line, reason, note in gone:
        missing, place, key = line.quantity - line.picked, stock[line.stock_id], line.reservation_id
        fulfilment.shrink_line(line, missing)
        leaving.lose(kept[key], place, missing, at)
        told = f"{reason}: {note}" if note else str(reason)
        move(
            place,
            -missing,
            MovementKind.ADJUSTMENT,
            actor,
            at,
            reason=told,
            source=f"fulfilment:{row.number}",
        )
        wanted = line.line_id, line.sku_id
        waits[wanted] = waits.get(wanted, ZERO) + missing
        data = {
            "number": order.number, "fulfilment": row.number, "warehouse": place.warehouse.code,
            "sku": place.sku.code, "quantity": plain(missing), "reason": str(reason), "note": note,
        }  # fmt: skip
        record(actor, kinds.FULFILMENT_SHORT, order.id, data=data)
    leaving.wait_again(order.id, waits, order.requested_date, at)
    allocating.hold_lines(order, [(line.line_id, line.sku.code) for line, *_ in gone], actor, at)


def _take(
    number: str, sku: Sku, lines: Sequence[FulfilmentLine], quantity: Decimal
) -> dict[FulfilmentLine, Decimal]:
    """Give so many of a sku to locked lines; who got how many. Raises NotOnTheList, MoreThanNeeded."""
    wanted = [line.quantity - line.picked for line in lines]
    left = sum(wanted, ZERO)
    if not left:
        raise NotOnTheList(number, sku.code)
    if quantity > left:
        raise MoreThanNeeded(number, sku.code, plain(left))
    given = {line: took for line, took in zip(lines, deal(wanted, quantity), strict=True) if took}
    fulfilment.add_picked(given)
    return given


def _being_picked(wave: Wave) -> dict[UUID, Fulfilment]:
    """The fulfilments of a locked wave that are being picked, locked, by key."""
    rows = Fulfilment.objects.filter(wave=wave, state=FulfilmentState.PICKING).select_related("order")
    return {row.pk: row for row in rows.order_by("pk").select_for_update(of=("self",))}


def _demand_no_wave(row: Fulfilment) -> None:
    if row.wave is not None:
        raise IllegalWork(row.number, f"in wave {row.wave.number}", "picked by itself")
