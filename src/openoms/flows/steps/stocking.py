"""The step that locks the goods of supply's orders together."""

from collections.abc import Collection
from uuid import UUID

from openoms.domains.catalog.models import Sku
from openoms.domains.inventory import services as inventory
from openoms.domains.inventory.models import Stock, Warehouse


def lock_goods(warehouse: Warehouse, skus: Collection[Sku]) -> dict[UUID, Stock]:
    """The stock of skus at a warehouse by sku, locked in the order of its keys; what was never kept there begins at 0."""
    return {row.sku_id: row for row in inventory.stock_rows(warehouse.pk, {sku.pk for sku in skus})}
