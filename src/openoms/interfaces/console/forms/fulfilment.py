"""Forms of warehouse work: who takes the goods, what leaves straight from the shelf, when a warehouse sends."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from openoms.domains.fulfilment.models import DispatchPlan
from openoms.domains.fulfilment.types import Handover
from openoms.interfaces.console.forms.base import ConsoleForm, NumberField
from openoms.interfaces.console.forms.weekdays import WEEKDAYS, days_of
from openoms.interfaces.console.templatetags.oms import plain
from openoms.reading.warehouse import Shippable


class HandoverForm(ConsoleForm):
    """Who takes the goods."""

    carrier = forms.CharField(label=_("Carrier"), max_length=60)
    service = forms.CharField(label=_("Service"), max_length=60, required=False)
    waybill = forms.CharField(label=_("Waybill number"), max_length=60, required=False)
    # Tells a second click from a second parcel.
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, known in (("carrier", "carriers"), ("service", "services")):
            self.fields[name].widget.attrs |= {"list": known, "autocomplete": "off"}
        self.fields["waybill"].widget.attrs |= {"autocomplete": "off"}

    def handover(self) -> Handover:
        """What was typed."""
        data = self.cleaned_data
        return Handover(data["carrier"], data["service"], data["waybill"])


class ShipForm(HandoverForm):
    """How much of each line leaves a warehouse straight from the shelf."""

    def __init__(self, *args: Any, rows: Sequence[Shippable], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            self.fields[_name(row)] = NumberField(
                label=_("Quantity"), min_value=0, required=False, initial=plain(row.quantity)
            )

    @property
    def lines(self) -> list[tuple[Shippable, forms.BoundField]]:
        """Each line with its field."""
        return [(row, self[_name(row)]) for row in self.rows]

    def quantities(self) -> Mapping[int, Decimal]:
        """How many of which line, by its number; lines of which nothing leaves are left out."""
        found = {row.line.position: self.cleaned_data[_name(row)] for row in self.rows}
        return {position: quantity for position, quantity in found.items() if quantity}


def _name(row: Shippable) -> str:
    return f"line_{row.line.position}"


class DispatchForm(ConsoleForm):
    """When a warehouse works and how far ahead of a customer's day it sends."""

    works_on = forms.TypedMultipleChoiceField(
        label=_("Works on"), coerce=int, choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple
    )
    keeps_holidays = forms.BooleanField(label=_("Closed on public holidays"), required=False)
    closed_on = forms.CharField(
        label=_("Closed on"),
        required=False,
        help_text=_("Days such as 2026-05-04, separated by commas."),
    )
    transit_days = forms.IntegerField(
        label=_("Days on the way"),
        min_value=0,
        max_value=90,
        help_text=_("Working days: goods leave so long before the customer's day."),
    )
    early_days = forms.IntegerField(
        label=_("Sends earlier by at most"),
        min_value=0,
        max_value=365,
        required=False,
        help_text=_("Working days before they must leave; empty: as soon as they can."),
    )
    wave_size = forms.IntegerField(label=_("Orders in a wave"), min_value=1, max_value=200)

    @classmethod
    def of(cls, plan: DispatchPlan) -> "DispatchForm":
        """The form as the plan stands."""
        names = ("works_on", "keeps_holidays", "transit_days", "early_days", "wave_size")
        closed = ", ".join(day.isoformat() for day in plan.closed_on)
        return cls(initial={name: getattr(plan, name) for name in names} | {"closed_on": closed})

    def clean_closed_on(self) -> list[date]:
        """The days; refuses what is none."""
        return days_of(self.cleaned_data["closed_on"])
