"""Stock: what lies where, one sku with its movements, and the warehouses."""

from contextlib import suppress
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openoms.core import firm
from openoms.core.errors import DomainError
from openoms.domains.catalog.models import Sku
from openoms.domains.fulfilment.queries import plan_of
from openoms.domains.identity.once import AnsweredBefore, Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.inventory.ageing import BOUNDS
from openoms.domains.inventory.models import InventoryPolicy, Warehouse
from openoms.domains.inventory.states import OnShort, ReserveAt, ShipPolicy
from openoms.flows.edit_warehouses import save_warehouse, set_policy
from openoms.flows.move_stock import adjust_stock, count_stock, receive_stock, set_safety
from openoms.flows.set_bin import set_bin
from openoms.flows.waves import set_dispatch
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.base import instant_read, shown_on
from openoms.interfaces.console.forms.fulfilment import DispatchForm
from openoms.interfaces.console.forms.stock import MovementForm, PolicyForm, SafetyForm, WarehouseForm
from openoms.interfaces.console.lists import Column, Filters, ListPage, listing, show
from openoms.interfaces.console.refusals import sentence
from openoms.interfaces.console.templatetags.oms import named
from openoms.reading import promising
from openoms.reading import stock as reading


class StockFilters(Filters):
    """What stock can be narrowed to."""

    q = forms.CharField(label=gettext_lazy("SKU or name"), required=False, max_length=60)
    warehouse = forms.ChoiceField(label=gettext_lazy("Warehouse"), required=False)
    state = forms.ChoiceField(
        label=pgettext_lazy("stock", "Available"),
        required=False,
        choices=[
            ("", pgettext_lazy("stock", "Available")),
            ("some", gettext_lazy("Something is available")),
            ("none", gettext_lazy("Nothing is available")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(row.code, named(row)) for row in Warehouse.objects.all()]
        self.fields["warehouse"].choices = [("", gettext_lazy("Warehouse")), *rows]  # type: ignore[attr-defined]


STOCK = ListPage(
    name="stock",
    columns=(
        Column(gettext_lazy("SKU"), "cell-title"),
        Column(gettext_lazy("Warehouse"), "cell-main"),
        Column(gettext_lazy("On hand"), "cell-amount cell-wide"),
        Column(gettext_lazy("Reserved"), "cell-amount cell-wide"),
        Column(pgettext_lazy("stock", "Available"), "cell-amount"),
        Column(gettext_lazy("Incoming"), "cell-amount cell-wide"),
    ),
    filters=StockFilters,
    key="-id",
    row="stock/_row.html",
    empty="stock/_empty.html",
)


@require_GET
@page(Perm.STOCK_VIEW)
def stock_list(request: Request) -> HttpResponse:
    """What lies where."""
    listed = listing(STOCK, request.GET, lambda values: reading.stock_list(request.actor, values))
    return show(request, "stock/list.html", listed, incoming=reading.incoming_of(listed.items))


@require_GET
@page(Perm.STOCK_VIEW)
def ageing(request: Request) -> HttpResponse:
    """Lots that expire soon, that have expired, and those that have lain longest."""
    asked = request.GET.get("show", "")
    what = reading.Aged(asked) if asked in set(reading.Aged) else reading.Aged.SOON
    today = firm.today()
    if what is reading.Aged.STOCK:
        context = {
            "lying": reading.lying_longest(request.actor, today),
            "bounds": BOUNDS,
            "most": reading.MOST_LOTS,
        }
        return render(request, "stock/age.html", context)
    context = {
        "rows": reading.ageing(request.actor, what, today),
        "what": what,
        "today": today,
        "days": reading.SOON_DAYS,
        "most": reading.MOST_LOTS,
    }
    return render(request, "stock/ageing.html", context)


@require_GET
@page(Perm.STOCK_VIEW)
def sku(request: Request, code: str) -> HttpResponse:
    """One sku: each warehouse, what moved, for whom it is kept and who waits."""
    return _sku(request, code)


@require_POST
@page(Perm.STOCK_VIEW, Perm.STOCK_ADJUST)
def move(request: Request, code: str) -> HttpResponse:
    """Receive, count or correct."""
    tracked = Sku.objects.filter(code=code, tracks_lots=True).exists()
    form = MovementForm(request.POST, auto_id="move_%s", tracked=tracked)
    if form.is_valid():
        data = form.cleaned_data
        deed: Any = {"receive": receive_stock, "count": count_stock, "adjust": adjust_stock}[data["what"]]
        sent = str(data["key"])
        once = Once(Once.key(request.actor.user_id, f"stock of {code}", sent), sent, lambda _moved: (200, ""))
        with shown_on(form):
            with suppress(AnsweredBefore):
                deed(
                    data["warehouse"],
                    code,
                    data["quantity"],
                    data["reason"],
                    actor=request.actor,
                    lot=form.named_lot(),
                    once=once,
                )
                messages.success(request, _("The stock of %(sku)s was changed.") % {"sku": code})
            return redirect("stock-sku", code)
    return _sku(request, code, moving=form, status=form.status)


@require_POST
@page(Perm.STOCK_VIEW, Perm.STOCK_MANAGE)
def safety(request: Request, code: str) -> HttpResponse:
    """Keep so much back from being promised."""
    form = SafetyForm(request.POST)
    try:
        if form.is_valid():
            set_safety(form.cleaned_data["warehouse"], code, form.cleaned_data["safety"], actor=request.actor)
            messages.success(request, _("The safety stock of %(sku)s was set.") % {"sku": code})
        else:
            messages.error(request, _("A safety stock is nothing or more."))
    except DomainError as error:
        messages.error(request, sentence(error))
    return redirect("stock-sku", code)


@require_POST
@page(Perm.STOCK_VIEW, Perm.STOCK_ADJUST)
def bin_(request: Request, code: str) -> HttpResponse:
    """Say in which bin it lies."""
    place, name = (request.POST.get(field, "").replace("\0", "") for field in ("warehouse", "bin"))
    try:
        set_bin(place, code, name, actor=request.actor)
        messages.success(request, _("The bin of %(sku)s was set.") % {"sku": code})
    except DomainError as error:
        messages.error(request, sentence(error))
    return redirect("stock-sku", code)


def _sku(
    request: Request, code: str, *, moving: MovementForm | None = None, status: int = 200
) -> HttpResponse:
    found = reading.sku_stock(request.actor, code)
    context = {
        "found": found,
        "promised": promising.availabilities(request.actor, [code]).get(code),
        "moving": moving or MovementForm(auto_id="move_%s", tracked=found.sku.tracks_lots),
        "today": firm.today(),
    }
    return render(request, "stock/sku.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.STOCK_MANAGE)
def warehouses(request: Request) -> HttpResponse:
    """The warehouses, and how goods are kept for orders."""
    row = InventoryPolicy.objects.get(pk=1)
    form = PolicyForm(request.POST) if request.method == "POST" else PolicyForm.of(row)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        with shown_on(form):
            set_policy(
                ReserveAt(data["reserve_at"]),
                ShipPolicy(data["ship"]),
                form.strategies(),
                split_lines=data["split_lines"],
                on_short=OnShort(data["on_short"]),
                actor=request.actor,
            )
            messages.success(request, _("How goods are kept for orders was saved."))
            return redirect("warehouses")
    context = {"form": form, "warehouses": Warehouse.objects.all()}
    return render(request, "stock/warehouses.html", context, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.STOCK_MANAGE)
def warehouse(request: Request, code: str = "") -> HttpResponse:
    """Make a warehouse, or change one."""
    row = get_object_or_404(Warehouse, code=code) if code else None
    form = _form_of(row, request.POST or None)
    if form.is_bound and form.is_valid():
        with shown_on(form):
            read_at = instant_read(request.POST)
            saved = save_warehouse(form.value(), actor=request.actor, new=row is None, read_at=read_at)
            messages.success(request, _("The warehouse %(code)s was saved.") % {"code": saved.code})
            return redirect("warehouses")
    if row is not None and form.refusal is not None:
        row.refresh_from_db(fields=["updated_at"])
    return _warehouse(request, row, form)


def _warehouse(
    request: Request, row: Warehouse | None, form: WarehouseForm, sending: DispatchForm | None = None
) -> HttpResponse:
    if row is not None:
        sending = sending or DispatchForm.of(plan_of(row))
    status = max(form.status, sending.status if sending else 200)
    context = {"form": form, "warehouse": row, "sending": sending}
    return render(request, "stock/warehouse.html", context, status=status)


@require_POST
@page(Perm.STOCK_MANAGE)
def dispatch(request: Request, code: str) -> HttpResponse:
    """Say when a warehouse works and how far ahead it sends."""
    row = get_object_or_404(Warehouse, code=code)
    sending = DispatchForm(request.POST)
    if sending.is_valid():
        with shown_on(sending):
            set_dispatch(code, actor=request.actor, **sending.cleaned_data)
            messages.success(request, _("When %(code)s sends was saved.") % {"code": code})
            return redirect("warehouse", code)
    return _warehouse(request, row, _form_of(row), sending)


def _form_of(row: Warehouse | None, data: Any = None) -> WarehouseForm:
    """The form of a warehouse as it stands; the code of one that exists stays."""
    known = {name: getattr(row, name) for name in WarehouseForm.base_fields} if row else {}
    form = WarehouseForm(data, initial=known or None)
    if row is not None:
        form.fields["code"].disabled = True
        form.initial["code"] = row.code
    return form
