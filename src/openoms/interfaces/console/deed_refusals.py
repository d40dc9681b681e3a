"""How the console says the refusals of cancelling, splitting and merging orders."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

CANNOT_CANCEL: Mapping[str, Promise] = {
    "cancelled": gettext_lazy("This order is cancelled already."),
    "completed": gettext_lazy("This order is completed; what was delivered can be sent back."),
    "shipped": gettext_lazy("Goods of this order have been shipped; it can no longer be cancelled."),
    "delivered": gettext_lazy("Goods of this order have been delivered; they can be sent back."),
    "performed": gettext_lazy("A service of this order was performed; it can no longer be cancelled."),
    "returned": gettext_lazy("Goods of this order came back already; it can no longer be cancelled."),
}


CANNOT_MERGE: Mapping[str, Promise] = {
    "one_order": gettext_lazy("Choose at least two orders."),
    "too_many": gettext_lazy("At most 50 orders can be merged at once."),
    "imported": gettext_lazy("%(number)s was imported; it cannot be merged."),
    "not_approved": gettext_lazy("%(number)s is not approved; only approved orders can be merged."),
    "begun": gettext_lazy("Somebody has begun to carry out %(number)s; it can no longer be merged."),
    "other_customer": gettext_lazy("%(number)s is of another customer."),
    "other_channel": gettext_lazy("%(number)s came by another channel."),
    "other_currency": gettext_lazy("%(number)s is in another currency."),
    "other_tax": gettext_lazy("%(number)s shows tax in another way."),
    "other_terms": gettext_lazy("%(number)s has other payment terms."),
    "other_address": gettext_lazy("%(number)s goes to another address, or its bill does."),
}

BY_CODE: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "cannot_merge": lambda data: str(CANNOT_MERGE.get(data["reason"], "")) % data,
    "cannot_cancel": lambda data: str(CANNOT_CANCEL.get(data["reason"], "")),
}
CONSTANT: dict[str, Promise] = {
    "A reason has at most 500 characters.": gettext_lazy("A reason has at most 500 characters."),
}
