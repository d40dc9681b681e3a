"""Packing at a bench: what was picked is scanned into parcels, weighed and closed; then the next."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from openoms.core.errors import DomainError
from openoms.domains.fulfilment.models import Fulfilment
from openoms.domains.fulfilment.states import FulfilmentState
from openoms.domains.identity.permissions import Perm
from openoms.flows.pack import Packed, add_parcel, finish_packing, pack_item, unpack
from openoms.interfaces.console.access import Request, is_part, my_roles, page
from openoms.interfaces.console.refusals import sentence
from openoms.interfaces.console.scans import Said, grams, heard, pieces
from openoms.interfaces.console.views.picking import answered
from openoms.interfaces.console.views.warehouse import chosen
from openoms.reading import fulfilment as work
from openoms.reading import warehouse as reading

_WORKS = (Perm.ORDER_VIEW, Perm.STOCK_VIEW, Perm.FULFILMENT_WORK)
MOST_PARCELS = 500


@require_GET
@page(*_WORKS)
def bench(request: Request) -> HttpResponse:
    """One field to scan what is to be packed into; below it what waits, and what was packed just now."""
    text = request.GET.get("q", "").replace("\0", "").strip()
    said = Said()
    if text:
        try:
            return redirect(_leads_to(request, text))
        except DomainError as error:
            said = Said("bad", sentence(error), error.status)
    places = work.warehouses(request.actor)
    place = chosen(request, places)
    done = work.fulfilments(request.actor, {}).filter(number=request.GET.get("done", "")).first()
    context = {
        "places": places,
        "place": place,
        "today": work.today_at(place) if place else None,
        "rows": reading.to_pack(request.actor, place),
        "done": work.complete(work.fulfilments(request.actor, {})).get(pk=done.pk) if done else None,
        "said": said,
        "text": text,
    }
    return render(request, "warehouse/bench.html", context, status=said.status)


def _leads_to(request: Request, text: str) -> str:
    found = reading.find(request.actor, text)
    if found.what == "wave":
        return reverse("wave", args=(found.number,))
    return reverse("fulfilment-pack", args=(found.number,))


@require_http_methods(["GET", "HEAD", "POST"])
@page(*_WORKS)
def pack(request: Request, number: str) -> HttpResponse:
    """What is to be packed of a fulfilment, and its parcels; a scan puts something into the open one."""
    if request.method != "POST":
        return _shown(request, number, Said())
    deed = partial(pack_item, number, actor=request.actor, parcel=_parcel(request))
    return _shown(request, number, heard(request, f"pack {number}", deed, _put))


def _put(done: Packed) -> Said:
    """What came of a scan: the parcel it lies in, and what is left of everything."""
    text = _("%(sku)s lies in parcel %(parcel)s.") % {"sku": done.sku.code, "parcel": done.parcel}
    if not done.all_left:
        all_in = _("Everything is in: weigh and finish.")
        return Said("done", f"{text} {all_in}", at=str(done.parcel))
    return Said("good", f"{text} {pieces(done.all_left)}", at=str(done.parcel))


def _parcel(request: Request) -> int | None:
    """The open parcel, None for the last one."""
    sent = request.POST.get("parcel", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 5 else None


@require_POST
@page(*_WORKS)
def step(request: Request, number: str, verb: str) -> HttpResponse:
    """Open another parcel, put all that is left into the open one, empty them, or finish."""
    deeds: Mapping[str, Callable[[Request, str], Said | HttpResponse]] = {
        "parcel": _open, "all": _all, "unpack": _unpack, "finish": _finish, "open": _turn,
    }  # fmt: skip
    if verb not in deeds:
        raise Http404
    try:
        said = deeds[verb](request, number)
    except DomainError as error:
        said = Said("bad", sentence(error), error.status)
    if isinstance(said, HttpResponse):
        return said
    return _shown(request, number, said)


def _open(request: Request, number: str) -> Said:
    parcel = add_parcel(number, actor=request.actor)
    return Said(
        "note", _("Parcel %(parcel)s is open.") % {"parcel": parcel.position}, at=str(parcel.position)
    )


def _turn(request: Request, number: str) -> Said:
    position = str(_parcel(request) or 1)
    return Said("note", _("Parcel %(parcel)s is open.") % {"parcel": position}, at=position)


def _all(request: Request, number: str) -> Said:
    """Everything that is left lies in the open parcel, sku by sku as if it were scanned."""
    left: dict[str, Decimal] = {}
    for line in work.fulfilment(request.actor, number).lines.all():
        if line.picked > line.packed:
            left[line.sku.code] = left.get(line.sku.code, Decimal(0)) + line.picked - line.packed
    parcel = _parcel(request)
    for code, quantity in left.items():
        parcel = pack_item(number, code, quantity, actor=request.actor, parcel=parcel).parcel
    return Said("done", _("Everything is in: weigh and finish."), at=str(parcel or ""))


def _unpack(request: Request, number: str) -> Said:
    unpack(number, actor=request.actor)
    return Said("note", _("The parcels are empty: begin again."))


def _finish(request: Request, number: str) -> HttpResponse:
    """Close the parcels with their weights and go on to the next."""
    weights = []
    for position in range(1, MOST_PARCELS):
        if f"weight_{position}" not in request.POST:
            break
        weights.append(grams(request.POST[f"weight_{position}"].replace("\0", "")))
    finish_packing(number, weights, actor=request.actor)
    address = f"{reverse('bench')}?done={number}"
    return HttpResponseClientRedirect(address) if is_part(request) else HttpResponseRedirect(address)


def _shown(request: Request, number: str, said: Said) -> HttpResponse:
    row = work.fulfilment(request.actor, number)
    mine = my_roles(request)
    stuck = reading.with_blocks(request.actor, [row], mine)
    lines, parcels = list(row.lines.all()), list(row.parcels.all())
    wanted = said.at or request.POST.get("parcel", "")
    positions = [str(parcel.position) for parcel in parcels]
    context: dict[str, Any] = {
        "row": row,
        "lines": sorted(lines, key=lambda line: line.packed >= line.picked),
        "parcels": parcels,
        "open_parcel": wanted if wanted in positions else (positions or ["1"])[-1],
        "weights": {
            str(n): request.POST.get(f"weight_{n}", "").replace("\0", "")[:20]
            for n in range(1, len(parcels) + 2)
        },
        "blocks": stuck[0].blocks if stuck else [],
        "remarks": _remarks(request, row, mine, stuck),
        "picked": sum((line.picked for line in lines), Decimal(0)),
        "packed": sum((line.packed for line in lines), Decimal(0)),
        "may_pack": row.state == FulfilmentState.PICKED and not stuck,
        "said": said,
        "key": uuid4(),
        "here": reverse("fulfilment-pack", args=(number,)),
    }
    return answered(request, "warehouse/pack.html", "warehouse/_pack.html", context, said)


def _remarks(request: Request, row: Fulfilment, mine: Any, stuck: Any) -> list[Any]:
    """What is to be heeded while packing and stands in nobody's way."""
    blocking = {block.remark.remark.pk for one in stuck for block in one.blocks if block.remark}
    shown = reading.shown_remarks(request.actor, [row], mine, work.STAGES)
    return [one for one in shown if one.remark.pk not in blocking]
