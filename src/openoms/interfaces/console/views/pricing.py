"""Prices and taxes: price lists, tax rates, shipping fees, each with a form to add one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from openoms.domains.identity.permissions import Perm
from openoms.domains.pricing.models import PriceList, PricingPolicy, ShippingRate, TaxRate
from openoms.flows.edit_pricing import (
    create_price_list,
    remove_shipping_rate,
    remove_tax_rate,
    set_shipping_rate,
    set_tax_rate,
    set_tax_rounding,
)
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.base import ConsoleForm, shown_on
from openoms.interfaces.console.forms.price_lists import RoundingForm
from openoms.interfaces.console.forms.pricing import PriceListForm, ShippingRateForm, TaxRateForm


@require_safe
@page(Perm.PRICE_EDIT)
def pricing(request: Request) -> HttpResponse:
    """All three tables."""
    return _page(request)


@require_POST
@page(Perm.PRICE_EDIT)
def price_list_add(request: Request) -> HttpResponse:
    """Make a price list."""
    form = PriceListForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            row = create_price_list(actor=request.actor, **form.cleaned_data)
            messages.success(request, _("Price list %(code)s was added.") % {"code": row.code})
            return redirect("pricing")
    return _page(request, price_list_form=form)


@require_POST
@page(Perm.PRICE_EDIT)
def tax_rate_set(request: Request) -> HttpResponse:
    """Set a tax rate."""
    form = TaxRateForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            set_tax_rate(actor=request.actor, **form.value())
            messages.success(request, _("The tax rate was saved."))
            return redirect("pricing")
    return _page(request, tax_form=form)


@require_POST
@page(Perm.PRICE_EDIT)
def shipping_rate_set(request: Request) -> HttpResponse:
    """Set a shipping fee."""
    form = ShippingRateForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            row = set_shipping_rate(actor=request.actor, **form.cleaned_data)
            messages.success(request, _("Shipping fee %(code)s was saved.") % {"code": row.code})
            return redirect("pricing")
    return _page(request, shipping_form=form)


@require_POST
@page(Perm.PRICE_EDIT)
def tax_rate_remove(request: Request, key: UUID) -> HttpResponse:
    """Take a tax rate away."""
    remove_tax_rate(key, actor=request.actor)
    messages.success(request, _("The tax rate was removed."))
    return redirect("pricing")


@require_POST
@page(Perm.PRICE_EDIT)
def shipping_rate_remove(request: Request, code: str) -> HttpResponse:
    """Take a shipping fee away."""
    remove_shipping_rate(code, actor=request.actor)
    messages.success(request, _("Shipping fee %(code)s was removed.") % {"code": code})
    return redirect("pricing")


@require_POST
@page(Perm.PRICE_EDIT)
def tax_rounding(request: Request) -> HttpResponse:
    """Say where tax is rounded."""
    form = RoundingForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            set_tax_rounding(actor=request.actor, rounding=form.cleaned_data["tax_rounding"])
            messages.success(request, _("The tax rounding was saved."))
            return redirect("pricing")
    return _page(request, rounding_form=form)


def _page(request: Request, **forms: ConsoleForm) -> HttpResponse:
    rounding = PricingPolicy.objects.values_list("tax_rounding", flat=True).get(pk=1)
    context: dict[str, Any] = {
        "price_lists": PriceList.objects.select_related("tier").annotate(
            sku_count=Count("prices__sku", distinct=True)
        ),
        "tax_rates": TaxRate.objects.all(),
        "shipping_rates": ShippingRate.objects.all(),
        # Four forms on one page: ids must differ, names must not.
        "price_list_form": PriceListForm(auto_id="list_%s"),
        "tax_form": TaxRateForm(auto_id="tax_%s"),
        "shipping_form": ShippingRateForm(auto_id="ship_%s"),
        "rounding_form": RoundingForm(auto_id="round_%s", initial={"tax_rounding": rounding}),
    }
    for name, form in forms.items():
        form.auto_id = context[name].auto_id
    status = next((form.status for form in forms.values()), 200)
    return render(request, "pricing/pricing.html", context | forms, status=status)
