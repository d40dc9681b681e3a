"""The small basket a promotion is tried on, as one types it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from openoms.core.types import Actor
from openoms.domains.catalog.models import Sku
from openoms.domains.catalog.queries import skus_visible_to
from openoms.domains.customers.queries import called
from openoms.flows.steps.placing import LineRequest, OrderRequest
from openoms.interfaces.console.forms.base import InstantField, NumberField
from openoms.interfaces.console.forms.promotion_fields import PartForm, TokensField, coded, fresh_key

_MOST_LINES = 50


class BasketLineForm(PartForm):
    """One line: which sku, how many."""

    sku = forms.CharField(widget=forms.HiddenInput, max_length=60)
    quantity = NumberField(label=_("Quantity"), min_value=Decimal(0))

    item: Sku | None = None


class BasketForm(PartForm):
    """Who orders, where, with which coupon, and when."""

    customer = TokensField("customer", label=_("Customer"), single=True)
    channel = forms.ChoiceField(label=_("Channel"))
    coupon = forms.CharField(label=_("Coupon"), max_length=40)
    with_coupon = forms.BooleanField(label=_("As if its coupon had been typed"))
    at = InstantField(label=_("Ordered at"), help_text=_("Empty: now"))


class TrialBasket:
    """The basket as typed: `try` holds the keys of its lines."""

    def __init__(self, actor: Actor, data: QueryDict, channels: Sequence[tuple[str, str]]) -> None:
        self.actor = actor
        self.head = BasketForm(data, prefix="try")
        self.head.fields["channel"].choices = [*channels]  # type: ignore[attr-defined]
        self.lines = [BasketLineForm(data, prefix=key) for key in data.getlist("try")[:_MOST_LINES]]
        attach(actor, self.lines)

    def request(self, currency: str) -> OrderRequest | None:
        """What the basket asks for in this currency, or the firm's; None while it is empty or not well typed."""
        if not self.head.is_valid() or not all(line.is_valid() for line in self.lines):
            return None
        lines = tuple(
            LineRequest(line.cleaned_data["sku"], line.cleaned_data["quantity"])
            for line in self.lines
            if line.cleaned_data["sku"] and line.cleaned_data["quantity"]
        )
        given: dict[str, Any] = self.head.cleaned_data
        customer = next(iter(coded(given["customer"], "customer")), "")
        found = called(self.actor, customer) if customer else None
        return None if not lines else OrderRequest(
            lines=lines,
            customer=found.code if found else None,
            channel=given["channel"] or "desk",
            currency=currency or settings.OPENOMS.default_currency,
            coupons=tuple(filter(None, [given["coupon"].strip()])),
        )  # fmt: skip


def attach(actor: Actor, lines: Sequence[BasketLineForm]) -> None:
    """Give each line its sku, all read at once."""
    codes = {str(line["sku"].value() or "") for line in lines}
    rows = {row.code: row for row in skus_visible_to(actor).filter(code__in=codes)} if codes else {}
    for line in lines:
        line.item = rows.get(str(line["sku"].value() or ""))


def new_line(actor: Actor, sku: str) -> BasketLineForm | None:
    """A fresh line for one of a sku; None where there is none the actor may see."""
    key, data = fresh_key(), QueryDict(mutable=True)
    data[f"{key}-sku"], data[f"{key}-quantity"] = sku, "1"
    line = BasketLineForm(data, prefix=key)
    attach(actor, [line])
    return line if line.item else None
