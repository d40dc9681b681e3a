"""What the templates of cancelling, splitting and merging say."""

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def work_name(kind: str) -> str:
    """What is made or bought, in a word."""
    return {"production": _("Production order"), "purchase": _("Purchase order")}.get(kind, kind)
