"""An address typed in its country's own parts; shared by customers and order entry."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from openoms.domains.customers.contacts import AddressParts, check_address
from openoms.domains.customers.parsing import LONGEST, ParsedAddress
from openoms.interfaces.console.addresses import country_choices, parts_of
from openoms.interfaces.console.forms.base import ConsoleForm

_PARTS = ("region", "city", "district", "line", "postcode")


class AddressForm(ConsoleForm):
    """Recipient, phone, country, then the parts that country uses, chosen from lists where it has them."""

    country = forms.ChoiceField(label=_("Country or region"))
    name = forms.CharField(label=_("Recipient"), max_length=120, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)

    def __init__(
        self, *args: Any, uncertain: Collection[str] = (), lenient: bool = False, **kwargs: Any
    ) -> None:
        """`lenient` asks for a street alone: an order with a doubtful address is placed, and held until it is cleared."""
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        home = settings.OPENOMS.default_country
        self.fields["country"].choices = country_choices(language, (home,))  # type: ignore[attr-defined]
        self.fields["country"].widget.attrs["data-address-part"] = "country"
        where = [self._now(name) for name in ("country", "region", "city")]
        for part in parts_of(*(where[0] or home, *where[1:]), chinese=language.startswith("zh")):
            required = part.required and (not lenient or part.name == "line")
            self.fields[part.name] = _field(
                part.label, required, part.choices, part.name, self._now(part.name)
            )
        for name in self.fields.keys() & set(uncertain):
            setattr(self.fields[name], "doubtful", True)  # noqa: B010 - read by widgets.py

    @property
    def paste(self) -> forms.BoundField:
        """The field that takes a whole address as text; not one of the address's own."""
        return PasteForm(prefix=self.prefix)["paste"]

    def _now(self, name: str) -> str:
        """What the field holds at present, typed or initial."""
        if self.is_bound:
            return str(self.data.get(self.add_prefix(name), "")).strip()
        return str(self.initial.get(name) or "")

    @property
    def parts(self) -> list[forms.BoundField]:
        """The fields of the place, in the order the country writes them."""
        return [self[name] for name in self.fields if name in _PARTS]

    def value(self) -> AddressParts:
        """The address typed."""
        data = self.cleaned_data
        parts = {name: data.get(name) or "" for name in _PARTS}
        return AddressParts(
            country=data["country"], name=data.get("name", ""), phone=data.get("phone", ""), **parts
        )

    def place(self) -> AddressParts:
        """Country and region alone, whatever else is wrong or missing: what prices hang on."""
        return AddressParts(country=self._now("country"), line="", region=self._now("region"))


class PasteForm(ConsoleForm):
    """A whole address as text, to be read into the fields."""

    paste = forms.CharField(
        label=_("Paste an address"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 2, "placeholder": _("Name, phone and address in any order")}),
    )


def paste_name(prefix: str) -> str:
    """The name under which the text to be read is sent."""
    return PasteForm(prefix=prefix or None).add_prefix("paste")


def read_form(parsed: ParsedAddress, country: str, *, prefix: str = "", lenient: bool = False) -> AddressForm:
    """The fields filled with what was read, in the spelling of its country; what the country has no field for goes into the street."""
    code = parsed.country or country
    parts = AddressParts(code, parsed.line, parsed.region, parsed.city, parsed.district, parsed.postcode)
    checked = check_address(parts).parts if not check_address(parts).problems else parts
    initial = {name: getattr(checked, name) for name in _PARTS}
    initial |= {"country": code, "name": parsed.name, "phone": parsed.phone}
    fields = AddressForm(initial=initial).fields
    left_out = [
        initial[name] for name in ("region", "city", "district") if name not in fields and initial[name]
    ]
    if left_out:
        joined = "" if code in {"CN", "JP", "TW", "HK", "MO", "KR"} else ", "
        street = [*left_out, checked.line] if not joined else [checked.line, *reversed(left_out)]
        initial["line"] = joined.join(filter(None, street))
    uncertain = {*parsed.uncertain, *({"country"} if not parsed.country else ())}
    return AddressForm(initial=initial, prefix=prefix or None, uncertain=uncertain, lenient=lenient)


def _field(label: Any, required: bool, choices: Any, name: str, present: str) -> forms.Field:
    attrs = {"data-address-part": name}
    if not choices:
        longest = {"line": 300, "postcode": 20}.get(name, 120)
        return forms.CharField(
            label=label, required=required, max_length=longest, widget=forms.TextInput(attrs)
        )
    if present and present not in dict(choices):
        # What an earlier country or region left, or an address on file with a spelling of its own, stays selectable.
        choices = [(present, present), *choices]
    return forms.ChoiceField(
        label=label, required=required, choices=[("", "–"), *choices], widget=forms.Select(attrs)
    )
