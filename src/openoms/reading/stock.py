"""Reading stock for pages: the list of what lies where, and one sku with its movements, who it is kept for and who waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import reduce
from operator import and_
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from openoms.core import firm
from openoms.core.errors import NotFound
from openoms.core.searching import needles
from openoms.core.types import Actor
from openoms.domains.catalog.models import Sku
from openoms.domains.identity.permissions import Perm
from openoms.domains.inventory import queries
from openoms.domains.inventory.ageing import Came, layers, shares
from openoms.domains.inventory.models import FREE, Backorder, Incoming, Lot, Movement, Reservation, Stock

MOVEMENTS, KEPT = 50, 100
MOST_LOTS, SOON_DAYS = 200, 90


@dataclass(frozen=True, slots=True)
class SkuStock:
    """A sku over all warehouses; the newest movements, the oldest reservations and the first who wait."""

    sku: Sku
    rows: Sequence[Stock]
    incoming: Sequence[Incoming]
    movements: Sequence[Movement]
    kept: Sequence[Reservation]
    waiting: Sequence[Backorder]
    # The first to go first.
    lots: Sequence[Lot] = ()

    @property
    def totals(self) -> Mapping[str, Decimal]:
        """On hand, reserved, available and incoming of all warehouses."""
        return {
            "on_hand": sum((row.on_hand for row in self.rows), Decimal(0)),
            "reserved": sum((row.reserved for row in self.rows), Decimal(0)),
            "available": sum((row.available for row in self.rows), Decimal(0)),
            "incoming": sum((row.quantity for row in self.incoming), Decimal(0)),
        }


def stock_list(actor: Actor, wanted: Mapping[str, Any]) -> QuerySet[Stock]:
    """Rows the actor may see, narrowed by sku or name, warehouse, and what is short; not yet sorted or cut."""
    rows = queries.stock_visible_to(actor)
    if wanted.get("warehouse"):
        rows = rows.filter(warehouse__code=wanted["warehouse"])
    state = wanted.get("state")
    if state == "none":
        rows = rows.annotate(free=FREE).filter(free__lte=0)
    elif state == "some":
        rows = rows.annotate(free=FREE).filter(free__gt=0)
    text = str(wanted.get("q") or "").strip()
    if text:
        words = [Q(sku__product__search__contains=needle) for needle in needles(text)]
        code = Q(sku__code__istartswith=text)
        rows = rows.filter(code | reduce(and_, words) if words else code)
    return rows


def sku_stock(actor: Actor, code: str) -> SkuStock:
    """One sku; raises NotFound."""
    sku = Sku.objects.select_related("product").filter(code=code).first()
    if sku is None or not actor.may(Perm.STOCK_VIEW):
        raise NotFound(f"There is no sku {code!r}.")
    movements = Movement.objects.filter(stock__sku=sku).select_related("stock__warehouse", "by", "lot")
    kept = Reservation.objects.filter(stock__sku=sku, state="open").select_related(
        "order__customer", "stock__warehouse"
    )
    waiting = Backorder.objects.filter(sku=sku).select_related("order__customer")
    return SkuStock(
        sku,
        list(
            queries.stock_visible_to(actor).filter(sku=sku).order_by("warehouse__priority", "warehouse__code")
        ),
        list(Incoming.objects.filter(sku=sku).select_related("warehouse").order_by("due")),
        list(movements.order_by("-id")[:MOVEMENTS]),
        list(kept.order_by("id")[:KEPT]),
        list(waiting.order_by(F("needed_by").asc(nulls_last=True), "-priority", "since")[:KEPT]),
        list(Lot.objects.filter(stock__sku=sku, on_hand__gt=0).select_related("stock__warehouse"))
        if sku.tracks_lots
        else (),
    )


class Aged(StrEnum):
    """What the list of ages shows: lots that expire soon, that have expired, that have lain longest; or all stock by age."""

    SOON = "soon"
    EXPIRED = "expired"
    OLDEST = "oldest"
    STOCK = "stock"


def ageing(actor: Actor, what: Aged, today: date, days: int = SOON_DAYS) -> Sequence[Lot]:
    """Lots of which something is there, at most MOST_LOTS: the first to expire first, or the oldest first."""
    if not actor.may(Perm.STOCK_VIEW):
        return []
    rows = Lot.objects.filter(on_hand__gt=0).select_related("stock__sku__product", "stock__warehouse")
    if what == Aged.OLDEST:
        return list(rows.order_by("received_at", "id")[:MOST_LOTS])
    if what == Aged.EXPIRED:
        rows = rows.filter(expires_on__lt=today)
    else:
        rows = rows.filter(expires_on__gte=today, expires_on__lte=today + timedelta(days=days))
    return list(rows.order_by("expires_on", "id")[:MOST_LOTS])


@dataclass(frozen=True, slots=True)
class Lying:
    """A row of stock with how much of it lies up to each of ageing.BOUNDS days, and longer."""

    row: Stock
    shares: Sequence[Decimal]


def lying_longest(actor: Actor, today: date) -> list[Lying]:
    """Stock to which nothing came for longest, at most MOST_LOTS rows, with what of it came when."""
    rows = queries.stock_visible_to(actor).filter(on_hand__gt=0)
    found = list(rows.order_by(F("received_at").asc(nulls_first=True), "id")[:MOST_LOTS])
    came: dict[UUID, list[Came]] = {row.pk: [] for row in found}
    for stock, at, quantity in queries.what_came(list(came)):
        came[stock].append(Came(firm.day_of(at), quantity))
    return [Lying(row, shares(layers(came[row.pk], row.on_hand), row.on_hand, today)) for row in found]


def incoming_of(items: Sequence[Stock]) -> dict[UUID, queries.Coming]:
    """What will arrive for each of these rows."""
    coming = queries.incoming_of({row.sku_id for row in items})
    return {row.pk: coming.get((row.warehouse_id, row.sku_id), queries.NOTHING) for row in items}
