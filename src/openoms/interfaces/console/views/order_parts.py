"""The parts that order entry fetches while one types: matches, the chosen customer, lines, remarks, addresses."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from openoms.core.clock import now
from openoms.core.types import Actor
from openoms.domains.catalog.queries import matching_skus, skus_visible_to
from openoms.domains.customers import queries as customers
from openoms.domains.identity.permissions import Perm
from openoms.domains.pricing.base_price import price_for_one
from openoms.flows.steps import configuration
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.address import AddressForm, read_form
from openoms.interfaces.console.forms.order import (
    address_form,
    default_address,
    find_customer,
    new_remark,
)
from openoms.interfaces.console.forms.order_buyer import BuyerForm, buyer_read
from openoms.interfaces.console.forms.order_line import line_as, new_line, new_lines, sellable
from openoms.interfaces.console.pasted import read_list
from openoms.reading.orders import shown_address

_MATCHES = 8
_SEARCHED = 50


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


@require_GET
@page(Perm.ORDER_CREATE, Perm.CATALOG_VIEW)
def line(request: Request) -> HttpResponse:
    """A fresh line for a SKU."""
    currency, tier = _whose(request)
    made = new_line(request.actor, request.GET.get("sku", ""), currency, tier)
    if made is None:
        raise Http404
    return render(request, "orders/_line.html", {"line": made})


@require_POST
@page(Perm.ORDER_CREATE, Perm.CATALOG_VIEW)
def version(request: Request) -> HttpResponse:
    """A line as another version of its product, quantity and extras kept."""
    currency, tier = _whose(request)
    data = request.POST.copy()
    key = data.get("key", "")
    # Which version is the value of the field that was changed.
    data[f"{key}-sku"] = data.get(data.get("from", ""), "")
    made = line_as(request.actor, key, data, currency, tier)
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
    form = AddressForm(request.GET, prefix=prefix, lenient=prefix is not None)
    return render(request, "parts/address.html", {"address": form, "fresh": True})


@require_POST
@page(Perm.ORDER_CREATE, Perm.CATALOG_VIEW)
def paste(request: Request) -> HttpResponse:
    """Lines for a pasted list of codes and quantities; rows that name nothing on sale come back to be mended."""
    rows = read_list(request.POST.get("list", ""))
    found = sellable(request.actor, [row.code for row in rows])
    known = [(found[row.code.lower()].code, row.quantity) for row in rows if row.code.lower() in found]
    unknown = [row for row in rows if row.code.lower() not in found]
    context = {
        "lines": new_lines(request.actor, known, *_whose(request)),
        "unknown": unknown,
        "taken": len(known),
    }
    return render(request, "orders/_pasted.html", context)


def _whose(request: Request) -> tuple[str, str | None]:
    """The currency and customer tier the page shows prices for."""
    sent = request.POST if request.method == "POST" else request.GET
    buyer = find_customer(request.actor, sent.get("customer", ""))
    return sent.get("currency", ""), buyer.tier_id if buyer else None


def destination(actor: Actor, found: Any) -> dict[str, Any]:
    """Where the chosen customer's orders go."""
    default = default_address(found)
    return {"default_address": shown_address(actor, default) if default else None}


def _offered(codes: list[str], currency: str, tier: str | None) -> dict[str, Decimal]:
    """The list price of one of each, by code; none for what has no price in the currency."""
    book = configuration.now().book
    lists = book.lists_for(currency, tier)
    offers = [offer for offer in map(book.offers.get, codes) if offer]
    prices = {offer.sku: price_for_one(offer, lists, now().date()) for offer in offers}
    return {sku: price for sku, price in prices.items() if price is not None}
