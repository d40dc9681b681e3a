"""Numbers of supply's orders, and the incoming goods that promises read, kept in step with them."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from openoms.core.db import next_of, require_atomic
from openoms.core.ids import uuid7
from openoms.domains.inventory.models import Incoming, Warehouse
from openoms.domains.supply.errors import NoSuchSupply
from openoms.domains.supply.models import ProductionOrder, PurchaseOrder
from openoms.domains.supply.rules import OPEN_PRODUCTION, OPEN_PURCHASE


def production_number() -> str:
    """The next number of a production order."""
    return f"MO{next_of('supply_production_number'):06d}"


def purchase_number() -> str:
    """The next number of a purchase order."""
    return f"PO{next_of('supply_purchase_number'):06d}"


def warehouse(code: str) -> Warehouse:
    """The warehouse of that code, the first one for "". Raises NoSuchSupply."""
    rows = Warehouse.objects.filter(is_active=True)
    row = rows.filter(code=code).first() if code else rows.first()
    if row is None:
        raise NoSuchSupply("warehouse", code)
    return row


def tell_production(order: ProductionOrder) -> None:
    """Say what a production order will bring: nothing once it ended."""
    tell_productions([order])


def tell_productions(orders: Sequence[ProductionOrder]) -> None:
    """The same of many, in two statements."""
    require_atomic()
    _set_incoming(
        {
            f"production:{order.number}": (
                order.warehouse_id,
                [(order.sku_id, order.remaining, order.finishes_on or order.due)]
                if order.state in OPEN_PRODUCTION
                else [],
            )
            for order in orders
        }
    )


def tell_purchase(order: PurchaseOrder) -> None:
    """Say what a purchase order will bring, by its lines as they are now: nothing while it is a draft."""
    require_atomic()
    lines = order.lines.all() if order.state in OPEN_PURCHASE else ()
    goods = [(row.sku_id, row.remaining, row.due) for row in lines]
    _set_incoming({f"purchase:{order.number}": (order.warehouse_id, goods)})


def _set_incoming(told: Mapping[str, tuple[UUID, Sequence[tuple[UUID, Decimal, date]]]]) -> None:
    """By source the warehouse and what will come there, in place of what was said of it before."""
    Incoming.objects.filter(source__in=told).delete()
    Incoming.objects.bulk_create(
        [
            Incoming(id=uuid7(), warehouse_id=at, sku_id=sku, quantity=quantity, due=due, source=source)
            for source, (at, goods) in told.items()
            for sku, quantity, due in goods
            if quantity > 0
        ],
        batch_size=1000,
    )
