"""Reading warehouse work for pages and API: what a warehouse has to do, waves with what to fetch in order of the bins, parcels."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from openoms.core.clock import now
from openoms.core.types import Actor
from openoms.domains.catalog.models import Sku
from openoms.domains.fulfilment import queries, waves
from openoms.domains.fulfilment.errors import NoSuchWork
from openoms.domains.fulfilment.models import (
    Fulfilment,
    FulfilmentLine,
    Parcel,
    ParcelLine,
    Shipment,
    ShipmentLine,
    Wave,
)
from openoms.domains.fulfilment.rules import TO_DO
from openoms.domains.fulfilment.states import FulfilmentState, ShipmentState, WaveState
from openoms.domains.identity.permissions import Perm
from openoms.domains.inventory.models import Warehouse
from openoms.domains.orders.holds import blocking
from openoms.domains.orders.instructions import WAITING
from openoms.domains.orders.models import Hold, Instruction, Order
from openoms.domains.orders.states import Stage

ZERO = Decimal(0)
# Remarks that concern the warehouse: of what it does, whoever they are for.
STAGES = (Stage.PICKING, Stage.PACKING, Stage.SHIPPING)
# What each state's next step must be free of.
NEXT_STAGE: Mapping[str, Stage] = {
    FulfilmentState.OPEN: Stage.PICKING,
    FulfilmentState.PICKING: Stage.PICKING,
    FulfilmentState.PICKED: Stage.PACKING,
    FulfilmentState.PACKED: Stage.SHIPPING,
}
MOST_READY = 500


def warehouses(actor: Actor) -> list[Warehouse]:
    """Active warehouses the actor may look at, the most important first."""
    is_allowed = actor.may(Perm.STOCK_VIEW) and actor.may(Perm.ORDER_VIEW)
    rows = Warehouse.objects.filter(is_active=True).select_related("dispatch_plan")
    return list(rows) if is_allowed else []


def today_at(warehouse: Warehouse) -> date:
    """The day it is at a warehouse."""
    return queries.dispatch_of(warehouse).calendar.local_date(now())


def fulfilments(actor: Actor, wanted: Mapping[str, Any]) -> QuerySet[Fulfilment]:
    """Fulfilments narrowed by `state`, `warehouse` (code), `ship_by` (until), `wave`, `order` (numbers), `q` (how a number begins)."""
    rows = queries.fulfilments_visible_to(actor)
    if wanted.get("state"):
        rows = rows.filter(state=wanted["state"])
    if wanted.get("warehouse"):
        rows = rows.filter(warehouse__code=wanted["warehouse"])
    if wanted.get("wave"):
        rows = rows.filter(wave__number=wanted["wave"])
    if wanted.get("order"):
        rows = rows.filter(order__number=wanted["order"])
    if wanted.get("ship_by"):
        rows = rows.filter(ship_by__lte=wanted["ship_by"])
    text = str(wanted.get("q") or "").strip().upper()
    if text:
        # Numbers are in capitals: a prefix of them as it stands is what their index finds.
        orders = Order.objects.filter(number__startswith=text).order_by("number").values_list("pk", flat=True)
        rows = rows.filter(Q(number__startswith=text) | Q(order__in=list(orders[:MOST_READY])))
    return rows


def complete(rows: QuerySet[Fulfilment]) -> QuerySet[Fulfilment]:
    """With lines (sku, bin, order line), parcels with what lies in them, and shipments."""
    lines = FulfilmentLine.objects.select_related("sku__product", "stock", "line__sku__product").order_by(
        "stock__bin", "sku__code", "id"
    )
    contents = ParcelLine.objects.select_related("line__sku__product", "line__line__sku__product").order_by(
        "id"
    )
    parcels = Parcel.objects.order_by("position").prefetch_related(Prefetch("lines", contents))
    return rows.prefetch_related(
        Prefetch("lines", lines),
        Prefetch("parcels", parcels),
        Prefetch("shipments", Shipment.objects.order_by("id")),
    )


def fulfilment(actor: Actor, number: str) -> Fulfilment:
    """One, complete; raises NoSuchWork."""
    row = complete(queries.fulfilments_visible_to(actor)).filter(number=number).first()
    if row is None:
        raise NoSuchWork("fulfilment", number)
    return row


def counts(actor: Actor, warehouse: str = "") -> dict[str, int]:
    """How many fulfilments are in each state that is still to do, of one warehouse or all; and those to leave by today."""
    rows = queries.fulfilments_visible_to(actor).filter(state__in=TO_DO)
    rows = rows.filter(warehouse__code=warehouse) if warehouse else rows
    found = dict(rows.order_by().values_list("state").annotate(count=Count("id")))
    return {state: found.get(state, 0) for state in TO_DO}


def remarks_of(orders: Collection[UUID]) -> dict[UUID, list[Instruction]]:
    """The remarks of these orders that the warehouse is to heed and are still waiting, oldest first."""
    found: dict[UUID, list[Instruction]] = defaultdict(list)
    rows = Instruction.objects.filter(order__in=orders, state__in=WAITING, stage__in=STAGES)
    for row in rows.order_by("created_at", "id"):
        found[row.order_id].append(row)
    return found


def remarks_for_papers(order: UUID) -> list[Instruction]:
    """All remarks of an order for the warehouse's stages that were not taken back, done ones too: they go on the papers."""
    return papers_of({order}).get(order, [])


def papers_of(orders: Collection[UUID]) -> dict[UUID, list[Instruction]]:
    """The same of several orders, by order."""
    found: dict[UUID, list[Instruction]] = defaultdict(list)
    rows = Instruction.objects.filter(order__in=orders, stage__in=STAGES).exclude(state="withdrawn")
    for row in rows.order_by("created_at", "id"):
        found[row.order_id].append(row)
    return dict(found)


def blocked(rows: Sequence[Fulfilment]) -> dict[UUID, list[Hold]]:
    """By fulfilment the holds that keep it from its next step; those nothing keeps are left out."""
    held: dict[UUID, list[Hold]] = defaultdict(list)
    keys = {row.order_id for row in rows if row.order.open_holds}
    for hold in Hold.objects.filter(order__in=keys, line=None, released_at=None) if keys else ():
        held[hold.order_id].append(hold)
    found = {
        row.pk: blocking(held[row.order_id], NEXT_STAGE[row.state]) for row in rows if row.state in NEXT_STAGE
    }
    return {key: holds for key, holds in found.items() if holds}


@dataclass(frozen=True, slots=True)
class Proposed:
    """A wave worth planning now: its fulfilments, by when, why (waves.py) and whether each is of one sku."""

    rows: Sequence[Fulfilment]
    ship_by: date
    why: str
    is_single: bool


def proposals(actor: Actor, warehouse: Warehouse) -> list[Proposed]:
    """Waves worth planning now at a warehouse, the most pressing first; what holds keep from picking is left out."""
    rows = queries.fulfilments_visible_to(actor).filter(
        warehouse=warehouse, state=FulfilmentState.OPEN, wave=None
    )
    ready = list(rows.order_by("ship_by", "id")[:MOST_READY])
    held = blocked(ready)
    by_key: dict[Hashable, Any] = {row.pk: row for row in ready if row.pk not in held}
    # Of these few alone: counted beside the rows, it would be counted for all that is open.
    lines = FulfilmentLine.objects.filter(fulfilment__in=list(by_key)).order_by().values_list("fulfilment")
    skus = dict(lines.annotate(count=Count("sku", distinct=True)))
    wanted = [
        waves.Ready(key, row.ship_by, row.not_before, skus.get(key) == 1) for key, row in by_key.items()
    ]
    size = queries.plan_of(warehouse).wave_size
    found = waves.propose(wanted, today_at(warehouse), size)
    return [Proposed([by_key[key] for key in one.keys], one.ship_by, one.why, one.is_single) for one in found]


@dataclass(frozen=True, slots=True)
class Fetch:
    """What to take from one bin for a wave: so many of a sku in all, so many so far, and which tote gets how many."""

    sku: Sku
    bin: str
    quantity: Decimal
    picked: Decimal
    lines: Sequence[FulfilmentLine]

    @property
    def left(self) -> Decimal:
        """How many are still to be taken."""
        return self.quantity - self.picked


@dataclass(frozen=True, slots=True)
class WaveWork:
    """A wave with its fulfilments by place on the cart and what to fetch in the order of the bins."""

    wave: Wave
    fulfilments: Sequence[Fulfilment]
    fetches: Sequence[Fetch]
    remarks: Mapping[UUID, Sequence[Instruction]]

    @property
    def left(self) -> Decimal:
        """How many pieces are still to be taken."""
        return sum((fetch.left for fetch in self.fetches), ZERO)

    @property
    def current(self) -> Fetch | None:
        """What to take next: the first bin of which something is left."""
        return next((fetch for fetch in self.fetches if fetch.left > 0), None)


def wave(actor: Actor, number: str) -> WaveWork:
    """A wave and all that is to be fetched for it; raises NoSuchWork."""
    row = queries.waves_visible_to(actor).filter(number=number).first()
    if row is None:
        raise NoSuchWork("wave", number)
    rows = list(complete(queries.fulfilments_visible_to(actor)).filter(wave=row).order_by("tote"))
    lines = [line for one in rows if one.state != FulfilmentState.CANCELLED for line in _with_head(one)]
    return WaveWork(row, rows, fetches_of(lines), remarks_of({one.order_id for one in rows}))


def fetches_of(lines: Sequence[FulfilmentLine]) -> list[Fetch]:
    """Lines gathered by bin and sku, in the order of the bins; bins without a name last."""
    groups: dict[tuple[bool, str, str], list[FulfilmentLine]] = defaultdict(list)
    for line in lines:
        groups[not line.stock.bin, line.stock.bin, line.sku.code].append(line)
    return [
        Fetch(
            own[0].sku,
            own[0].stock.bin,
            sum((line.quantity for line in own), ZERO),
            sum((line.picked for line in own), ZERO),
            own,
        )
        for _key, own in sorted(groups.items(), key=lambda group: group[0])
    ]


def waves_list(actor: Actor, wanted: Mapping[str, Any]) -> QuerySet[Wave]:
    """Waves narrowed by `state` and `warehouse`, each with how many fulfilments it has and how many are picked."""
    rows = queries.waves_visible_to(actor)
    if wanted.get("state"):
        rows = rows.filter(state=wanted["state"])
    if wanted.get("warehouse"):
        rows = rows.filter(warehouse__code=wanted["warehouse"])
    return rows.annotate(
        fulfilment_count=Count("fulfilments"),
        picked_count=Count("fulfilments", filter=~Q(fulfilments__state__in=("open", "picking"))),
    )


def open_waves(actor: Actor, warehouse: str) -> list[Wave]:
    """Waves of a warehouse that are planned or being picked, oldest first."""
    rows = waves_list(actor, {"warehouse": warehouse}).filter(
        state__in=(WaveState.PLANNED, WaveState.PICKING)
    )
    return list(rows.order_by("id"))


def shipments(actor: Actor, order: Order) -> list[Shipment]:
    """The shipments of an order, oldest first, with what they hold."""
    goods = ShipmentLine.objects.select_related("sku__product", "line").order_by("id")
    rows = queries.shipments_visible_to(actor).filter(order=order)
    return list(rows.order_by("id").prefetch_related(Prefetch("lines", goods)))


def shipment(actor: Actor, number: str) -> Shipment:
    """One, with what it holds; raises NoSuchWork."""
    goods = ShipmentLine.objects.select_related("sku__product", "line").order_by("id")
    rows = queries.shipments_visible_to(actor).prefetch_related(Prefetch("lines", goods))
    row = rows.filter(number=number).first()
    if row is None:
        raise NoSuchWork("shipment", number)
    return row


def shipped_of(order: UUID) -> dict[UUID, Decimal]:
    """How much of each line of an order is on its way, a bundle counted by its part that lags most."""
    rows = ShipmentLine.objects.filter(shipment__order=order, shipment__state=ShipmentState.SHIPPED)
    sums = {
        (line, sku): total
        for line, sku, total in rows.order_by().values_list("line", "sku").annotate(Sum("quantity"))
    }
    if not sums:
        return {}
    found: dict[UUID, Decimal] = {}
    for line in Order.objects.get(pk=order).lines.prefetch_related("components"):
        parts = list(line.components.all())
        if parts:
            found[line.pk] = min(sums.get((line.pk, part.sku_id), ZERO) / part.quantity for part in parts)
        else:
            found[line.pk] = sums.get((line.pk, line.sku_id), ZERO)
    return found


def of_order(actor: Actor, order: Order) -> list[Fulfilment]:
    """What warehouses have, or had, to do for an order, oldest first."""
    rows = queries.fulfilments_visible_to(actor).filter(order=order).exclude(state=FulfilmentState.CANCELLED)
    totals = {"wanted": Sum("lines__quantity"), "taken": Sum("lines__picked")}
    return list(rows.annotate(**totals).order_by("id"))


def _with_head(row: Fulfilment) -> list[FulfilmentLine]:
    """A fulfilment's lines, each knowing it without asking again."""
    lines = list(row.lines.all())
    for line in lines:
        line.fulfilment = row
    return lines


def fulfilment_number(name: str) -> str:
    """The number of a fulfilment named by its number or its id; what is neither is answered as it is."""
    return _number(Fulfilment.objects.all(), name)


def wave_number(name: str) -> str:
    """The same of a wave."""
    return _number(Wave.objects.all(), name)


def shipment_number(name: str) -> str:
    """The same of a shipment."""
    return _number(Shipment.objects.all(), name)


def _number(rows: QuerySet[Any, Any], name: str) -> str:
    try:
        key = UUID(name)
    except ValueError:
        return name.replace("\0", "")
    return rows.filter(pk=key).values_list("number", flat=True).first() or name
