"""What staff hear of the warehouse, in the words told where the firm has none of its own."""

from django.utils.translation import gettext_lazy as _

from openoms.domains.notifications.topics import declare

declare(
    "fulfilment.short",
    "fulfilment.short",
    group="orders",
    label=_("A pick was short: goods were not there or damaged"),
    told=["owner", "role:purchasing"],
    names="fulfilment warehouse sku quantity reason note",
    mail=True,
    en=(
        "{quantity} × {sku} missing for order {number}",
        "{actor} found them too few at {warehouse} ({reason}).\nNote: {note}\nThe order waits for them; stock was corrected.\n\n{customer}\n{link}",
    ),
    zh=(
        "订单 {number} 缺 {quantity} × {sku}",
        "{actor} 在 {warehouse} 拣货时发现数量不足（{reason}）。\n说明：{note}\n订单等待到货，库存已更正。\n\n{customer}\n{link}",
    ),
)
