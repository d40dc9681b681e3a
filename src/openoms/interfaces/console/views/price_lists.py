"""A price list or a contract: its head, its prices as a grid by sku, each row edited in its place."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from openoms.core.errors import DomainError
from openoms.domains.catalog.models import Sku
from openoms.domains.catalog.queries import skus_visible_to
from openoms.domains.events.models import Event
from openoms.domains.identity.permissions import Perm
from openoms.domains.pricing.models import Contract, PriceList
from openoms.flows.apply_prices import set_prices_of
from openoms.flows.edit_price_list import change_price_list, save_contract
from openoms.flows.steps.shelves import Kind
from openoms.interfaces.console.access import Request, is_part, page
from openoms.interfaces.console.changes import changes
from openoms.interfaces.console.forms.base import shown_on
from openoms.interfaces.console.forms.price_lists import (
    ContractForm,
    ContractHeadForm,
    PasteForm,
    PriceListHeadForm,
    TierRows,
    fresh_tier,
)
from openoms.interfaces.console.lists import Column, Filters, ListPage, listing, show
from openoms.reading import price_shelves as reading
from openoms.reading.price_shelves import Owner

_EVENTS = 50


class SearchFilters(Filters):
    """A search alone."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)


PRICES = ListPage(
    name="prices",
    columns=(
        Column(gettext_lazy("SKU"), "cell-title"),
        Column(gettext_lazy("Prices"), "cell-main"),
        Column(gettext_lazy("Lowest"), "cell-more number"),
        Column("", "cell-act"),
    ),
    filters=SearchFilters,
    key="code",
    row="pricing/_sku_prices.html",
    empty="pricing/_no_prices.html",
)
CONTRACTS = ListPage(
    name="contracts",
    columns=(
        Column(gettext_lazy("Contract"), "cell-title"),
        Column(gettext_lazy("Customer"), "cell-main"),
        Column(gettext_lazy("Valid"), "cell-more"),
        Column(gettext_lazy("Currency"), "cell-aside"),
        Column(gettext_lazy("State"), "cell-state"),
    ),
    filters=SearchFilters,
    key="code",
    row="pricing/_contract_row.html",
    empty="pricing/_no_contracts.html",
)


def owner_of(kind: str, code: str) -> tuple[Kind, Owner]:
    """The list or contract an address names; 404 for none."""
    if kind == "lists":
        found: Owner | None = PriceList.objects.select_related("tier").filter(code=code).first()
    else:
        found = Contract.objects.select_related("customer").filter(code=code).first()
    if kind not in {"lists", "contracts"} or found is None:
        raise Http404
    return ("list" if kind == "lists" else "contract"), found


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.PRICE_EDIT, Perm.CATALOG_VIEW)
def shelf(request: Request, kind: str, code: str) -> HttpResponse:
    """The page; sent, its head is changed."""
    _kind, owner = owner_of(kind, code)
    form: Any = PriceListHeadForm if isinstance(owner, PriceList) else ContractHeadForm
    head = form(request.POST or None, row=owner)
    if head.is_valid():
        with shown_on(head):
            if isinstance(owner, PriceList):
                change_price_list(code, head.value(), actor=request.actor)
            else:
                save_contract(head.value(), actor=request.actor, new=False)
            messages.success(request, _("%(code)s was saved.") % {"code": code})
            return redirect("price-shelf", kind, code)
    rows = listing(
        PRICES, request.GET, lambda v: reading.priced_skus(request.actor, owner, str(v.get("q") or ""))
    )
    context = {"head": head, "paste": PasteForm(auto_id="paste_%s"), **_shelf(kind, owner)}
    context |= _priced(owner, rows.items)
    answer = show(request, "pricing/shelf.html", rows, **context)
    answer.status_code = 200 if is_part(request) else head.status
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.PRICE_EDIT, Perm.CATALOG_VIEW)
def sku_prices(request: Request, kind: str, code: str, sku: str) -> HttpResponse:
    """A row of the grid: shown, opened for editing (`edit`), or sent."""
    name, owner = owner_of(kind, code)
    found = skus_visible_to(request.actor).filter(code=sku).first()
    if found is None:
        raise Http404
    context = {"row": found, **_shelf(kind, owner)}
    if request.method != "POST":
        context |= _priced(owner, [found])
        if "edit" not in request.GET:
            return render(request, "pricing/_sku_prices.html", context)
        rows = TierRows(
            None, context["tiers"].get(found.pk, ()), context["floors"].get(found.pk), dated=name == "list"
        )
        return render(request, "pricing/_sku_prices_form.html", context | {"rows": rows})
    rows = TierRows(request.POST, dated=name == "list")
    if rows.is_valid():
        try:
            set_prices_of(
                name, code, sku, rows.values(), actor=request.actor,
                floor=rows.floor.cleaned_data.get("floor"),
            )  # fmt: skip
        except DomainError as error:
            rows.refuse(error)
        else:
            return render(request, "pricing/_sku_prices.html", context | _priced(owner, [found]))
    return render(request, "pricing/_sku_prices_form.html", context | {"rows": rows})


@require_GET
@page(Perm.PRICE_EDIT)
def tier_row(request: Request, kind: str) -> HttpResponse:
    """A fresh row for a price of a sku."""
    if kind not in {"lists", "contracts"}:
        raise Http404
    return render(request, "pricing/_tier.html", {"tier": fresh_tier(dated=kind == "lists"), "fresh": True})


@require_GET
@page(Perm.PRICE_EDIT)
def shelf_history(request: Request, kind: str, code: str) -> HttpResponse:
    """What changed of a list's or contract's head, and of a contract's prices, newest first."""
    _kind, owner = owner_of(kind, code)
    rows = list(Event.objects.filter(subject_id=owner.pk).order_by("-id")[:_EVENTS])
    context = {"changes": changes(rows), "older": "", "is_first": True}
    return render(request, "products/_history.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.PRICE_EDIT, Perm.CUSTOMER_VIEW)
def contract_list(request: Request) -> HttpResponse:
    """Every contract, and a form for a new one."""
    form = ContractForm(request.POST or None, initial={"customer": request.GET.get("customer", "")})
    if form.is_valid():
        with shown_on(form):
            made = save_contract(form.value(), actor=request.actor, new=True)
            messages.success(request, _("%(code)s was saved.") % {"code": made.code})
            return redirect("price-shelf", "contracts", made.code)
    rows = listing(CONTRACTS, request.GET, lambda v: reading.contracts(str(v.get("q") or "")))
    answer = show(request, "pricing/contracts.html", rows, form=form)
    answer.status_code = 200 if is_part(request) else form.status
    return answer


def _shelf(kind: str, owner: Owner) -> dict[str, Any]:
    return {"kind": kind, "owner": owner, "is_list": isinstance(owner, PriceList)}


def _priced(owner: Owner, skus: Any) -> dict[str, Any]:
    """Prices and floors of the rows shown, each read at once for all of them."""
    keys = [row.pk for row in skus if isinstance(row, Sku)]
    return {
        "tiers": reading.tiers(owner, keys, timezone.localdate()),
        "floors": reading.floors(owner, keys),
    }
