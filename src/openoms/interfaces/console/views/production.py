"""Production: the plan as a time line by work centre, the list, an order's page, and its paper for the workshop."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openoms.core import firm
from openoms.core.errors import DomainError
from openoms.core.money import ZERO
from openoms.domains.identity.once import AnsweredBefore, Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders.labels import choices
from openoms.domains.supply.labels import PRODUCTION
from openoms.domains.supply.models import ProductionOrder
from openoms.domains.supply.rules import OPEN_PRODUCTION
from openoms.domains.supply.states import ProductionState
from openoms.flows import produce as flows
from openoms.flows import replan
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.base import ConsoleForm, shown_on
from openoms.interfaces.console.forms.supply import (
    MoveForm,
    ProductionChangeForm,
    ProductionForm,
    ProgressForm,
)
from openoms.interfaces.console.lists import Column, Filters, ListPage, listing, show
from openoms.interfaces.console.refusals import sentence
from openoms.interfaces.console.supply_sheets import production_sheet
from openoms.interfaces.console.templatetags.oms import day as shown_day
from openoms.interfaces.console.templatetags.oms import plain
from openoms.interfaces.console.timeline import tell
from openoms.outreach.documents.sheet import as_pdf
from openoms.reading import supply as reading

DAYS = 28
WINDOW = timedelta(days=DAYS)
MOST_LATE = 50


class ProductionFilters(Filters):
    """What production orders can be narrowed to."""

    q = forms.CharField(label=gettext_lazy("Number or SKU"), required=False, max_length=60)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("State")), *choices(PRODUCTION)],
    )


PRODUCTIONS = ListPage(
    name="productions",
    columns=(
        Column(gettext_lazy("Number"), "cell-title"),
        Column(gettext_lazy("Makes"), "cell-main"),
        Column(pgettext_lazy("production", "Made"), "cell-amount"),
        Column(gettext_lazy("Needed by"), "cell-more"),
        Column(gettext_lazy("Finishes"), "cell-more"),
        Column(gettext_lazy("For"), "cell-more supply-for"),
        Column(gettext_lazy("State"), "cell-state"),
    ),
    filters=ProductionFilters,
    key="-id",
    row="supply/_production_list_row.html",
    empty="supply/_productions_empty.html",
)


@require_GET
@page(Perm.SUPPLY_VIEW)
def plan(request: Request) -> HttpResponse:
    """When what is worked on where: four weeks by work centre, late work marked with the orders it holds up."""
    today = firm.today()
    start = _day(request.GET.get("from", "")) or today - timedelta(days=today.weekday())
    days = [start + timedelta(days=n) for n in range(DAYS)]
    context = {
        "lanes": [
            (lane, [_cells(row) for row in lane.rows])
            for lane in reading.time_line(request.actor, start, DAYS)
        ],
        "days": [(day, day == today, day.weekday() >= 5) for day in days],
        "start": start,
        "last": days[-1],
        "earlier": start - timedelta(days=DAYS),
        "later": start + timedelta(days=DAYS),
        "notices": reading.open_notices(request.actor),
        "late": list(reading.late_production(request.actor)[:MOST_LATE]),
        "may_move": request.actor.may(Perm.SUPPLY_MANAGE),
    }
    return render(request, "supply/plan.html", context)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # The pages before and after it have to be days too.
    return day if date.min + WINDOW <= day <= date.max - 2 * WINDOW else None


def _cells(bars: list[reading.Bar]) -> list[tuple[int, reading.Bar | None]]:
    """A row of the time line as cells: (days, the bar or None for free days)."""
    cells: list[tuple[int, reading.Bar | None]] = []
    at = 0
    for bar in bars:
        if bar.first > at:
            cells.append((bar.first - at, None))
        cells.append((bar.days, bar))
        at = bar.first + bar.days
    if at < DAYS:
        cells.append((DAYS - at, None))
    return cells


@require_GET
@page(Perm.SUPPLY_VIEW)
def production_list(request: Request) -> HttpResponse:
    """Production orders, newest first."""

    def rows(values: dict[str, Any]) -> Any:
        found = reading.production_orders(request.actor)
        found = found.filter(state=values["state"]) if values.get("state") else found
        return reading.found_by(found, values["q"]) if values.get("q") else found

    return show(request, "supply/productions.html", listing(PRODUCTIONS, request.GET, rows))


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
def new(request: Request) -> HttpResponse:
    """Plan a production order."""
    given = {"sku": request.GET["sku"]} if "sku" in request.GET else None
    form = ProductionForm(request.POST if request.method == "POST" else None, initial=given)
    if form.is_valid():
        with shown_on(form):
            order = flows.plan_production(form.value(), actor=request.actor)
            messages.success(request, _("%(number)s was planned.") % {"number": order.number})
            return redirect("production-order", order.pk)
    return render(request, "supply/production_new.html", {"form": form}, status=form.status)


@require_GET
@page(Perm.SUPPLY_VIEW)
def production(request: Request, key: UUID) -> HttpResponse:
    """A production order: how far it is, what it uses, when which step goes, and for which orders it is."""
    return _page(request, _order(request, key))


def _order(request: Request, key: UUID) -> ProductionOrder:
    return get_object_or_404(reading.production_orders(request.actor), pk=key)


def _page(
    request: Request,
    order: ProductionOrder,
    *,
    progress: ConsoleForm | None = None,
    changing: ConsoleForm | None = None,
    status: int = 200,
) -> HttpResponse:
    at_hand, may = reading.materials_at_hand(order), request.actor.may
    is_open = order.state in OPEN_PRODUCTION
    reports = order.state in {ProductionState.RELEASED, ProductionState.STARTED}
    context = {
        "order": order,
        "materials": [
            (row, row.per_unit * order.remaining, at_hand.get(row.sku_id, ZERO))
            for row in order.materials.all()
        ],
        "progress": progress or ProgressForm(order=order, initial={"quantity": plain(order.remaining)}),
        "changing": changing or ProductionChangeForm(initial=_initial(order), auto_id="change_%s"),
        "may_report": reports and may(Perm.PRODUCTION_REPORT),
        "may_manage": is_open and may(Perm.SUPPLY_MANAGE),
        "moving": MoveForm(initial={"day": order.starts_on or firm.today()}, auto_id="move_%s"),
        "moments": tell(reading.history(order.pk)),
    }
    return render(request, "supply/production.html", context, status=status)


def _initial(order: ProductionOrder) -> dict[str, Any]:
    return {
        "quantity": plain(order.quantity),
        "due": order.due,
        "priority": order.priority,
        "is_frozen": order.is_frozen,
    }


@require_POST
@page(Perm.SUPPLY_VIEW, Perm.PRODUCTION_REPORT)
def report(request: Request, key: UUID) -> HttpResponse:
    """Report what was made, once however often the button was pressed."""
    order = _order(request, key)
    form = ProgressForm(request.POST, order=order)
    if form.is_valid():
        with shown_on(form):
            sent = str(form.cleaned_data["key"])
            once = Once(
                Once.key(request.actor.user_id, f"progress of {key}", sent), sent, lambda _row: (200, "")
            )
            try:
                made, lot = form.cleaned_data["quantity"], form.named_lot()
                flows.report_production(key, made, actor=request.actor, lot=lot, once=once)
                messages.success(request, _("Reported: the goods are in stock."))
            except AnsweredBefore:
                pass
            return redirect("production-order", key)
    return _page(request, order, progress=form, status=form.status)


@require_POST
@page(Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
def change(request: Request, key: UUID) -> HttpResponse:
    """Change how many, by when, how urgently."""
    order, form = _order(request, key), ProductionChangeForm(request.POST, auto_id="change_%s")
    if form.is_valid():
        with shown_on(form):
            flows.change_production(key, actor=request.actor, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("production-order", key)
    return _page(request, order, changing=form, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
def move(request: Request, key: UUID) -> HttpResponse:
    """Move work to a day; what that does to others and to customers' orders is shown before."""
    form = MoveForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        messages.error(request, _("Choose today or a later day."))
        return redirect("production-order", key)
    day = form.cleaned_data["day"]
    if request.htmx and not request.htmx.boosted:
        return render(
            request, "supply/_move.html", {"move": replan.preview_move(key, day, actor=request.actor)}
        )
    try:
        if request.method != "POST":
            preview = replan.preview_move(key, day, actor=request.actor)
            return render(request, "supply/move.html", {"move": preview})
        order = replan.move_production(key, day, actor=request.actor)
    except DomainError as error:
        messages.error(request, sentence(error))
        return redirect("production-order", key)
    said = {"number": order.number, "day": shown_day(order.starts_on)}
    messages.success(request, _("%(number)s begins on %(day)s.") % said)
    return redirect("production")


@require_POST
@page(Perm.SUPPLY_VIEW)
def step(request: Request, key: UUID, verb: str) -> HttpResponse:
    """Release, start, finish with fewer, or stop."""
    reason = request.POST.get("reason", "").replace("\0", "")
    deeds: dict[str, Any] = {
        "release": lambda: flows.release_production(key, actor=request.actor),
        "start": lambda: flows.start_production(key, actor=request.actor),
        "finish": lambda: flows.finish_production(key, actor=request.actor),
        "stop": lambda: flows.stop_production(key, reason, actor=request.actor),
    }
    if verb not in deeds:
        raise Http404
    try:
        order = deeds[verb]()
        said = {"number": order.number, "state": order.get_state_display()}
        messages.success(request, _("%(number)s is “%(state)s” now.") % said)
    except DomainError as error:
        messages.error(request, sentence(error))
    return redirect("production-order", key)


@require_GET
@page(Perm.SUPPLY_VIEW)
def pdf(request: Request, key: UUID) -> HttpResponse:
    """The production order on paper, for the workshop."""
    order = _order(request, key)
    address = request.build_absolute_uri(f"/production/{key}/")
    sheet = production_sheet(order, address, reading.remarks_of(order))
    response = HttpResponse(as_pdf(sheet), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{order.number}.pdf"'
    return response
