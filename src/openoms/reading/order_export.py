"""Orders as rows of a sheet: the filtered list or a selection, in batches by key; contact data for those who may see it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from openoms.core.types import Actor
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders import queries as orders
from openoms.domains.orders.models import Order
from openoms.reading.orders import order_list

MOST_ROWS = 50_000
_BATCH = 1000
HEAD = (
    "number", "external_id", "placed_at", "status", "payment_state", "fulfilment_state", "on_hold", "channel",
    "order_type", "customer", "customer_name", "owner", "currency", "items_total", "discount_total", "shipping_total",
    "tax_total", "total", "terms", "requested_date", "country", "region", "city",
)  # fmt: skip
_CONTACT = ("ship_name", "ship_phone", "ship_district", "ship_line", "ship_postcode")
# Spreadsheets read text that begins so as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def selected(actor: Actor, numbers: Sequence[str]) -> QuerySet[Order]:
    """The orders of these numbers that the actor may see."""
    return orders.visible_to(actor).filter(number__in=numbers)


def filtered(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Order]:
    """The orders the list shows for these filters."""
    return order_list(actor, filters)


def size(rows: QuerySet[Order]) -> int:
    """How many rows the sheet will have."""
    return rows.order_by()[:MOST_ROWS].count()


def sheet(actor: Actor, rows: QuerySet[Order]) -> Iterator[list[str]]:
    """Heading and rows, newest first, at most MOST_ROWS; memory holds one batch."""
    reveal = actor.may(Perm.CONTACT_REVEAL)
    yield [*HEAD, *(_CONTACT if reveal else ())]
    rows, zone, given = rows.select_related("owner").order_by("-id"), ZoneInfo(actor.timezone), 0
    last = None
    while given < MOST_ROWS:
        batch = list((rows.filter(pk__lt=last) if last else rows)[: min(_BATCH, MOST_ROWS - given)])
        for order in batch:
            yield [safe(value) for value in _cells(order, zone, reveal)]
        if len(batch) < _BATCH:
            return
        last, given = batch[-1].pk, given + len(batch)


def safe(value: object) -> str:
    """The value as text no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _cells(order: Order, zone: ZoneInfo, reveal: bool) -> list[object]:
    place = order.ship_to or {}
    cells: list[object] = [
        order.number,
        order.external_id,
        f"{order.placed_at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
        order.status,
        order.payment_state,
        order.fulfilment_state,
        "yes" if order.open_holds else "",
        order.channel_id,
        order.order_type_id,
        order.customer.code,
        order.customer.name,
        order.owner.name if order.owner else "",
        order.currency,
        *(f"{getattr(order, name):f}" for name in HEAD[13:18]),
        order.terms,
        order.requested_date,
        *(place.get(name, "") for name in ("country", "region", "city")),
    ]
    if reveal:
        cells += [place.get(name.removeprefix("ship_"), "") for name in _CONTACT]
    return cells
