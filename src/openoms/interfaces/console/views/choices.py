"""What can be chosen: pages that edit a product's options and a sku's bundle, and the fresh rows they fetch."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from openoms.core.errors import DomainError
from openoms.domains.catalog.documents import (
    OPTION_PARTS,
    bundle_document,
    conflicts_document,
    options_document,
)
from openoms.domains.catalog.queries import complete_skus, products_visible_to, skus_visible_to
from openoms.domains.catalog.types import BundleInput, ProductInput, SkuInput
from openoms.domains.identity.permissions import Perm
from openoms.flows.edit_catalogue import save_product, save_sku
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.choices import BundleEntry, OptionsEntry, fresh_conflict, fresh_row


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.CATALOG_EDIT)
def options(request: Request, code: str) -> HttpResponse:
    """The options of a product, their values, and which exclude each other."""
    product, there, pairs = _options(request, code)
    entry = OptionsEntry(request.POST if request.method == "POST" else None, there, pairs)
    entry.choices = entry.choices or []
    if request.method == "POST" and entry.is_valid():
        chosen, conflicts = entry.values()
        try:
            value = replace(ProductInput(code), options=chosen, conflicts=conflicts)
            save_product(value, actor=request.actor, new=False)
        except DomainError as error:
            entry.refuse(error)
        else:
            messages.success(request, _("The options of %(code)s were saved.") % {"code": code})
            return redirect("product", code)
    context = {"entry": entry, "product": product}
    return render(request, "products/options.html", context, status=entry.status)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.CATALOG_EDIT)
def bundle(request: Request, code: str) -> HttpResponse:
    """What a sku consists of."""
    sku = get_object_or_404(complete_skus(skus_visible_to(request.actor)), code=code)
    entry = BundleEntry(
        request.POST if request.method == "POST" else None, bundle_document(getattr(sku, "bundle", None))
    )
    if request.method == "POST" and entry.is_valid():
        try:
            value: BundleInput = entry.value()
            save_sku(SkuInput(code, bundle=value), actor=request.actor, new=False)
        except DomainError as error:
            entry.refuse(error)
        else:
            messages.success(request, _("The bundle %(code)s was saved.") % {"code": code})
            return redirect("product", sku.product.code)
    return render(request, "products/bundle.html", {"entry": entry, "sku": sku}, status=entry.status)


_TEMPLATES = {"option": "_option", "value": "_value", "group": "_group", "part": "_part"}


@require_GET
@page(Perm.CATALOG_EDIT)
def row(request: Request, kind: str) -> HttpResponse:
    """A fresh row of options or bundles; `in` is the prefix of the row it belongs to."""
    owner = request.GET.get("in", "")
    if kind not in _TEMPLATES or (not owner.replace("_", "").isalnum() and owner):
        raise Http404
    made = fresh_row(kind, owner if kind in {"value", "part"} else "")
    context = {"row": made, "owner": owner, "fresh": True}
    return render(request, f"products/{_TEMPLATES[kind]}.html", context)


@require_GET
@page(Perm.CATALOG_EDIT)
def conflict_row(request: Request, code: str) -> HttpResponse:
    """A fresh pair of values that exclude each other."""
    _product, there, _pairs = _options(request, code)
    return render(request, "products/_conflict.html", {"row": fresh_conflict(there)})


def _options(request: Request, code: str) -> tuple[Any, list[dict[str, Any]], list[dict[str, Any]]]:
    rows = products_visible_to(request.actor).prefetch_related(*OPTION_PARTS)
    product = get_object_or_404(rows, code=code)
    found = list(product.options.all())
    return product, options_document(found), conflicts_document(found)
