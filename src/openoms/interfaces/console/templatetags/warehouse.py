"""How warehouse work looks: its states, days it leaves, weights, and what lies in which tote."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from openoms.domains.fulfilment.labels import FULFILMENT
from openoms.domains.fulfilment.states import FulfilmentState
from openoms.interfaces.console.amounts import quantity_text
from openoms.interfaces.console.markup import fill

register = template.Library()
_COLOURS = {
    "open": "secondary", "planned": "secondary", "picking": "azure", "picked": "purple", "packed": "indigo",
    "shipped": "green", "cancelled": "red",
}  # fmt: skip


@register.simple_tag
def work_state(row: Any) -> SafeString:
    """The state of a fulfilment, wave or shipment as a coloured badge."""
    return fill(
        '<span class="state state-{}">{}</span>',
        _COLOURS.get(row.state, "secondary"),
        row.get_state_display(),
    )


@register.simple_tag
def leaves(ship_by: date, today: date) -> SafeString:
    """By which day something leaves: overdue in red, today in orange."""
    if ship_by < today:
        return fill('<span class="state state-red">{} {}</span>', _("Overdue"), f"{ship_by:%m-%d}")
    if ship_by == today:
        return fill('<span class="state state-orange">{}</span>', pgettext("leaves", "Today"))
    return fill('<span class="leaves-day">{}</span>', f"{ship_by:%Y-%m-%d}")


@register.filter
def weight(grams: int | None) -> str:
    """A weight as one says it: grams below a kilogram."""
    if not grams:
        return "–"
    return f"{grams} g" if grams < 1000 else f"{(Decimal(grams) / 1000).normalize():f} kg"


@register.filter
def tote_shares(lines: Iterable[Any]) -> list[dict[str, Any]]:
    """What each tote is still to get of one sku, in the order of the cart: tote, order, how many, what was chosen."""
    shares: dict[Any, dict[str, Any]] = {}
    for line in lines:
        left = line.quantity - line.picked
        if not left:
            continue
        row = line.fulfilment
        share = shares.setdefault(row.pk, {"row": row, "left": Decimal(0), "options": []})
        share["left"] += left
        share["options"] += [one for one in line.line.options if one not in share["options"]]
    return sorted(shares.values(), key=lambda share: share["row"].tote or 0)


@register.filter
def left_of(line: Any) -> str:
    """How many of a picked line are still to be packed."""
    return quantity_text(line.picked - line.packed)


@register.filter
def minutes(count: int) -> str:
    """A span of minutes as hours and minutes."""
    hours, rest = divmod(count, 60)
    if not hours:
        return _("%(minutes)s min") % {"minutes": rest}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}


@register.filter
def work_state_name(state: str) -> str:
    """The name of a fulfilment's state."""
    return str(FULFILMENT[FulfilmentState(state)])


@register.filter
def quantity_or_none(value: Any) -> str:
    """A quantity, 0 where there is none."""
    return quantity_text(value) if value else "0"
