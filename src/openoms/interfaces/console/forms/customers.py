"""Forms of customers."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from openoms.core.types import Actor
from openoms.domains.customers.labels import CHANNEL, CONSENT, LANGUAGES, PAYMENT_TERMS, ROLE, choices
from openoms.domains.customers.merging import FIELDS
from openoms.domains.customers.models import Contact, Customer, CustomerTier
from openoms.domains.customers.types import ConsentInput, ContactInput, CreditInput, CustomerInput
from openoms.domains.identity.permissions import Perm
from openoms.interfaces.console.forms.base import ConsoleForm, CurrencyField, NumberField, text_area
from openoms.interfaces.console.forms.people import people_choices
from openoms.interfaces.console.templatetags.oms import named


class CustomerForm(ConsoleForm):
    """A customer; its primary contact only for those who may see contact data, for saving replaces all of it."""

    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Customer.Kind.choices, initial=Customer.Kind.COMPANY)
    code = forms.CharField(
        label=_("Customer code"),
        max_length=40,
        required=False,
        help_text=_("Left empty, the next free code is given."),
    )
    tier = forms.ChoiceField(label=_("Customer tier"), required=False)
    owner = forms.ChoiceField(
        label=_("Looked after by"), required=False, help_text=_("Whom approvals ask as the customer's owner.")
    )
    tags = forms.CharField(
        label=_("Tags"),
        max_length=1000,
        required=False,
        help_text=_("Separated by commas, such as: press, spring fair"),
    )
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[("", "–"), *LANGUAGES.items()])
    currency = CurrencyField(label=_("Preferred currency"), required=False)
    tax_exempt = forms.BooleanField(label=_("Exempt from tax"), required=False)
    notes = forms.CharField(label=_("Notes"), required=False, widget=text_area())
    is_active = forms.BooleanField(label=_("Open for new orders"), required=False, initial=True)
    contact_name = forms.CharField(label=_("Contact"), max_length=120, required=False)
    contact_title = forms.CharField(label=_("Position"), max_length=80, required=False)
    contact_phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    contact_email = forms.CharField(label=_("E-mail"), max_length=254, required=False)

    def __init__(self, *args: Any, actor: Actor, customer: Customer | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(customer) if customer else None
        super().__init__(*args, **kwargs)
        self.customer = customer
        tiers = [(row.code, named(row)) for row in CustomerTier.objects.all()]
        self.fields["tier"].choices = [("", _("None")), *tiers]  # type: ignore[attr-defined]
        self.fields["owner"].choices = people_choices(customer.owner if customer else None)  # type: ignore[attr-defined]
        if customer is not None:
            del self.fields["code"]
        if customer is not None and not actor.may(Perm.CONTACT_REVEAL):
            for name in [name for name in self.fields if name.startswith("contact_")]:
                del self.fields[name]

    @property
    def has_contact(self) -> bool:
        """Whether the contact is part of the form."""
        return "contact_name" in self.fields

    def value(self, country: str) -> CustomerInput:
        """The customer as typed; phones without a prefix are read as of `country`."""
        data = self.cleaned_data
        return CustomerInput(
            code=self.customer.code if self.customer else data["code"],
            name=data["name"],
            kind=data["kind"],
            tier=data["tier"],
            tax_exempt=data["tax_exempt"],
            notes=data["notes"],
            is_active=data["is_active"],
            contact=self._contact(country),
            tags=tuple(part for part in re.split(r"[,，、;；]", data["tags"]) if part.strip()),
            language=data["language"],
            currency=data["currency"],
            owner=data["owner"],
        )

    def _contact(self, country: str) -> ContactInput | None:
        if not self.has_contact:
            return None
        names = ("name", "title", "phone", "email")
        typed = {name: self.cleaned_data.get(f"contact_{name}", "") for name in names}
        before = {name: self.initial.get(f"contact_{name}", "") for name in names}
        return ContactInput(**typed, country=country) if typed != before else None


class ContactForm(ConsoleForm):
    """A person to talk to, new or with the details as they are."""

    name = forms.CharField(label=_("Full name"), max_length=120)
    role = forms.ChoiceField(label=_("Role"), choices=choices(ROLE), initial="buyer", required=False)
    title = forms.CharField(label=_("Position"), max_length=80, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)
    is_primary = forms.BooleanField(label=_("Talk to this person first"), required=False)

    def __init__(self, *args: Any, contact: Contact | None = None, **kwargs: Any) -> None:
        if contact is not None:
            names = ("name", "role", "title", "phone", "email", "is_primary")
            kwargs["initial"] = {name: getattr(contact, name) for name in names}
        super().__init__(*args, **kwargs)
        setattr(self.fields["role"], "hide_optional", True)  # noqa: B010 - read by widgets.py

    def value(self, country: str) -> ContactInput:
        """The person as typed."""
        return ContactInput(**self.cleaned_data, country=country)


class AddressExtraForm(ConsoleForm):
    """What a customer's address has beside the address."""

    label = forms.CharField(
        label=_("Label"), max_length=60, required=False, help_text=_("Such as: head office, warehouse 2")
    )
    default = forms.BooleanField(label=_("Send orders here by default"), required=False)
    billing = forms.BooleanField(label=_("Send invoices here"), required=False)


class CreditForm(ConsoleForm):
    """What a customer may owe."""

    payment_terms = forms.ChoiceField(
        label=_("Payment terms"),
        required=False,
        choices=[("", _("As the order says")), *choices(PAYMENT_TERMS)],
    )
    credit_limit = NumberField(
        label=_("Credit limit"), required=False, min_value=0, decimal_places=4, max_digits=17
    )
    credit_currency = CurrencyField(required=False)
    credit_days = forms.IntegerField(label=_("Days to pay"), required=False, min_value=0, max_value=3650)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        names = ("payment_terms", "credit_limit", "credit_currency", "credit_days")
        kwargs["initial"] = {name: getattr(customer, name) for name in names}
        super().__init__(*args, **kwargs)

    def value(self) -> CreditInput:
        """The terms as typed."""
        return CreditInput(**self.cleaned_data)


class ConsentForm(ConsoleForm):
    """A consent given or withdrawn, of the customer as a whole or of one contact."""

    channel = forms.ChoiceField(label=_("Channel"), choices=choices(CHANNEL))
    contact = forms.ChoiceField(label=_("Of whom"), required=False)
    state = forms.ChoiceField(label=_("Consent"), choices=choices(CONSENT))
    source = forms.CharField(label=_("How we know"), max_length=80, required=False)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(row.pk), row.name) for row in customer.contacts.all()]
        self.fields["contact"].choices = [("", _("The whole customer")), *people]  # type: ignore[attr-defined]

    def value(self) -> ConsentInput:
        """The consent as typed."""
        return ConsentInput(**self.cleaned_data)


class MergeForm(ConsoleForm):
    """The customer another one is merged into, and whose values it keeps where they differ."""

    into = forms.CharField(label=_("Merge into (customer code)"), max_length=40)
    take = forms.MultipleChoiceField(required=False, choices=[(name, name) for name in FIELDS])


def _initial(customer: Customer) -> dict[str, Any]:
    primary = next((contact for contact in customer.contacts.all() if contact.is_primary), None)
    contact = {
        f"contact_{name}": getattr(primary, name) if primary else ""
        for name in ("name", "title", "phone", "email")
    }
    names = ("name", "kind", "tax_exempt", "notes", "is_active", "language", "currency")
    more = {
        "tier": customer.tier_id or "",
        "owner": str(customer.owner_id or ""),
        "tags": ", ".join(customer.tags),
    }
    return {name: getattr(customer, name) for name in names} | more | contact
