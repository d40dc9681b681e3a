"""Reading which orders came from which, and which could leave as one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from openoms.core.types import Actor
from openoms.domains.orders import queries as orders
from openoms.domains.orders.models import Lineage, Order, Performance
from openoms.domains.orders.parting import place_of
from openoms.domains.orders.states import Status

# As the partial index order_mergeable says it.
_OPEN = "status = 'approved' AND NOT historical AND fulfilment_state IN ('unallocated', 'backordered', 'allocated')"
MOST_GROUPS, MOST_BESIDE = 200, 20
_GROUPS = (
    "WITH pairs AS (SELECT customer_id, channel_id, currency FROM orders_order "  # nosec B608 - constant texts
    f"WHERE {_OPEN} GROUP BY 1, 2, 3 HAVING count(*) > 1 ORDER BY min(id::text) LIMIT {MOST_GROUPS}) "
    "SELECT o.id FROM orders_order o JOIN pairs USING (customer_id, channel_id, currency) "
    f"WHERE o.{_OPEN.replace('NOT historical', 'NOT o.historical').replace('fulfilment_state', 'o.fulfilment_state')} "
    "ORDER BY o.id DESC LIMIT 2000"
)


@dataclass(frozen=True, slots=True)
class Relatives:
    """Where an order came from and what became of it, numbers in order."""

    split_from: Sequence[str] = ()
    split_into: Sequence[str] = ()
    merged_from: Sequence[str] = ()
    merged_into: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.split_from or self.split_into or self.merged_from or self.merged_into)


def relatives(order: Order) -> Relatives:
    """The order's relatives, in one statement."""
    rows = Lineage.objects.filter(Q(parent=order) | Q(child=order)).order_by("id")
    found: dict[str, list[str]] = defaultdict(list)
    for kind, parent, child in rows.values_list("kind", "parent__number", "child__number"):
        if kind == "split":
            name, number = ("split_into", child) if parent == order.number else ("split_from", parent)
        else:
            name, number = ("merged_into", child) if parent == order.number else ("merged_from", parent)
        found[name].append(number)
    return Relatives(**found)


def can_join(actor: Actor, order: Order) -> Sequence[Order]:
    """Orders that could be merged with one that itself can be, oldest first; at most MOST_BESIDE."""
    rows = orders.visible_to(actor).filter(
        customer=order.customer_id,
        channel=order.channel_id,
        currency=order.currency,
        status=Status.APPROVED,
        historical=False,
        fulfilment_state__in=("unallocated", "backordered", "allocated"),
    )
    found = rows.exclude(pk=order.pk).order_by("pk")[: MOST_BESIDE * 5]
    wanted = _sort_of(order)
    return _not_begun([row for row in found if _sort_of(row) == wanted])[:MOST_BESIDE]


def groups(actor: Actor) -> Sequence[Sequence[Order]]:
    """Orders that could leave as one, those of a group together, oldest first; groups with the newest order first."""
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS)
        keys = [row[0] for row in cursor.fetchall()]
    found: dict[object, list[Order]] = defaultdict(list)
    rows = orders.visible_to(actor).filter(pk__in=keys).order_by("-pk")
    for row in _not_begun(list(rows)):
        found[_sort_of(row)].append(row)
    return [sorted(group, key=lambda row: row.pk) for group in found.values() if len(group) > 1]


def _sort_of(order: Order) -> tuple[object, ...]:
    """What must be the same of orders that are merged."""
    return (
        order.customer_id,
        order.channel_id,
        order.currency,
        order.tax_inclusive,
        order.terms,
        place_of(order.ship_to or {}),
        place_of(order.bill_to) if order.bill_to else None,
    )


def _not_begun(rows: Sequence[Order]) -> list[Order]:
    """Those nobody has performed a service of."""
    keys = [row.pk for row in rows]
    begun = set(
        Performance.objects.filter(order__in=keys).exclude(performed_at=None).values_list("order", flat=True)
    )
    return [row for row in rows if row.pk not in begun]
