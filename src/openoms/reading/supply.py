"""Reading supply: what is short and for whom, production and purchase orders whole, notices."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import (
    Count,
    DecimalField,
    F,
    Max,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    Window,
)
from django.db.models.functions import Coalesce, Greatest, RowNumber

from openoms.core.searching import needles
from openoms.core.types import Actor
from openoms.domains.catalog.models import Sku
from openoms.domains.events.models import Event
from openoms.domains.identity.permissions import Perm
from openoms.domains.inventory.models import FREE, Backorder, Incoming, Stock
from openoms.domains.orders.models import Instruction
from openoms.domains.orders.states import Stage
from openoms.domains.supply.models import (
    BillLine,
    BillOfMaterials,
    Demand,
    Operation,
    ProductionMaterial,
    ProductionOrder,
    ProductionStep,
    PurchaseLine,
    PurchaseOrder,
    StopWorkNotice,
    Supplier,
    SupplierSku,
    WorkCentre,
)
from openoms.domains.supply.rules import OPEN_PRODUCTION
from openoms.domains.supply.states import ExpectedBy

ZERO = Decimal(0)
MOST_COUNTED = 100
MOST_SHORT = 200
_ORDERS_SHOWN = 5
_AMOUNT = DecimalField(max_digits=24, decimal_places=6)


@dataclass(slots=True)
class Short:
    """A sku that orders lack: how many, since when, by when, some of the orders, and what will come of it."""

    sku: Sku
    quantity: Decimal
    orders: int
    since: datetime
    needed_by: date | None
    # The day the last of those who wait gets it; some of them may have no day at all.
    expected_on: date | None = None
    has_no_source: bool = False
    waiting: list[Backorder] = field(default_factory=list)
    available: Decimal = ZERO
    incoming: list[Incoming] = field(default_factory=list)

    @property
    def coming(self) -> Decimal:
        """How many will come."""
        return sum((row.quantity for row in self.incoming), ZERO)

    @property
    def uncovered(self) -> Decimal:
        """What nothing that will come covers."""
        return max(ZERO, self.quantity - self.available - self.coming)

    @property
    def is_expected_late(self) -> bool:
        """Whether somebody gets it after it is first needed, or nobody knows when."""
        return self.has_no_source or bool(
            self.needed_by and self.expected_on and self.expected_on > self.needed_by
        )

    @property
    def is_late(self) -> bool:
        """Whether what is needed first comes too late, or nothing comes."""
        if self.uncovered > 0:
            return True
        return bool(self.needed_by and self.incoming and self.incoming[0].due > self.needed_by)


def board(actor: Actor, *, only_uncovered: bool = False) -> list[Short]:
    """What orders lack, by sku, the most urgent first, at most MOST_SHORT of them; of all or of those nothing covers."""
    if not actor.may(Perm.SUPPLY_VIEW):
        return []
    totals = Backorder.objects.order_by().values("sku").annotate(
        total=Sum("quantity"),
        orders=Count("order", distinct=True),
        first=Min("needed_by"),
        old=Min("since"),
        last=Max("expected_on"),
        unknown=Count("pk", filter=Q(expected_from=ExpectedBy.NO_SOURCE)),
    )  # fmt: skip
    if only_uncovered:
        totals = totals.annotate(covered=_covered()).filter(total__gt=F("covered"))
    urgent = totals.order_by(F("first").asc(nulls_last=True), "old", "sku")[:MOST_SHORT]
    figures = {row["sku"]: row for row in urgent}
    skus = Sku.objects.filter(pk__in=figures).select_related("product").in_bulk()
    rows = {
        key: Short(
            skus[key], found["total"], found["orders"], found["old"], found["first"], found["last"], found["unknown"] > 0
        )
        for key, found in figures.items()
    }  # fmt: skip
    for waiting in _waiting(rows):
        rows[waiting.sku_id].waiting.append(waiting)
    for stock in Stock.objects.filter(sku__in=rows, warehouse__is_active=True):
        rows[stock.sku_id].available += stock.available
    for coming in Incoming.objects.filter(sku__in=rows).order_by("due", "id"):
        rows[coming.sku_id].incoming.append(coming)
    return list(rows.values())


def _covered() -> Any:
    """What is available of the sku of a row and will come of it."""
    lying = Stock.objects.filter(sku=OuterRef("sku"), warehouse__is_active=True).order_by().values("sku")
    free = Greatest(FREE, Value(ZERO), output_field=_AMOUNT)
    coming = Incoming.objects.filter(sku=OuterRef("sku")).order_by().values("sku")
    available = Subquery(lying.annotate(s=Sum(free)).values("s"), output_field=_AMOUNT)
    will_come = Subquery(coming.annotate(s=Sum("quantity")).values("s"), output_field=_AMOUNT)
    return Coalesce(available, ZERO, output_field=_AMOUNT) + Coalesce(will_come, ZERO, output_field=_AMOUNT)


def _waiting(skus: Collection[UUID]) -> QuerySet[Backorder]:
    place = Window(
        RowNumber(), partition_by=F("sku"), order_by=[F("needed_by").asc(nulls_last=True), F("since").asc()]
    )
    rows = Backorder.objects.filter(sku__in=skus).annotate(place=place).filter(place__lte=_ORDERS_SHOWN)
    return rows.select_related("order__customer").order_by("place")


def suppliers(actor: Actor) -> QuerySet[Supplier]:
    """Suppliers the actor may see, with what they sell."""
    sold = Prefetch("skus", SupplierSku.objects.select_related("sku__product"))
    rows = Supplier.objects.prefetch_related(sold)
    return rows if actor.may(Perm.SUPPLY_VIEW) else rows.none()


def centres(actor: Actor) -> QuerySet[WorkCentre]:
    """Work centres the actor may see."""
    rows = WorkCentre.objects.all()
    return rows if actor.may(Perm.SUPPLY_VIEW) else rows.none()


def bills(actor: Actor) -> QuerySet[BillOfMaterials]:
    """Bills of materials the actor may see, complete."""
    rows = BillOfMaterials.objects.select_related("sku__product").prefetch_related(
        Prefetch("lines", BillLine.objects.select_related("sku__product")),
        Prefetch("operations", Operation.objects.select_related("centre")),
    )
    return rows if actor.may(Perm.SUPPLY_VIEW) else rows.none()


def production_orders(actor: Actor) -> QuerySet[ProductionOrder]:
    """Production orders the actor may see, complete."""
    rows = ProductionOrder.objects.select_related("sku__product", "warehouse").prefetch_related(
        Prefetch("materials", ProductionMaterial.objects.select_related("sku__product")),
        Prefetch("steps", ProductionStep.objects.select_related("centre")),
        Prefetch("demands", _demands()),
    )
    return rows if actor.may(Perm.SUPPLY_VIEW) else rows.none()


def late_production(actor: Actor) -> QuerySet[ProductionOrder]:
    """Open production orders that the schedule finishes after they are needed, the most urgent first."""
    rows = production_orders(actor).filter(state__in=OPEN_PRODUCTION, finishes_on__gt=F("due"))
    return rows.order_by("due", "id")


def purchase_orders(actor: Actor) -> QuerySet[PurchaseOrder]:
    """Purchase orders the actor may see, complete."""
    lines = PurchaseLine.objects.select_related("sku__product").prefetch_related(
        Prefetch("demands", _demands())
    )
    rows = PurchaseOrder.objects.select_related("supplier", "warehouse").prefetch_related(
        Prefetch("lines", lines)
    )
    return rows if actor.may(Perm.SUPPLY_VIEW) else rows.none()


def _demands() -> QuerySet[Demand]:
    return Demand.objects.select_related("line__order__customer")


def notices(actor: Actor, *, only_open: bool = False) -> QuerySet[StopWorkNotice]:
    """Stop-work notices the actor may see."""
    rows = StopWorkNotice.objects.select_related(
        "production__sku__product", "purchase_line__sku__product", "purchase_line__order", "acknowledged_by"
    )
    rows = rows.filter(acknowledged_at=None) if only_open else rows
    return rows if actor.may(Perm.SUPPLY_VIEW) else rows.none()


def open_notices(actor: Actor) -> int:
    """How many notices wait for an answer, counted up to MOST_COUNTED."""
    return len(notices(actor, only_open=True).order_by("pk").values_list("pk")[:MOST_COUNTED])


def found_by(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Orders whose number begins with `text`, or whose sku is found by its words."""
    numbered = rows.filter(number__istartswith=text)
    sku = Sku.objects.all()
    words = needles(text)
    for word in words:
        sku = sku.filter(search__contains=word)
    if not words:
        return numbered
    name = "sku__in" if rows.model is ProductionOrder else "lines__sku__in"
    keys = rows.model._default_manager.filter(**{name: sku.values("pk")}).values("pk")
    return rows.filter(pk__in=keys.union(numbered.order_by().values("pk")))


def materials_at_hand(order: ProductionOrder) -> dict[UUID, Decimal]:
    """What stock has to give of an order's materials at its warehouse, by sku."""
    skus = [row.sku_id for row in order.materials.all()]
    rows = Stock.objects.filter(warehouse=order.warehouse_id, sku__in=skus)
    return {row.sku_id: max(ZERO, row.on_hand - row.reserved - row.blocked) for row in rows}


def history(key: UUID, limit: int = 50) -> Sequence[Event]:
    """What happened to an order of supply, newest first."""
    return list(Event.objects.filter(subject_id=key).order_by("-id")[:limit])


@dataclass(frozen=True, slots=True)
class Bar:
    """An operation on the time line: from which day (0 is the first shown) over how many."""

    step: ProductionStep
    first: int
    days: int


@dataclass(slots=True)
class Lane:
    """A work centre on the time line: rows of operations that do not overlap."""

    centre: WorkCentre
    rows: list[list[Bar]] = field(default_factory=list)


def time_line(actor: Actor, start: date, days: int) -> list[Lane]:
    """The operations of open production orders in `days` days from `start`, by work centre."""
    lanes = {row.pk: Lane(row) for row in centres(actor).filter(is_active=True)}
    steps = ProductionStep.objects.filter(
        centre__in=lanes,
        order__state__in=OPEN_PRODUCTION,
        finishes_on__gte=start,
        starts_on__lt=date.fromordinal(start.toordinal() + days),
    )
    steps = steps.select_related("order__sku__product").prefetch_related(
        Prefetch("order__demands", _demands())
    )
    free: dict[UUID, list[int]] = defaultdict(list)
    for step in steps.order_by("starts_on", "start_minute", "id"):
        assert step.starts_on is not None and step.finishes_on is not None  # noqa: PT018 - filtered by both
        first = max(0, (step.starts_on - start).days)
        last = min(days - 1, (step.finishes_on - start).days)
        lane, ends = lanes[step.centre_id], free[step.centre_id]
        row = next((at for at, end in enumerate(ends) if end < first), len(ends))
        if row == len(ends):
            ends.append(last)
            lane.rows.append([])
        ends[row] = last
        lane.rows[row].append(Bar(step, first, last - first + 1))
    return list(lanes.values())


def remarks_of(order: ProductionOrder) -> list[Instruction]:
    """What the workshop is to heed of the orders a production order is for, with their orders; taken back ones left out."""
    orders = {row.line.order_id for row in order.demands.all() if row.line}
    rows = Instruction.objects.filter(order__in=orders, stage=Stage.PRODUCTION).exclude(state="withdrawn")
    return list(rows.select_related("order").order_by("created_at", "id"))
