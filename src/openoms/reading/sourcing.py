"""Reading where an order's goods are kept, and where else they could come from."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openoms.domains.catalog.models import Sku
from openoms.domains.events.models import Event
from openoms.domains.inventory import kinds
from openoms.domains.inventory.models import Reservation, Stock, Warehouse
from openoms.domains.orders.models import Line, Order

ZERO = Decimal(0)


@dataclass(slots=True)
class Source:
    """So much of a line's sku kept at a warehouse; `others` are those that could promise some, with how much."""

    line: Line
    sku: Sku
    warehouse: Warehouse
    quantity: Decimal
    others: Sequence[tuple[Warehouse, Decimal]] = ()


def why(order: Order) -> list[dict[str, Any]]:
    """Why the goods of an order come from where they do, as it was routed last; nothing where there was nothing to choose."""
    rows = Event.objects.filter(subject_id=order.pk, kind=kinds.ORDER_ALLOCATED.code)
    data = rows.order_by("-id").values_list("data", flat=True).first()
    return list((data or {}).get("why", ()))


def sources(order: Order) -> list[Source]:
    """By line, sku and warehouse what is kept for an order, in the order of its lines."""
    rows = Reservation.objects.filter(order=order, state="open").select_related(
        "line__sku__product", "stock__sku__product", "stock__warehouse"
    )
    found: dict[tuple[object, object], Source] = {}
    for row in rows.order_by("line__position", "id"):
        key = row.line_id, row.stock_id
        if key not in found:
            found[key] = Source(row.line, row.stock.sku, row.stock.warehouse, ZERO)
        found[key].quantity += row.quantity
    there: dict[object, list[Stock]] = {}
    skus = {source.sku.pk for source in found.values()}
    stock = Stock.objects.filter(sku__in=skus, warehouse__is_active=True).select_related("warehouse")
    for place in stock.order_by("warehouse__priority", "warehouse__code"):
        there.setdefault(place.sku_id, []).append(place)
    for source in found.values():
        source.others = [
            (place.warehouse, place.available)
            for place in there.get(source.sku.pk, ())
            if place.warehouse_id != source.warehouse.pk and place.available > 0
        ]
    return list(found.values())
