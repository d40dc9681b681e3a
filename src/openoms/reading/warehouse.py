"""Reading the warehouse's screens: what presses, what is stuck, what waits for its carrier; work found by what was scanned."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, Sum

from openoms.core.types import Actor
from openoms.domains.catalog.models import Picture
from openoms.domains.events.models import Event
from openoms.domains.fulfilment import queries
from openoms.domains.fulfilment.errors import NoSuchWork
from openoms.domains.fulfilment.models import Fulfilment, FulfilmentLine, Shipment, Wave
from openoms.domains.fulfilment.rules import BEGUN, TO_DO
from openoms.domains.fulfilment.states import FulfilmentState
from openoms.domains.identity.models import Role
from openoms.domains.identity.permissions import Perm
from openoms.domains.inventory.models import Lot, Reservation, Warehouse
from openoms.domains.orders.models import Hold, Instruction, Line, Order
from openoms.domains.orders.states import Stage
from openoms.reading.fulfilment import blocked, remarks_of
from openoms.reading.order_page import ShownRemark, shown_remark

ZERO = Decimal(0)
MOST_SHOWN = 30
MOST_EVENTS = 300
_LINK = re.compile(r"/(?P<what>fulfilments|waves)/(?P<number>[^/?#\s]+)/")
_TOTE = re.compile(r"(?P<wave>W\d+)\s*/\s*(?P<tote>\d{1,4})")
# What somebody at the bench means first by an order's number.
_BENCH_FIRST = (
    FulfilmentState.PICKED,
    FulfilmentState.PACKED,
    FulfilmentState.PICKING,
    FulfilmentState.OPEN,
    FulfilmentState.SHIPPED,
)


@dataclass(frozen=True, slots=True)
class Load:
    """How many fulfilments are in a state, and how many of these leave today or should have left."""

    state: str
    count: int = 0
    overdue: int = 0
    today: int = 0


def load_of(actor: Actor, warehouse: Warehouse, today: date) -> list[Load]:
    """What a warehouse has to do, by state in the order of the work, in one statement."""
    rows = queries.fulfilments_visible_to(actor).filter(warehouse=warehouse, state__in=TO_DO)
    counted = rows.order_by().values("state").annotate(
        count=Count("id"),
        overdue=Count("id", filter=Q(ship_by__lt=today)),
        today=Count("id", filter=Q(ship_by=today)),
    )  # fmt: skip
    found = {row["state"]: Load(**row) for row in counted}
    return [found.get(str(state), Load(str(state))) for state in TO_DO]


def minutes_to_cut_off(warehouse: Warehouse, at: datetime) -> int | None:
    """Minutes left until what is ready leaves today, 0 once that is over; None on a day the warehouse does not work."""
    local = at.astimezone(ZoneInfo(warehouse.timezone))
    if not queries.dispatch_of(warehouse).calendar.is_working(local.date()):
        return None
    ends = local.replace(
        hour=warehouse.cut_off.hour, minute=warehouse.cut_off.minute, second=0, microsecond=0
    )
    return max(int((ends - local).total_seconds() // 60), 0)


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A hold that keeps work from its next step, with the remark whose acknowledgement ends it."""

    hold: Hold
    remark: ShownRemark | None


@dataclass(frozen=True, slots=True)
class Stuck:
    """Work that cannot go on, and why."""

    row: Fulfilment
    blocks: Sequence[ShownBlock]


def stuck(actor: Actor, warehouse: Warehouse, my_roles: Collection[str]) -> list[Stuck]:
    """What holds keep from its next step at a warehouse, the most pressing first, at most MOST_SHOWN."""
    rows = queries.fulfilments_visible_to(actor).filter(
        warehouse=warehouse, state__in=TO_DO, order__open_holds__gt=0
    )
    # Some of these are held at a later stage only; so twice as many are looked at as are shown.
    found = list(rows.order_by("ship_by", "id")[: MOST_SHOWN * 2])
    return with_blocks(actor, found, my_roles)[:MOST_SHOWN]


def with_blocks(actor: Actor, rows: Sequence[Fulfilment], my_roles: Collection[str]) -> list[Stuck]:
    """Those of these that something keeps from their next step, with why."""
    held = blocked(rows)
    if not held:
        return []
    causes = {hold.cause for holds in held.values() for hold in holds}
    keys = [cause.removeprefix("instruction:") for cause in causes if cause.startswith("instruction:")]
    remarks = {str(one.pk): one for one in Instruction.objects.filter(pk__in=keys)} if keys else {}
    roles = Role.objects.in_bulk() if remarks else {}
    return [
        Stuck(row, [_block(actor, hold, row.order.number, remarks, roles, my_roles) for hold in held[row.pk]])
        for row in rows
        if row.pk in held
    ]


def _block(
    actor: Actor, hold: Hold, number: str, remarks: Mapping[str, Instruction], roles: Mapping[str, Role],
    my_roles: Collection[str],
) -> ShownBlock:  # fmt: skip
    remark = remarks.get(hold.cause.removeprefix("instruction:"))
    shown = shown_remark(actor, remark, number, roles, my_roles) if remark is not None else None
    return ShownBlock(hold, shown)


def shown_remarks(
    actor: Actor, rows: Iterable[Fulfilment], my_roles: Collection[str], stages: Collection[Stage]
) -> list[ShownRemark]:
    """What the warehouse is still to heed of these fulfilments' orders at these stages, oldest first."""
    numbers = {row.order_id: row.order.number for row in rows}
    found = [one for own in remarks_of(numbers).values() for one in own if one.stage in stages]
    roles = Role.objects.in_bulk() if found else {}
    return [shown_remark(actor, one, numbers[one.order_id], roles, my_roles) for one in found]


def packed(actor: Actor, warehouse: Warehouse) -> list[Any]:
    """What waits for its carrier at a warehouse, the most pressing first: with `boxes` and `weight_g`; at most MOST_SHOWN."""
    rows = queries.fulfilments_visible_to(actor).filter(warehouse=warehouse, state=FulfilmentState.PACKED)
    rows = rows.annotate(boxes=Count("parcels"), weight_g=Sum("parcels__weight_g"))
    return list(rows.order_by("ship_by", "id")[:MOST_SHOWN])


def to_pack(actor: Actor, warehouse: Warehouse | None) -> list[Fulfilment]:
    """What is picked and waits to be packed, the most pressing first, at most MOST_SHOWN."""
    rows = queries.fulfilments_visible_to(actor).filter(state=FulfilmentState.PICKED)
    rows = rows.filter(warehouse=warehouse) if warehouse else rows
    return list(rows.order_by("ship_by", "id")[:MOST_SHOWN])


@dataclass(frozen=True, slots=True)
class Found:
    """What was meant by a scan: a fulfilment or a wave."""

    what: str
    number: str


def find(actor: Actor, text: str) -> Found:
    """The fulfilment or wave a scan means: its number or QR code, a tote (W000012/3), an order, a waybill. Raises NoSuchWork."""
    text = text.replace("\0", "").strip()[:300]
    link = _LINK.search(text)
    if link is not None:
        return _named(actor, link["what"].removesuffix("s"), link["number"])
    raw, text = text, text.upper()
    work, tote = queries.fulfilments_visible_to(actor), _TOTE.fullmatch(text)
    if tote is not None:
        number = _first(work.filter(wave__number=tote["wave"], tote=int(tote["tote"])))
        return _named(actor, "fulfilment", number) if number else _none(text)
    if not text:
        return _none(text)
    if queries.waves_visible_to(actor).filter(number=text).exists():
        return Found("wave", text)
    number = (
        _first(work.filter(number=text))
        or _of_order(work, text)
        or _first(work.filter(shipments__waybill__in={raw, text}).order_by("-id"))
    )
    return Found("fulfilment", number) if number else _none(text)


def _named(actor: Actor, what: str, number: str) -> Found:
    rows: QuerySet[Any] = (
        queries.waves_visible_to(actor) if what == "wave" else queries.fulfilments_visible_to(actor)
    )
    return Found(what, number) if rows.filter(number=number).exists() else _none(number)


def _none(text: str) -> Found:
    raise NoSuchWork("fulfilment", text[:80])


def _first(rows: QuerySet[Fulfilment]) -> str:
    return rows.values_list("number", flat=True).first() or ""


def _of_order(work: QuerySet[Fulfilment], number: str) -> str:
    order = Order.objects.filter(number=number).values_list("pk", flat=True).first()
    found = list(work.filter(order=order).order_by("id").values_list("state", "number")[:50]) if order else []
    return next((name for state in _BENCH_FIRST for has, name in found if has == state), "")


def carriers() -> list[tuple[str, str]]:
    """Carriers and their services as used of late, the latest first, each pair once."""
    rows = Shipment.objects.order_by("-id").values_list("carrier", "service")[:200]
    return list(dict.fromkeys(rows))


def picture_of(product: UUID) -> Picture | None:
    """A product's first picture without its bytes."""
    rows = Picture.objects.filter(product=product).order_by("position", "id")
    return rows.only("digest", "alt", "alt_zh", "product_id").first()


def first_lot(stock: UUID) -> Lot | None:
    """The lot of goods at a place that is taken first: the one that expires first of those that are good."""
    return Lot.objects.filter(stock=stock, on_hand__gt=0, is_blocked=False).first()


def history(row: Fulfilment) -> list[Event]:
    """What happened to a fulfilment of all that happened to its order, newest first."""
    names = {row.number, *(shipment.number for shipment in row.shipments.all())}
    events = Event.objects.filter(subject_id=row.order_id).order_by("-id")[:MOST_EVENTS]
    return [event for event in events if names & _mentioned(event.data)]


def wave_history(wave: Wave) -> list[Event]:
    """What happened to a wave, newest first."""
    return list(Event.objects.filter(subject_id=wave.pk).order_by("-id")[:MOST_EVENTS])


def _mentioned(data: Mapping[str, Any]) -> set[str]:
    many = data.get("fulfilments")
    return {str(data.get("fulfilment")), str(data.get("shipment"))} | (
        set(map(str, many)) if isinstance(many, list) else set()
    )


@dataclass(frozen=True, slots=True)
class Shippable:
    """A line of an order and how much of it can leave a warehouse straight from the shelf."""

    line: Line
    quantity: Decimal


def shippable(order: Order) -> dict[str, list[Shippable]]:
    """By warehouse (code) what is kept there for an order and on nobody's cart or bench; in order of the lines."""
    begun = FulfilmentLine.objects.filter(fulfilment__order=order, fulfilment__state__in=BEGUN)
    kept = (
        Reservation.objects.filter(order=order, state="open")
        .exclude(pk__in=begun.values("reservation"))
        .select_related("stock__warehouse")
        .order_by("stock__warehouse__priority", "stock__warehouse__code", "id")
    )
    sums: dict[str, dict[tuple[UUID, UUID], Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for row in kept:
        sums[row.stock.warehouse.code][row.line_id, row.stock.sku_id] += row.quantity
    if not sums:
        return {}
    lines = list(
        order.lines.select_related("sku__product").prefetch_related("components").order_by("position")
    )
    found = {
        code: [Shippable(line, quantity) for line in lines if (quantity := _whole(line, own)) > 0]
        for code, own in sums.items()
    }
    return {code: rows for code, rows in found.items() if rows}


def _whole(line: Line, kept: Mapping[tuple[UUID, UUID], Decimal]) -> Decimal:
    """How many of a line its kept goods make up: of a bundle only whole ones."""
    parts = list(line.components.all())
    if not parts:
        return kept.get((line.pk, line.sku_id), ZERO)
    whole = min(kept.get((line.pk, part.sku_id), ZERO) / part.quantity for part in parts)
    return whole.to_integral_value(rounding="ROUND_FLOOR")


def may_see(actor: Actor) -> bool:
    """Whether the actor may look at warehouse work."""
    return actor.may(Perm.STOCK_VIEW) and actor.may(Perm.ORDER_VIEW)
