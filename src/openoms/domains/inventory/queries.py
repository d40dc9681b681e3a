"""Reading stock: what placing must know in one statement, the firm's warehouses compiled, and what an audit finds wrong."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import DecimalField, F, Min, OuterRef, Q, QuerySet, RowRange, Subquery, Sum, Window
from django.db.models.functions import Coalesce

from openoms.core.types import Actor
from openoms.core.wire import Statement
from openoms.domains.identity.permissions import Perm
from openoms.domains.inventory.models import (
    FREE,
    Backorder,
    Incoming,
    InventoryPolicy,
    Lot,
    Movement,
    Reservation,
    Stock,
    Warehouse,
)
from openoms.domains.inventory.routing import Policy
from openoms.domains.inventory.sites import Place, Site
from openoms.domains.inventory.states import OnShort, ReserveAt, ShipPolicy
from openoms.domains.inventory.strategies import STRATEGIES

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class InventoryBook:
    """The firm's active warehouses and how goods are kept, of one configuration version. Without sites nothing is kept."""

    sites: tuple[Site, ...] = ()
    policy: Policy = field(default_factory=Policy)
    reserve_at: ReserveAt = ReserveAt.SUBMISSION
    ship: ShipPolicy = ShipPolicy.AVAILABLE
    on_short: OnShort = OnShort.BACKORDER


@dataclass(slots=True)
class Levels:
    """What may be taken: by (warehouse, sku) codes the quantity and the stock row's key; less as orders of a flow take it."""

    available: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    keys: dict[tuple[str, str], UUID] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    def add(self, more: "Levels") -> None:
        """Know of further skus."""
        self.available |= more.available
        self.keys |= more.keys
        self.asked |= more.asked

    def take(self, warehouse: str, sku: str, quantity: Decimal) -> None:
        """Note that so much is kept for somebody."""
        self.available[warehouse, sku] -= quantity


def inventory_book() -> InventoryBook:
    """Read and compile."""
    rows = Warehouse.objects.filter(is_active=True).order_by("code")
    row = InventoryPolicy.objects.filter(pk=1).first() or InventoryPolicy(pk=1)
    chosen = tuple(STRATEGIES[code] for code in row.strategies if code in STRATEGIES)
    policy = (
        Policy(chosen, may_split_lines=row.split_lines) if chosen else Policy(may_split_lines=row.split_lines)
    )
    return InventoryBook(
        tuple(site_of(one) for one in rows),
        policy,
        ReserveAt(row.reserve_at),
        ShipPolicy(row.ship),
        OnShort(row.on_short),
    )


def site_of(row: Warehouse) -> Site:
    """A warehouse as routing sees it."""
    place = Place(row.country, row.region, row.city, row.latitude, row.longitude)
    return Site(
        row.code,
        place,
        row.priority,
        row.parcel_cost,
        cut_off=row.cut_off,
        timezone=row.timezone,
        active=row.is_active,
    )


def levels_statement(skus: Collection[str]) -> Statement:
    """The statement whose rows `levels_from` reads: what is available of these skus at each active warehouse."""
    sql = (
        "SELECT w.code, k.code, s.id, s.on_hand - s.reserved - s.safety - s.blocked FROM catalog_sku k "
        "JOIN inventory_stock s ON s.sku_id = k.id JOIN inventory_warehouse w ON w.id = s.warehouse_id "
        "WHERE w.is_active AND k.code IN (SELECT json_array_elements_text($1::json))"
    )
    return sql, (json.dumps(sorted(skus)),)


def levels_from(skus: Collection[str], rows: Sequence[tuple[Any, ...]]) -> Levels:
    """What was read of these skus."""
    return Levels(
        {(warehouse, sku): max(quantity, ZERO) for warehouse, sku, _, quantity in rows},
        {(warehouse, sku): key for warehouse, sku, key, _ in rows},
        set(skus),
    )


def stock_visible_to(actor: Actor) -> QuerySet[Stock]:
    """Stock the actor may see, with skus and warehouses."""
    rows = Stock.objects.select_related("sku__product", "warehouse")
    return rows if actor.may(Perm.STOCK_VIEW) else rows.none()


@dataclass(frozen=True, slots=True)
class Coming:
    """How much will arrive, and the first day on which some of it does."""

    quantity: Decimal = ZERO
    first: date | None = None


NOTHING = Coming()


def incoming_of(skus: Collection[UUID]) -> dict[tuple[UUID, UUID], Coming]:
    """What will arrive, by (warehouse, sku)."""
    rows = Incoming.objects.filter(sku__in=skus).order_by().values("warehouse", "sku")
    found = rows.annotate(total=Sum("quantity"), first=Min("due"))
    return {(row["warehouse"], row["sku"]): Coming(row["total"], row["first"]) for row in found}


def what_came(stock: Collection[UUID]) -> list[tuple[UUID, datetime, Decimal]]:
    """(row, instant, quantity) of what came to rows of stock, the newest first, no more than explains what is on hand there."""
    before = Window(
        Sum("quantity"), partition_by=F("stock"), order_by=F("id").desc(), frame=RowRange(start=None, end=-1)
    )
    rows = Movement.objects.filter(stock__in=stock, quantity__gt=0).annotate(before=Coalesce(before, ZERO))
    needed = rows.filter(before__lt=F("stock__on_hand"))
    return list(needed.order_by("stock", "-id").values_list("stock", "at", "quantity"))


def short_orders(
    skus: Collection[UUID], limit: int, without: Collection[UUID] = ()
) -> list[tuple[UUID, str]]:
    """(order, number) of orders short of one of these skus in the order they are served: promised first, then by age."""
    rows = Backorder.objects.filter(sku__in=skus).exclude(order__in=without)
    rows = rows.order_by(F("needed_by").asc(nulls_last=True), "-priority", "since", "id")
    found: dict[UUID, str] = {}
    for key, number in rows.values_list("order", "order__number")[: limit * 4]:
        found.setdefault(key, number)
    return list(found.items())[:limit]


def to_give(skus: Collection[UUID]) -> set[UUID]:
    """Those of the skus of which something is available somewhere."""
    rows = Stock.objects.filter(sku__in=skus, warehouse__is_active=True)
    return set(rows.annotate(free=FREE).filter(free__gt=0).values_list("sku", flat=True))


@dataclass(frozen=True, slots=True)
class WrongStock:
    """A row that is not what its movements and open reservations say it is."""

    stock: UUID
    sku: str
    warehouse: str
    on_hand: Decimal
    moved: Decimal
    reserved: Decimal
    kept: Decimal


def wrong_stock(only: Collection[UUID] | None = None) -> list[WrongStock]:
    """Rows whose figures are not the sums they must be, of all or of these; none in a sound database."""
    moved = (
        Movement.objects.filter(stock=OuterRef("pk"))
        .order_by()
        .values("stock")
        .annotate(s=Sum("quantity"))
        .values("s")
    )
    open_rows = Reservation.objects.filter(stock=OuterRef("pk"), state="open").order_by().values("stock")
    kept = open_rows.annotate(s=Sum("quantity")).values("s")
    looked_at = Stock.objects.all() if only is None else Stock.objects.filter(pk__in=only)
    rows = looked_at.annotate(moved=Coalesce(_sub(moved), ZERO), kept=Coalesce(_sub(kept), ZERO))
    wrong = rows.filter(~Q(on_hand=F("moved")) | ~Q(reserved=F("kept"))).select_related("sku", "warehouse")
    return [
        WrongStock(row.pk, row.sku.code, row.warehouse.code, row.on_hand, row.moved, row.reserved, row.kept)
        for row in wrong.order_by("pk")
    ]


def wrong_lots(only: Collection[UUID] | None = None) -> list[tuple[UUID, str, str, Decimal, Decimal]]:
    """(stock, sku, warehouse, on hand, sum of its lots) of rows whose lots are not what lies there, or that are blocked
    other than by expired lots, of all or of these.
    """
    own = Lot.objects.filter(stock=OuterRef("pk")).order_by().values("stock").annotate(s=Sum("on_hand"))
    expired = own.filter(is_blocked=True)
    looked_at = Stock.objects.all() if only is None else Stock.objects.filter(pk__in=only)
    rows = looked_at.annotate(
        lots_sum=Coalesce(_sub(own.values("s")), ZERO), expired=Coalesce(_sub(expired.values("s")), ZERO)
    )
    tracked = Q(sku__tracks_lots=True)
    wrong = rows.filter(
        (tracked & ~Q(on_hand=F("lots_sum"))) | (~tracked & ~Q(lots_sum=0)) | ~Q(blocked=F("expired"))
    )
    return list(wrong.order_by("pk").values_list("pk", "sku__code", "warehouse__code", "on_hand", "lots_sum"))


def _sub(rows: QuerySet[Any, Any]) -> Any:
    return Subquery(rows, output_field=DecimalField(max_digits=24, decimal_places=6))
