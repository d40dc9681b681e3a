"""The form of a payment recorded by hand."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from openoms.core import firm
from openoms.core.money import round_money
from openoms.domains.orders.labels import choices
from openoms.domains.orders.models import Order
from openoms.domains.payments import rules
from openoms.domains.payments.labels import METHOD
from openoms.domains.payments.states import Method
from openoms.interfaces.console.forms.base import ConsoleForm, DayField, NumberField


class PaymentForm(ConsoleForm):
    """Money that arrived for an order; it begins with what is owed, today. `key` tells a second click from a second payment."""

    amount = NumberField(label=_("Amount"))
    method = forms.ChoiceField(label=_("Method"), choices=choices(METHOD), initial=Method.BANK_TRANSFER)
    reference = forms.CharField(label=_("Payment reference"), max_length=100, required=False)
    paid_at = DayField(label=_("Arrived on"))
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        owed = rules.still_owed(
            order.total, order.paid_total, order.status, order.payment_state, historical=order.historical
        )
        initial: dict[str, Any] = {"paid_at": firm.today(), "key": uuid4()}
        if owed is not None and owed > 0:
            initial["amount"] = f"{round_money(owed, order.currency)}"
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.fields["amount"].label = f"{self.fields['amount'].label} ({order.currency})"

    def value(self) -> tuple[Decimal, Method, str, Any]:
        """What the flow is told: amount, method, reference, instant."""
        data = self.cleaned_data
        at = firm.instant_on(data["paid_at"])
        return data["amount"], Method(data["method"]), data["reference"], at
