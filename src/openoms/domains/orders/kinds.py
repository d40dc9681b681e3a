"""What happens to orders."""

from openoms.domains.events.kinds import declare

ORDER_PLACED = declare(
    "order.placed",
    subject="order",
    data={"number": str, "total": str, "currency": str, "lines": int, "channel": str},
    en="{actor} entered order {number}: {lines} lines, {total} {currency}",
    zh="{actor} 录入了订单 {number}：{lines} 行，{total} {currency}",
)
ORDER_SUBMITTED = declare(
    "order.submitted",
    subject="order",
    data={"number": str, "revision": int},
    en="{actor} submitted order {number}",
    zh="{actor} 提交了订单 {number}",
)
ORDER_WITHDRAWN = declare(
    "order.withdrawn",
    subject="order",
    data={"number": str, "revision": int},
    en="{actor} withdrew order {number} to draft",
    zh="{actor} 将订单 {number} 撤回为草稿",
)
ORDER_REVISED = declare(
    "order.revised",
    subject="order",
    data={
        "number": str,
        "revision": int,
        "currency": str,
        "total_before": str,
        "total": str,
        "changed": list,
        "lines": list,
    },
    en="{actor} changed the draft {number}: {changed}",
    zh="{actor} 修改了草稿 {number}：{changed}",
)
ORDER_QUOTED = declare(
    "order.quoted",
    subject="order",
    data={"number": str, "valid_until": str, "total": str, "currency": str},
    en="{actor} made a quotation of {number}, valid until {valid_until}",
    zh="{actor} 将 {number} 作为报价，有效期至 {valid_until}",
)
ORDER_SHIPPED = declare(
    "order.shipped",
    subject="order",
    data={"number": str, "carrier": str},
    en="Order {number} was shipped with {carrier}",
    zh="订单 {number} 已由 {carrier} 发出",
)
ORDER_COMPLETED = declare(
    "order.completed",
    subject="order",
    data={"number": str},
    en="Order {number} was completed",
    zh="订单 {number} 已完成",
)
INSTRUCTION_ADDED = declare(
    "instruction.added",
    subject="order",
    data={"audience": str, "stage": str, "blocking": bool},
    en="{actor} left a remark for {audience} at {stage}",
    zh="{actor} 给 {audience} 留下了 {stage} 环节的备注",
)
