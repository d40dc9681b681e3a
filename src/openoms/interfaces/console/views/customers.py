"""Customers: the list, one customer's page, and changing them."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openoms.core.types import Actor
from openoms.domains.customers import queries as customers
from openoms.domains.customers.doubles import sharing
from openoms.domains.customers.models import Customer, CustomerTier, SharedKey
from openoms.domains.identity.permissions import Perm
from openoms.flows.edit_customer import change_customer, create_customer
from openoms.flows.merge_customers import merge_customers
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.base import shown_on
from openoms.interfaces.console.forms.catalogue import coded
from openoms.interfaces.console.forms.customers import ConsentForm, CustomerForm, MergeForm
from openoms.interfaces.console.lists import Column, Filters, ListPage, listing, show
from openoms.interfaces.console.timeline import tell
from openoms.reading import customers as reading
from openoms.reading.credit import credit_figures
from openoms.reading.doubles import likely
from openoms.reading.price_shelves import contracts_of


class CustomerFilters(Filters):
    """What customers can be searched by."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        choices=[("", gettext_lazy("Kind")), *Customer.Kind.choices],
    )
    tier = forms.ChoiceField(label=gettext_lazy("Customer tier"), required=False)
    active = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("State")),
            ("open", gettext_lazy("Open")),
            ("closed", gettext_lazy("Closed")),
        ],
    )
    tag = forms.CharField(label=gettext_lazy("Tag"), required=False, max_length=40)

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
    found = get(request, code)
    # The code of one that was merged leads to the one that stayed.
    return customer_page(request, found) if found.code == code else redirect("customer", found.code)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.CUSTOMER_EDIT, Perm.CUSTOMER_VIEW)
def customer_edit(request: Request, code: str = "") -> HttpResponse:
    """Change a customer, or make one."""
    found = get(request, code) if code else None
    form = CustomerForm(request.POST or None, actor=request.actor, customer=found)
    if form.is_valid():
        with shown_on(form):
            save = change_customer if found else create_customer
            saved = save(form.value(settings.OPENOMS.default_country), actor=request.actor)
            messages.success(request, _("Customer %(name)s was saved.") % {"name": saved.name})
            return redirect("customer", saved.code)
    return render(request, "customers/edit.html", {"form": form, "customer": found}, status=form.status)


@require_POST
@page(Perm.CUSTOMER_EDIT, Perm.CUSTOMER_VIEW)
def similar(request: Request) -> HttpResponse:
    """Customers like the one being typed: same phone, same e-mail address, a name much like it."""
    name, phone, email = (request.POST.get(n, "") for n in ("name", "contact_phone", "contact_email"))
    found = likely(request.actor, name, phone, email, settings.OPENOMS.default_country)
    return render(request, "customers/_similar.html", {"similar": found})


class NoFilters(Filters):
    """A list that is not narrowed."""


DOUBLES = ListPage(
    name="doubles",
    columns=(),
    filters=NoFilters,
    key="-id",
    row="",
    empty="customers/_no_doubles.html",
    size=25,
)


@require_GET
@page(Perm.CUSTOMER_MERGE, Perm.CUSTOMER_VIEW)
def doubles(request: Request) -> HttpResponse:
    """Customers that are likely the same, what was found last first."""
    listed = listing(DOUBLES, request.GET, lambda values: SharedKey.objects.all())
    shared = sharing(listed.items)
    groups = [(row, shared[row.pk]) for row in listed.items]
    return render(request, "customers/doubles.html", {"listing": listed, "groups": groups})


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.CUSTOMER_MERGE, Perm.CUSTOMER_EDIT, Perm.CUSTOMER_VIEW)
def merge(request: Request, code: str) -> HttpResponse:
    """Merge a customer into another: choose it, see what would move, decide whose values stay, do it."""
    other = get(request, code)
    data = request.POST if request.method == "POST" else request.GET
    form = MergeForm(data if data.get("into") else None)
    survivor = None
    if form.is_valid():
        survivor = customers.called(request.actor, form.cleaned_data["into"].strip())
        if survivor is None or survivor.pk == other.pk:
            form.add_error("into", _("Choose another customer by its code."))
            survivor = None
    if survivor is not None and request.method == "POST":
        with shown_on(form):
            merge_customers(other.code, survivor.code, take=form.cleaned_data["take"], actor=request.actor)
            messages.success(request, _("%(name)s was merged into this customer.") % {"name": other.name})
            return redirect("customer", survivor.code)
    move = reading.preview_merge(other, survivor) if survivor is not None else None
    context = {"form": form, "customer": other, "survivor": survivor, "move": move}
    return render(request, "customers/merge.html", context, status=form.status)


def get(request: Request, code: str) -> Customer:
    """The customer of that code, also by the code of one merged into it; 404 for none the person may see."""
    found = customers.called(request.actor, code)
    if found is None:
        raise Http404
    return found


def customer_page(request: Request, found: Customer, *, in_full: bool = False) -> HttpResponse:
    """One customer's page; `in_full` shows contact data to somebody whose look was recorded."""
    names = {row.pk: row.name for row in found.contacts.all()}
    context = {
        "customer": found,
        "contacts": reading.shown_contacts(request.actor, found, in_full=in_full),
        "addresses": reading.shown_addresses(request.actor, found, in_full=in_full),
        "habits": reading.habits(request.actor, found),
        "recent": reading.recent_orders(request.actor, found),
        "consents": [(row, names[row.contact_id] if row.contact_id else "") for row in found.consents.all()],
        "consent_form": ConsentForm(customer=found),
        "history": tell(reading.history(found)),
        "in_full": in_full,
        "contracts": contracts_of(found.pk) if request.actor.may(Perm.PRICE_EDIT) else [],
    }
    return render(request, "customers/detail.html", context)


@require_GET
@page(Perm.CUSTOMER_VIEW)
def owes(request: Request, code: str) -> HttpResponse:
    """What a customer owes and has left: a part of its page that follows it; 204 where there is nothing to tell."""
    found = customers.visible_to(request.actor).filter(code=code).first()
    if found is None:
        raise Http404
    credit = credit_figures(found) if request.actor.may(Perm.PAYMENT_VIEW) else None
    if credit is None or not credit.is_of_interest:
        return HttpResponse(status=204)
    return render(request, "customers/_credit.html", {"credit": credit, "customer": found})


def _found(actor: Actor, values: dict[str, Any]) -> QuerySet[Customer]:
    """Customers that fit the filters."""
    active = {"open": True, "closed": False}.get(str(values.get("active")))
    texts = {name: str(values.get(name) or "") for name in ("q", "kind", "tier", "tag")}
    wanted = customers.CustomerFilter(**texts, active=active)
    return customers.filtered(customers.visible_to(actor), wanted)
