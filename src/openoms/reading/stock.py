"""Reading stock for pages: the list of what lies where, and one sku with its movements, who it is kept for and who waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import and_
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from openoms.core.errors import NotFound
from openoms.core.searching import needles
from openoms.core.types import Actor
from openoms.domains.catalog.models import Sku
from openoms.domains.identity.permissions import Perm
from openoms.domains.inventory import queries
from openoms.domains.inventory.models import Backorder, Incoming, Movement, Reservation, Stock

MOVEMENTS, KEPT = 50, 100


@dataclass(frozen=True, slots=True)
class SkuStock:
    """A sku over all warehouses; the newest movements, the oldest reservations and the first who wait."""

    sku: Sku
    rows: Sequence[Stock]
    incoming: Sequence[Incoming]
    movements: Sequence[Movement]
    kept: Sequence[Reservation]
    waiting: Sequence[Backorder]

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
        rows = rows.filter(on_hand__lte=F("reserved") + F("safety"))
    elif state == "some":
        rows = rows.filter(on_hand__gt=F("reserved") + F("safety"))
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
    movements = Movement.objects.filter(stock__sku=sku).select_related("stock__warehouse", "by")
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
    )


def incoming_of(items: Sequence[Stock]) -> dict[UUID, queries.Coming]:
    """What will arrive for each of these rows."""
    coming = queries.incoming_of({row.sku_id for row in items})
    return {row.pk: coming.get((row.warehouse_id, row.sku_id), queries.NOTHING) for row in items}
