"""Why the system holds an order for its money, and lets it go, in words: the reason it keeps is a code."""

from django.utils.translation import gettext as _

from openoms.domains.orders.states import HoldKind
from openoms.domains.payments.labels import CREDIT_PROBLEM


def money_reason(kind: str, reason: str, *, ended: bool = False) -> str:
    """The reason of a hold of that kind in the page's language; that of another kind as it is. `ended` where that is why it ended."""
    if kind not in {HoldKind.PAYMENT, HoldKind.CREDIT}:
        return reason
    if reason in CREDIT_PROBLEM:
        return str(CREDIT_PROBLEM[reason])
    if kind == HoldKind.PAYMENT and not reason and not ended:
        return _("It is to be paid before it is sent, and is not paid in full.")
    words = {"paid_in_full": _("paid in full"), "credit_suffices": _("the credit suffices again")}
    return words.get(reason, reason)
