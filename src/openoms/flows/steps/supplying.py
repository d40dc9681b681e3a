"""Steps of supply: gather what is needed and what stands, plan it (pure), and make the orders follow.

Whatever changes what orders need may call `replan` in its own transaction.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import cast
from uuid import UUID

from django.db import connection
from django.db.models import F

from openoms.core import firm
from openoms.core.db import require_atomic
from openoms.core.money import plain
from openoms.core.types import Actor
from openoms.domains.catalog.models import Sku
from openoms.domains.events.kinds import EventKind
from openoms.domains.events.services import record
from openoms.domains.inventory.models import FREE, Backorder, Stock
from openoms.domains.orders.models import Line
from openoms.domains.orders.states import Status
from openoms.domains.supply import (
    demand_services,
    kinds,
    notice_services,
    production_services,
    purchase_services,
    services,
)
from openoms.domains.supply import queries as sourcing
from openoms.domains.supply.models import ProductionOrder, PurchaseLine, StopWorkNotice, SupplierSku
from openoms.domains.supply.replanning import Need, Plan, Proposal, Supply, plan
from openoms.domains.supply.rules import OPEN_PRODUCTION, OPEN_PURCHASE
from openoms.domains.supply.states import NoticeReason, ProductionState, PurchaseState

Work = ProductionOrder | PurchaseLine
ZERO = Decimal(0)


@dataclass(slots=True)
class Replanned:
    """What became of a plan: orders made, changed and dropped, notices raised, and what nobody makes or sells (sku, how many)."""

    production: list[ProductionOrder] = field(default_factory=list)
    purchase_lines: list[PurchaseLine] = field(default_factory=list)
    changed: int = 0
    dropped: int = 0
    notices: list[StopWorkNotice] = field(default_factory=list)
    unsourced: list[tuple[str, Decimal]] = field(default_factory=list)


def follows_demand() -> bool:
    """Whether anything stands that follows demand."""
    lines = PurchaseLine.objects.filter(
        is_proposed=True, order__state__in=[*OPEN_PURCHASE, PurchaseState.DRAFT]
    )
    production = ProductionOrder.objects.filter(is_proposed=True, state__in=OPEN_PRODUCTION)
    return production.exists() or lines.exists()


def replan(actor: Actor, at: datetime, *, opening: bool = True) -> Replanned:
    """Make production and purchase orders follow all demand there is now; one at a time in the firm.

    Without `opening` only what stands is adjusted.
    """
    require_atomic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('openoms.supply.replan'))")
    works = _standing()
    found = _plan(works, firm.day_of(at))
    done = Replanned()
    before = demand_services.lines_of(works)
    for key, quantity in found.changes.items():
        _change(works[cast("UUID", key)], quantity, actor, at, done)
    _tell_surplus(works, found, before, actor, at, done)
    pegged = {key: pegs for key, pegs in found.pegs.items() if found.changes.get(key) != 0}
    demand_services.repeg({works[cast("UUID", key)]: pegs for key, pegs in pegged.items()}, works.values())
    if opening:
        _make(found.proposals, actor, at, done)
    names = _codes({need.sku for need in found.unsourced})
    total: dict[object, Decimal] = defaultdict(Decimal)
    for need in found.unsourced:
        total[need.sku] += need.quantity
    done.unsourced = [(names[cast("UUID", sku)].code, quantity) for sku, quantity in total.items()]
    return done


def _standing() -> dict[UUID, Work]:
    """Orders and lines of which something is still to come, locked, by key."""
    production = ProductionOrder.objects.filter(state__in=OPEN_PRODUCTION).order_by("pk")
    lines = PurchaseLine.objects.filter(
        order__state__in=[*OPEN_PURCHASE, PurchaseState.DRAFT], received__lt=F("ordered")
    )
    works: list[Work] = list(
        production.select_related("sku").prefetch_related("materials").select_for_update(of=("self",))
    )
    works += lines.select_related("order__supplier", "sku").order_by("pk").select_for_update(of=("self",))
    return {work.pk: work for work in works}


def _plan(works: Mapping[UUID, Work], today: date) -> Plan:
    needs = [
        Need(sku, quantity, needed_by, priority, line)
        for line, sku, quantity, needed_by, priority in Backorder.objects.order_by("id").values_list(
            "line_id", "sku_id", "quantity", "needed_by", "priority"
        )
    ]
    supplies = [_supply(work) for work in works.values()]
    short = Stock.objects.annotate(free=FREE).filter(free__lt=0)
    needs += [Need(sku, -free) for sku, free in short.values_list("sku_id", "free")]
    asked = {cast("UUID", need.sku) for need in needs} | {work.sku_id for work in works.values()}
    asked |= {cast("UUID", part) for supply in supplies for part, _each in supply.components}
    items = sourcing.items_of(asked)
    return plan(needs, sourcing.free_of(asked | sourcing.named(items)), supplies, items, today)


def _supply(work: Work) -> Supply:
    if isinstance(work, ProductionOrder):
        parts = tuple((material.sku_id, material.per_unit) for material in work.materials.all())
        fixed = work.state != ProductionState.PLANNED or work.is_frozen
        return Supply(work.pk, work.sku_id, work.remaining, work.due, fixed, work.is_proposed, parts)
    fixed = work.order.state != PurchaseState.DRAFT
    return Supply(work.pk, work.sku_id, work.remaining, work.due, fixed, work.is_proposed)


def _change(work: Work, quantity: Decimal, actor: Actor, at: datetime, done: Replanned) -> None:
    """Give unstarted work another quantity; nothing is left of what nobody needs."""
    if quantity == work.remaining:
        return
    done.changed += quantity > 0
    done.dropped += quantity <= 0
    if isinstance(work, ProductionOrder):
        before = work.quantity
        if quantity <= 0:
            production_services.move(work, ProductionState.STOPPED, at)
            tell_moved(work, ProductionState.PLANNED, "no longer needed", actor)
            return
        production_services.change(work, quantity, work.due, work.priority, is_frozen=work.is_frozen)
        tell_changed(kinds.PRODUCTION_CHANGED, work.number, work.pk, before, quantity, actor)
        return
    order, before = work.order, work.ordered
    purchase_services.set_ordered(work, quantity, at)
    tell_changed(kinds.PURCHASE_CHANGED, order.number, order.pk, before, quantity, actor)


def _tell_surplus(
    works: Mapping[UUID, Work],
    found: Plan,
    before: Mapping[UUID, Sequence[Line]],
    actor: Actor,
    at: datetime,
    done: Replanned,
) -> None:
    """Raise notices for begun work nobody needs, and take those back whose work is needed again."""
    for key, work in works.items():
        if key not in found.surplus:
            if found.changes.get(key) != 0:
                notice_services.withdraw(work)
            continue
        cancelled = [line for line in before.get(key, ()) if line.order.status == Status.CANCELLED]
        reason, number = NoticeReason.SURPLUS, ""
        if cancelled:
            reason, number = NoticeReason.CANCELLED, cancelled[0].order.number
        elif found.pegs.get(key):
            reason = NoticeReason.DECREASED
            number = next((line.order.number for line in before.get(key, ())), "")
        notice = notice_services.raise_notice(work, found.surplus[key], reason, at, number)
        if notice is not None:
            done.notices.append(notice)
            data = {
                "number": work.number if isinstance(work, ProductionOrder) else work.order.number,
                "sku": work.sku.code,
                "quantity": plain(notice.quantity),
                "reason": str(reason),
                "order": number,
            }
            record(actor, kinds.STOP_WORK_RAISED, notice.pk, data=data)


def _make(proposals: Sequence[Proposal], actor: Actor, at: datetime, done: Replanned) -> None:
    """Open the orders that were proposed."""
    if not proposals:
        return
    skus = _codes({proposal.sku for proposal in proposals})
    warehouse = services.warehouse("")
    first: dict[UUID, SupplierSku] = {}
    rows = SupplierSku.objects.filter(sku__in=skus, supplier__is_active=True)
    for row in rows.select_related("supplier").order_by("rank", "id"):
        first.setdefault(row.sku_id, row)
    drafted: dict[UUID, list[str]] = defaultdict(list)
    for proposal in proposals:
        sku = skus[cast("UUID", proposal.sku)]
        if proposal.is_made:
            order = production_services.plan(
                sku, warehouse, proposal.quantity, proposal.due, at, is_proposed=True
            )
            demand_services.peg(order, proposal.pegs)
            tell_planned(order, demand_services.numbers_for(proposal.pegs), actor)
            done.production.append(order)
            continue
        seller = first[sku.pk].supplier
        draft = purchase_services.open_draft(seller, warehouse) or purchase_services.draft(
            seller, warehouse, at, by=actor.user_id
        )
        line = purchase_services.add_line(draft, sku, proposal.quantity, proposal.due)
        demand_services.peg(line, proposal.pegs)
        drafted[draft.pk].append(f"{plain(proposal.quantity)} × {sku.code}")
        done.purchase_lines.append(line)
    for line in {line.order_id: line for line in done.purchase_lines}.values():
        data = {
            "number": line.order.number,
            "supplier": line.order.supplier.code,
            "lines": drafted[line.order_id],
        }
        record(actor, kinds.PURCHASE_DRAFTED, line.order_id, data=data)


def tell_planned(order: ProductionOrder, numbers: Sequence[str], actor: Actor) -> None:
    """Tell that an order was planned, and for which orders."""
    data = {
        "number": order.number,
        "sku": order.sku.code,
        "quantity": plain(order.quantity),
        "due": order.due.isoformat(),
        "orders": list(numbers),
    }
    record(actor, kinds.PRODUCTION_PLANNED, order.pk, data=data)


def tell_moved(order: ProductionOrder, before: str, reason: str, actor: Actor) -> None:
    """Tell that a production order is in another state."""
    data = {
        "number": order.number,
        "sku": order.sku.code,
        "before": str(before),
        "state": str(order.state),
        "reason": reason,
    }
    record(actor, kinds.PRODUCTION_MOVED, order.pk, data=data)


def tell_changed(
    kind: EventKind, number: str, key: UUID, before: Decimal, after: Decimal, actor: Actor
) -> None:
    """Tell that an order has another quantity."""
    data = {"number": number, "before": {"quantity": plain(before)}, "after": {"quantity": plain(after)}}
    record(actor, kind, key, data=data)


def _codes(keys: Collection[object]) -> dict[UUID, Sku]:
    return {
        row.pk: row for row in Sku.objects.filter(pk__in=cast("set[UUID]", keys)).select_related("product")
    }
