"""What customers are told of their orders, in the words told where the firm has none of its own.

These are about their own order, so they need no consent to advertising; the firm switches each on or off. They name
nobody of the firm's people and lead to no page of the console.
"""

from django.utils.translation import gettext_lazy as _

from openoms.domains.notifications.states import Audience
from openoms.domains.notifications.topics import declare

declare(
    "customer.received",
    "order.submitted",
    group="customers",
    label=_("Order received"),
    told=["customer"],
    audience=Audience.CUSTOMER,
    first=True,
    en=(
        "We received your order {number}",
        (
            "Dear {person},\n\nThank you for your order {number}.\n\n{items}\n\nTotal: {total}\n"
            "Requested date: {requested_date}\n\nWe will let you know as soon as it is on its way.\n\n{firm}"
        ),
    ),
    zh=(
        "已收到您的订单 {number}",
        (
            "{person}，您好！\n\n感谢您的订购，我们已收到订单 {number}。\n\n{items}\n\n合计：{total}\n"
            "期望日期：{requested_date}\n\n订单发出时我们会再通知您。\n\n{firm}"
        ),
    ),
)
declare(
    "customer.approved",
    "order.approved",
    group="customers",
    label=_("Order approved"),
    told=["customer"],
    audience=Audience.CUSTOMER,
    # An order that nobody had to decide on is confirmed by the message that it was received.
    unless={"automatic": (True,)},
    en=(
        "Your order {number} is confirmed",
        "Dear {person},\n\nYour order {number} is confirmed.\n\n{items}\n\nTotal: {total}\n\n{firm}",
    ),
    zh=(
        "您的订单 {number} 已确认",
        "{person}，您好！\n\n您的订单 {number} 已审核确认。\n\n{items}\n\n合计：{total}\n\n{firm}",
    ),
)
declare(
    "customer.shipped",
    "order.shipped",
    group="customers",
    label=_("Order shipped"),
    told=["customer"],
    names="carrier waybill",
    audience=Audience.CUSTOMER,
    en=(
        "Your order {number} is on its way",
        "Dear {person},\n\nYour order {number} was shipped.\nCarrier: {carrier}\nWaybill: {waybill}\n\n{items}\n\n{firm}",
    ),
    zh=(
        "您的订单 {number} 已发货",
        "{person}，您好！\n\n您的订单 {number} 已发出。\n承运商：{carrier}\n运单号：{waybill}\n\n{items}\n\n{firm}",
    ),
)
declare(
    "customer.cancelled",
    "order.cancelled",
    group="customers",
    label=_("Order cancelled"),
    told=["customer"],
    names="amount",
    audience=Audience.CUSTOMER,
    after="order.submitted",
    en=(
        "Your order {number} was cancelled",
        (
            "Dear {person},\n\nYour order {number} was cancelled; nothing of it will be sent.\n\n{items}\n\n"
            "What you paid for it stays on your account: {amount}\n\nIf you did not ask for this, please reply to this message.\n\n{firm}"
        ),
    ),
    zh=(
        "您的订单 {number} 已取消",
        (
            "{person}，您好！\n\n您的订单 {number} 已取消，商品不会再发出。\n\n{items}\n\n"
            "您已支付的款项保留在账户余额中：{amount}\n\n如您并不知情，请直接回复本邮件。\n\n{firm}"
        ),
    ),
)
# Told where the customer had been told of the order: a draft may change a hundred times before that.
declare(
    "customer.changed",
    "order.revised",
    group="customers",
    label=_("Order changed"),
    told=["customer"],
    audience=Audience.CUSTOMER,
    after="order.submitted",
    en=(
        "Your order {number} was changed",
        (
            "Dear {person},\n\nYour order {number} was changed and now reads:\n\n{items}\n\nTotal: {total}\n"
            "Requested date: {requested_date}\n\nIf anything is not as you wanted it, please reply to this message.\n\n{firm}"
        ),
    ),
    zh=(
        "您的订单 {number} 有变更",
        (
            "{person}，您好！\n\n您的订单 {number} 已变更，现内容如下：\n\n{items}\n\n合计：{total}\n"
            "期望日期：{requested_date}\n\n如与您的要求不符，请直接回复本邮件。\n\n{firm}"
        ),
    ),
)
declare(
    "customer.address_changed",
    "order.address_corrected",
    group="customers",
    label=_("Delivery address changed"),
    told=["customer"],
    audience=Audience.CUSTOMER,
    after="order.submitted",
    en=(
        "The delivery address of your order {number} was corrected",
        (
            "Dear {person},\n\nWe corrected the delivery address of your order {number}. If you did not ask for this, "
            "please reply to this message.\n\n{firm}"
        ),
    ),
    zh=(
        "您的订单 {number} 的收货地址已更正",
        "{person}，您好！\n\n我们更正了订单 {number} 的收货地址。如您并不知情，请直接回复本邮件。\n\n{firm}",
    ),
)
# A day that nobody knows is the firm's to find out before the customer is told anything.
declare(
    "customer.delayed",
    "order.delayed",
    group="customers",
    label=_("Order delayed"),
    told=["customer"],
    names="expected",
    audience=Audience.CUSTOMER,
    after="order.submitted",
    unless={"expected": ("",)},
    en=(
        "Your order {number} will be later than planned",
        (
            "Dear {person},\n\nSome of the goods of your order {number} will reach us later than planned.\n\n"
            "Now expected: {expected}\nRequested date: {requested_date}\n\n{items}\n\n"
            "We are sorry for the delay. If the new date does not suit you, please reply to this message.\n\n{firm}"
        ),
    ),
    zh=(
        "您的订单 {number} 将延期",
        (
            "{person}，您好！\n\n很抱歉，您的订单 {number} 中部分商品的到货时间将晚于原计划。\n\n"
            "最新预计：{expected}\n期望日期：{requested_date}\n\n{items}\n\n如新的时间不合适，请直接回复本邮件。\n\n{firm}"
        ),
    ),
)
declare(
    "customer.earlier",
    "order.expected_earlier",
    group="customers",
    label=_("Order earlier than told"),
    told=["customer"],
    names="expected",
    audience=Audience.CUSTOMER,
    after="order.submitted",
    en=(
        "Your order {number} will be ready earlier",
        (
            "Dear {person},\n\nGood news: the goods of your order {number} reach us earlier than we told you.\n\n"
            "Now expected: {expected}\n\n{firm}"
        ),
    ),
    zh=(
        "您的订单 {number} 将提前",
        (
            "{person}，您好！\n\n好消息：您的订单 {number} 的商品将比之前告知的时间更早到货。\n\n最新预计：{expected}\n\n{firm}"
        ),
    ),
)
# Remarks are often the firm's own: these two are off until the firm says that its customers may read them.
declare(
    "customer.remark_done",
    "instruction.done",
    group="customers",
    label=_("A remark was carried out"),
    told=["customer"],
    names="text",
    audience=Audience.CUSTOMER,
    after="order.submitted",
    en=(
        "What you asked for with order {number} is done",
        "Dear {person},\n\nYou asked for this with your order {number}: “{text}”\n\nIt is done.\n\n{firm}",
    ),
    zh=(
        "您对订单 {number} 的要求已办妥",
        "{person}，您好！\n\n您对订单 {number} 的要求“{text}”已办妥。\n\n{firm}",
    ),
)
declare(
    "customer.remark_refused",
    "instruction.not_possible",
    group="customers",
    label=_("A remark cannot be carried out"),
    told=["customer"],
    names="text answer",
    audience=Audience.CUSTOMER,
    after="order.submitted",
    en=(
        "What you asked for with order {number} is not possible",
        (
            "Dear {person},\n\nYou asked for this with your order {number}: “{text}”\n\n"
            "We are sorry that it is not possible: {answer}\n\n{firm}"
        ),
    ),
    zh=(
        "您对订单 {number} 的要求无法满足",
        "{person}，您好！\n\n很抱歉，您对订单 {number} 的要求“{text}”无法满足：{answer}\n\n{firm}",
    ),
)
