"""Customers: the list, one customer's page, and changing them."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openoms.core.types import Actor
from openoms.domains.customers import queries as customers
from openoms.domains.customers.models import Customer, CustomerTier
from openoms.domains.identity.permissions import Perm
from openoms.flows.edit_customer import (
    add_address,
    add_contact,
    change_customer,
    create_customer,
    remove_address,
)
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.address import AddressForm
from openoms.interfaces.console.forms.base import shown_on
from openoms.interfaces.console.forms.catalogue import coded
from openoms.interfaces.console.forms.customers import AddressExtraForm, ContactForm, CustomerForm
from openoms.interfaces.console.lists import Column, Filters, ListPage, listing, show
from openoms.reading import customers as reading
from openoms.reading.orders import latest_orders


class CustomerFilters(Filters):
    """What customers can be searched by."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        choices=[("", gettext_lazy("Kind")), *Customer.Kind.choices],
    )
    tier = forms.ChoiceField(label=gettext_lazy("Customer tier"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tier"].choices = coded(CustomerTier.objects.all(), self.fields["tier"].label)  # type: ignore[attr-defined]


CUSTOMERS = ListPage(
    name="customers",
    columns=(
        Column(gettext_lazy("Customer"), "cell-title"),
        Column(gettext_lazy("Code"), "cell-aside"),
        Column(gettext_lazy("Contact"), "cell-main"),
        Column(gettext_lazy("Place"), "cell-more"),
        Column(gettext_lazy("Customer tier"), "cell-state"),
        Column(gettext_lazy("State"), "cell-state"),
    ),
    filters=CustomerFilters,
    key="-id",
    row="customers/_row.html",
    empty="customers/_empty.html",
)


@require_GET
@page(Perm.CUSTOMER_VIEW)
def customer_list(request: Request) -> HttpResponse:
    """Customers, newest first."""
    listed = listing(CUSTOMERS, request.GET, lambda values: _found(request.actor, values))
    return show(request, "customers/list.html", listed, places=reading.places(listed.items))


@require_GET
@page(Perm.CUSTOMER_VIEW)
def customer(request: Request, code: str) -> HttpResponse:
    """One customer: people, places, latest orders."""
    return _customer_page(request, _get(request, code))


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.CUSTOMER_EDIT, Perm.CUSTOMER_VIEW)
def customer_edit(request: Request, code: str = "") -> HttpResponse:
    """Change a customer, or make one."""
    found = _get(request, code) if code else None
    form = CustomerForm(request.POST or None, actor=request.actor, customer=found)
    if form.is_valid():
        with shown_on(form):
            save = change_customer if found else create_customer
            saved = save(form.value(settings.OPENOMS.default_country), actor=request.actor)
            messages.success(request, _("Customer %(name)s was saved.") % {"name": saved.name})
            return redirect("customer", saved.code)
    return render(request, "customers/edit.html", {"form": form, "customer": found}, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.CUSTOMER_EDIT, Perm.CUSTOMER_VIEW)
def contact_add(request: Request, code: str) -> HttpResponse:
    """Add a person to a customer."""
    found = _get(request, code)
    form = ContactForm(request.POST or None)
    if form.is_valid():
        with shown_on(form):
            add_contact(code, form.value(settings.OPENOMS.default_country), actor=request.actor)
            messages.success(request, _("The contact was added."))
            return redirect("customer", code)
    return render(request, "customers/contact.html", {"form": form, "customer": found}, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.CUSTOMER_EDIT, Perm.CUSTOMER_VIEW)
def address_add(request: Request, code: str) -> HttpResponse:
    """Add a place to a customer."""
    found = _get(request, code)
    initial = {"country": settings.OPENOMS.default_country}
    form, extra = AddressForm(request.POST or None, initial=initial), AddressExtraForm(request.POST or None)
    if all([form.is_valid(), extra.is_valid()]):
        with shown_on(form):
            add_address(code, form.value(), actor=request.actor, **extra.cleaned_data)
            messages.success(request, _("The address was added."))
            return redirect("customer", code)
    context = {"address": form, "extra": extra, "customer": found}
    return render(request, "customers/address.html", context, status=form.status)


@require_POST
@page(Perm.CUSTOMER_EDIT, Perm.CUSTOMER_VIEW)
def address_remove(request: Request, code: str, address_id: str) -> HttpResponse:
    """Remove a place."""
    remove_address(code, address_id, actor=request.actor)
    messages.success(request, _("The address was removed. Orders keep the address they were placed with."))
    return redirect("customer", code)


def _get(request: Request, code: str) -> Customer:
    return get_object_or_404(customers.visible_to(request.actor), code=code)


def _customer_page(request: Request, found: Customer) -> HttpResponse:
    context = {
        "customer": found,
        "contacts": reading.shown_contacts(request.actor, found),
        "addresses": reading.shown_addresses(request.actor, found),
        "orders": latest_orders(request.actor, found),
    }
    return render(request, "customers/detail.html", context)


def _found(actor: Actor, values: dict[str, Any]) -> QuerySet[Customer]:
    """Customers that fit the filters."""
    rows = customers.visible_to(actor)
    if values.get("kind"):
        rows = rows.filter(kind=values["kind"])
    if values.get("tier"):
        rows = rows.filter(tier_id=values["tier"])
    text = str(values.get("q") or "").strip()
    return customers.matching(rows, text) if text else rows
