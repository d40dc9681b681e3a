"""What happens to stock."""

from openoms.domains.events.kinds import declare

STOCK_MOVED = declare(
    "stock.moved",
    subject="stock",
    data={
        "movement": str, "kind": str, "sku": str, "warehouse": str, "quantity": str, "on_hand": str, "reason": str,
        "source": str, "lot": str,
    },
    en="{actor} moved {quantity} of {sku} at {warehouse} ({kind}): {reason}",
    zh="{actor} 变动了 {warehouse} 的 {sku} 库存 {quantity}（{kind}）：{reason}",
)  # fmt: skip
LOT_EXPIRED = declare(
    "stock.expired",
    subject="stock",
    data={"sku": str, "warehouse": str, "lot": str, "expires_on": str, "quantity": str},
    en="Lot {lot} of {sku} at {warehouse} expired on {expires_on}: {quantity} are no longer promised",
    zh="{warehouse} 的 {sku} 批次 {lot} 已于 {expires_on} 过期：{quantity} 不再可承诺",
)
LOTS_SWITCHED = declare(
    "stock.lots_switched",
    subject="sku",
    data={"sku": str, "tracked": bool, "rows": int},
    en="{actor} switched lots of {sku}: tracked is {tracked}, {rows} rows of stock",
    zh="{actor} 切换了 {sku} 的批次管理：启用为 {tracked}，涉及 {rows} 条库存",
)
SAFETY_SET = declare(
    "stock.safety_set",
    subject="stock",
    data={"sku": str, "warehouse": str, "before": str, "after": str},
    en="{actor} set the safety stock of {sku} at {warehouse}: {before} → {after}",
    zh="{actor} 设置了 {warehouse} 的 {sku} 安全库存：{before} → {after}",
)
BIN_SET = declare(
    "stock.bin_set",
    subject="stock",
    data={"sku": str, "warehouse": str, "before": str, "after": str},
    en="{actor} moved {sku} at {warehouse} to another bin: {before} → {after}",
    zh="{actor} 修改了 {warehouse} 的 {sku} 货位：{before} → {after}",
)
WAREHOUSE_SAVED = declare(
    "warehouse.saved",
    subject="warehouse",
    data={"code": str, "before": dict, "after": dict},
    en="{actor} saved the warehouse {code}",
    zh="{actor} 保存了仓库 {code}",
)
POLICY_SET = declare(
    "inventory.policy_set",
    subject="inventory_policy",
    data={"before": dict, "after": dict},
    en="{actor} changed how goods are kept for orders: {before} → {after}",
    zh="{actor} 修改了库存预占规则：{before} → {after}",
)
ORDER_ALLOCATED = declare(
    "order.allocated",
    subject="order",
    data={"number": str, "warehouses": list, "short": list, "why": list},
    en="Goods for order {number} are reserved at {warehouses}; short: {short}",
    zh="订单 {number} 已在 {warehouses} 锁定库存；缺货：{short}",
)
ORDER_FREED = declare(
    "order.freed",
    subject="order",
    data={"number": str, "warehouses": list, "skus": list, "reason": str},
    en="Goods kept for order {number} at {warehouses} were freed: {reason}",
    zh="订单 {number} 在 {warehouses} 的预占已释放：{reason}",
)
ORDER_RESOURCED = declare(
    "order.resourced",
    subject="order",
    data={"number": str, "sku": str, "quantity": str, "source": str, "target": str},
    en="{actor} had {quantity} of {sku} for order {number} come from {target} instead of {source}",
    zh="{actor} 将订单 {number} 的 {sku} {quantity} 由 {source} 改为 {target} 发货",
)
STOCK_MENDED = declare(
    "stock.mended",
    subject="stock",
    data={"sku": str, "warehouse": str, "before": str, "after": str},
    en="{actor} set stock of {sku} at {warehouse} (on hand / reserved) to what its rows say: {before} → {after}",
    zh="{actor} 按明细修正了 {warehouse} 的 {sku} 库存（在库 / 预占）：{before} → {after}",
)
ORDER_DELAYED = declare(
    "order.delayed",
    subject="order",
    data={
        "number": str, "expected": str, "before": str, "requested": str, "sku": str, "cause": str, "document": str,
    },
    en="Goods for order {number} come later than asked for or told: {sku}, expected: {expected} ({cause})",
    zh="订单 {number} 的货物延期：{sku}，预计到货：{expected}（{cause}）",
)  # fmt: skip
ORDER_EXPECTED_EARLIER = declare(
    "order.expected_earlier",
    subject="order",
    data={
        "number": str, "expected": str, "before": str, "requested": str, "sku": str, "cause": str, "document": str,
    },
    en="Goods for order {number} come earlier than told: {sku}, expected: {expected} ({cause})",
    zh="订单 {number} 的货物早于此前告知：{sku}，预计到货：{expected}（{cause}）",
)  # fmt: skip
LOTS_MENDED = declare(
    "stock.lots_mended",
    subject="stock",
    data={"sku": str, "warehouse": str, "before": str, "after": str},
    en="{actor} made the lots of {sku} at {warehouse} come to what is on hand: {before} → {after}",
    zh="{actor} 按在库量修正了 {warehouse} 的 {sku} 批次合计：{before} → {after}",
)
