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


BY_CODE: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "cannot_cancel": lambda data: str(CANNOT_CANCEL.get(data["reason"], "")),
}
CONSTANT: dict[str, Promise] = {
    "A reason has at most 500 characters.": gettext_lazy("A reason has at most 500 characters."),
}
