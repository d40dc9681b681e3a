"""A new customer made with the order: who they are, as typed or read from pasted text."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from openoms.domains.customers.contacts import AddressParts
from openoms.domains.customers.models import Customer
from openoms.domains.customers.parsing import ParsedAddress, parse_address
from openoms.domains.customers.types import ContactInput, CustomerInput
from openoms.interfaces.console.forms.base import ConsoleForm

_COMPANY_WORDS = ("公司", "厂", "集团", "商行", "店", "中心", "院", "学校", "大学", "ltd", "inc", "gmbh", "llc", "corp", "co.")  # fmt: skip


class BuyerForm(ConsoleForm):
    """The least a new customer needs: a name; a phone and e-mail where there are any."""

    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Customer.Kind.choices, initial=Customer.Kind.PERSON)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)

    def value(self) -> CustomerInput:
        """The customer as typed; its first contact has the same name."""
        data = self.cleaned_data
        contact = ContactInput(
            data["name"][:120], data["phone"], data["email"], country=settings.OPENOMS.default_country
        )
        return CustomerInput(name=data["name"], kind=data["kind"], contact=contact)

    def received_by(self, parts: AddressParts) -> AddressParts:
        """The address with the buyer as its recipient where it names none."""
        data = self.cleaned_data
        return replace(parts, name=parts.name or data["name"][:120], phone=parts.phone or data["phone"])

    def field_of(self, loc: Sequence[str | int]) -> str | None:
        """The field a problem's last name means, else the name."""
        last = str(loc[-1]) if loc else "name"
        return last if last in self.fields else "name"


def buyer_read(text: str) -> tuple[Mapping[str, Any], ParsedAddress]:
    """What a pasted text says of a buyer, and of the place; a text that is only a name is one."""
    parsed = parse_address(text, settings.OPENOMS.default_country)
    has_more = any((parsed.phone, parsed.email, parsed.region, parsed.city, parsed.postcode))
    name = (parsed.name or (parsed.line if not has_more else "")) or ("" if has_more else text)
    lowered = name.lower()
    kind = Customer.Kind.COMPANY if any(word in lowered for word in _COMPANY_WORDS) else Customer.Kind.PERSON
    buyer = {"name": name.strip()[:200], "kind": kind, "phone": parsed.phone, "email": parsed.email}
    return buyer, parsed if has_more else replace(parsed, line="")
