"""The step that locks the goods of supply's orders together."""

from collections.abc import Collection
from uuid import UUID

from openoms.domains.catalog.models import Sku
from openoms.domains.inventory import services as inventory
from openoms.domains.inventory.models import Stock, Warehouse


def lock_goods(warehouse: Warehouse, skus: Collection[Sku]) -> dict[UUID, Stock]:
    """The stock of skus at a warehouse by sku, locked in the order of its keys; what was never kept there begins at 0."""
    wanted = {sku.pk for sku in skus}
    rows = Stock.objects.filter(warehouse=warehouse, sku__in=wanted)
    there = dict(rows.values_list("sku_id", "pk"))
    made = {inventory.stock_row(warehouse.pk, sku).pk for sku in sorted(wanted - there.keys())}
    return {row.sku_id: row for row in inventory.lock_stock({*there.values(), *made})}
