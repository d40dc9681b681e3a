"""Fulfilments: the list with what is done to many at once, one's page, handing over, and its papers."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from openoms.core import firm
from openoms.core.errors import DomainError
from openoms.domains.fulfilment.labels import FULFILMENT
from openoms.domains.fulfilment.models import Fulfilment
from openoms.domains.fulfilment.rules import TO_DO
from openoms.domains.fulfilment.states import FulfilmentState
from openoms.domains.identity.once import AnsweredBefore, Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders.labels import choices
from openoms.flows.print_papers import print_papers
from openoms.flows.ship import cancel_shipment, hand_over
from openoms.interfaces.console import fulfilment_sheets as sheets
from openoms.interfaces.console.access import Request, is_part, my_roles, page
from openoms.interfaces.console.forms.base import DayField, shown_on
from openoms.interfaces.console.forms.fulfilment import HandoverForm
from openoms.interfaces.console.lists import Column, Filters, ListPage, listing, show
from openoms.interfaces.console.refusals import sentence
from openoms.interfaces.console.templatetags.oms import named
from openoms.interfaces.console.timeline import tell
from openoms.outreach.documents.worksheet import WorkSheet, as_pdf
from openoms.reading import fulfilment as work
from openoms.reading import warehouse as reading


class FulfilmentFilters(Filters):
    """What fulfilments can be narrowed to."""

    q = forms.CharField(label=gettext_lazy("Fulfilment or order"), required=False, max_length=60)
    warehouse = forms.ChoiceField(label=gettext_lazy("Warehouse"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("State")), *choices(FULFILMENT)],
    )
    ship_by = DayField(label=gettext_lazy("Leaves until"), required=False)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(row.code, named(row)) for row in work.warehouses(actor)]
        self.fields["warehouse"].choices = [("", gettext_lazy("Warehouse")), *rows]  # type: ignore[attr-defined]


FULFILMENTS = ListPage(
    name="fulfilments",
    columns=(
        Column(gettext_lazy("Number"), "cell-title"),
        Column(gettext_lazy("Order"), "cell-main"),
        Column(gettext_lazy("Warehouse"), "cell-more"),
        Column(gettext_lazy("Ship by"), "cell-aside"),
        Column(pgettext_lazy("column", "Wave"), "cell-more"),
        Column(gettext_lazy("State"), "cell-state"),
    ),
    filters=FulfilmentFilters,
    key="-id",
    row="warehouse/_fulfilment_row.html",
    empty="warehouse/_fulfilments_empty.html",
    selectable=True,
)


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab above the list; `count` "" where nobody counts."""

    label: str
    query: str
    count: str
    active: bool


@require_GET
@page(Perm.STOCK_VIEW, Perm.ORDER_VIEW)
def fulfilment_list(request: Request) -> HttpResponse:
    """Fulfilments, newest first."""
    filters = FulfilmentFilters(request.GET, actor=request.actor)
    listed = listing(
        FULFILMENTS, request.GET, lambda values: work.fulfilments(request.actor, values), filters=filters
    )
    context = {"today": firm.today(), "carriers": reading.carriers()}
    if not is_part(request):
        context["tabs"] = _tabs(request, filters.values)
    return show(request, "warehouse/fulfilments.html", listed, **context)


def _tabs(request: Request, values: dict[str, Any]) -> list[Tab]:
    """All, then each state; those that are to be done with their counts, of the warehouse the list shows."""
    place = str(values.get("warehouse", ""))
    counts = work.counts(request.actor, place)
    kept = f"&warehouse={place}" if place else ""
    now = str(values.get("state", ""))
    tabs = [Tab(_("All"), kept.lstrip("&"), "", active=not now)]
    for state, label in FULFILMENT.items():
        count = str(counts[state]) if state in TO_DO else ""
        tabs.append(Tab(str(label), f"state={state}{kept}", count, active=now == state))
    return tabs


@require_GET
@page(Perm.STOCK_VIEW, Perm.ORDER_VIEW)
def fulfilment(request: Request, number: str) -> HttpResponse:
    """One: what is in it, how far it is, what is to be heeded, and what can be done."""
    return _page(request, number)


def _page(request: Request, number: str, form: HandoverForm | None = None) -> HttpResponse:
    row = work.fulfilment(request.actor, number)
    mine = my_roles(request)
    stuck = reading.with_blocks(request.actor, [row], mine)
    may_work = request.actor.may(Perm.FULFILMENT_WORK)
    ships = may_work and row.state == FulfilmentState.PACKED
    context = {
        "row": row,
        "today": work.today_at(row.warehouse),
        "blocks": stuck[0].blocks if stuck else [],
        "remarks": reading.shown_remarks(request.actor, [row], mine, work.STAGES),
        "may_work": may_work,
        "form": (form or HandoverForm()) if ships else None,
        "carriers": reading.carriers() if ships else [],
        "moments": tell(reading.history(row)),
        "here": reverse("fulfilment", args=(number,)),
    }
    return render(request, "warehouse/fulfilment.html", context, status=form.status if form else 200)


@require_POST
@page(Perm.ORDER_VIEW, Perm.STOCK_VIEW, Perm.FULFILMENT_WORK)
def ship(request: Request, number: str) -> HttpResponse:
    """Hand it to a carrier, once however often the button was pressed."""
    form = HandoverForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            once = once_of(request, f"hand over {number}", str(form.cleaned_data["key"]))
            with suppress(AnsweredBefore):
                shipment = hand_over(number, form.handover(), actor=request.actor, once=once)
                said = {"number": number, "carrier": shipment.carrier}
                messages.success(request, _("%(number)s is handed to %(carrier)s.") % said)
            return redirect("fulfilment", number)
    return _page(request, number, form)


def once_of(request: Request, what: str, key: str) -> Once:
    """A deed of a form that is done once for the form's key."""
    return Once(Once.key(request.actor.user_id, what, key), key, lambda _done: (200, ""))


@require_POST
@page(Perm.ORDER_VIEW, Perm.STOCK_VIEW, Perm.FULFILMENT_WORK)
def take_back(request: Request, number: str) -> HttpResponse:
    """Cancel a shipment its carrier does not have yet."""
    reason = request.POST.get("reason", "").replace("\0", "")
    try:
        row = cancel_shipment(number, reason, actor=request.actor)
        messages.success(request, _("The shipment %(number)s is cancelled.") % {"number": number})
    except DomainError as error:
        messages.error(request, sentence(error))
        row = work.shipment(request.actor, number)
    if row.fulfilment_id is not None:
        return redirect(
            "fulfilment", Fulfilment.objects.values_list("number", flat=True).get(pk=row.fulfilment_id)
        )
    return redirect("order", row.order.number)


@require_GET
@page(Perm.ORDER_VIEW, Perm.STOCK_VIEW, Perm.FULFILMENT_WORK)
def paper(request: Request, number: str, kind: str) -> HttpResponse:
    """The packing slip or the delivery note; that somebody saw the recipient's address is noted where it is hidden from them."""
    papers: dict[str, Callable[..., WorkSheet]] = {
        "packing-slip": sheets.packing_slip,
        "delivery-note": sheets.delivery_note,
    }
    if kind not in papers:
        raise Http404
    row = work.fulfilment(request.actor, number)
    print_papers(number, actor=request.actor)
    address = request.build_absolute_uri(reverse("fulfilment", args=(number,)))
    with sheets.spoken_to(row.order.customer):
        sheet = papers[kind](row, work.remarks_for_papers(row.order_id), address)
    response = HttpResponse(as_pdf(sheet), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{number}-{kind}.pdf"'
    return response
