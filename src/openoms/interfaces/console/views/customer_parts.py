"""What belongs to a customer: people, places, consents, credit, and the recorded look at contact data."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from openoms.domains.customers.models import Address, Contact, Customer
from openoms.domains.identity.permissions import Perm
from openoms.flows.edit_customer import (
    add_address,
    add_contact,
    change_address,
    change_contact,
    change_credit,
    remove_address,
    remove_contact,
    reveal_contacts,
    set_consent,
)
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.address import AddressForm
from openoms.interfaces.console.forms.base import shown_on
from openoms.interfaces.console.forms.customers import AddressExtraForm, ConsentForm, ContactForm, CreditForm
from openoms.interfaces.console.views.customers import customer_page, get

_EDIT = (Perm.CUSTOMER_EDIT, Perm.CUSTOMER_VIEW)
# The form shows what is on file, and saving replaces all of it.
_EDIT_SEEN = (*_EDIT, Perm.CONTACT_REVEAL)
_PARTS = ("country", "name", "phone", "region", "city", "district", "line", "postcode")


@require_http_methods(["GET", "HEAD", "POST"])
@page(*_EDIT)
def contact_add(request: Request, code: str) -> HttpResponse:
    """Add a person to a customer."""
    return _contact_form(request, get(request, code), None)


@require_http_methods(["GET", "HEAD", "POST"])
@page(*_EDIT_SEEN)
def contact_edit(request: Request, code: str, contact_id: Any) -> HttpResponse:
    """Change a person."""
    found = get(request, code)
    contact = next((row for row in found.contacts.all() if row.pk == contact_id), None)
    if contact is None:
        raise Http404
    return _contact_form(request, found, contact)


def _contact_form(request: Request, found: Customer, contact: Contact | None) -> HttpResponse:
    form = ContactForm(request.POST or None, contact=contact)
    if form.is_valid():
        with shown_on(form):
            value = form.value(settings.OPENOMS.default_country)
            if contact is None:
                add_contact(found.code, value, actor=request.actor)
                messages.success(request, _("The contact was added."))
            else:
                change_contact(found.code, str(contact.pk), value, actor=request.actor)
                messages.success(request, _("The contact was saved."))
            return redirect("customer", found.code)
    context = {"form": form, "customer": found, "contact": contact}
    return render(request, "customers/contact.html", context, status=form.status)


@require_POST
@page(*_EDIT)
def contact_remove(request: Request, code: str, contact_id: Any) -> HttpResponse:
    """Remove a person."""
    found = remove_contact(code, str(contact_id), actor=request.actor)
    messages.success(request, _("The contact was removed."))
    return redirect("customer", found.code)


@require_http_methods(["GET", "HEAD", "POST"])
@page(*_EDIT)
def address_add(request: Request, code: str) -> HttpResponse:
    """Add a place to a customer."""
    return _address_form(request, get(request, code), None)


@require_http_methods(["GET", "HEAD", "POST"])
@page(*_EDIT_SEEN)
def address_edit(request: Request, code: str, address_id: Any) -> HttpResponse:
    """Change a place."""
    found = get(request, code)
    address = next((row for row in found.addresses.all() if row.pk == address_id), None)
    if address is None:
        raise Http404
    return _address_form(request, found, address)


def _address_form(request: Request, found: Customer, address: Address | None) -> HttpResponse:
    initial = {"country": settings.OPENOMS.default_country}
    more: dict[str, Any] = {}
    if address is not None:
        initial = {name: getattr(address, name) for name in _PARTS}
        more = {"label": address.label, "default": address.is_default, "billing": address.is_billing}
    form = AddressForm(request.POST or None, initial=initial)
    extra = AddressExtraForm(request.POST or None, initial=more)
    if all([form.is_valid(), extra.is_valid()]):
        with shown_on(form):
            if address is None:
                add_address(found.code, form.value(), actor=request.actor, **extra.cleaned_data)
                messages.success(request, _("The address was added."))
            else:
                change_address(
                    found.code, str(address.pk), form.value(), actor=request.actor, **extra.cleaned_data
                )
                messages.success(request, _("The address was saved."))
            return redirect("customer", found.code)
    context = {"address": form, "extra": extra, "customer": found, "stored": address}
    return render(request, "customers/address.html", context, status=form.status)


@require_POST
@page(*_EDIT)
def address_remove(request: Request, code: str, address_id: Any) -> HttpResponse:
    """Remove a place."""
    found = remove_address(code, str(address_id), actor=request.actor)
    messages.success(request, _("The address was removed. Orders keep the address they were placed with."))
    return redirect("customer", found.code)


@require_POST
@page(*_EDIT)
def consent(request: Request, code: str) -> HttpResponse:
    """Note a consent given or withdrawn."""
    found = get(request, code)
    form = ConsentForm(request.POST, customer=found)
    if form.is_valid():
        set_consent(found.code, form.value(), actor=request.actor)
        messages.success(request, _("The consent was noted."))
    else:
        messages.error(request, _("The consent was not noted: choose a channel and a state."))
    return redirect("customer", found.code)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.CREDIT_EDIT, Perm.CUSTOMER_VIEW)
def credit(request: Request, code: str) -> HttpResponse:
    """Payment terms and credit limit."""
    found = get(request, code)
    form = CreditForm(request.POST or None, customer=found)
    if form.is_valid():
        with shown_on(form):
            change_credit(found.code, form.value(), actor=request.actor)
            messages.success(request, _("The terms were saved."))
            return redirect("customer", found.code)
    return render(request, "customers/credit.html", {"form": form, "customer": found}, status=form.status)


@require_POST
@page(Perm.CUSTOMER_VIEW)
def reveal(request: Request, code: str) -> HttpResponse:
    """The customer's page with contact data in full, once, and noted."""
    found = get(request, code)
    reveal_contacts(found.code, actor=request.actor)
    return customer_page(request, found, in_full=True)
