"""What happens in the warehouse. Those about a fulfilment have its order as their subject: they are its timeline."""

from openoms.domains.events.kinds import declare

FULFILMENT_OPENED = declare(
    "fulfilment.opened",
    subject="order",
    data={"number": str, "fulfilment": str, "warehouse": str, "ship_by": str},
    en="{warehouse} has {fulfilment} of order {number} to send by {ship_by}",
    zh="{warehouse} 须在 {ship_by} 前发出订单 {number} 的履约单 {fulfilment}",
)
FULFILMENT_DROPPED = declare(
    "fulfilment.dropped",
    subject="order",
    data={"number": str, "fulfilments": list},
    en="The warehouse has no more to do for {fulfilments} of order {number}",
    zh="订单 {number} 的履约单 {fulfilments} 已撤销，仓库无需处理",
)
FULFILMENT_STARTED = declare(
    "fulfilment.started",
    subject="order",
    data={"number": str, "fulfilment": str, "wave": str},
    en="{actor} began to pick {fulfilment} of order {number}",
    zh="{actor} 开始为订单 {number} 拣货（{fulfilment}）",
)
FULFILMENT_PICKED = declare(
    "fulfilment.picked",
    subject="order",
    data={"number": str, "fulfilment": str},
    en="{fulfilment} of order {number} is picked",
    zh="订单 {number} 的履约单 {fulfilment} 已拣齐",
)
FULFILMENT_SHORT = declare(
    "fulfilment.short",
    subject="order",
    data={
        "number": str, "fulfilment": str, "warehouse": str, "sku": str, "quantity": str, "reason": str, "note": str,
    },
    en="{actor} found {quantity} of {sku} too few at {warehouse} for order {number} ({reason}): {note}",
    zh="{actor} 为订单 {number} 拣货时，{warehouse} 的 {sku} 少 {quantity}（{reason}）：{note}",
)  # fmt: skip
FULFILMENT_PACKED = declare(
    "fulfilment.packed",
    subject="order",
    data={"number": str, "fulfilment": str, "parcels": int, "weight_g": int},
    en="{actor} packed {fulfilment} of order {number} into {parcels} parcel(s), {weight_g} g",
    zh="{actor} 已将订单 {number} 的履约单 {fulfilment} 打包为 {parcels} 个包裹，共 {weight_g} 克",
)
FULFILMENT_REPACKED = declare(
    "fulfilment.repacked",
    subject="order",
    data={"number": str, "fulfilment": str},
    en="{actor} opened the parcels of {fulfilment} of order {number} again",
    zh="{actor} 重新打开了订单 {number} 履约单 {fulfilment} 的包裹",
)
WAVE_PLANNED = declare(
    "wave.planned",
    subject="wave",
    data={"wave": str, "warehouse": str, "fulfilments": int, "ship_by": str},
    en="{actor} planned the wave {wave} at {warehouse}: {fulfilments} fulfilment(s) by {ship_by}",
    zh="{actor} 在 {warehouse} 计划了波次 {wave}：{fulfilments} 张履约单，{ship_by} 前发出",
)
WAVE_STARTED = declare(
    "wave.started",
    subject="wave",
    data={"wave": str, "left_out": list},
    en="{actor} began the wave {wave}; left out: {left_out}",
    zh="{actor} 开始了波次 {wave}；未纳入：{left_out}",
)
WAVE_DISSOLVED = declare(
    "wave.dissolved",
    subject="wave",
    data={"wave": str},
    en="{actor} dissolved the wave {wave}",
    zh="{actor} 解散了波次 {wave}",
)
SHIPMENT_CANCELLED = declare(
    "shipment.cancelled",
    subject="order",
    data={"number": str, "shipment": str, "reason": str},
    en="{actor} cancelled the shipment {shipment} of order {number}: {reason}",
    zh="{actor} 取消了订单 {number} 的发货单 {shipment}：{reason}",
)
DISPATCH_SET = declare(
    "dispatch.set",
    subject="warehouse",
    data={"warehouse": str, "before": dict, "after": dict},
    en="{actor} changed when {warehouse} sends: {before} → {after}",
    zh="{actor} 修改了 {warehouse} 的发货安排：{before} → {after}",
)
