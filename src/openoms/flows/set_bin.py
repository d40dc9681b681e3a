"""Where goods lie in a warehouse: the bin that pick lists are sorted by."""

from openoms.core.db import flow
from openoms.core.errors import InvalidInput
from openoms.core.types import Actor
from openoms.domains.catalog.models import Sku
from openoms.domains.events.services import record
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.inventory import kinds
from openoms.domains.inventory import services as inventory
from openoms.domains.inventory.errors import NoSuchWarehouse
from openoms.domains.inventory.models import Stock, Warehouse

LONGEST = 30


@flow
def set_bin(warehouse: str, sku: str, bin_: str, *, actor: Actor) -> Stock:
    """Say in which bin a sku lies at a warehouse, "" for none. Raises InvalidInput, NoSuchWarehouse."""
    require(actor, Perm.STOCK_VIEW, Perm.STOCK_ADJUST)
    bin_ = " ".join(bin_.split())
    if len(bin_) > LONGEST:
        raise InvalidInput("A bin has at most 30 characters.", field="bin")
    place = Warehouse.objects.filter(code=warehouse).first()
    if place is None:
        raise NoSuchWarehouse(warehouse)
    goods = Sku.objects.filter(code=sku).first()
    if goods is None:
        raise InvalidInput(f"There is no sku {sku!r}.", field="sku")
    stock = inventory.stock_row(place.pk, goods.pk)
    if stock.bin != bin_:
        before = stock.bin
        inventory.set_bin(stock, bin_)
        data = {"sku": sku, "warehouse": warehouse, "before": before, "after": bin_}
        record(actor, kinds.BIN_SET, stock.pk, data=data)
    return stock
