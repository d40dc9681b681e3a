"""The parts that order entry fetches while one types: matches, the chosen customer, lines, remarks, addresses."""

from decimal import Decimal

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from openoms.core.clock import now
from openoms.domains.catalog.queries import matching_skus, skus_visible_to
from openoms.domains.identity.permissions import Perm
from openoms.domains.pricing.base_price import price_for_one
from openoms.flows.steps import configuration
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.address import AddressForm
from openoms.interfaces.console.forms.order import (
    find_customer,
    new_remark,
)
from openoms.interfaces.console.forms.order_line import line_as, new_line, new_lines, sellable
from openoms.interfaces.console.pasted import read_list

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


def _offered(codes: list[str], currency: str, tier: str | None) -> dict[str, Decimal]:
    """The list price of one of each, by code; none for what has no price in the currency."""
    book = configuration.now().book
    lists = book.lists_for(currency, tier)
    offers = [offer for offer in map(book.offers.get, codes) if offer]
    prices = {offer.sku: price_for_one(offer, lists, now().date()) for offer in offers}
    return {sku: price for sku, price in prices.items() if price is not None}
