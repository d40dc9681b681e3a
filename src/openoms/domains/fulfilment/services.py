"""Writing fulfilments and waves: opened for released orders, gathered, begun, picked."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from openoms.core import db
from openoms.core.ids import uuid7
from openoms.domains.fulfilment.errors import IllegalWork, NoSuchWork
from openoms.domains.fulfilment.models import DispatchPlan, Fulfilment, FulfilmentLine, Wave
from openoms.domains.fulfilment.rules import BEGUN, TO_DO, Window, check_step, check_wave
from openoms.domains.fulfilment.states import FulfilmentState, WaveState
from openoms.domains.inventory.models import Reservation


def lock(number: str) -> Fulfilment:
    """The fulfilment of that number, locked; its order is locked before it. Raises NoSuchWork."""
    db.require_atomic()
    rows = Fulfilment.objects.select_for_update(of=("self",)).select_related("warehouse", "wave")
    row = rows.filter(number=number).first()
    if row is None:
        raise NoSuchWork("fulfilment", number)
    return row


def lock_wave(number: str) -> Wave:
    """The wave of that number, locked. Raises NoSuchWork."""
    db.require_atomic()
    row = (
        Wave.objects.select_for_update(of=("self",)).select_related("warehouse").filter(number=number).first()
    )
    if row is None:
        raise NoSuchWork("wave", number)
    return row


def of_order(order: UUID, states: Collection[FulfilmentState] = TO_DO) -> list[Fulfilment]:
    """The fulfilments of a locked order in these states, locked, oldest first."""
    db.require_atomic()
    rows = Fulfilment.objects.filter(order=order, state__in=states).select_related("warehouse").order_by("id")
    return list(rows.select_for_update(of=("self",)))


def uncovered(order: UUID) -> dict[UUID, list[Reservation]]:
    """What is kept for a locked order that no fulfilment has yet, by warehouse."""
    rows = Reservation.objects.filter(order=order, state="open", work=None).select_related("stock")
    found: dict[UUID, list[Reservation]] = {}
    for row in rows.order_by("id"):
        found.setdefault(row.stock.warehouse_id, []).append(row)
    return found


def open_(
    order: UUID, warehouse: UUID, kept: Sequence[Reservation], when: Window, at: datetime
) -> tuple[Fulfilment, bool]:
    """Have a warehouse send goods kept for a locked order: one it has not begun takes them, else a new one; whether new."""
    waiting = [row for row in of_order(order, (FulfilmentState.OPEN,)) if row.warehouse_id == warehouse]
    row = waiting[0] if waiting else None
    is_new = row is None
    if row is None:
        row = Fulfilment.objects.create(
            id=uuid7(), number=f"F{db.next_of('fulfilment_number'):07d}", order_id=order, warehouse_id=warehouse,
            not_before=when.not_before, ship_by=when.ship_by, created_at=at,
        )  # fmt: skip
    FulfilmentLine.objects.bulk_create(
        FulfilmentLine(
            id=uuid7(), fulfilment=row, line_id=one.line_id, reservation=one, stock_id=one.stock_id,
            sku_id=one.stock.sku_id, quantity=one.quantity,
        )
        for one in kept
    )  # fmt: skip
    return row, is_new


def drop(order: UUID, at: datetime) -> list[Fulfilment]:
    """Take all work on a locked order from its warehouses: what nobody began is gone, begun work is cancelled."""
    dropped = of_order(order)
    for row in dropped:
        if row.state in BEGUN:
            move(row, FulfilmentState.CANCELLED, at)
        else:
            row.lines.all().delete()
            row.delete()
    return dropped


def move(row: Fulfilment, target: FulfilmentState, at: datetime) -> None:
    """Take a locked fulfilment to another state. Raises IllegalWork."""
    db.require_atomic()
    check_step(row.number, row.state, target)
    row.state = target
    if target is FulfilmentState.PICKING:
        row.started_at = at
    elif target is FulfilmentState.PICKED:
        row.picked_at, row.packed_at = row.picked_at or at, None
    elif target is FulfilmentState.PACKED:
        row.packed_at, row.ended_at = row.packed_at or at, None
    else:
        row.ended_at = at
    row.save(update_fields=["state", "started_at", "picked_at", "packed_at", "ended_at"])


# ---- waves


def plan_wave(rows: Sequence[Fulfilment], by: UUID | None, at: datetime) -> Wave:
    """Gather locked fulfilments of one warehouse that nobody has begun, each at its place on the cart."""
    db.require_atomic()
    for row in rows:
        if row.state != FulfilmentState.OPEN or row.wave_id is not None:
            raise IllegalWork(row.number, row.state if row.wave_id is None else "in a wave", "gathered")
    wave = Wave.objects.create(
        id=uuid7(), number=f"W{db.next_of('fulfilment_wave_number'):06d}", warehouse_id=rows[0].warehouse_id,
        ship_by=min(row.ship_by for row in rows), created_at=at, created_by_id=by,
    )  # fmt: skip
    for tote, row in enumerate(rows, 1):
        row.wave, row.tote = wave, tote
    Fulfilment.objects.bulk_update(rows, ["wave", "tote"])
    return wave


def leave_wave(rows: Iterable[Fulfilment]) -> None:
    """Take locked fulfilments out of their wave again."""
    rows = list(rows)
    for row in rows:
        row.wave, row.tote = None, None
    Fulfilment.objects.bulk_update(rows, ["wave", "tote"])


def begin_wave(wave: Wave, picker: UUID | None, at: datetime) -> None:
    """Note who picks a locked wave from now on. Raises IllegalWork."""
    check_wave(wave.number, wave.state, WaveState.PICKING)
    wave.state, wave.picker_id, wave.started_at = WaveState.PICKING, picker, at
    wave.save(update_fields=["state", "picker", "started_at"])


def end_wave_if_picked(wave: Wave, at: datetime) -> bool:
    """Note that a locked wave is picked once nothing of it is left to pick; whether it is."""
    db.require_atomic()
    if wave.state != WaveState.PICKING or wave.fulfilments.filter(state=FulfilmentState.PICKING).exists():
        return wave.state == WaveState.PICKED
    wave.state, wave.picked_at = WaveState.PICKED, at
    wave.save(update_fields=["state", "picked_at"])
    return True


def lock_waves_of(order: UUID) -> list[Wave]:
    """The waves a locked order's fulfilments are picked in, locked before these."""
    db.require_atomic()
    keys = Fulfilment.objects.filter(order=order, state__in=TO_DO, wave__isnull=False).values("wave")
    return list(Wave.objects.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",)))


def dissolve(wave: Wave) -> None:
    """Undo a locked wave that nobody began. Raises IllegalWork."""
    if wave.state != WaveState.PLANNED:
        raise IllegalWork(wave.number, wave.state, "dissolved")
    Fulfilment.objects.filter(wave=wave).update(wave=None, tote=None)
    wave.delete()


# ---- picking


def lines_to_pick(fulfilments: Iterable[UUID], sku: UUID | None = None) -> list[FulfilmentLine]:
    """Lines of these fulfilments, of one sku or all, locked: by place on the cart, then as they were kept."""
    db.require_atomic()
    rows = FulfilmentLine.objects.filter(fulfilment__in=list(fulfilments))
    rows = rows if sku is None else rows.filter(sku=sku)
    rows = rows.select_related("fulfilment", "sku", "stock").order_by("fulfilment__tote", "id")
    return list(rows.select_for_update(of=("self",)))


def add_picked(given: Mapping[FulfilmentLine, Decimal]) -> None:
    """Note what was picked of locked lines."""
    db.require_atomic()
    for line, quantity in given.items():
        line.picked += quantity
    FulfilmentLine.objects.bulk_update(given, ["picked"])


def shrink_line(line: FulfilmentLine, missing: Decimal) -> bool:
    """Ask for so much less of a locked line; whether anything of it is left."""
    db.require_atomic()
    line.quantity -= missing
    if line.quantity > 0:
        line.save(update_fields=["quantity"])
        return True
    line.delete()
    return False


def save_dispatch(
    warehouse: UUID, works_on: Sequence[int], closed_on: Sequence[date], *, keeps_holidays: bool,
    transit_days: int, early_days: int | None, wave_size: int,
) -> DispatchPlan:  # fmt: skip
    """Keep when a warehouse works and how far ahead it sends."""
    db.require_atomic()
    row, _new = DispatchPlan.objects.update_or_create(
        warehouse_id=warehouse,
        defaults={
            "works_on": list(works_on), "keeps_holidays": keeps_holidays, "closed_on": list(closed_on),
            "transit_days": transit_days, "early_days": early_days, "wave_size": wave_size,
        },
    )  # fmt: skip
    return row


def shipment_number() -> str:
    """The next number of a shipment."""
    return f"S{db.next_of('fulfilment_shipment_number'):07d}"
