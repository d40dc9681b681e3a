"""What templates say of payments."""

from django import template
from django.utils.translation import gettext as _

from openoms.domains.payments.labels import METHOD
from openoms.domains.payments.states import PASSED_ON, Method

register = template.Library()


@register.filter
def method_name(method: str) -> str:
    """A way of paying in words."""
    return _("Passed on") if method == PASSED_ON else str(METHOD[Method(method)])
