"""The page on which a sku's formula is written, its answers while one types, and its fresh rows."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openoms.core.errors import DomainError
from openoms.domains.catalog.documents import formula_document
from openoms.domains.catalog.queries import skus_visible_to
from openoms.domains.catalog.types import SkuInput
from openoms.domains.identity.permissions import Perm
from openoms.flows.edit_catalogue import save_sku
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.formula import FormulaEntry, fresh


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.CATALOG_EDIT, Perm.CATALOG_VIEW, Perm.PRICE_EDIT)
def formula(request: Request, code: str) -> HttpResponse:
    """What a sku asks of the customer and how its price is reckoned from it."""
    rows = skus_visible_to(request.actor).select_related("formula")
    sku = get_object_or_404(rows, code=code)
    there = formula_document(getattr(sku, "formula", None))
    entry = FormulaEntry(request.POST if request.method == "POST" else None, there)
    if request.method == "POST" and entry.is_valid():
        try:
            save_sku(SkuInput(code, formula=entry.value()), actor=request.actor, new=False)
        except DomainError as error:
            entry.refuse(error)
        else:
            messages.success(request, _("The formula of %(code)s was saved.") % {"code": code})
            return redirect("product", sku.product.code)
    context = {"entry": entry, "sku": sku}
    return render(request, "products/formula.html", context, status=entry.status)


@require_POST
@page(Perm.CATALOG_EDIT, Perm.PRICE_EDIT)
def check(request: Request) -> HttpResponse:
    """What the formula as typed gives, or what is wrong with it and where; nothing is written."""
    entry = FormulaEntry(request.POST)
    context = {"trials": entry.trials(), "samples": entry.samples()}
    return render(request, "products/_formula_trials.html", context)


@require_GET
@page(Perm.CATALOG_EDIT, Perm.PRICE_EDIT)
def row(request: Request, kind: str) -> HttpResponse:
    """A fresh row: a number asked, or a currency's formula."""
    if kind not in {"input", "expression"}:
        raise Http404
    return render(request, f"products/_formula_{kind}.html", {"row": fresh(kind)})
