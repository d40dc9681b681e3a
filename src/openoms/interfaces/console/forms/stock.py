"""Forms of stock: a movement by hand, what is kept back, a warehouse, and how goods are kept for orders."""

from typing import Any
from uuid import uuid4
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from openoms.domains.inventory import labels
from openoms.domains.inventory.lots import LotName
from openoms.domains.inventory.models import InventoryPolicy, Warehouse
from openoms.domains.orders.labels import choices
from openoms.flows.edit_warehouses import WarehouseInput
from openoms.flows.steps.lots import LONGEST_CODE
from openoms.interfaces.console.forms.base import ConsoleForm, DayField, NumberField
from openoms.interfaces.console.templatetags.oms import named

STRATEGY = {
    "fewest": _("the fewest parcels"),
    "nearest": _("the nearest"),
    "cheapest": _("the cheapest parcels"),
    "priority": _("by priority of the warehouse"),
    "balance": _("the least busy"),
    "soonest": _("what leaves soonest"),
}


class MovementForm(ConsoleForm):
    """Goods received, a correction, or a count, at a warehouse."""

    what = forms.ChoiceField(
        label=_("What"),
        choices=[("receive", _("Received")), ("count", _("Counted")), ("adjust", _("More or less by"))],
    )
    warehouse = forms.ChoiceField(label=_("Warehouse"))
    quantity = NumberField(label=_("Quantity"))
    lot = forms.CharField(label=pgettext_lazy("stock", "Lot"), max_length=LONGEST_CODE)
    expires_on = DayField(label=_("Good until"), required=False, help_text=_("Of a lot that is new."))
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)
    # Tells a second click from a second movement.
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, tracked: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Warehouse.objects.filter(is_active=True)
        self.fields["warehouse"].choices = [(row.code, named(row)) for row in rows]  # type: ignore[attr-defined]
        if not tracked:
            del self.fields["lot"], self.fields["expires_on"]

    def named_lot(self) -> LotName | None:
        """The lot as typed, None where the sku tracks none."""
        data = self.cleaned_data
        return LotName(data["lot"], data["expires_on"]) if "lot" in self.fields else None


class SafetyForm(ConsoleForm):
    """What is kept back at a warehouse."""

    warehouse = forms.CharField(widget=forms.HiddenInput)
    safety = NumberField(label=_("Safety stock"), min_value=0)


class WarehouseForm(ConsoleForm):
    """A warehouse."""

    code = forms.SlugField(label=_("Code"), max_length=30)
    name = forms.CharField(label=_("Name (English)"), max_length=80)
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=80, required=False)
    country = forms.CharField(label=_("Country"), max_length=2, initial="CN")
    region = forms.CharField(label=_("Province or state"), max_length=120, required=False)
    city = forms.CharField(label=_("City"), max_length=120, required=False)
    district = forms.CharField(label=_("District"), max_length=120, required=False)
    line = forms.CharField(label=_("Street and number"), max_length=300, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=20, required=False)
    latitude = forms.FloatField(label=_("Latitude"), required=False)
    longitude = forms.FloatField(label=_("Longitude"), required=False)
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[(name, name) for name in sorted(available_timezones())],
        initial="Asia/Shanghai",
    )
    opens = forms.TimeField(label=_("Opens"), initial="09:00")
    closes = forms.TimeField(label=_("Closes"), initial="18:00")
    cut_off = forms.TimeField(label=_("Leaves the same day until"), initial="16:00")
    priority = forms.IntegerField(label=_("Priority"), min_value=0, max_value=1000, initial=10)
    parcel_cost = NumberField(label=_("What a parcel costs"), min_value=0, initial=0)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def value(self) -> WarehouseInput:
        """What was typed."""
        return WarehouseInput(**self.cleaned_data)


class PolicyForm(ConsoleForm):
    """How goods are kept for orders."""

    reserve_at = forms.ChoiceField(label=_("Goods are kept"), choices=choices(labels.RESERVE_AT))
    on_short = forms.ChoiceField(
        label=_("When an order wants more than there is"), choices=choices(labels.ON_SHORT)
    )
    ship = forms.ChoiceField(
        label=_("What leaves when not all is there"), choices=choices(labels.SHIP_POLICY)
    )
    first = forms.ChoiceField(label=_("Warehouses are chosen by"), choices=list(STRATEGY.items()))
    second = forms.ChoiceField(label=_("then by"), choices=[("", "–"), *STRATEGY.items()], required=False)
    third = forms.ChoiceField(label=_("and then by"), choices=[("", "–"), *STRATEGY.items()], required=False)
    split_lines = forms.BooleanField(
        label=_("A line that no warehouse has whole may come from several"), required=False
    )

    @classmethod
    def of(cls, row: InventoryPolicy) -> "PolicyForm":
        """The form as the policy stands."""
        chosen = [*row.strategies, "", "", ""]
        names = dict(zip(("first", "second", "third"), chosen, strict=False))
        return cls(
            initial={
                "reserve_at": row.reserve_at,
                "on_short": row.on_short,
                "ship": row.ship,
                "split_lines": row.split_lines,
                **names,
            }
        )

    def strategies(self) -> list[str]:
        """The ways to choose in order, each once."""
        named = [self.cleaned_data[name] for name in ("first", "second", "third")]
        return list(dict.fromkeys(name for name in named if name))
