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
ORDER_APPROVED = declare(
    "order.approved",
    subject="order",
    data={"number": str, "revision": int, "automatic": bool, "waits_for": list},
    en="Order {number} was approved",
    zh="订单 {number} 已审核通过",
)
ORDER_RELEASED = declare(
    "order.released",
    subject="order",
    data={"number": str, "revision": int},
    en="Order {number} was released to the warehouse",
    zh="订单 {number} 已下发仓库",
)
ORDER_RECALLED = declare(
    "order.recalled",
    subject="order",
    data={"number": str, "revision": int},
    en="Order {number} was taken back from the warehouse",
    zh="订单 {number} 已从仓库收回",
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
    data={"number": str, "carrier": str, "waybill": str, "shipment": str, "warehouse": str, "goods": list},
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
ORDER_CANCELLED = declare(
    "order.cancelled",
    subject="order",
    data={
        "number": str,
        "reason": str,
        "stage": str,
        "departments": list,
        "assignees": list,
        "paid": str,
        "currency": str,
    },
    en="{actor} cancelled order {number} at {stage}: {reason}",
    zh="{actor} 在{stage}环节取消了订单 {number}：{reason}",
)
ORDER_SPLIT = declare(
    "order.split",
    subject="order",
    data={"number": str, "revision": int, "way": str, "parts": list, "total_before": str, "total": str},
    en="{actor} split order {number}; split off: {parts}",
    zh="{actor} 拆分了订单 {number}，拆出：{parts}",
)
ORDER_SPLIT_OFF = declare(
    "order.split_off",
    subject="order",
    data={"number": str, "of": str, "lines": int, "total": str, "currency": str},
    en="{actor} split order {number} off {of}: {lines} lines, {total} {currency}",
    zh="{actor} 从 {of} 拆出了订单 {number}：{lines} 行，{total} {currency}",
)
ORDER_MERGED = declare(
    "order.merged",
    subject="order",
    data={"number": str, "revision": int, "merged": list, "total_before": str, "total": str},
    en="{actor} merged {merged} into order {number}",
    zh="{actor} 将 {merged} 合并到了订单 {number}",
)
ORDER_MERGED_AWAY = declare(
    "order.merged_away",
    subject="order",
    data={"number": str, "into": str},
    en="{actor} merged order {number} into {into}",
    zh="{actor} 将订单 {number} 合并到了 {into}",
)
ADDRESS_CORRECTED = declare(
    "order.address_corrected",
    subject="order",
    data={"number": str, "revision": int, "problems": list},
    en="{actor} corrected the address of order {number}; revision {revision}",
    zh="{actor} 更正了订单 {number} 的收货地址，版本 {revision}",
)
ORDER_ASSIGNED = declare(
    "order.assigned",
    subject="order",
    data={"number": str, "before": str, "after": str},
    en="{actor} gave order {number} to {after}",
    zh="{actor} 将订单 {number} 交给 {after} 负责",
)
ORDER_TAGGED = declare(
    "order.tagged",
    subject="order",
    data={"number": str, "added": list, "removed": list},
    en="{actor} changed the tags of order {number}: added {added}, removed {removed}",
    zh="{actor} 修改了订单 {number} 的标签：新增 {added}，移除 {removed}",
)
HOLD_PLACED = declare(
    "hold.placed",
    subject="order",
    data={"number": str, "hold": str, "kind": str, "stage": str, "reason": str},
    en="{actor} put order {number} on hold before {stage} ({kind}): {reason}",
    zh="{actor} 在{stage}环节前挂起了订单 {number}（{kind}）：{reason}",
)
HOLD_RELEASED = declare(
    "hold.released",
    subject="order",
    data={"number": str, "hold": str, "kind": str, "stage": str, "reason": str},
    en="{actor} released order {number} for {stage} ({kind}): {reason}",
    zh="{actor} 解除了订单 {number} 在{stage}环节的挂起（{kind}）：{reason}",
)
INSTRUCTION_ADDED = declare(
    "instruction.added",
    subject="order",
    data={"instruction": str, "audience": str, "stage": str, "blocking": bool},
    en="{actor} left a remark for {audience} at {stage}",
    zh="{actor} 给 {audience} 留下了 {stage} 环节的备注",
)
INSTRUCTION_ACKNOWLEDGED = declare(
    "instruction.acknowledged",
    subject="order",
    data={"instruction": str, "audience": str, "stage": str, "author": str},
    en="{actor} confirmed the remark for {audience} at {stage}",
    zh="{actor} 确认了给 {audience} 的 {stage} 环节备注",
)
INSTRUCTION_DONE = declare(
    "instruction.done",
    subject="order",
    data={"instruction": str, "audience": str, "stage": str, "author": str},
    en="{actor} did what the remark for {audience} at {stage} asks",
    zh="{actor} 完成了给 {audience} 的 {stage} 环节备注",
)
INSTRUCTION_NOT_POSSIBLE = declare(
    "instruction.not_possible",
    subject="order",
    data={"instruction": str, "audience": str, "stage": str, "author": str, "answer": str},
    en="{actor} answered the remark for {audience} at {stage}: not possible, {answer}",
    zh="{actor} 答复给 {audience} 的 {stage} 环节备注：无法做到，{answer}",
)
INSTRUCTION_WITHDRAWN = declare(
    "instruction.withdrawn",
    subject="order",
    data={"instruction": str, "audience": str, "stage": str, "author": str},
    en="{actor} withdrew the remark for {audience} at {stage}",
    zh="{actor} 撤回了给 {audience} 的 {stage} 环节备注",
)
COMMENT_ADDED = declare(
    "comment.added",
    subject="order",
    data={"number": str, "comment": str, "mentions": list},
    en="{actor} commented on order {number}",
    zh="{actor} 评论了订单 {number}",
)
PHRASE_SAVED = declare(
    "phrase.saved",
    subject="phrase",
    data={"before": dict, "after": dict},
    en="{actor} saved a ready remark: {before} → {after}",
    zh="{actor} 保存了常用备注：{before} → {after}",
)
SERVICE_SCHEDULED = declare(
    "service.scheduled",
    subject="order",
    data={"number": str, "line": int, "at": str, "assignee": str},
    en="{actor} scheduled the service of line {line} for {at}, {assignee}",
    zh="{actor} 将第 {line} 行的服务安排在 {at}，{assignee}",
)
SERVICE_PERFORMED = declare(
    "service.performed",
    subject="order",
    data={"number": str, "line": int},
    en="{actor} performed the service of line {line}",
    zh="{actor} 完成了第 {line} 行的服务",
)
SERVICE_SIGNED_OFF = declare(
    "service.signed_off",
    subject="order",
    data={"number": str, "line": int},
    en="The customer signed for the service of line {line}, recorded by {actor}",
    zh="客户已签收第 {line} 行的服务，由 {actor} 登记",
)
ORDERS_EXPORTED = declare(
    "orders.exported",
    subject="export",
    data={"format": str, "rows": int, "filters": list},
    en="{actor} took {rows} orders away as {format}, narrowed by: {filters}",
    zh="{actor} 导出了 {rows} 个订单（{format}），筛选条件：{filters}",
)
HOLDS_MENDED = declare(
    "order.holds_mended",
    subject="order",
    data={"number": str, "before": int, "after": int},
    en="{actor} set how many open holds order {number} counts: {before} → {after}",
    zh="{actor} 修正了订单 {number} 的挂起计数：{before} → {after}",
)
STATE_MENDED = declare(
    "order.state_mended",
    subject="order",
    data={"number": str, "before": str, "after": str},
    en="{actor} set how far the goods of order {number} are to what its rows say: {before} → {after}",
    zh="{actor} 按明细修正了订单 {number} 的履约状态：{before} → {after}",
)
