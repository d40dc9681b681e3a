"""What supply knows: suppliers, work centres, bills of materials; each with a list and an editor."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from openoms.core.searching import needles
from openoms.domains.catalog.models import Product, Sku
from openoms.domains.identity.permissions import Perm
from openoms.domains.supply.models import BillOfMaterials, Supplier, WorkCentre
from openoms.flows.edit_supply import save_bill, save_supplier, save_work_centre
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.base import instant_read, shown_on
from openoms.interfaces.console.forms.supply import (
    BillForm,
    BillLineRow,
    CentreForm,
    OperationRow,
    PurchaseRow,
    Row,
    SoldRow,
    SupplierForm,
)
from openoms.interfaces.console.lists import Column, Filters, ListPage, listing, show
from openoms.interfaces.console.templatetags.oms import plain
from openoms.reading import supply as reading

_ROWS: dict[str, tuple[type[Row], str]] = {
    "component": (BillLineRow, "supply/_component.html"),
    "operation": (OperationRow, "supply/_operation.html"),
    "sold": (SoldRow, "supply/_sold.html"),
    "line": (PurchaseRow, "supply/_purchase_row.html"),
}


class NamedFilters(Filters):
    """A word to search by."""

    q = forms.CharField(label=gettext_lazy("SKU or name"), required=False, max_length=60)


SUPPLIERS = ListPage(
    name="suppliers",
    columns=(
        Column(gettext_lazy("Supplier"), "cell-title"),
        Column(gettext_lazy("Sells"), "cell-main"),
        Column(gettext_lazy("Lead days"), "cell-amount"),
        Column(gettext_lazy("State"), "cell-state"),
    ),
    filters=NamedFilters,
    key="-id",
    row="supply/_supplier_row.html",
    empty="supply/_suppliers_empty.html",
)
BILLS = ListPage(
    name="bills",
    columns=(
        Column(gettext_lazy("SKU"), "cell-title"),
        Column(gettext_lazy("Made of"), "cell-main"),
        Column(pgettext_lazy("production", "Steps"), "cell-more supply-for"),
        Column(gettext_lazy("State"), "cell-state"),
    ),
    filters=NamedFilters,
    key="-sku",
    row="supply/_bill_row.html",
    empty="supply/_bills_empty.html",
)


@require_GET
@page(Perm.SUPPLY_MANAGE)
def row(request: Request, kind: str) -> HttpResponse:
    """An empty row to be added to a form."""
    if kind not in _ROWS:
        raise Http404
    form, template = _ROWS[kind]
    return render(request, template, {"row": form.fresh(), "sees_costs": request.actor.may(Perm.COST_VIEW)})


@require_GET
@page(Perm.SUPPLY_VIEW)
def supplier_list(request: Request) -> HttpResponse:
    """Who sells to the firm."""

    def rows(values: dict[str, Any]) -> Any:
        found = reading.suppliers(request.actor)
        text = values.get("q", "")
        named_so = found.filter(name__icontains=text) | found.filter(name_zh__icontains=text)
        return named_so | found.filter(code__istartswith=text) if text else found

    return show(request, "supply/suppliers.html", listing(SUPPLIERS, request.GET, rows))


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
def supplier(request: Request, code: str = "") -> HttpResponse:
    """Make or change a supplier, and what it sells."""
    known = get_object_or_404(reading.suppliers(request.actor), code=code) if code else None
    sees = request.actor.may(Perm.COST_VIEW)
    sent = request.method == "POST"
    initial = {name: getattr(known, name) for name in SupplierForm.base_fields} if known else None
    form = _fixed(SupplierForm(request.POST if sent else None, initial=initial), known)
    sold = SoldRow.sent(request.POST) if sent else _sold(known)
    if sent and all([form.is_valid(), *(one.is_valid() for one in sold)]):
        with shown_on(form):
            save_supplier(
                form.value(sold if sees else None),
                actor=request.actor,
                new=known is None,
                read_at=instant_read(request.POST),
            )
            messages.success(request, _("Saved."))
            return redirect("suppliers")
    if known is not None and form.refusal is not None:
        known.refresh_from_db(fields=["updated_at"])
    context = {"form": form, "rows": [*sold, SoldRow.fresh()], "supplier": known, "sees_costs": sees}
    return render(request, "supply/supplier.html", context, status=form.status)


def _sold(known: Supplier | None) -> list[Any]:
    names = ("supplier_code", "lead_days", "rank")
    numbers = ("price", "minimum", "lot")
    return [
        SoldRow.fresh(
            {"sku": one.sku.code}
            | {name: getattr(one, name) for name in names}
            | {name: plain(getattr(one, name)) for name in numbers}
        )
        for one in (known.skus.all() if known else ())
    ]


def _fixed(form: Any, known: Supplier | WorkCentre | None) -> Any:
    """The form with a code that stays."""
    if known is not None:
        form.fields["code"].disabled = True
        form.initial["code"] = known.code
    return form


@require_GET
@page(Perm.SUPPLY_VIEW)
def centre_list(request: Request) -> HttpResponse:
    """Where work is done."""
    return render(request, "supply/centres.html", {"rows": list(reading.centres(request.actor))})


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
def centre(request: Request, code: str = "") -> HttpResponse:
    """Make or change a work centre."""
    known = get_object_or_404(WorkCentre, code=code) if code else None
    initial = {name: getattr(known, name) for name in CentreForm.base_fields} if known else {}
    if known is not None:
        initial["closed_days"] = ", ".join(day.isoformat() for day in known.closed_days)
    form = _fixed(
        CentreForm(request.POST if request.method == "POST" else None, initial=initial or None), known
    )
    if form.is_valid():
        with shown_on(form):
            save_work_centre(form.value(), actor=request.actor)
            messages.success(request, _("Saved."))
            return redirect("work-centres")
    return render(request, "supply/centre.html", {"form": form, "centre": known}, status=form.status)


@require_GET
@page(Perm.SUPPLY_VIEW)
def bill_list(request: Request) -> HttpResponse:
    """What is made of what."""

    def rows(values: dict[str, Any]) -> Any:
        found = reading.bills(request.actor)
        for needle in needles(values.get("q", "")):
            found = found.filter(sku__search__contains=needle)
        return found

    return show(request, "supply/bills.html", listing(BILLS, request.GET, rows))


@require_GET
@page(Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
def bill_new(request: Request) -> HttpResponse:
    """To the bill of the sku that was typed."""
    code = request.GET.get("sku", "").strip().replace("\0", "")
    row = Sku.objects.filter(code__iexact=code, product__kind=Product.Kind.GOODS).first()
    if row is None:
        messages.error(
            request, _("There is no active SKU “%(sku)s”. Choose one from the catalogue.") % {"sku": code}
        )
        return redirect("bills")
    return redirect("bill", row.code)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
def bill(request: Request, code: str) -> HttpResponse:
    """What a sku is made of and how."""
    sku = get_object_or_404(Sku.objects.select_related("product"), code=code)
    known = reading.bills(request.actor).filter(pk=sku.pk).first()
    sent = request.method == "POST"
    form = BillForm(request.POST if sent else None, initial=_bill_initial(known))
    lines = BillLineRow.sent(request.POST) if sent else _lines(known)
    steps = OperationRow.sent(request.POST) if sent else _steps(known)
    if sent and all([form.is_valid(), *(one.is_valid() for one in (*lines, *steps))]):
        with shown_on(form):
            read_at = instant_read(request.POST)
            new = "new" in request.POST
            save_bill(form.value(code, lines, steps), actor=request.actor, new=new, read_at=read_at)
            messages.success(request, _("Saved."))
            return redirect("bills")
    if form.refusal is not None:
        known = BillOfMaterials.objects.filter(pk=sku.pk).first()
    context = {"form": form, "sku": sku, "known": known}
    context |= {"lines": [*lines, BillLineRow.fresh()], "steps": [*steps, OperationRow.fresh()]}
    return render(request, "supply/bill.html", context, status=form.status)


def _bill_initial(known: BillOfMaterials | None) -> dict[str, Any] | None:
    if known is None:
        return None
    return {"minimum": plain(known.minimum), "lot": plain(known.lot), "is_active": known.is_active}


def _lines(known: BillOfMaterials | None) -> list[Any]:
    return [
        BillLineRow.fresh(
            {"sku": one.sku.code, "quantity": plain(one.quantity), "scrap_percent": plain(one.scrap_percent)}
        )
        for one in (known.lines.all() if known else ())
    ]


def _steps(known: BillOfMaterials | None) -> list[Any]:
    return [
        OperationRow.fresh(
            {
                "name": one.name,
                "name_zh": one.name_zh,
                "centre": one.centre.code,
                "set_up_minutes": plain(one.set_up_minutes),
                "unit_minutes": plain(one.unit_minutes),
            }
        )
        for one in (known.operations.all() if known else ())
    ]
