"""What the templates of cancelling, splitting and merging say."""

from collections.abc import Mapping

from django import template
from django.utils.translation import gettext as _

from openoms.flows.steps.parting import Way

register = template.Library()


@register.filter
def work_name(kind: str) -> str:
    """What is made or bought, in a word."""
    return {"production": _("Production order"), "purchase": _("Purchase order")}.get(kind, kind)


@register.filter
def way_name(way: Way) -> str:
    """By what an order is split."""
    return {
        Way.WAREHOUSE: _("By warehouse"),
        Way.AVAILABILITY: _("By what is there"),
        Way.HAND: _("By hand"),
    }[way]


@register.filter
def way_hint(way: Way) -> str:
    """What that way makes of it."""
    return {
        Way.WAREHOUSE: _("Each warehouse that keeps goods for it gets an order of its own."),
        Way.AVAILABILITY: _("What is there can leave; what is short becomes the second order."),
        Way.HAND: _("Type how much of each line goes into the other order; it stays at its price."),
    }[way]


@register.filter
def take_of(typed: Mapping[str, str], position: int) -> str:
    """What was typed for a line."""
    return typed.get(f"line-{position}", "")
