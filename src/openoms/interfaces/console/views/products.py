"""Products, their SKUs with prices, and categories."""

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from openoms.core.errors import DomainError
from openoms.core.types import Actor
from openoms.domains.catalog.barcodes import has_wrong_check_digit
from openoms.domains.catalog.models import Category, Picture, Product, Sku, SkuValue
from openoms.domains.catalog.queries import (
    complete_skus,
    matching_products,
    products_visible_to,
    skus_visible_to,
)
from openoms.domains.identity.permissions import Perm
from openoms.domains.pricing.models import PriceList
from openoms.domains.pricing.queries import prices_of
from openoms.flows.edit_catalogue import save_product, save_sku
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.comparison import MOST as MOST_COMPARED
from openoms.interfaces.console.comparison import compare
from openoms.interfaces.console.forms.base import shown_on
from openoms.interfaces.console.forms.catalogue import (
    CostRows,
    PriceForm,
    PriceRows,
    ProductForm,
    SkuForm,
    coded,
)
from openoms.interfaces.console.lists import Column, Filters, ListPage, listing, show
from openoms.interfaces.console.views.pictures import PictureForm
from openoms.interfaces.console.views.product_price import trial


class ProductFilters(Filters):
    """What products can be searched by."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    active = forms.ChoiceField(
        label=gettext_lazy("On sale"), required=False,
        choices=[("", gettext_lazy("On sale or not")), ("yes", gettext_lazy("On sale")), ("no", gettext_lazy("Not on sale"))],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = coded(Category.objects.all(), self.fields["category"].label)  # type: ignore[attr-defined]


PRODUCTS = ListPage(
    name="products",
    columns=(
        Column(gettext_lazy("Product"), "cell-title"),
        Column(gettext_lazy("Code"), "cell-main"),
        Column(gettext_lazy("Category"), "cell-more"),
        Column(gettext_lazy("SKUs"), "cell-aside number"),
        Column(gettext_lazy("State"), "cell-state"),
    ),
    filters=ProductFilters,
    key="code",
    row="products/_row.html",
    empty="products/_empty.html",
)


@require_GET
@page(Perm.CATALOG_VIEW)
def product_list(request: Request) -> HttpResponse:
    """Products by code."""
    return show(
        request, "products/list.html", listing(PRODUCTS, request.GET, lambda v: _found(request.actor, v))
    )


@require_GET
@page(Perm.CATALOG_VIEW)
def product(request: Request, code: str) -> HttpResponse:
    """One product with its SKUs and their prices."""
    found = get_object_or_404(products_visible_to(request.actor), code=code)
    values = Prefetch("values", SkuValue.objects.select_related("option", "value"))
    rows_of = skus_visible_to(request.actor).filter(product=found).prefetch_related(values)
    skus = list(rows_of.order_by("code"))
    prices = prices_of([sku.pk for sku in skus])
    rows = [{"sku": sku, "prices": _by_list(prices.get(sku.pk, []))} for sku in skus]
    context: dict[str, Any] = {
        "product": found,
        "rows": rows,
        "pictures": list(found.pictures.defer("small", "large")),
        "picture_form": PictureForm(),
    }
    if len(skus) > 1:
        compared = skus[:MOST_COMPARED]
        context |= {"compared": compared, "attributes": compare(compared, prices)}
    if skus and request.actor.may(Perm.ORDER_CREATE):
        context |= trial(request.actor, found, request.GET) or {}
    return render(request, "products/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.CATALOG_EDIT)
def product_edit(request: Request, code: str = "") -> HttpResponse:
    """Change a product, or make one."""
    found = get_object_or_404(products_visible_to(request.actor), code=code) if code else None
    form = ProductForm(request.POST or None, product=found)
    if form.is_valid():
        with shown_on(form):
            saved = save_product(form.value(), actor=request.actor, new=found is None)
            messages.success(request, _("Product %(code)s was saved.") % {"code": saved.code})
            return redirect("product", saved.code)
    return render(request, "products/edit.html", {"form": form, "product": found}, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.CATALOG_EDIT)
def sku_edit(request: Request, product_code: str = "", code: str = "") -> HttpResponse:
    """Change a SKU with its prices, or add one to a product."""
    rows = complete_skus(skus_visible_to(request.actor))
    sku = get_object_or_404(rows, code=code) if code else None
    parent = sku.product if sku else get_object_or_404(products_visible_to(request.actor), code=product_code)
    options = list(parent.options.prefetch_related("values"))
    form = SkuForm(request.POST or None, product=parent, options=options, sku=sku)
    costs = CostRows(request.POST or None, list(sku.costs.all()) if sku else [])
    seen = costs if request.actor.may(Perm.COST_VIEW) else None
    before = prices_of([sku.pk]).get(sku.pk, []) if sku else []
    prices = PriceRows(request.POST or None, before) if request.actor.may(Perm.PRICE_EDIT) else None
    parts = [part for part in (form, prices, seen) if part is not None]
    sound = [part.is_valid() for part in parts]
    if all(sound) and _save_sku(request, form, prices, seen, parent):
        return redirect("product", parent.code)
    context = {
        "form": form,
        "prices": prices,
        "costs": seen,
        "shown_prices": _by_list(before),
        "sku": sku,
        "product": parent,
    }
    status = 422 if prices and prices.is_bound and form.status == 200 else form.status
    return render(request, "products/sku.html", context, status=status)


@require_GET
@page(Perm.CATALOG_EDIT, Perm.PRICE_EDIT)
def price_row(request: Request) -> HttpResponse:
    """A fresh row for a price."""
    number = request.GET.get("n", "")
    if not number.isdigit():
        raise Http404
    row = PriceForm(prefix=f"n{number}", lists=list(PriceList.objects.filter(is_active=True)))
    return render(request, "products/_price.html", {"row": row})


def _save_sku(
    request: Request, form: SkuForm, prices: PriceRows | None, costs: CostRows | None, parent: Product
) -> bool:
    """Save, or put what is wrong where it belongs."""
    try:
        values = prices.values() if prices else []
        value = replace(form.value(parent.code), costs=costs.values() if costs else ())
        saved: Sku = save_sku(value, values, actor=request.actor, new=form.sku is None)
    except DomainError as error:
        if prices is None or not prices.refuse(error):
            form.refuse(error)
        return False
    messages.success(request, _("SKU %(code)s was saved.") % {"code": saved.code})
    if has_wrong_check_digit(saved.barcode):
        text = _("The barcode %(barcode)s does not end in its check digit: see whether it is right.")
        messages.warning(request, text % {"barcode": saved.barcode})
    return True


def _found(actor: Actor, values: dict[str, Any]) -> QuerySet[Product]:
    """Products that fit the filters, with how many SKUs each has."""
    rows = products_visible_to(actor)
    if values.get("category"):
        rows = rows.filter(category__code=values["category"])
    if values.get("active"):
        rows = rows.filter(is_active=values["active"] == "yes")
    text = str(values.get("q") or "").strip()
    if text:
        rows = matching_products(rows, text)
    first = Picture.objects.filter(product=OuterRef("pk")).order_by("position", "id").values("digest")[:1]
    return rows.annotate(sku_count=Count("skus"), picture=Subquery(first))


def _by_list(prices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The prices grouped by list, each group's rows by quantity."""
    groups: dict[str, dict[str, Any]] = {}
    for price in prices:
        group = groups.setdefault(
            price["price_list"], {"list": price["list"], "currency": price["currency"], "tiers": []}
        )
        group["tiers"].append(price)
    return list(groups.values())
