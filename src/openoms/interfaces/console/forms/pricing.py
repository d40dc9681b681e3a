"""Forms of price lists, tax rates and shipping fees."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from openoms.domains.customers.models import CustomerTier
from openoms.domains.pricing.models import PriceList
from openoms.interfaces.console.addresses import country_choices
from openoms.interfaces.console.forms.base import ConsoleForm, CurrencyField, NumberField
from openoms.interfaces.console.forms.catalogue import coded

_HUNDRED = Decimal(100)


class PlacedForm(ConsoleForm):
    """A rule for a destination."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "currency" in self.fields:
            self.fields["currency"].initial = settings.OPENOMS.default_currency
        if "country" in self.fields:
            names = country_choices(get_language() or "en", (settings.OPENOMS.default_country,))
            self.fields["country"].choices = [("", _("Everywhere")), *names]  # type: ignore[attr-defined]


class PriceListForm(PlacedForm):
    """A new price list."""

    code = forms.SlugField(label=_("Code"), max_length=40)
    name = forms.CharField(label=_("Name (English)"), max_length=80)
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=80, required=False)
    currency = CurrencyField()
    tier = forms.ChoiceField(label=_("For"), required=False)
    tiering = forms.ChoiceField(
        label=_("Quantity prices"), choices=PriceList.Tiering.choices, initial=PriceList.Tiering.VOLUME
    )
    priority = forms.IntegerField(
        label=_("Priority"), initial=0, min_value=-1000, max_value=1000,
        help_text=_("Among lists that fit, the highest goes first."),
    )  # fmt: skip
    tax_inclusive = forms.BooleanField(label=_("Prices contain the tax"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tier"].choices = coded(CustomerTier.objects.all(), _("All customers"))  # type: ignore[attr-defined]


class TaxRateForm(PlacedForm):
    """A tax rate, typed as percent."""

    tax_class = forms.SlugField(label=_("Tax class"), max_length=30, initial="standard")
    country = forms.ChoiceField(label=_("Country or region"), required=False)
    region = forms.CharField(label=_("Province or state"), max_length=120, required=False)
    name = forms.CharField(
        label=_("Name"),
        max_length=40,
        required=False,
        help_text=_("Where several taxes add up on one thing."),
    )
    rate = NumberField(label=_("Rate in percent"), min_value=0, max_value=100, decimal_places=4)

    def value(self) -> dict[str, Any]:
        """The rate as typed, as a share."""
        return self.cleaned_data | {"rate": self.cleaned_data["rate"] / _HUNDRED}


class ShippingRateForm(PlacedForm):
    """A shipping fee."""

    code = forms.SlugField(label=_("Code"), max_length=40, help_text=_("An existing code changes that fee."))
    name = forms.CharField(label=_("Name (English)"), max_length=80)
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=80, required=False)
    currency = CurrencyField()
    country = forms.ChoiceField(label=_("Country or region"), required=False)
    region = forms.CharField(label=_("Province or state"), max_length=120, required=False)
    method = forms.SlugField(
        label=_("Delivery"),
        max_length=40,
        required=False,
        help_text=_("Such as express, where there are several."),
    )
    fee = NumberField(label=_("Fee"), min_value=0, decimal_places=4)
    free_from = NumberField(label=_("Free from goods worth"), min_value=0, decimal_places=4, required=False)
