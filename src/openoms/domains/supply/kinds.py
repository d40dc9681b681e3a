"""What happens to supply."""

from openoms.domains.events.kinds import declare

SUPPLIER_SAVED = declare(
    "supplier.saved",
    subject="supplier",
    data={"code": str, "before": dict, "after": dict},
    en="{actor} saved the supplier {code}: {before} → {after}",
    zh="{actor} 保存了供应商 {code}：{before} → {after}",
)
CENTRE_SAVED = declare(
    "work_centre.saved",
    subject="work_centre",
    data={"code": str, "before": dict, "after": dict},
    en="{actor} saved the work centre {code}: {before} → {after}",
    zh="{actor} 保存了工作中心 {code}：{before} → {after}",
)
BILL_SAVED = declare(
    "bill.saved",
    subject="sku",
    data={"sku": str, "before": dict, "after": dict},
    en="{actor} saved the bill of materials of {sku}",
    zh="{actor} 保存了 {sku} 的物料清单",
)
PRODUCTION_PLANNED = declare(
    "production.planned",
    subject="production_order",
    data={"number": str, "sku": str, "quantity": str, "due": str, "orders": list},
    en="{actor} planned {number}: {quantity} × {sku} by {due}, for {orders}",
    zh="{actor} 计划了生产单 {number}：{sku} × {quantity}，{due} 前完成，用于 {orders}",
)
PRODUCTION_CHANGED = declare(
    "production.changed",
    subject="production_order",
    data={"number": str, "before": dict, "after": dict},
    en="{actor} changed {number}: {before} → {after}",
    zh="{actor} 修改了生产单 {number}：{before} → {after}",
)
PRODUCTION_MOVED = declare(
    "production.moved",
    subject="production_order",
    data={"number": str, "sku": str, "before": str, "state": str, "reason": str},
    en="{actor} moved {number} from {before} to {state}: {reason}",
    zh="{actor} 将生产单 {number} 由 {before} 变为 {state}：{reason}",
)
PRODUCTION_REPORTED = declare(
    "production.reported",
    subject="production_order",
    data={"number": str, "sku": str, "quantity": str, "done": str, "of": str, "used": list},
    en="{actor} reported {quantity} × {sku} made for {number} ({done} of {of}); used {used}",
    zh="{actor} 为生产单 {number} 报工 {sku} × {quantity}（已完成 {done} / {of}），领用 {used}",
)
PRODUCTION_SCHEDULED = declare(
    "production.scheduled",
    subject="production_order",
    data={"number": str, "before": str, "finishes_on": str, "late_days": int},
    en="{number} is scheduled to finish on {finishes_on} (before: {before}), {late_days} days late",
    zh="生产单 {number} 排程完成日为 {finishes_on}（原为 {before}），延误 {late_days} 天",
)
PURCHASE_DRAFTED = declare(
    "purchase.drafted",
    subject="purchase_order",
    data={"number": str, "supplier": str, "lines": list},
    en="{actor} drafted {number} to {supplier}: {lines}",
    zh="{actor} 起草了采购单 {number}，供应商 {supplier}：{lines}",
)
PURCHASE_CHANGED = declare(
    "purchase.changed",
    subject="purchase_order",
    data={"number": str, "before": dict, "after": dict},
    en="{actor} changed {number}: {before} → {after}",
    zh="{actor} 修改了采购单 {number}：{before} → {after}",
)
PURCHASE_SENT = declare(
    "purchase.sent",
    subject="purchase_order",
    data={"number": str, "supplier": str, "lines": list},
    en="{actor} sent {number} to {supplier}: {lines}",
    zh="{actor} 向供应商 {supplier} 下达了采购单 {number}：{lines}",
)
PURCHASE_RECEIVED = declare(
    "purchase.received",
    subject="purchase_order",
    data={"number": str, "supplier": str, "warehouse": str, "lines": list, "state": str},
    en="{actor} received of {number} at {warehouse}: {lines}",
    zh="{actor} 在 {warehouse} 收到采购单 {number} 的货：{lines}",
)
PURCHASE_CANCELLED = declare(
    "purchase.cancelled",
    subject="purchase_order",
    data={"number": str, "supplier": str, "reason": str},
    en="{actor} cancelled {number}: {reason}",
    zh="{actor} 取消了采购单 {number}：{reason}",
)
STOP_WORK_RAISED = declare(
    "stop_work.raised",
    subject="stop_work_notice",
    data={"number": str, "sku": str, "quantity": str, "reason": str, "order": str},
    en="{quantity} × {sku} of {number} are no longer needed ({reason}): {order}",
    zh="{number} 的 {sku} × {quantity} 不再需要（{reason}）：{order}",
)
STOP_WORK_ACKNOWLEDGED = declare(
    "stop_work.acknowledged",
    subject="stop_work_notice",
    data={"number": str, "answer": str},
    en="{actor} acknowledged that work on {number} stops: {answer}",
    zh="{actor} 已确认 {number} 的停工通知：{answer}",
)
