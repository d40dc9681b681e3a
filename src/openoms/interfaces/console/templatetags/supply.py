"""How supply's states look."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from openoms.interfaces.console.markup import fill

register = template.Library()
_COLOURS = {
    "planned": "secondary", "released": "azure", "started": "purple", "done": "green", "stopped": "red",
    "draft": "secondary", "sent": "azure", "partly_received": "purple", "received": "green", "cancelled": "red",
}  # fmt: skip


@register.simple_tag
def supply_state(order: Any) -> SafeString:
    """The state of a production or purchase order as a coloured badge."""
    colour = _COLOURS.get(order.state, "secondary")
    return fill('<span class="state state-{}">{}</span>', colour, order.get_state_display())


@register.filter
def numbers_of(demands: Any) -> list[str]:
    """The numbers of the orders behind demands, each once."""
    return list(dict.fromkeys(row.line.order.number for row in demands.all() if row.line))


@register.filter
def short_number(number: str) -> str:
    """The digits of a number that tell it apart, where there is room for no more: MO000012 is 12."""
    return number.lstrip("MPO").lstrip("0") or number
