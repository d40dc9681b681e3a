"""How the console says the refusals of payments."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openoms.interfaces.console.amounts import amount_text


def _recorded(data: Mapping[str, Any]) -> str:
    amount = amount_text(Decimal(data["amount"]), data["currency"], get_language() or "en")
    return _("The payment “%(reference)s” of %(amount)s on %(day)s is recorded already.") % {
        **data, "amount": amount,
    }  # fmt: skip


BY_CODE: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "payment_recorded": _recorded,
    "payment_voided": lambda data: _("Somebody has taken the record of this payment back already."),
    "payment_passed_on": lambda data: _(
        "This money was passed on when the order was split or merged; it cannot be taken back here."
    ),
    "paid_elsewhere": lambda data: _("The order was imported as paid; nothing is owed for it."),
}
CONSTANT: dict[str, Promise] = {
    "There is no such payment.": gettext_lazy("There is no such payment."),
    "An amount lies above 0 and below 100,000,000,000,000.": gettext_lazy(
        "An amount lies above 0 and below 100,000,000,000,000."
    ),
    "The amount has more decimals than its currency.": gettext_lazy(
        "The amount has more decimals than its currency."
    ),
    "The payment lies in the future.": gettext_lazy("The payment lies in the future."),
    "The payment lies too far in the past.": gettext_lazy("The payment lies too far in the past."),
    "A reference has at most 100 characters.": gettext_lazy("A reference has at most 100 characters."),
}
