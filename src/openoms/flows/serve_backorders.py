"""Goods that became available go to those who wait for them: promised first, then by age; each order on its own.

Who still waits then, and whoever is newly short, is given the day the goods are there.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.domains.catalog.models import Sku
from openoms.domains.events.models import Event
from openoms.domains.identity.rules import system
from openoms.domains.inventory import kinds as inventory_kinds
from openoms.domains.inventory import queries
from openoms.domains.inventory.models import Backorder, Stock
from openoms.domains.inventory.states import ReserveAt
from openoms.domains.orders import kinds
from openoms.domains.orders import services as orders
from openoms.flows.steps import allocating, expecting

_ACTOR, _PLANNER = system("warehouse"), system("supply")
BATCH = 200
KINDS = frozenset(
    {
        inventory_kinds.STOCK_MOVED.code,
        inventory_kinds.SAFETY_SET.code,
        inventory_kinds.ORDER_FREED.code,
        inventory_kinds.ORDER_ALLOCATED.code,
        kinds.ORDER_RELEASED.code,
    }
)


def serve_backorders(events: Sequence[Event]) -> None:
    """Consumer of `KINDS`: what arrived or was freed is given on; an order that is released has its goods kept then."""
    for event in events:
        if event.kind == kinds.ORDER_RELEASED.code:
            allocate_released(str(event.data["number"]))
    moved = [event.subject_id for event in events if event.subject_type == "stock"]
    skus = set(Stock.objects.filter(pk__in=moved).values_list("sku", flat=True))
    freed = [event for event in events if event.kind == inventory_kinds.ORDER_FREED.code]
    codes = {code for event in freed for code in event.data["skus"]}
    skus |= set(Sku.objects.filter(code__in=codes).values_list("pk", flat=True))
    serve_skus(skus)
    short = [
        e.subject_id for e in events if e.kind == inventory_kinds.ORDER_ALLOCATED.code and e.data["short"]
    ]
    skus |= set(Backorder.objects.filter(order__in=short).values_list("sku", flat=True))
    if skus:
        expect_skus(skus)


@flow
def expect_skus(skus: Collection[UUID]) -> None:
    """Set when those who are short of these skus get their goods."""
    expecting.refresh(_PLANNER, now(), skus)


def serve_skus(skus: Collection[UUID]) -> int:
    """Give on what is available of these skus; how many orders got something."""
    served, seen = 0, set[UUID]()
    # Looked at anew after each lot: who waits for what is gone by then is not asked.
    while (left := queries.to_give(skus)) and (waiting := queries.short_orders(left, BATCH, seen)):
        for key, number in waiting:
            seen.add(key)
            served += serve_order(number)
    return served


@flow
def serve_order(number: str) -> bool:
    """Give an order what has become available; whether it got something."""
    return allocating.serve(orders.lock(number), _ACTOR, now())


@flow
def allocate_released(number: str) -> None:
    """Keep goods for an order that was released, where the firm does so at that moment."""
    order = orders.lock(number)
    if order.released_at is not None:
        allocating.allocate(order, _ACTOR, now(), ReserveAt.RELEASE)
