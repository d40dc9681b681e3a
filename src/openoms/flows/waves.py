"""Waves: orders gathered to be picked on one round, begun, dissolved; and when a warehouse sends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.errors import DomainError, InvalidInput
from openoms.core.types import Actor
from openoms.domains.events.services import record
from openoms.domains.fulfilment import kinds
from openoms.domains.fulfilment import services as fulfilment
from openoms.domains.fulfilment.errors import NoSuchWork
from openoms.domains.fulfilment.models import DispatchPlan, Fulfilment, Wave
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.inventory.errors import NoSuchWarehouse
from openoms.domains.inventory.models import Warehouse
from openoms.domains.orders.models import Order
from openoms.domains.orders.states import Stage
from openoms.flows.steps import fulfilling, holds

MOST = 200


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A fulfilment that could not begin, and the refusal that says why."""

    number: str
    order: str
    error: DomainError


@dataclass(frozen=True, slots=True)
class Begun:
    """A wave that was begun, and what was left out of it; `wave` is None where nothing could begin."""

    wave: Wave | None
    left_out: Sequence[LeftOut] = field(default_factory=list)


@flow
def plan_wave(numbers: Sequence[str], *, actor: Actor, once: Once | None = None) -> Wave:
    """Gather fulfilments (by number, in the order of the cart) of one warehouse. Raises InvalidInput, NoSuchWork, IllegalWork."""
    require(actor, Perm.ORDER_VIEW, Perm.FULFILMENT_WORK)
    idempotency.begin(once)
    wanted = list(dict.fromkeys(numbers))
    if not 0 < len(wanted) <= MOST:
        raise InvalidInput(f"A wave has 1 to {MOST} fulfilments.", field="fulfilments")
    rows = _lock(wanted)
    if len({row.warehouse_id for row in rows}) > 1:
        raise InvalidInput("A wave is of one warehouse.", field="fulfilments")
    wave = fulfilment.plan_wave(rows, actor.user_id, now())
    data = {
        "wave": wave.number,
        "warehouse": rows[0].warehouse.code,
        "fulfilments": len(rows),
        "ship_by": wave.ship_by.isoformat(),
    }
    record(actor, kinds.WAVE_PLANNED, wave.pk, data=data)
    idempotency.finish(once, wave)
    return wave


@flow
def start_wave(number: str, *, actor: Actor) -> Begun:
    """Begin to pick a wave: what holds keep from picking is left out and stays to be done. Raises NoSuchWork, IllegalWork."""
    require(actor, Perm.ORDER_VIEW, Perm.FULFILMENT_WORK)
    at = now()
    keys = Fulfilment.objects.filter(wave__number=number).values_list("order", flat=True)
    orders = {row.pk: row for row in _lock_orders(keys)}
    wave = fulfilment.lock_wave(number)
    rows = list(Fulfilment.objects.filter(wave=wave).order_by("tote").select_for_update(of=("self",)))
    fulfilment.begin_wave(wave, actor.user_id, at)
    held = holds.keeping(list(orders.values()), Stage.PICKING)
    begun = [row for row in rows if row.order_id not in held]
    for row in begun:
        fulfilling.start(orders[row.order_id], row, actor, at, number)
    fulfilling.restate(*(orders[key] for key in {row.order_id for row in begun}))
    fulfilment.leave_wave(row for row in rows if row.order_id in held)
    told = [
        LeftOut(row.number, orders[row.order_id].number, held[row.order_id])
        for row in rows
        if row.order_id in held
    ]
    data = {"wave": number, "left_out": [why.number for why in told]}
    record(actor, kinds.WAVE_STARTED, wave.pk, data=data)
    if not begun:
        wave.delete()
    return Begun(wave if begun else None, told)


@flow
def dissolve_wave(number: str, *, actor: Actor) -> None:
    """Undo a wave nobody began: its orders are to be done as before. Raises NoSuchWork, IllegalWork."""
    require(actor, Perm.ORDER_VIEW, Perm.FULFILMENT_WORK)
    wave = fulfilment.lock_wave(number)
    record(actor, kinds.WAVE_DISSOLVED, wave.pk, data={"wave": number})
    fulfilment.dissolve(wave)


@flow
def set_dispatch(
    code: str,
    *,
    works_on: Sequence[int],
    keeps_holidays: bool,
    transit_days: int,
    early_days: int | None,
    wave_size: int,
    actor: Actor,
    closed_on: Sequence[date] = (),
) -> DispatchPlan:
    """Say when a warehouse works (weekdays, Monday 0) and how far ahead it sends. Raises InvalidInput, NoSuchWarehouse."""
    require(actor, Perm.STOCK_MANAGE)
    warehouse = Warehouse.objects.select_for_update(of=("self",)).filter(code=code).first()
    if warehouse is None:
        raise NoSuchWarehouse(code)
    for field_name, is_wrong, message in (
        ("works_on", not works_on or not set(works_on) <= set(range(7)), "Choose at least one weekday."),
        ("transit_days", not 0 <= transit_days <= 90, "Between 0 and 90 working days."),
        (
            "early_days",
            early_days is not None and not 0 <= early_days <= 365,
            "Between 0 and 365 working days.",
        ),
        ("wave_size", not 1 <= wave_size <= MOST, f"Between 1 and {MOST} orders."),
        ("closed_on", len(closed_on) > 400, "At most 400 days."),
    ):
        if is_wrong:
            raise InvalidInput(message, field=field_name)
    plan = DispatchPlan.objects.filter(pk=warehouse.pk).first()
    before = _document(plan) if plan else {}
    saved = fulfilment.save_dispatch(
        warehouse.pk, sorted(set(works_on)), sorted(set(closed_on)), keeps_holidays=keeps_holidays,
        transit_days=transit_days, early_days=early_days, wave_size=wave_size,
    )  # fmt: skip
    after = _document(saved)
    if before != after:
        data = {"warehouse": code, "before": before, "after": after}
        record(actor, kinds.DISPATCH_SET, warehouse.pk, data=data)
    return saved


def _document(plan: DispatchPlan) -> dict[str, object]:
    names = ("works_on", "keeps_holidays", "transit_days", "early_days", "wave_size")
    return {name: getattr(plan, name) for name in names} | {
        "closed_on": [day.isoformat() for day in plan.closed_on]
    }


def _lock_orders(keys: Iterable[UUID]) -> list[Order]:
    return list(Order.objects.filter(pk__in=list(keys)).order_by("pk").select_for_update(of=("self",)))


def _lock(numbers: Sequence[str]) -> list[Fulfilment]:
    """These fulfilments in the order of the numbers, locked behind their orders."""
    found = Fulfilment.objects.filter(number__in=numbers)
    _lock_orders(list(found.values_list("order", flat=True)))
    rows = {
        row.number: row
        for row in found.select_related("warehouse").order_by("pk").select_for_update(of=("self",))
    }
    missing = [number for number in numbers if number not in rows]
    if missing:
        raise NoSuchWork("fulfilment", missing[0])
    return [rows[number] for number in numbers]
