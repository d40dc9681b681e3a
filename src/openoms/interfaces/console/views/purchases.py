"""Purchase orders: the list, a draft, a page where goods are received line by line, and the paper for the supplier."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openoms.core.errors import DomainError
from openoms.core.money import ZERO
from openoms.domains.identity.once import AnsweredBefore, Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders.labels import choices
from openoms.domains.supply.labels import PURCHASE
from openoms.domains.supply.models import PurchaseOrder
from openoms.domains.supply.rules import OPEN_PURCHASE
from openoms.domains.supply.states import PurchaseState
from openoms.domains.supply.types import PurchaseInput
from openoms.flows import purchase as flows
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.base import instant_read, shown_on
from openoms.interfaces.console.forms.supply import PurchaseForm, PurchaseRow, ReasonForm, ReceiptForm
from openoms.interfaces.console.lists import Column, Filters, ListPage, listing, show
from openoms.interfaces.console.refusals import sentence
from openoms.interfaces.console.supply_sheets import purchase_sheet
from openoms.interfaces.console.templatetags.oms import plain
from openoms.interfaces.console.timeline import tell
from openoms.outreach.documents.sheet import as_pdf
from openoms.reading import supply as reading


class PurchaseFilters(Filters):
    """What purchase orders can be narrowed to."""

    q = forms.CharField(label=gettext_lazy("Number or SKU"), required=False, max_length=60)
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[("", gettext_lazy("State")), *choices(PURCHASE)]
    )


PURCHASES = ListPage(
    name="purchases",
    columns=(
        Column(gettext_lazy("Number"), "cell-title"),
        Column(gettext_lazy("Supplier"), "cell-main"),
        Column(pgettext_lazy("purchase", "Goods"), "cell-more supply-for"),
        Column(gettext_lazy("Due"), "cell-more"),
        Column(gettext_lazy("State"), "cell-state"),
    ),
    filters=PurchaseFilters,
    key="-id",
    row="supply/_purchase_list_row.html",
    empty="supply/_purchases_empty.html",
)


@require_GET
@page(Perm.SUPPLY_VIEW)
def purchase_list(request: Request) -> HttpResponse:
    """What was asked of suppliers, newest first."""

    def rows(values: dict[str, Any]) -> Any:
        found = reading.purchase_orders(request.actor)
        found = found.filter(state=values["state"]) if values.get("state") else found
        return reading.found_by(found, values["q"]) if values.get("q") else found

    return show(request, "supply/purchases.html", listing(PURCHASES, request.GET, rows))


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
def new(request: Request) -> HttpResponse:
    """Draft a purchase order."""
    sent = request.method == "POST"
    form = PurchaseForm(request.POST if sent else None)
    rows = PurchaseRow.sent(request.POST) if sent else []
    if sent and all([form.is_valid(), *(row.is_valid() for row in rows)]):
        with shown_on(form):
            data = form.cleaned_data
            lines = tuple(row.value() for row in rows)
            value = PurchaseInput(data["supplier"], lines, data["warehouse"], data["note"])
            order = flows.draft_purchase(value, actor=request.actor)
            messages.success(request, _("%(number)s was drafted.") % {"number": order.number})
            return redirect("purchase", order.pk)
    context = {
        "form": form,
        "rows": [*rows, PurchaseRow.fresh()],
        "sees_costs": request.actor.may(Perm.COST_VIEW),
    }
    return render(request, "supply/purchase_new.html", context, status=form.status)


@require_GET
@page(Perm.SUPPLY_VIEW)
def purchase(request: Request, key: UUID) -> HttpResponse:
    """A purchase order: its lines, what came of them, for which orders they are, and what can be done now."""
    return _page(request, _order(request, key))


def _order(request: Request, key: UUID) -> PurchaseOrder:
    return get_object_or_404(reading.purchase_orders(request.actor), pk=key)


def _page(
    request: Request,
    order: PurchaseOrder,
    *,
    receiving: ReceiptForm | None = None,
    rows: list[Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    lines = list(order.lines.all())
    is_draft = order.state == PurchaseState.DRAFT
    editing = is_draft and request.actor.may(Perm.SUPPLY_MANAGE)
    sees = request.actor.may(Perm.COST_VIEW)
    context = {
        "order": order,
        "lines": lines,
        "total": sum((line.ordered * line.unit_price for line in lines), ZERO) if lines else None,
        "sees_costs": sees,
        "editing": editing,
        "rows": (rows or [_row(line) for line in lines]) if editing else [],
        "receiving": receiving or ReceiptForm(lines=lines),
        "may_receive": order.state in OPEN_PURCHASE and request.actor.may(Perm.STOCK_ADJUST),
        "may_cancel": order.state in {PurchaseState.DRAFT, *OPEN_PURCHASE}
        and request.actor.may(Perm.SUPPLY_MANAGE),
        "moments": tell(reading.history(order.pk)),
    }
    return render(request, "supply/purchase.html", context, status=status)


def _row(line: Any) -> Any:
    price = plain(line.unit_price)
    initial = {"sku": line.sku.code, "quantity": plain(line.ordered), "unit_price": price, "due": line.due}
    return PurchaseRow.fresh(initial)


@require_POST
@page(Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
def change(request: Request, key: UUID) -> HttpResponse:
    """Change a draft's lines."""
    order = _order(request, key)
    rows = PurchaseRow.sent(request.POST)
    form = ReasonForm()
    if all([row.is_valid() for row in rows]):  # noqa: C419 - every row shall be checked and show what is wrong
        try:
            flows.change_purchase(
                key,
                [row.value() for row in rows],
                actor=request.actor,
                read_at=instant_read(request.POST),
            )
            messages.success(request, _("Saved."))
            return redirect("purchase", key)
        except DomainError as error:
            messages.error(request, sentence(error))
            order.refresh_from_db(fields=["updated_at"])
            return _page(request, order, rows=rows, status=error.status)
    return _page(request, order, rows=rows, status=max(form.status, 422))


@require_POST
@page(Perm.SUPPLY_VIEW, Perm.STOCK_ADJUST)
def receive(request: Request, key: UUID) -> HttpResponse:
    """Take in what came, once however often the button was pressed."""
    order = _order(request, key)
    form = ReceiptForm(request.POST, lines=list(order.lines.all()))
    if form.is_valid():
        with shown_on(form):
            sent = str(form.cleaned_data["key"])
            once = Once(
                Once.key(request.actor.user_id, f"receipt of {key}", sent), sent, lambda _row: (200, "")
            )
            try:
                flows.receive_purchase(
                    key,
                    form.quantities(),
                    actor=request.actor,
                    lots=form.lots(),
                    once=once,
                    note=form.cleaned_data["note"],
                )
                messages.success(request, _("The goods were received."))
            except AnsweredBefore:
                pass
            return redirect("purchase", key)
    return _page(request, order, receiving=form, status=form.status)


@require_POST
@page(Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
def step(request: Request, key: UUID, verb: str) -> HttpResponse:
    """Send a draft, or give up what has not come."""
    if verb not in {"send", "cancel"}:
        raise Http404
    try:
        if verb == "send":
            order = flows.send_purchase(key, actor=request.actor)
            messages.success(
                request, _("%(number)s is on its way to the supplier.") % {"number": order.number}
            )
        else:
            flows.cancel_purchase(key, request.POST.get("reason", "").replace("\0", ""), actor=request.actor)
            messages.success(request, _("The purchase order was cancelled."))
    except DomainError as error:
        messages.error(request, sentence(error))
    return redirect("purchase", key)


@require_GET
@page(Perm.SUPPLY_VIEW)
def pdf(request: Request, key: UUID) -> HttpResponse:
    """The purchase order on paper, for its supplier."""
    order = _order(request, key)
    sheet = purchase_sheet(order, request.build_absolute_uri(f"/purchases/{key}/"), request.actor)
    response = HttpResponse(as_pdf(sheet), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{order.number}.pdf"'
    return response
