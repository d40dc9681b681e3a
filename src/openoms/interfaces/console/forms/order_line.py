"""One line of order entry: which SKU, how many, what was chosen of it, its own price and discount."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from openoms.core.types import Actor
from openoms.domains.catalog.models import Sku
from openoms.domains.catalog.queries import skus_visible_to
from openoms.domains.pricing.book import Book, Discount
from openoms.domains.pricing.choices import Picked
from openoms.flows.steps import configuration
from openoms.flows.steps.placing import LineRequest
from openoms.interfaces.console.forms.base import ConsoleForm, NumberField
from openoms.interfaces.console.templatetags.oms import named
from openoms.reading.catalogue import Configurator, configurators

_KINDS = [("percent", "%"), ("amount", _("Amount"))]
# What stands between a line's prefix and the code of an extra, a bundle's group or a number asked, in a field's name.
EXTRA, GROUP, INPUT = "o", "g", "m"


class DiscountForm(ConsoleForm):
    """A discount by hand: percent or amount, and why."""

    discount_kind = forms.ChoiceField(label=_("Discount in"), choices=_KINDS, required=False)
    discount_value = NumberField(label=_("Discount"), required=False, min_value=0)
    discount_label = forms.CharField(label=_("Reason for the discount"), max_length=200, required=False)

    def discount(self) -> Discount | None:
        """The discount typed, or None."""
        data = self.cleaned_data
        value = data.get("discount_value")
        if not value:
            return None
        return Discount(data.get("discount_kind") or "percent", value, data.get("discount_label", ""))

    def field_of(self, loc: Sequence[str | int]) -> str | None:
        """A problem of the discount stands at its value."""
        return "discount_value" if "discount" in loc else super().field_of(loc)


class LineForm(DiscountForm):
    """One line: which SKU, how many; typed price and discount for those who may."""

    sku = forms.CharField(widget=forms.HiddenInput)
    quantity = NumberField(label=_("Quantity"), initial=1)
    unit_price = NumberField(label=_("Own unit price"), required=False)
    price_reason = forms.CharField(label=_("Reason for the price"), max_length=200, required=False)

    item: Sku | None = None
    choosing: Configurator | None = None

    @property
    def is_adjusted(self) -> bool:
        """Whether price or discount were typed, or have something wrong: their fields are open then."""
        names = ("unit_price", "price_reason", "discount_value", "discount_label")
        return any(self[name].value() or self[name].errors for name in names)

    @property
    def sku_code(self) -> str:
        """The SKU the line is about."""
        return str(self["sku"].value() or "")

    @property
    def picked(self) -> dict[str, tuple[str, ...]]:
        """What is chosen, by the field's name: what the page marks."""
        if isinstance(self.data, QueryDict):
            begins = tuple(f"{self.prefix}-{letter}-" for letter in (EXTRA, GROUP, INPUT))
            return {
                name: tuple(filter(None, values))
                for name, values in self.data.lists()
                if name.startswith(begins)
            }
        return {}

    def _picked(self, letter: str) -> Picked:
        begin = f"{self.prefix}-{letter}-"
        return {
            name.removeprefix(begin): values
            for name, values in self.picked.items()
            if name.startswith(begin) and values
        }

    def clean(self) -> dict[str, Any]:
        """Read the numbers that goods made to measure are asked; what is left empty pricing asks for."""
        data = super().clean() or self.cleaned_data
        data["inputs"], names = {}, {}
        if self.choosing is not None:
            names = {asked.code: named(asked) for asked in self.choosing.inputs}
        for code, typed in self._picked(INPUT).items():
            try:
                number = NumberField().clean(typed[0])
            except forms.ValidationError:
                self.add_error(None, _("%(input)s: enter a number.") % {"input": names.get(code, code)})
            else:
                data["inputs"][code] = number
        return data

    def named(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """What a refusal speaks of by code (an option, one of its values, a group), by its name on the page."""
        if self.choosing is None:
            return {}
        names: dict[str, str] = {}
        for extra in self.choosing.extras:
            names |= {extra.code: named(extra)}
            names |= {value.code: named(value) for value in extra.values}
        names |= {group.code: named(group) for group in self.choosing.groups}
        keys = data.keys() & {"option", "value", "group"}
        return {key: names.get(str(data[key]), data[key]) for key in keys}

    def value(self) -> LineRequest:
        """The line as typed."""
        data = self.cleaned_data
        return LineRequest(
            data["sku"],
            data["quantity"],
            data.get("unit_price"),
            data.get("price_reason", ""),
            self.discount(),
            options=self._picked(EXTRA),
            parts=self._picked(GROUP),
            inputs=data["inputs"],
        )

    def quoted(self) -> LineRequest:
        """The line for a price on the way: the reason of a typed price may still be to come."""
        line = self.value()
        return line if line.price_reason or line.unit_price is None else replace(line, price_reason="…")


def attach(
    lines: Sequence[LineForm],
    actor: Actor,
    currency: str = "",
    tier: str | None = None,
    *,
    book: Book | None = None,
) -> None:
    """Give each line its SKU and what can be chosen of it, all read at once."""
    codes = {line.sku_code for line in lines}
    if not codes:
        return
    found = {sku.code: sku for sku in skus_visible_to(actor).filter(code__in=codes, is_active=True)}
    currency = currency or settings.OPENOMS.default_currency
    choices = configurators(list(found.values()), currency, tier, book=book or configuration.now().book)
    for line in lines:
        line.item = found.get(line.sku_code)
        line.choosing = choices.get(line.sku_code)


def new_line(actor: Actor, code: str, currency: str = "", tier: str | None = None) -> LineForm | None:
    """A fresh line for the SKU of that code, or None when there is none to be sold."""
    made = new_lines(actor, [(code, Decimal(0))], currency, tier)
    return made[0] if made else None


def new_lines(
    actor: Actor, wanted: Sequence[tuple[str, Decimal]], currency: str = "", tier: str | None = None
) -> list[LineForm]:
    """Fresh lines for these SKUs on sale and quantities; 0 is as few as can be bought."""
    lines = [LineForm(prefix=row_key("l"), initial={"sku": code}) for code, _quantity in wanted]
    attach(lines, actor, currency, tier)
    for line, (_code, quantity) in zip(lines, wanted, strict=True):
        fewest = max(line.choosing.min_quantity, line.choosing.pack_quantity) if line.choosing else Decimal(0)
        number = quantity or fewest or Decimal(1)
        line.initial["quantity"] = f"{number.normalize():f}"
    return [line for line in lines if line.item is not None]


def sellable(actor: Actor, texts: Sequence[str]) -> dict[str, Sku]:
    """SKUs on sale by the code or barcode in `texts`, in small letters."""
    wanted = {text.lower() for text in texts}
    rows = skus_visible_to(actor).filter(is_active=True, product__is_active=True)
    lowered = rows.annotate(small=Lower("code")).filter(Q(small__in=wanted) | Q(barcode__in=wanted))
    found: dict[str, Sku] = {}
    for sku in lowered:
        found |= {key: sku for key in (sku.barcode.lower(), sku.code.lower()) if key in wanted}
    return found


def line_as(
    actor: Actor, key: str, data: QueryDict, currency: str = "", tier: str | None = None
) -> LineForm | None:
    """The line `key` of what a page sent, perhaps as another version of its product; what was typed stays."""
    line = LineForm(data, prefix=key)
    attach([line], actor, currency, tier)
    return line if line.item is not None else None


def row_key(letter: str) -> str:
    """A new prefix for a row of the form."""
    return f"{letter}{secrets.token_hex(4)}"


def chosen_pairs(key: str, line: Any) -> list[tuple[str, str]]:
    """What a line as it was asked for had chosen, as the form sends it."""
    pairs = []
    for letter, name in ((EXTRA, "options"), (GROUP, "parts"), (INPUT, "inputs")):
        picked = line.get(name)
        for code, values in (picked or {}).items():
            many = values if isinstance(values, list | tuple) else [values]
            pairs += [(f"{key}-{letter}-{code}", str(value)) for value in many]
    return pairs
