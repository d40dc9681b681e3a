"""What staff hear of orders, remarks, comments and payments, in the words told where the firm has none of its own."""

from django.utils.translation import gettext_lazy as _

from openoms.domains.notifications.topics import declare

declare(
    "comment.mention",
    "comment.added",
    group="talk",
    label=_("Somebody calls you in a comment"),
    told=["mentions"],
    names="text",
    mail=True,
    en=("{actor} mentioned you on order {number}", "“{text}”\n\nOrder {number}, {customer}\n{link}"),
    zh=("{actor} 在订单 {number} 中提到了您", "“{text}”\n\n订单 {number}，{customer}\n{link}"),
)
declare(
    "comment.added",
    "comment.added",
    group="talk",
    label=_("A comment on an order you follow"),
    told=["followers", "owner"],
    names="text",
    en=("{actor} commented on order {number}", "“{text}”\n\nOrder {number}, {customer}\n{link}"),
    zh=("{actor} 评论了订单 {number}", "“{text}”\n\n订单 {number}，{customer}\n{link}"),
)
declare(
    "instruction.added",
    "instruction.added",
    group="talk",
    label=_("A remark for your role"),
    told=["audience"],
    names="text stage audience",
    en=(
        "Remark for {audience} on order {number}",
        "{actor} left a remark for {audience} ({stage}):\n“{text}”\n\nOrder {number}, {customer}\n{link}",
    ),
    zh=(
        "订单 {number} 有给{audience}的新备注",
        "{actor} 给{audience}留了备注（{stage}环节）：\n“{text}”\n\n订单 {number}，{customer}\n{link}",
    ),
)
# Remarks an order is placed with have no event of their own.
declare(
    "instruction.placed",
    "order.placed",
    group="talk",
    label=_("A new order with remarks for your role"),
    told=["remarks"],
    names="remarks",
    en=("New order {number} has remarks for you", "{remarks}\n\n{customer}, {total}\n{link}"),
    zh=("新订单 {number} 附有需要您处理的备注", "{remarks}\n\n{customer}，{total}\n{link}"),
)
declare(
    "instruction.not_possible",
    "instruction.not_possible",
    group="talk",
    label=_("A remark you left cannot be done"),
    told=["author"],
    names="text stage audience answer",
    mail=True,
    en=(
        "Your remark on order {number} cannot be carried out",
        "{actor} answered: {answer}\nYour remark for {audience} ({stage}): “{text}”\n\nOrder {number}, {customer}\n{link}",
    ),
    zh=(
        "您在订单 {number} 中的备注无法执行",
        "{actor} 答复：{answer}\n您给{audience}的备注（{stage}环节）：“{text}”\n\n订单 {number}，{customer}\n{link}",
    ),
)
declare(
    "order.assigned",
    "order.assigned",
    group="orders",
    label=_("An order is given to you"),
    told=["owner"],
    mail=True,
    en=("{actor} assigned order {number} to you", "{customer}, {total}\n{link}"),
    zh=("{actor} 将订单 {number} 交给您负责", "{customer}，{total}\n{link}"),
)
declare(
    "order.placed",
    "order.placed",
    group="orders",
    label=_("An order is entered"),
    told=[],
    en=("New order {number} from {customer}", "Entered by {actor}, {total}\n{link}"),
    zh=("{customer} 的新订单 {number}", "由 {actor} 录入，{total}\n{link}"),
)
declare(
    "order.submitted",
    "order.submitted",
    group="orders",
    label=_("An order is submitted"),
    told=[],
    en=("Order {number} was submitted", "{customer}, {total}, by {actor}\n{link}"),
    zh=("订单 {number} 已提交", "{customer}，{total}，由 {actor} 提交\n{link}"),
)
declare(
    "order.approved",
    "order.approved",
    group="orders",
    label=_("An order is approved"),
    # Whoever asked for it and the owner hear that it passed its approval.
    told=[],
    unless={"automatic": (True,)},
    en=("Order {number} was approved", "{customer}, {total}\n{link}"),
    zh=("订单 {number} 已审核通过", "{customer}，{total}\n{link}"),
)
declare(
    "order.released",
    "order.released",
    group="orders",
    label=_("An order is released to the warehouse"),
    told=["role:warehouse"],
    en=("Order {number} has been released to the warehouse", "{customer}\n{link}"),
    zh=("订单 {number} 已下发仓库", "{customer}\n{link}"),
)
declare(
    "order.shipped",
    "order.shipped",
    group="orders",
    label=_("An order is shipped"),
    told=[],
    names="carrier",
    en=("Order {number} was shipped", "{customer}\nCarrier: {carrier}\n{link}"),
    zh=("订单 {number} 已发货", "{customer}\n承运商：{carrier}\n{link}"),
)
declare(
    "order.cancelled",
    "order.cancelled",
    group="orders",
    label=_("An order you have to do with is cancelled"),
    told=["owner", "followers", "departments", "assignees"],
    names="stage reason",
    mail=True,
    en=(
        "Order {number} was cancelled",
        "{actor} cancelled it at {stage}.\nReason: {reason}\n\n{customer}, {total}\n{link}",
    ),
    zh=(
        "订单 {number} 已取消",
        "{actor} 在{stage}环节取消了该订单。\n原因：{reason}\n\n{customer}，{total}\n{link}",
    ),
)
declare(
    "order.split",
    "order.split",
    group="orders",
    label=_("An order you look after is split"),
    told=["owner", "followers"],
    en=("Order {number} was split", "{actor} split it. What stays: {total}\n\n{customer}\n{link}"),
    zh=("订单 {number} 已拆单", "{actor} 进行了拆单，原单保留 {total}。\n\n{customer}\n{link}"),
)
declare(
    "order.merged_away",
    "order.merged_away",
    group="orders",
    label=_("An order you look after is merged into another"),
    told=["owner", "followers"],
    names="into",
    en=("Order {number} was merged into {into}", "By {actor}\n\n{customer}\n{link}"),
    zh=("订单 {number} 已合并到 {into}", "由 {actor} 操作\n\n{customer}\n{link}"),
)
declare(
    "order.completed",
    "order.completed",
    group="orders",
    label=_("An order is completed"),
    told=[],
    en=("Order {number} was completed", "{customer}, {total}\n{link}"),
    zh=("订单 {number} 已完成", "{customer}，{total}\n{link}"),
)
# Holds that the usual way of an order brings along have messages of their own, or nobody needs to do anything.
_ROUTINE = {"kind": ("approval", "payment", "instruction")}
declare(
    "hold.placed",
    "hold.placed",
    group="orders",
    label=_("Your order is put on hold"),
    told=["owner"],
    names="kind stage reason",
    mail=True,
    unless=_ROUTINE,
    en=(
        "Order {number} is on hold",
        "{actor} put it on hold before {stage} ({kind}).\nReason: {reason}\n\n{customer}, {total}\n{link}",
    ),
    zh=(
        "订单 {number} 被挂起",
        "{actor} 在{stage}环节前挂起（{kind}）。\n原因：{reason}\n\n{customer}，{total}\n{link}",
    ),
)
declare(
    "hold.released",
    "hold.released",
    group="orders",
    label=_("A hold of your order is released"),
    told=["owner"],
    names="kind stage reason",
    unless=_ROUTINE,
    en=(
        "Order {number} is no longer on hold",
        "{actor} released the hold before {stage} ({kind}).\nReason: {reason}\n\n{customer}\n{link}",
    ),
    zh=(
        "订单 {number} 已解挂",
        "{actor} 解除了{stage}环节前的挂起（{kind}）。\n原因：{reason}\n\n{customer}\n{link}",
    ),
)
declare(
    "order.delayed",
    "order.delayed",
    group="orders",
    label=_("Goods of your order come later"),
    told=["owner", "followers"],
    names="expected before requested sku cause document",
    mail=True,
    # Whoever moved the day may not know whose order it delays.
    tells_actor=True,
    en=(
        "Order {number} is delayed",
        (
            "{sku} comes later.\nExpected: {expected}\nTold before: {before}\nRequested date: {requested}\nWhy: {cause}\n"
            "Document: {document}\n\n{customer}, {total}\n{link}"
        ),
    ),
    zh=(
        "订单 {number} 延期",
        (
            "{sku} 将晚到。\n预计到货：{expected}\n此前告知：{before}\n期望日期：{requested}\n原因：{cause}\n"
            "单据：{document}\n\n{customer}，{total}\n{link}"
        ),
    ),
)
declare(
    "order.expected_earlier",
    "order.expected_earlier",
    group="orders",
    label=_("Goods of your order come earlier than told"),
    told=["owner", "followers"],
    names="expected before requested sku cause document",
    en=(
        "Order {number} comes earlier than told",
        "Expected: {expected}\nTold before: {before}\nRequested date: {requested}\n\n{customer}, {total}\n{link}",
    ),
    zh=(
        "订单 {number} 将早于告知日期",
        "预计到货：{expected}\n此前告知：{before}\n期望日期：{requested}\n\n{customer}，{total}\n{link}",
    ),
)
declare(
    "payment.recorded",
    "payment.recorded",
    group="payments",
    label=_("A payment arrives for your order"),
    told=["owner"],
    names="amount method",
    en=(
        "Payment of {amount} received for order {number}",
        "{customer}, recorded by {actor} ({method})\nOrder total: {total}\n{link}",
    ),
    zh=(
        "订单 {number} 收到款项 {amount}",
        "{customer}，由 {actor} 登记（{method}）\n订单总额：{total}\n{link}",
    ),
)
