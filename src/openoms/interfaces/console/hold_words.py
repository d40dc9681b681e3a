"""Why the system holds an order for its money, in words: the reason it keeps is a code."""

from django.utils.translation import gettext as _

from openoms.domains.orders.states import HoldKind
from openoms.domains.payments.labels import CREDIT_PROBLEM


def money_reason(kind: str, reason: str) -> str:
    """The reason of a hold of that kind in the page's language; that of another kind as it is."""
    if kind == HoldKind.CREDIT:
        return str(CREDIT_PROBLEM.get(reason, reason))
    if kind == HoldKind.PAYMENT and not reason:
        return _("It is to be paid before it is sent, and is not paid in full.")
    return reason
