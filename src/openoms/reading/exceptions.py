"""Reading the exceptions board: open holds by kind and age, each count bounded, and the oldest of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from openoms.core.clock import now
from openoms.core.ids import floor_of
from openoms.core.types import Actor
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.orders.states import HoldKind

MOST_COUNTED = 1000
# Up to how many days old: today, three days, a week, older.
AGES = (1, 3, 7)


@dataclass(frozen=True, slots=True)
class Oldest:
    """One of the holds that wait longest."""

    number: str
    customer: str
    reason: str
    cause: str
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class Pile:
    """The open holds of a kind: how many by age (youngest first, each up to MOST_COUNTED), and the oldest few."""

    kind: HoldKind
    counts: Sequence[int]
    oldest: Sequence[Oldest]

    @property
    def total(self) -> int:
        """How many there are, up to MOST_COUNTED."""
        return min(sum(self.counts), MOST_COUNTED)


def board(actor: Actor) -> list[Pile]:
    """Every kind that holds an order at present, in two statements whatever their number."""
    require(actor, Perm.ORDER_VIEW)
    counts, oldest = _counts(), _oldest()
    piles = [Pile(kind, counts[kind], oldest.get(kind, [])) for kind in HoldKind]
    return [pile for pile in piles if pile.total]


def _counts() -> dict[HoldKind, list[int]]:
    """Holds' ids carry their instant: an age is a range of the index on kind and id."""
    edges = [str(floor_of(now() - timedelta(days=days))) for days in AGES]
    top, bottom = "ffffffff-ffff-ffff-ffff-ffffffffffff", "00000000-0000-0000-0000-000000000000"
    bounds = list(zip([*edges, bottom], [top, *edges], strict=True))
    one = (
        "(SELECT count(*) FROM (SELECT FROM orders_hold WHERE released_at IS NULL AND kind = %s AND id >= %s::uuid"
        " AND id < %s::uuid LIMIT %s) t)"
    )
    values: list[Any] = [
        value for kind in HoldKind for low, high in bounds for value in (kind.value, low, high, MOST_COUNTED)
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join([one] * (len(values) // 4)), values)  # nosec B608 - constant texts
        found = list(cursor.fetchone())
    size = len(bounds)
    return {kind: found[at * size : (at + 1) * size] for at, kind in enumerate(HoldKind)}


def _oldest() -> dict[HoldKind, list[Oldest]]:
    sql = (
        "SELECT k.kind, o.number, c.name, h.reason, h.cause, h.placed_at FROM unnest(%s::text[]) AS k(kind) CROSS JOIN LATERAL "
        "(SELECT * FROM orders_hold WHERE released_at IS NULL AND kind = k.kind ORDER BY id LIMIT 3) h "
        "JOIN orders_order o ON o.id = h.order_id JOIN customers_customer c ON c.id = o.customer_id "
        "ORDER BY k.kind, h.id"
    )
    found: dict[HoldKind, list[Oldest]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, [[kind.value for kind in HoldKind]])
        for kind, *rest in cursor.fetchall():
            found.setdefault(HoldKind(kind), []).append(Oldest(*rest))
    return found
