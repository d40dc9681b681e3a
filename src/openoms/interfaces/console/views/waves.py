"""Waves: the list, one wave's page, begun and dissolved, and its pick list on paper."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from openoms.core.errors import DomainError
from openoms.domains.fulfilment.labels import WAVE
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders.labels import choices
from openoms.flows.waves import dissolve_wave
from openoms.interfaces.console.access import Request, my_roles, page
from openoms.interfaces.console.fulfilment_sheets import pick_list
from openoms.interfaces.console.lists import Column, Filters, ListPage, listing, show
from openoms.interfaces.console.refusals import sentence
from openoms.interfaces.console.templatetags.oms import named
from openoms.interfaces.console.timeline import tell
from openoms.interfaces.console.views.warehouse import begin
from openoms.outreach.documents.worksheet import as_pdf
from openoms.reading import fulfilment as work
from openoms.reading import warehouse as reading


class WaveFilters(Filters):
    """What waves can be narrowed to."""

    warehouse = forms.ChoiceField(label=gettext_lazy("Warehouse"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("State")), *choices(WAVE)],
    )

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(row.code, named(row)) for row in work.warehouses(actor)]
        self.fields["warehouse"].choices = [("", gettext_lazy("Warehouse")), *rows]  # type: ignore[attr-defined]


WAVES = ListPage(
    name="waves",
    columns=(
        Column(pgettext_lazy("column", "Wave"), "cell-title"),
        Column(gettext_lazy("Warehouse"), "cell-main"),
        Column(gettext_lazy("Ship by"), "cell-more"),
        Column(gettext_lazy("Picker"), "cell-more"),
        Column(pgettext_lazy("wave", "Picked"), "cell-amount"),
        Column(gettext_lazy("State"), "cell-state"),
    ),
    filters=WaveFilters,
    key="-id",
    row="warehouse/_wave_row.html",
    empty="warehouse/_waves_empty.html",
)


@require_GET
@page(Perm.STOCK_VIEW, Perm.ORDER_VIEW)
def wave_list(request: Request) -> HttpResponse:
    """Waves, newest first."""
    filters = WaveFilters(request.GET, actor=request.actor)
    listed = listing(
        WAVES, request.GET, lambda values: work.waves_list(request.actor, values), filters=filters
    )
    return show(request, "warehouse/waves.html", listed)


@require_GET
@page(Perm.STOCK_VIEW, Perm.ORDER_VIEW)
def wave(request: Request, number: str) -> HttpResponse:
    """A wave: its orders by tote, what is to be heeded, how far it is."""
    found = work.wave(request.actor, number)
    mine = my_roles(request)
    context = {
        "found": found,
        "wave": found.wave,
        "today": work.today_at(found.wave.warehouse),
        "blocks": {
            one.row.pk: one.blocks for one in reading.with_blocks(request.actor, found.fulfilments, mine)
        },
        "remarks": reading.shown_remarks(request.actor, found.fulfilments, mine, work.STAGES),
        "moments": tell(reading.wave_history(found.wave)),
        "here": request.get_full_path(),
    }
    return render(request, "warehouse/wave.html", context)


@require_POST
@page(Perm.ORDER_VIEW, Perm.STOCK_VIEW, Perm.FULFILMENT_WORK)
def start(request: Request, number: str) -> HttpResponse:
    """Begin to pick it."""
    return begin(request, number)


@require_POST
@page(Perm.ORDER_VIEW, Perm.STOCK_VIEW, Perm.FULFILMENT_WORK)
def dissolve(request: Request, number: str) -> HttpResponse:
    """Undo it: its orders are to be done as before."""
    try:
        dissolve_wave(number, actor=request.actor)
        messages.success(request, _("The wave %(wave)s is dissolved.") % {"wave": number})
    except DomainError as error:
        messages.error(request, sentence(error))
        return redirect("wave", number)
    return redirect("warehouse-board")


@require_GET
@page(Perm.STOCK_VIEW, Perm.ORDER_VIEW)
def pdf(request: Request, number: str) -> HttpResponse:
    """Its pick list on paper."""
    found = work.wave(request.actor, number)
    papers = work.papers_of({row.order_id for row in found.fulfilments})
    sheet = pick_list(found, papers, request.build_absolute_uri(f"/waves/{number}/"))
    response = HttpResponse(as_pdf(sheet), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{number}.pdf"'
    return response
