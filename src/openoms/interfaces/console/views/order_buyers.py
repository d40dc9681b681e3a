"""Who buys, while an order is entered: matches, the customer chosen, a new one, and whether that one is known already."""

from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from openoms.core.types import Actor
from openoms.domains.customers import queries as customers
from openoms.domains.identity.permissions import Perm
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.address import read_form
from openoms.interfaces.console.forms.order import (
    ELSEWHERE,
    HERE,
    address_form,
    default_address,
    find_customer,
    typed_address,
)
from openoms.interfaces.console.forms.order_buyer import BuyerForm, buyer_read
from openoms.reading.doubles import likely
from openoms.reading.orders import shown_address

_MATCHES = 8


@require_POST
@page(Perm.ORDER_CREATE, Perm.CUSTOMER_VIEW)
def customer_matches(request: Request) -> HttpResponse:
    """Customers that fit what is typed; before anything is, the newest. By POST: a pasted text holds a phone."""
    text = request.POST.get("customer_q", "").strip()
    rows = customers.visible_to(request.actor).filter(is_active=True)
    context: dict[str, Any] = {"text": text}
    if text:
        buyer, _place = buyer_read(text)
        # Whoever has the phone in a pasted text is most likely the one it speaks of.
        known = Q(contacts__phone=buyer["phone"]) if buyer["phone"] else Q()
        found = rows.filter(known).distinct() if known else customers.matching(rows, text)
        context["buyer"] = buyer if request.actor.may(Perm.CUSTOMER_EDIT) else None
    else:
        found = rows
    context["matches"] = found.order_by("-id")[:_MATCHES]
    return render(request, "orders/_customers.html", context)


@require_POST
@page(Perm.ORDER_CREATE, Perm.CUSTOMER_VIEW, Perm.CUSTOMER_EDIT)
def buyer(request: Request) -> HttpResponse:
    """The fields of a new customer, filled with what the text says; by POST, for it holds somebody's phone and address."""
    read, place = buyer_read(request.POST.get("text", ""))
    has_place = any((place.region, place.city, place.line))
    context = {
        "buyer": BuyerForm(prefix="buyer", initial=dict(read)),
        "address": read_form(place, settings.OPENOMS.default_country, prefix="ship", lenient=True),
        "parsed": place if has_place else None,
        "ship_mode": "other" if has_place else "default",
    }
    return render(request, "orders/_customer.html", context)


@require_GET
@page(Perm.ORDER_CREATE, Perm.CUSTOMER_VIEW)
def customer(request: Request) -> HttpResponse:
    """The customer chosen, with where the order will go; without a code the search again."""
    found = find_customer(request.actor, request.GET.get("code", ""))
    context = {
        "customer": found,
        "address": address_form(found, request.actor),
        **destination(request.actor, found),
    }
    return render(request, "orders/_customer.html", context)


@require_POST
@page(Perm.ORDER_CREATE, Perm.CUSTOMER_VIEW, Perm.CUSTOMER_EDIT)
def doubles(request: Request) -> HttpResponse:
    """Customers that the new one being typed may be; by POST, for it names a person."""
    name, phone, email = (request.POST.get(f"buyer-{part}", "") for part in ("name", "phone", "email"))
    found = likely(request.actor, name, phone, email, settings.OPENOMS.default_country)
    return render(request, "orders/_doubles.html", {"likely": found})


@require_POST
@page(Perm.ORDER_CREATE, Perm.CUSTOMER_VIEW)
def take(request: Request) -> HttpResponse:
    """A customer there is in place of the new one; an address typed for this order stays."""
    found = find_customer(request.actor, request.POST.get("code", ""))
    if found is None:
        raise Http404
    kept = typed_address(request.POST)
    context = {
        "customer": found,
        "address": address_form(found, request.actor) if kept is None else kept,
        "ship_mode": HERE if kept is None else ELSEWHERE,
        **destination(request.actor, found),
    }
    return render(request, "orders/_customer.html", context)


def destination(actor: Actor, found: Any) -> dict[str, Any]:
    """Where the chosen customer's orders go."""
    default = default_address(found)
    return {"default_address": shown_address(actor, default) if default else None}
