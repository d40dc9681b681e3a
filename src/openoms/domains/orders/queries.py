"""Reading orders."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from openoms.core.types import Actor
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders.models import Channel, Order, OrderType


def visible_to(actor: Actor) -> QuerySet[Order]:
    """Orders the actor may see."""
    rows = Order.objects.select_related("customer", "channel", "order_type")
    return rows if actor.may(Perm.ORDER_VIEW) else rows.none()


def complete(rows: QuerySet[Order]) -> QuerySet[Order]:
    """With everything an order's page shows."""
    return rows.select_related("created_by").prefetch_related("lines__sku", "lines__adjustments", "instructions")


def duplicates_statement(keys: Sequence[tuple[str, str]]) -> tuple[str, tuple[Any, ...]]:
    """The statement that finds which (channel, external id) exist; rows are (channel, external id, number)."""
    return (
        "SELECT o.channel_id, o.external_id, o.number FROM orders_order o "
        "JOIN unnest(%s::text[], %s::text[]) AS k(channel, external_id) "
        "ON o.channel_id = k.channel AND o.external_id = k.external_id AND o.external_id <> ''",
        ([channel for channel, _ in keys], [external for _, external in keys]),
    )


def numbers_statement(count: int) -> tuple[str, tuple[Any, ...]]:
    """The statement that draws the next `count` order numbers."""
    return "SELECT nextval('orders_number') FROM generate_series(1, %s)", (count,)


def channels() -> dict[str, Channel]:
    """Channels by code."""
    return {row.code: row for row in Channel.objects.all()}


def order_types() -> dict[str, OrderType]:
    """Order types by code."""
    return {row.code: row for row in OrderType.objects.all()}
