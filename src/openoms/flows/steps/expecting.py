"""The step that keeps when what orders wait for is there, and tells when that is later than was asked for or told.

Whatever moves such a day (plans, schedules, purchase and production orders, goods that went to somebody else) calls it in
its own transaction. One at a time in the firm does so: each day's change is told once.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import F, Q

from openoms.core import firm
from openoms.core.clock import Calendar
from openoms.core.db import require_atomic
from openoms.core.types import Actor
from openoms.domains.events.services import record
from openoms.domains.inventory import kinds
from openoms.domains.inventory import services as inventory
from openoms.domains.inventory.delays import News, Told, news
from openoms.domains.inventory.models import Backorder, ToldDay
from openoms.domains.supply import queries as sourcing
from openoms.domains.supply.expecting import Expected, Source, Want, expect, lead_days
from openoms.domains.supply.models import Demand, ProductionOrder, PurchaseLine
from openoms.domains.supply.replanning import Item
from openoms.domains.supply.rules import OPEN_PRODUCTION, OPEN_PURCHASE
from openoms.domains.supply.states import ExpectedBy, PurchaseState
from openoms.flows.steps import office


def refresh(actor: Actor, at: datetime, skus: Collection[UUID] | None = None) -> None:
    """Set when each line that is short of these skus (None: of any) gets its goods; tell of orders that come later."""
    require_atomic()
    rows = Backorder.objects.all() if skus is None else Backorder.objects.filter(sku__in=skus)
    if not rows.exists():
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('openoms.supply.expect'))")
    short = list(rows.order_by("pk"))
    found = _expected(short, firm.day_of(at))
    before = {row.pk: (row.expected_on, row.expected_from) for row in short}
    changed = [row for row in short if before[row.pk] != (found[row.pk].day, found[row.pk].source)]
    for row in changed:
        row.expected_on, row.expected_from = found[row.pk].day, found[row.pk].source
    if not changed:
        return
    inventory.set_expected(changed)
    _tell({row.order_id for row in changed}, {key: source for key, (_day, source) in before.items()}, actor)


def _expected(short: Sequence[Backorder], today: date) -> dict[UUID, Expected]:
    skus = {row.sku_id for row in short}
    wants = [
        Want(
            row.pk, row.line_id, row.sku_id, row.quantity, row.needed_by, row.priority,
            row.expected_on if row.expected_from == ExpectedBy.LEAD_TIME else None,
        )
        for row in short
    ]  # fmt: skip
    items: dict[UUID, Item] = {}
    free: dict[UUID, Decimal] = {}

    def lead(sku: UUID, quantity: Decimal) -> int | None:
        # Looked up only where something is covered by nothing, and then for all at once.
        if not items and not free:
            items.update(sourcing.items_of(skus))
            free.update(sourcing.free_of(sourcing.named(items) | skus))
        return lead_days(sku, quantity, items, free)

    found = expect(wants, _sources(skus), lead, today)
    return {row.pk: found[row.pk] for row in short}


def _sources(skus: Collection[UUID]) -> list[Source]:
    """What is still to come of skus: of production by its schedule, of purchase orders and drafts by their due days."""
    production = ProductionOrder.objects.filter(sku__in=skus, state__in=OPEN_PRODUCTION)
    lines = PurchaseLine.objects.filter(
        sku__in=skus, received__lt=F("ordered"), order__state__in=[*OPEN_PURCHASE, PurchaseState.DRAFT]
    ).select_related("order")
    works: list[ProductionOrder | PurchaseLine] = [*production, *lines]
    pegs: dict[UUID, list[tuple[object, Decimal]]] = defaultdict(list)
    keys = [work.pk for work in works]
    rows = Demand.objects.filter(Q(production__in=keys) | Q(purchase_line__in=keys), line__isnull=False)
    for row in rows:
        pegs[row.production_id or row.purchase_line_id or row.pk].append((row.line_id, row.quantity))
    return [_source(work, tuple(pegs[work.pk])) for work in works if work.remaining > 0]


def _source(work: ProductionOrder | PurchaseLine, pegs: tuple[tuple[object, Decimal], ...]) -> Source:
    if isinstance(work, ProductionOrder):
        day = work.finishes_on or work.due
        return Source(f"production:{work.number}", work.sku_id, work.remaining, day, pegs)
    return Source(f"purchase:{work.order.number}", work.sku_id, work.remaining, work.due, pegs)


def _tell(orders: Collection[UUID], before: dict[UUID, str], actor: Actor) -> None:
    """Tell of those whose goods come later than asked for or told, or earlier than told."""
    rows: dict[UUID, list[Backorder]] = defaultdict(list)
    waiting = Backorder.objects.filter(order__in=orders).exclude(expected_from="")
    for row in waiting.select_related("order", "sku").order_by("order_id", "pk"):
        rows[row.order_id].append(row)
    told = ToldDay.objects.in_bulk(list(rows))
    calendar = office.calendar()
    for key, own in rows.items():
        _tell_order(own, told.get(key) or ToldDay(order_id=key), before, calendar, actor)


def _tell_order(
    rows: Sequence[Backorder], told: ToldDay, before: dict[UUID, str], calendar: Calendar, actor: Actor
) -> None:
    last = max(rows, key=lambda row: (row.expected_on or date.max, row.pk))
    order, expected = last.order, last.expected_on
    found = news(expected, Told(order.requested_date, told.told_on, told.is_unknown), calendar)
    if found is None:
        if told.is_unknown and expected is not None:
            inventory.keep_told(told, told.told_on, is_unknown=False)
        return
    cause, document = _cause(last.expected_from, before.get(last.pk, ""))
    data = {
        "number": order.number,
        "expected": _day(expected),
        "before": _day(told.told_on),
        "requested": _day(order.requested_date),
        "sku": last.sku.code,
        "cause": cause,
        "document": document,
    }
    inventory.keep_told(told, expected or told.told_on, is_unknown=found == News.UNKNOWN)
    kind = kinds.ORDER_EXPECTED_EARLIER if found == News.EARLIER else kinds.ORDER_DELAYED
    record(actor, kind, order.pk, data=data)


def _cause(source: str, before: str) -> tuple[str, str]:
    """Why the day is what it is, and by which document: what brings it, or what was to bring it and is gone."""
    kind, _colon, number = source.partition(":")
    gone = before.partition(":")[2]
    return (ExpectedBy.LOST, gone) if gone and not number else (kind, number)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
