"""Reading orders for pages: the list with its filters, its tabs' counts and what its filters can be set to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from openoms.core.ids import floor_of
from openoms.core.types import Actor
from openoms.domains.catalog.models import Sku
from openoms.domains.customers import queries as customers
from openoms.domains.customers.contacts import masked
from openoms.domains.identity.permissions import Perm
from openoms.domains.inventory.models import Backorder
from openoms.domains.orders import queries as orders
from openoms.domains.orders.models import Hold, Order, Tagging
from openoms.reading import sold

# A search that many customers fit is answered with orders of the first of them; one types more letters.
_CUSTOMERS_SEARCHED = 200
# An order's id is minted a moment after its instant is taken: ids bound the days a little wider.
_SLACK = timedelta(minutes=1)
# A tab says "999+" from here on: counting on would cost more than it tells.
MOST_COUNTED = 1000
_EQUAL = {
    "status": "status",
    "payment_state": "payment_state",
    "fulfilment_state": "fulfilment_state",
    "channel": "channel_id",
    "order_type": "order_type_id",
    "currency": "currency",
    "owner": "owner_id",
    "customer": "customer__code",
}
_RANGES = {
    "total_from": "total__gte",
    "total_to": "total__lte",
    "requested_from": "requested_date__gte",
    "requested_to": "requested_date__lte",
}
# Keys of orders by what belongs to them, read from the relation's own index in the order the list pages.
_RELATED = {
    "tag": "SELECT DISTINCT order_id FROM orders_tagging WHERE tag_id = %s",
    "follower": "SELECT DISTINCT order_id FROM orders_follower WHERE user_id = %s",
    "sku": "SELECT DISTINCT order_id FROM orders_line WHERE sku_id = %s",
    "hold": "SELECT DISTINCT order_id FROM orders_hold WHERE kind = %s AND released_at IS NULL",
}
# The server guesses badly where what is looked for lies together, far back: it walks the list in search of it. Up to so
# many keys are therefore looked up first and handed over (docs/adr/0007).
_MOST_KEYS = 10_000
_NUMBERS_SEARCHED = 1000
# Orders of customers, each customer's cut where the page is.
_OF_BUYERS = (
    "SELECT o.id FROM unnest(%s::uuid[]) AS buyer (id) "
    "CROSS JOIN LATERAL (SELECT id FROM orders_order WHERE customer_id = buyer.id{end}) o"
)
# More than any page has rows.
_PAGE_KEYS = 201
# How long after its requested day an order of the past may have been entered.
_LATE_ENTRY = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Start:
    """Where a page of the list begins: after a key (None: at the beginning), older or, `backwards`, newer ones."""

    key: UUID | None = None
    backwards: bool = False


def order_list(actor: Actor, filters: Mapping[str, Any], start: Start | None = None) -> QuerySet[Order]:
    """Orders the actor may see that fit the filters (names as on the page); not yet sorted or cut.

    With a `start` only those a page from there can show are sure to be among them.
    """
    rows = orders.visible_to(actor)
    rows = rows.filter(**{name: filters[key] for key, name in _EQUAL.items() if filters.get(key)})
    page = start if start is not None and len(filters) == 1 else None
    rows = _in_ranges(rows, filters, page)
    rows = _placed_between(
        rows, filters.get("placed_from"), filters.get("placed_to"), ZoneInfo(actor.timezone)
    )
    for relation, value in _relations(actor, filters):
        rows = _related(rows, relation, value, page)
    if filters.get("sku"):
        rows = sold.containing(rows, str(filters["sku"]), (page.key, page.backwards) if page else None)
    if filters.get("hold") == orders.ANY:
        rows = rows.filter(open_holds__gt=0)
    return _matching(rows, str(filters.get("q") or "").strip(), page)


# What a row of the list may show; an order's addresses and sums stay where they are.
_SHOWN = (
    "id", "number", "external_id", "status", "payment_state", "fulfilment_state", "currency", "total", "placed_at",
    "requested_date", "customer__name", "channel__name", "channel__name_zh", "order_type__name", "order_type__name_zh",
    "owner__name",
)  # fmt: skip


def complete_rows(rows: QuerySet[Order]) -> QuerySet[Any, Any]:
    """What a row of the list may show, and no more, as named tuples; `tag_names` and `hold_kinds` are lists.

    Fifty orders as objects, each with its customer, channel, type and owner, would cost more than drawing them.
    """
    tags = Tagging.objects.filter(order=OuterRef("pk")).order_by("tag").values("tag_id")
    held = Hold.objects.filter(order=OuterRef("pk"), released_at=None).order_by("id").values("kind")
    short = Backorder.objects.filter(order=OuterRef("pk")).order_by().values("order")
    rows = rows.select_related(None).annotate(
        tag_names=ArraySubquery(tags),
        hold_kinds=ArraySubquery(held),
        expected_on=Subquery(short.annotate(last=Max("expected_on")).values("last")),
    )
    return rows.values_list(*_SHOWN, "tag_names", "hold_kinds", "expected_on", named=True)


def tab_counts(actor: Actor) -> dict[str, int]:
    """How many orders each tab has, up to MOST_COUNTED, in one statement; names as of the tabs."""
    where: dict[str, tuple[str, list[Any]]] = {"all": ("true", [])}
    for status in ("draft", "submitted", "approved", "completed", "cancelled"):
        where[status] = ("status = %s", [status])
    where["hold"] = ("open_holds > 0", [])
    counts = [
        f"(SELECT count(*) FROM (SELECT FROM orders_order WHERE {condition} LIMIT {MOST_COUNTED}) t)"  # nosec B608
        for condition, _ in where.values()
    ]
    counts.append(
        f"(SELECT count(*) FROM (SELECT FROM orders_follower WHERE user_id = %s LIMIT {MOST_COUNTED}) t)"  # nosec B608
    )
    values = [value for _, values in where.values() for value in values]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}", [*values, actor.user_id])  # nosec B608
        return dict(zip([*where, "mine"], cursor.fetchone(), strict=True))


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters of the list can be set to: (value, name, name in Chinese)."""

    channel: list[tuple[str, str, str]] = field(default_factory=list)
    order_type: list[tuple[str, str, str]] = field(default_factory=list)
    tag: list[tuple[str, str, str]] = field(default_factory=list)
    owner: list[tuple[str, str, str]] = field(default_factory=list)
    currency: list[tuple[str, str, str]] = field(default_factory=list)


def choices() -> Choices:
    """Read in one statement, each bounded."""
    found = Choices()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 'channel', code, name, name_zh FROM orders_channel "
            "UNION ALL SELECT 'order_type', code, name, name_zh FROM orders_ordertype "
            "UNION ALL (SELECT 'tag', name, name, '' FROM orders_tag ORDER BY name LIMIT 200) "
            "UNION ALL (SELECT 'owner', id::text, name, '' FROM identity_user WHERE is_active ORDER BY name LIMIT 500) "
            "UNION ALL (SELECT DISTINCT 'currency', currency, currency, '' FROM pricing_pricelist LIMIT 100)"
        )
        for kind, *entry in cursor.fetchall():
            getattr(found, kind).append(tuple(entry))
    return found


def shown_address(actor: Actor, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """An address as the actor may see it."""
    return document if not document or actor.may(Perm.CONTACT_REVEAL) else masked(dict(document))


def _relations(actor: Actor, filters: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The filters that are answered by what belongs to an order, with their values."""
    found: list[tuple[str, Any]] = []
    if filters.get("mine"):
        found.append(("follower", actor.user_id))
    if filters.get("tag"):
        found.append(("tag", filters["tag"]))
    if filters.get("hold") and filters["hold"] != orders.ANY:
        found.append(("hold", filters["hold"]))
    return found


def _sku_key(code: str) -> UUID | None:
    return Sku.objects.filter(code__iexact=code).values_list("pk", flat=True).first()


def _related(rows: QuerySet[Order], relation: str, value: Any, page: Start | None) -> QuerySet[Order]:
    """Those a relation names: by their keys where they are few, or where a page of them is all that is asked for."""
    sql = _RELATED[relation]
    bound, direction, keys_of_bound = _bounds("order_id", page)
    most = _MOST_KEYS + 1 if page is None else _PAGE_KEYS
    with connection.cursor() as cursor:
        cursor.execute(
            f"{sql}{bound} ORDER BY order_id {direction} LIMIT {most}",  # nosec B608
            [value, *keys_of_bound],
        )
        keys = [row[0] for row in cursor.fetchall()]
    if len(keys) <= _MOST_KEYS:
        return rows.filter(pk__in=keys)
    return rows.filter(pk__in=RawSQL(sql, [value]))  # noqa: S611 # nosec B611 - constant texts


def _bounds(column: str, page: Start | None) -> tuple[str, str, list[Any]]:
    """Where a page begins, the direction it goes in, and the value of the condition."""
    backwards = page is not None and page.backwards
    direction = "ASC" if backwards else "DESC"
    if page is None or page.key is None:
        return "", direction, []
    return f" AND {column} {'>' if backwards else '<'} %s", direction, [page.key]


def _in_ranges(rows: QuerySet[Order], filters: Mapping[str, Any], page: Start | None) -> QuerySet[Order]:
    """Those between amounts and requested days."""
    ranges = {name: filters[key] for key, name in _RANGES.items() if filters.get(key) is not None}
    if not ranges:
        return rows
    first = "total" if "total" in next(iter(ranges)) else "requested_date"
    keys = _few(Order.objects.filter(**ranges).order_by(first), page)
    if keys is not None:
        return rows.filter(pk__in=keys)
    last = filters.get("requested_to")
    if last is not None:
        # Nobody asks for a day that has passed: what was to come by then was entered before, imports a little after.
        rows = rows.filter(pk__lt=floor_of(datetime.combine(last, time.max, UTC) + _LATE_ENTRY))
    return rows.filter(**ranges)


def _few(every: QuerySet[Order], page: Start | None) -> list[UUID] | None:
    """The keys of these orders, of a page those it can show; None where there are too many."""
    found, values = every.values("pk")[: _MOST_KEYS + 1].query.sql_with_params()
    bound, direction, key = _bounds("id", page)
    most = _MOST_KEYS if page is None else _PAGE_KEYS
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH found (id) AS MATERIALIZED ({found}) SELECT counted.n, shown.id "  # nosec B608
            "FROM (SELECT count(*) AS n FROM found) counted LEFT JOIN LATERAL "
            f"(SELECT id FROM found WHERE true{bound} ORDER BY id {direction} LIMIT {most}) shown ON true",
            [*values, *key],
        )
        fetched = cursor.fetchall()
    return None if fetched[0][0] > _MOST_KEYS else [key for _, key in fetched if key is not None]


def _placed_between(
    rows: QuerySet[Order], first: date | None, last: date | None, zone: ZoneInfo
) -> QuerySet[Order]:
    """Those placed on local days `first` … `last`; ids are bounded too, for the list pages by them."""
    if first:
        begins = datetime.combine(first, time.min, zone)
        rows = rows.filter(placed_at__gte=begins, id__gte=floor_of(begins - _SLACK))
    if last:
        ends = datetime.combine(last + timedelta(days=1), time.min, zone)
        rows = rows.filter(placed_at__lt=ends, id__lt=floor_of(ends + _SLACK))
    return rows


def _matching(rows: QuerySet[Order], text: str, page: Start | None) -> QuerySet[Order]:
    """Those whose number begins with the text, whose external reference, phone tail, sku or customer it is.

    Each is looked up by an index of its own and bounded: an OR of them all would let the server walk the list.
    """
    if not text:
        return rows
    sku = _sku_key(text)
    if sku is not None:
        return _related(rows, "sku", sku, page)
    bound, direction, key = _bounds("id", page)
    end = f"{bound} ORDER BY id {direction} LIMIT {_MOST_KEYS if page is None else _PAGE_KEYS}"
    ways = _ways(text, customers.keys_matching(text)[:_CUSTOMERS_SEARCHED])
    found = " UNION ALL ".join(f"({sql.format(end=end)})" for sql, _ in ways)
    values = [value for sql, own in ways for value in (*own, *(key if "{end}" in sql else []))]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT id FROM ({found}) found WHERE true{end}",  # nosec B608 - constant texts
            [*values, *key],
        )
        return rows.filter(pk__in=[row[0] for row in cursor.fetchall()])


def _ways(text: str, buyers: Sequence[UUID]) -> list[tuple[str, list[Any]]]:
    """Ways a text can mean an order: statements over its key and their values; `{end}` is where a way can be cut."""
    order = "SELECT id FROM orders_order WHERE"
    prefix = connection.ops.prep_for_like_query(text.upper()) + "%"
    ways: list[tuple[str, list[Any]]] = [
        (f"{order} number LIKE %s ORDER BY number DESC LIMIT {_NUMBERS_SEARCHED}", [prefix]),
        (f"{order} number = %s", [text]),
        (f"{order} external_id = %s AND external_id <> ''", [text]),
    ]
    if buyers:
        ways.append((_OF_BUYERS, [list(buyers)]))
    if text.isascii() and text.isdigit() and len(text) == 4:
        ways.append((f"{order} ship_phone_tail = %s AND ship_phone_tail <> ''{{end}}", [text]))
    return ways
