"""What the demonstration company has in stock: two warehouses, goods in them, some short; goods kept for orders under way."""

from datetime import time
from decimal import Decimal

from openoms.core.types import Actor
from openoms.domains.catalog.models import Sku
from openoms.domains.inventory.models import Stock, Warehouse
from openoms.domains.orders.models import Order
from openoms.flows.allocate_order import allocate_order
from openoms.flows.edit_warehouses import WarehouseInput, save_warehouse
from openoms.flows.move_stock import receive_stock, set_safety

D = Decimal
WAREHOUSES = (
    WarehouseInput(
        "HZ", "Hangzhou", "杭州仓", "CN", "浙江省", "杭州市", "余杭区", "良渚街道物流路18号", "311113", 30.378, 120.052,
        cut_off=time(16), priority=1, parcel_cost=D(9),
    ),
    WarehouseInput(
        "SZ", "Shenzhen", "深圳仓", "CN", "广东省", "深圳市", "龙华区", "观澜大道99号", "518110", 22.713, 114.063,
        cut_off=time(17, 30), priority=2, parcel_cost=D(11),
    ),
)  # fmt: skip


def load(actor: Actor) -> int:
    """Make what is missing; how many rows of stock there are. Orders under way come last: their goods are kept now."""
    if Warehouse.objects.exists():
        return Stock.objects.count()
    for value in WAREHOUSES:
        save_warehouse(value, actor=actor, new=True)
    goods = Sku.objects.filter(bundle=None, formula=None).exclude(product__kind="service").order_by("code")
    for n, code in enumerate(goods.values_list("code", flat=True)):
        # Every seventh is out of stock in the south, every eleventh nearly everywhere.
        main, south = D(12 + n * 7 % 60), D(n * 5 % 40)
        if n % 11 == 10:
            main, south = D(1), D(0)
        receive_stock("HZ", code, main, "期初 Opening stock", actor=actor)
        if south and n % 7:
            receive_stock("SZ", code, south, "期初 Opening stock", actor=actor)
        if n % 5 == 0:
            set_safety("HZ", code, D(min(2, int(main))), actor=actor)
    under_way = Order.objects.filter(
        status__in=("submitted", "approved"), historical=False, fulfilment_state="unallocated"
    )
    for number in under_way.order_by("id").values_list("number", flat=True):
        allocate_order(number, actor=actor)
    return Stock.objects.count()
