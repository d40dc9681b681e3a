"""Entering an order: the page, its live total, and the small parts it fetches while one types."""

from decimal import Decimal
from typing import Any

import psycopg
from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openoms.core.errors import DomainError
from openoms.core.types import Actor
from openoms.domains.catalog.queries import matching_skus, skus_visible_to
from openoms.domains.customers import queries as customers
from openoms.domains.identity.once import AnsweredBefore, Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.pricing.book import unit_price_at
from openoms.flows.place import place_order
from openoms.flows.quote import quote
from openoms.flows.steps import configuration
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.address import AddressForm
from openoms.interfaces.console.forms.order import (
    OrderEntry,
    address_form,
    default_address,
    find_customer,
    new_line,
    new_remark,
    today,
)
from openoms.reading.orders import shown_address

_MATCHES = 8
_SEARCHED = 50


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.ORDER_CREATE)
def new(request: Request) -> HttpResponse:
    """The page; typed and sent, the order is placed or the page comes back with what is wrong."""
    if request.method != "POST":
        return _page(request, OrderEntry(request.actor, customer=request.GET.get("customer", "")))
    entry = OrderEntry(request.actor, request.POST)
    if entry.is_valid():
        try:
            number = _place(entry, submit=request.POST.get("action") != "draft")
        except DomainError as error:
            entry.refuse(error)
        else:
            messages.success(request, _("Order %(number)s was saved.") % {"number": number})
            return redirect("order", number)
    return _page(request, entry)


@require_POST
@page(Perm.ORDER_CREATE)
def live(request: Request) -> HttpResponse:
    """What the order would cost as it stands: the totals, and beside each line its price or its problem."""
    entry = OrderEntry(request.actor, request.POST)
    return render(request, "orders/_quote.html", _priced(entry) | {"entry": entry, "oob": True})


@require_GET
@page(Perm.ORDER_CREATE, Perm.CATALOG_VIEW)
def skus(request: Request) -> HttpResponse:
    """SKUs that fit what is typed, with the price this customer would pay for one."""
    text = request.GET.get("q", "").strip()
    rows = skus_visible_to(request.actor).filter(is_active=True, product__is_active=True)
    # An exact code comes first; of very many matches, some: one types more letters.
    found = list(matching_skus(rows, text)[:_SEARCHED]) if text else []
    found.sort(key=lambda sku: (sku.code.lower() != text.lower(), sku.code))
    buyer = find_customer(request.actor, request.GET.get("customer", ""))
    currency = request.GET.get("currency") or settings.OPENOMS.default_currency
    offered = _offered([sku.code for sku in found[:_MATCHES]], currency, buyer.tier_id if buyer else None)
    matches = [{"sku": sku, "price": offered.get(sku.code)} for sku in found[:_MATCHES]]
    return render(request, "orders/_skus.html", {"matches": matches, "text": text, "currency": currency})


@require_GET
@page(Perm.ORDER_CREATE, Perm.CUSTOMER_VIEW)
def customer_matches(request: Request) -> HttpResponse:
    """Customers that fit what is typed; before anything is, the newest."""
    text = request.GET.get("customer_q", "").strip()
    rows = customers.visible_to(request.actor).filter(is_active=True)
    found = (customers.matching(rows, text) if text else rows).order_by("-id")[:_MATCHES]
    return render(request, "orders/_customers.html", {"matches": found, "text": text})


@require_GET
@page(Perm.ORDER_CREATE, Perm.CUSTOMER_VIEW)
def customer(request: Request) -> HttpResponse:
    """The customer chosen, with where the order will go; without a code the search again."""
    found = find_customer(request.actor, request.GET.get("code", ""))
    context = {
        "customer": found,
        "address": address_form(found, request.actor),
        **_destination(request.actor, found),
    }
    return render(request, "orders/_customer.html", context)


@require_GET
@page(Perm.ORDER_CREATE, Perm.CATALOG_VIEW)
def line(request: Request) -> HttpResponse:
    """A fresh line for a SKU."""
    made = new_line(request.actor, request.GET.get("sku", ""))
    if made is None:
        raise Http404
    return render(request, "orders/_line.html", {"line": made})


@require_GET
@page(Perm.ORDER_CREATE)
def remark(request: Request) -> HttpResponse:
    """A fresh remark."""
    return render(request, "orders/_remark.html", {"remark": new_remark()})


@require_GET
@page()
def address_fields(request: Request) -> HttpResponse:
    """The fields of an address for the country, region and city typed so far."""
    prefix = "ship" if "ship-country" in request.GET else None
    return render(
        request, "parts/address.html", {"address": AddressForm(request.GET, prefix=prefix), "fresh": True}
    )


def _place(entry: OrderEntry, *, submit: bool) -> str:
    """Place the order once, however often the page was sent; returns its number."""
    actor = entry.actor
    key = Once.key(actor.user_id, "console:order", entry.head.cleaned_data["token"])
    for last in (False, True):
        once = Once(key, entry.digest(), lambda placed: (201, placed.order.number))
        try:
            return place_order(entry.request(submit=submit), actor=actor, once=once).order.number
        except AnsweredBefore as before:
            return before.answer
        except (IntegrityError, psycopg.IntegrityError):
            # Sent twice at the same moment: the other one was first, and is found on looking again.
            if last:
                raise
    raise AssertionError("unreachable")


def _page(request: Request, entry: OrderEntry) -> HttpResponse:
    context = {
        "entry": entry,
        "customer": entry.customer,
        "address": entry.address,
        "today": today(),
        **_destination(entry.actor, entry.customer),
        **_priced(entry),
    }
    return render(request, "orders/new.html", context, status=entry.status)


def _offered(codes: list[str], currency: str, tier: str | None) -> dict[str, Decimal]:
    """The list price of one of each, by code; none for what has no price in the currency."""
    book = configuration.now().book
    lists = book.lists_for(currency, tier)
    found = {}
    for offer in filter(None, map(book.offers.get, codes)):
        rule = next((rule for rule in lists if rule.code in offer.prices), None)
        if rule is not None:
            found[offer.sku] = unit_price_at(offer.prices[rule.code], Decimal(1))
    return found


def _destination(actor: Actor, found: Any) -> dict[str, Any]:
    default = default_address(found)
    return {"default_address": shown_address(actor, default) if default else None}


def _priced(entry: OrderEntry) -> dict[str, Any]:
    """The price of the entry as it stands, or why there is none; problems of lines are put on them."""
    if not entry.lines:
        return {"priced": None, "figures": {}}
    request = entry.quote_request()
    if request is None:
        return {"priced": None, "figures": {}, "incomplete": True}
    try:
        priced = quote(request, actor=entry.actor)
    except DomainError as error:
        status = entry.status
        if status == 200:
            entry.refuse(error)
        return {"priced": None, "figures": {}}
    figures = {form.prefix: row for form, row in zip(entry.lines, priced.lines, strict=True)}
    return {"priced": priced, "figures": figures}
