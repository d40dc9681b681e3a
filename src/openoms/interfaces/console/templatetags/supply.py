"""How supply's states look."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from openoms.domains.inventory.models import Backorder
from openoms.domains.supply.labels import EXPECTED_BY
from openoms.domains.supply.states import ExpectedBy
from openoms.interfaces.console.markup import fill
from openoms.interfaces.console.templatetags.oms import day, quantity

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


@register.simple_tag
def expected(row: Backorder) -> str:
    """When goods that lack are there and by what: "Expected 12 Mar · purchase order PO7"; "" while nobody has looked."""
    return _expected(row.expected_on, row.expected_from)


@register.simple_tag
def line_short(line: Any, row: Mapping[str, Any], requested: date | None) -> SafeString:
    """What a line of an order is short of (as reading.order_page has it); the sku where the line is a bundle."""
    lacks = _("%(quantity)s short") % {"quantity": quantity(Decimal(row["quantity"]))}
    named = f"{row['sku']}: {lacks}" if row["sku"] != line.sku.code else lacks
    on = date.fromisoformat(row["expected_on"]) if row["expected_on"] else None
    late = (requested and on and on > requested) or row["expected_from"] == ExpectedBy.NO_SOURCE
    text = " · ".join(filter(None, [named, _expected(on, row["expected_from"])]))
    return fill('<span class="sub{}">{}</span>', " supply-late" if late else "", text)


def _expected(on: date | None, source: str) -> str:
    kind, _colon, number = source.partition(":")
    if not kind:
        return ""
    by = f"{EXPECTED_BY[ExpectedBy(kind)]} {number}".strip()
    when = _("Expected %(day)s") % {"day": day(on)} if on else _("No date known")
    return f"{when} · {by}"
