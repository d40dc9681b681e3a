"""The step that schedules production: what is open goes to the pure scheduler, its days come back to the orders."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_UP, Decimal
from uuid import UUID

from django.conf import settings
from django.db.models import F

from openoms.core import firm
from openoms.core.clock import Calendar
from openoms.core.db import require_atomic
from openoms.core.types import Actor
from openoms.domains.events.services import record
from openoms.domains.inventory.models import Stock
from openoms.domains.supply import kinds, production_services
from openoms.domains.supply.models import (
    Demand,
    ProductionMaterial,
    ProductionOrder,
    ProductionStep,
    PurchaseLine,
    SupplierSku,
    WorkCentre,
)
from openoms.domains.supply.rules import OPEN_PRODUCTION, OPEN_PURCHASE, minutes
from openoms.domains.supply.scheduling import Shop, schedule
from openoms.domains.supply.states import ProductionState, PurchaseState
from openoms.domains.supply.work import Centre, Job, Operation, Plan, Spot

HORIZON_DAYS = 540
ZERO = Decimal(0)
# Where work without steps is done: it takes no time, yet comes after what it needs.
NOWHERE = "-"


@dataclass(frozen=True, slots=True)
class Move:
    """A production order that is to begin on a day, before all others that can give way."""

    key: UUID
    day: date


@dataclass(frozen=True, slots=True)
class Made:
    """A schedule with the orders it is of and their steps, by key."""

    orders: Mapping[UUID, ProductionOrder]
    steps: Mapping[UUID, Sequence[ProductionStep]]
    plan: Plan


def schedule_all(actor: Actor, at: datetime, moved: Move | None = None) -> Plan:
    """Schedule all open production over the work centres' capacity; begun and frozen work stays where it is.

    Work waits for the components others make for the same orders, and for the day its bought material is there.
    """
    require_atomic()
    rows = ProductionOrder.objects.filter(state__in=OPEN_PRODUCTION).order_by("due", "-priority", "id")
    made = plan_of(list(rows.select_for_update(of=("self",))), at, moved)
    _write(made.orders, made.steps, made.plan, actor)
    return made.plan


def plan_of(rows: Sequence[ProductionOrder], at: datetime, moved: Move | None = None) -> Made:
    """The schedule of open production orders (the most urgent first), one of them moved; writes nothing."""
    today = firm.day_of(at)
    orders = {row.pk: row for row in rows}
    steps: dict[UUID, list[ProductionStep]] = defaultdict(list)
    for step in ProductionStep.objects.filter(order__in=orders).select_related("centre").order_by("position"):
        steps[step.order_id].append(step)
    after = _components(orders.values())
    material = _material(list(orders.values()), after, today)
    everywhere = tuple(today + timedelta(days=n) for n in range(HORIZON_DAYS))
    centres = [Centre(NOWHERE, everywhere, 1_000_000)]
    centres += [_centre(row, today) for row in WorkCentre.objects.all()]
    jobs = [
        Job(
            str(key),
            tuple(_operation(order, step, today) for step in steps[key] if _minutes(order, step))
            or (Operation(NOWHERE, 1),),
            order.due,
            -order.priority,
            tuple(str(one) for one in after[key]),
            material.get(key),
        )
        for key, order in orders.items()
    ]
    if moved is not None:
        jobs = [_moved(job, moved.day) if job.key == str(moved.key) else job for job in jobs]
    return Made(orders, steps, schedule(Shop(tuple(centres), today), jobs))


def _moved(job: Job, day: date) -> Job:
    """The job free of where it was kept, more urgent than any other, and not before its day nor its material's."""
    operations = tuple(Operation(one.centre, one.minutes) for one in job.operations)
    return Job(job.key, operations, date.min, job.priority, job.after, max(day, job.material or day))


def _centre(row: WorkCentre, today: date) -> Centre:
    environment = settings.OPENOMS
    calendar = Calendar(
        environment.timezone,
        environment.default_country,
        weekend=frozenset(range(7)) - frozenset(row.weekdays),
        closed=frozenset(row.closed_days),
    )
    days = (today + timedelta(days=n) for n in range(HORIZON_DAYS))
    return Centre(row.code, tuple(day for day in days if calendar.is_working(day)), row.daily_minutes)


def _minutes(order: ProductionOrder, step: ProductionStep) -> int:
    """How much work a step still is; set-up is done once something was made."""
    set_up = step.set_up_minutes if not order.done else ZERO
    return int(minutes(set_up, step.unit_minutes, order.remaining).to_integral_value(ROUND_UP))


def _operation(order: ProductionOrder, step: ProductionStep, today: date) -> Operation:
    kept = None
    stays = order.is_frozen or order.state == ProductionState.STARTED
    if stays and step.starts_on and step.finishes_on and step.finishes_on >= today:
        kept = (Spot(step.starts_on, step.start_minute), Spot(step.finishes_on, step.finish_minute))
    return Operation(step.centre.code, _minutes(order, step), kept=kept)


def _components(orders: Iterable[ProductionOrder]) -> dict[UUID, list[UUID]]:
    """By order those that make its components for one of the lines it is for itself."""
    lines: dict[UUID, set[UUID]] = defaultdict(set)
    rows = Demand.objects.filter(production__state__in=OPEN_PRODUCTION, line__isnull=False)
    for order, line in rows.values_list("production", "line"):
        lines[order].add(line)
    makers: dict[tuple[UUID, UUID], list[UUID]] = defaultdict(list)
    known = {row.pk: row for row in orders}
    for key, row in known.items():
        for line in lines[key]:
            makers[row.sku_id, line].append(key)
    found: dict[UUID, list[UUID]] = {key: [] for key in known}
    parts = ProductionMaterial.objects.filter(order__in=known).values_list("order", "sku")
    for order, sku in parts:
        needed = {maker for line in lines[order] for maker in makers[sku, line]} - {order}
        found[order] += sorted(needed)
    return found


def _material(
    orders: Sequence[ProductionOrder], after: Mapping[UUID, Sequence[UUID]], today: date
) -> dict[UUID, date]:
    """When the bought material of each order is there, the most urgent served first; none where it is already."""
    makes = {row.pk: row.sku_id for row in orders}
    made = {key: {makes[one] for one in own} for key, own in after.items()}
    parts: dict[UUID, list[ProductionMaterial]] = defaultdict(list)
    for part in ProductionMaterial.objects.filter(order__in=after):
        parts[part.order_id].append(part)
    skus = {part.sku_id for own in parts.values() for part in own}
    pools, lead = _pools(skus, today), _lead_days(skus)
    days: dict[UUID, date] = {}
    for order in orders:
        for part in parts[order.pk]:
            if part.sku_id in made[order.pk]:
                continue
            day = _drawn(pools[part.sku_id], part.per_unit * order.remaining)
            day = day or today + timedelta(days=lead.get(part.sku_id, 0))
            days[order.pk] = max(days.get(order.pk, today), day)
    return {key: day for key, day in days.items() if day > today}


def _pools(skus: Iterable[UUID], today: date) -> dict[UUID, list[tuple[date, Decimal]]]:
    """What there is and will come of skus by day, the last day first."""
    pools: dict[UUID, list[tuple[date, Decimal]]] = defaultdict(list)
    for row in Stock.objects.filter(sku__in=skus, warehouse__is_active=True):
        if row.available > 0:
            pools[row.sku_id].append((today, row.available))
    lines = PurchaseLine.objects.filter(sku__in=skus, received__lt=F("ordered"))
    for line in lines.filter(order__state__in=[*OPEN_PURCHASE, PurchaseState.DRAFT]):
        pools[line.sku_id].append((max(line.due, today), line.remaining))
    for pool in pools.values():
        pool.sort(reverse=True)
    return pools


def _drawn(pool: list[tuple[date, Decimal]], quantity: Decimal) -> date | None:
    """Take so much from a pool; the day the last of it is there, None where it never is."""
    day = None
    while quantity > 0 and pool:
        day, there = pool.pop()
        if there > quantity:
            pool.append((day, there - quantity))
        quantity -= there
    return day if quantity <= 0 else None


def _lead_days(skus: Iterable[UUID]) -> dict[UUID, int]:
    found: dict[UUID, int] = {}
    for row in SupplierSku.objects.filter(sku__in=skus).select_related("supplier").order_by("rank", "id"):
        found.setdefault(row.sku_id, row.supplier.lead_days if row.lead_days is None else row.lead_days)
    return found


def _write(
    orders: Mapping[UUID, ProductionOrder],
    steps: Mapping[UUID, Sequence[ProductionStep]],
    found: Plan,
    actor: Actor,
) -> None:
    """Write the days that changed, and tell of orders that finish on another day."""
    before = {key: order.finishes_on for key, order in orders.items()}
    moved: list[ProductionStep] = []
    dated = []
    for key, order in orders.items():
        job = found.jobs[str(key)]
        dated.append((order, job.start, job.finish))
        placed = [step for step in steps[key] if _minutes(order, step)]
        for step, slot in zip(placed, job.slots, strict=False):
            spots = (slot.start.day, slot.start.minute, slot.finish.day, slot.finish.minute)
            if spots != (step.starts_on, step.start_minute, step.finishes_on, step.finish_minute):
                step.starts_on, step.start_minute, step.finishes_on, step.finish_minute = spots
                moved.append(step)
    production_services.set_dates(dated, moved)
    for key, order in orders.items():
        if order.finishes_on != before[key]:
            data = {
                "number": order.number,
                "before": _day(before[key]),
                "finishes_on": _day(order.finishes_on),
                "late_days": found.jobs[str(key)].late_days or 0,
            }
            record(actor, kinds.PRODUCTION_SCHEDULED, order.pk, data=data)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
