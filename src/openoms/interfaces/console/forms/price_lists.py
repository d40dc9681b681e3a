"""Forms of price lists and contracts: their heads, the prices of one sku, prices pasted from a spreadsheet."""

import secrets
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from openoms.core.errors import DomainError
from openoms.domains.customers.models import CustomerTier
from openoms.domains.pricing.models import Contract, PriceList, PricingPolicy
from openoms.domains.pricing.tiers import TierRow
from openoms.flows.edit_price_list import ContractInput, PriceListChange
from openoms.interfaces.console.forms.base import ConsoleForm, CurrencyField, DayField, NumberField, text_area
from openoms.interfaces.console.forms.catalogue import coded
from openoms.interfaces.console.templatetags.oms import plain
from openoms.reading.price_shelves import ShownTier


class PriceListHeadForm(ConsoleForm):
    """What a price list is besides its prices; its currency stays."""

    name = forms.CharField(label=_("Name (English)"), max_length=80)
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=80, required=False)
    tier = forms.ChoiceField(label=_("For"), required=False)
    priority = forms.IntegerField(label=_("Priority"), min_value=-1000, max_value=1000)
    tiering = forms.ChoiceField(label=_("Quantity prices"), choices=PriceList.Tiering.choices)
    valid_from = DayField(label=_("Valid from"), required=False)
    valid_to = DayField(label=_("Valid until"), required=False)
    tax_inclusive = forms.BooleanField(label=_("Prices contain the tax"), required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, *args: Any, row: PriceList, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(row, name) for name in self.base_fields} | {"tier": row.tier_id}
        super().__init__(*args, **kwargs)
        self.fields["tier"].choices = coded(CustomerTier.objects.all(), _("All customers"))  # type: ignore[attr-defined]

    def value(self) -> PriceListChange:
        """The head as typed."""
        return PriceListChange(**_days(self.cleaned_data))


class ContractHeadForm(ConsoleForm):
    """What a contract is besides its prices."""

    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    valid_from = DayField(label=_("Valid from"), required=False)
    valid_to = DayField(label=_("Valid until"), required=False)
    tax_inclusive = forms.BooleanField(label=_("Prices contain the tax"), required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, *args: Any, row: Contract, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(row, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.code = row.code

    def value(self) -> ContractInput:
        """The head as typed."""
        return ContractInput(self.code, **_days(self.cleaned_data))


class ContractForm(ConsoleForm):
    """A new contract."""

    code = forms.SlugField(label=_("Code"), max_length=40)
    customer = forms.CharField(label=_("Customer's code"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    currency = CurrencyField()
    valid_from = DayField(label=_("Valid from"), required=False)
    valid_to = DayField(label=_("Valid until"), required=False)
    tax_inclusive = forms.BooleanField(label=_("Prices contain the tax"), required=False, initial=True)

    def value(self) -> ContractInput:
        """The contract as typed."""
        return ContractInput(**_days(self.cleaned_data))


class RoundingForm(ConsoleForm):
    """Where tax is rounded."""

    tax_rounding = forms.ChoiceField(label=_("Tax is rounded"), choices=PricingPolicy.TaxRounding.choices)


class PasteForm(ConsoleForm):
    """Prices from a spreadsheet: pasted, or as a file."""

    text = forms.CharField(label=_("Rows"), required=False, widget=text_area(6), max_length=2_000_000)
    sheet = forms.FileField(label=_("or a sheet (CSV or XLSX, at most 5 MB)"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheet"].widget.attrs["accept"] = ".csv,.xlsx"
        self.fields["text"].widget.attrs["placeholder"] = "BOLT-M6\t12.50\t1\t2026-01-01\t2026-12-31"


class TierForm(ConsoleForm):
    """One price of a sku."""

    min_quantity = NumberField(label=_("From quantity"), initial=1)
    unit_price = NumberField(label=_("Unit price"), min_value=0)
    valid_from = DayField(label=_("Valid from"), required=False)
    valid_to = DayField(label=_("Valid until"), required=False)

    def __init__(self, *args: Any, dated: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not dated:
            del self.fields["valid_from"], self.fields["valid_to"]

    def value(self) -> TierRow:
        """The price as typed."""
        return TierRow(**self.cleaned_data)


class FloorForm(ConsoleForm):
    """The unit price no promotion goes below."""

    floor = NumberField(label=_("Lowest price promotions may reach"), min_value=0, required=False)


class TierRows:
    """All prices of a sku on a list or under a contract, as rows that can be added and taken away."""

    def __init__(
        self, data: QueryDict | None, tiers: Sequence[ShownTier] = (), floor: Any = None, *, dated: bool
    ) -> None:
        self.dated = dated
        self.problems: list[str] = []
        self.floor = FloorForm(data, initial={"floor": plain(floor) if floor is not None else ""})
        if data is not None:
            self.rows = [TierForm(data, prefix=key, dated=dated) for key in data.getlist("tier")]
            return
        self.rows = [
            TierForm(
                prefix=f"t{number}",
                dated=dated,
                initial={
                    "min_quantity": plain(tier.min_quantity),
                    "unit_price": plain(tier.unit_price),
                    "valid_from": tier.valid_from,
                    "valid_to": tier.valid_to,
                },
            )
            for number, tier in enumerate(tiers)
        ]

    def is_valid(self) -> bool:
        """Whether each row is; asks all, so that all errors show."""
        sound = [row.is_valid() for row in [*self.rows, self.floor]]
        return all(sound)

    def values(self) -> list[TierRow]:
        """The prices as typed."""
        return [row.value() for row in self.rows]

    def refuse(self, error: DomainError) -> None:
        """Put the refusal beside the row it is about."""
        loc = error.problems[0].loc if error.problems else ()
        place = loc[1] if len(loc) > 1 and loc[0] == "prices" else None
        form = self.rows[place] if isinstance(place, int) else self.floor
        form.refuse(error)


def fresh_tier(*, dated: bool) -> TierForm:
    """A row just added."""
    return TierForm(prefix=f"n{secrets.token_hex(4)}", dated=dated)


def _days(data: dict[str, Any]) -> dict[str, Any]:
    """The values with empty days as the flows take them."""
    return data | {name: data.get(name) or "" for name in ("valid_from", "valid_to")}
