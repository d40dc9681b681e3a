"""What templates say of payments."""

from django import template

from openoms.domains.payments.labels import METHOD
from openoms.domains.payments.states import Method

register = template.Library()


@register.filter
def method_name(method: str) -> str:
    """A way of paying in words."""
    return str(METHOD[Method(method)])
