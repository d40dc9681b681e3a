"""Picking with a scanner or a phone: one thing after the other in the order of the bins, each scan counted once."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from openoms.core.errors import DomainError, InvalidInput
from openoms.domains.fulfilment.labels import SHORT
from openoms.domains.fulfilment.states import ShortReason
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders.labels import choices
from openoms.domains.orders.states import InstructionState, Stage
from openoms.flows.pick import Picked, pick_fulfilment, pick_item, short_pick
from openoms.flows.waves import plan_wave
from openoms.interfaces.console.access import Request, is_part, my_roles, page
from openoms.interfaces.console.refusals import sentence
from openoms.interfaces.console.scans import Said, heard, pieces
from openoms.interfaces.console.templatetags.oms import quantity
from openoms.interfaces.console.views.warehouse import begin
from openoms.reading import fulfilment as work
from openoms.reading import warehouse as reading
from openoms.reading.fulfilment import Fetch, WaveWork

_WORKS = (Perm.ORDER_VIEW, Perm.STOCK_VIEW, Perm.FULFILMENT_WORK)


@require_http_methods(["GET", "HEAD", "POST"])
@page(*_WORKS)
def pick(request: Request, number: str) -> HttpResponse:
    """The next thing to take for a wave; a scan takes it."""
    if request.method != "POST":
        return _shown(request, number, Said(at=request.GET.get("at", "")))
    said = heard(request, f"pick {number}", partial(pick_item, number, actor=request.actor), _took)
    return _shown(request, number, said)


def _took(done: Picked) -> Said:
    """What came of a scan: which totes get how many, and what is left of it."""
    code = done.sku.code
    if done.is_done:
        return Said("done", _("All of the wave is picked."))
    totes = ", ".join(
        _("%(quantity)s into tote %(tote)s") % {"quantity": quantity(taken), "tote": tote}
        for tote, taken in _by_tote(done.totes).items()
    )
    text = _("%(sku)s: %(totes)s.") % {"sku": code, "totes": totes}
    return Said("good", f"{text} {pieces(done.left)}" if done.left else text, at=code)


def _by_tote(totes: Iterable[tuple[int, Decimal]]) -> Mapping[int, Decimal]:
    """How many go into each tote: an order may have two lines of one sku."""
    sums: dict[int, Decimal] = {}
    for tote, taken in totes:
        sums[tote] = sums.get(tote, Decimal(0)) + taken
    return sums


@require_POST
@page(*_WORKS)
def short(request: Request, number: str) -> HttpResponse:
    """Say for the chosen orders that what remains of a sku is not there."""
    code = request.POST.get("code", "").replace("\0", "")
    note = request.POST.get("note", "").replace("\0", "")
    try:
        reason = request.POST.get("reason", "")
        if reason not in set(ShortReason):
            raise InvalidInput(_("Say why."), field="reason")
        orders = [text.replace("\0", "") for text in request.POST.getlist("fulfilment")]
        if not orders:
            raise InvalidInput(_("Choose the orders that go without."), field="fulfilment")
        for one in orders:
            short_pick(one, code, ShortReason(reason), note, actor=request.actor)
        said = Said(
            "note",
            _("%(sku)s is noted as short: stock is corrected, the orders wait for it.") % {"sku": code},
        )
    except DomainError as error:
        said = Said("bad", sentence(error), error.status, at=code)
    return _shown(request, number, said)


@require_POST
@page(*_WORKS)
def pick_one(request: Request, number: str) -> HttpResponse:
    """Pick a single fulfilment: a wave of one, begun."""
    try:
        wave = plan_wave([number], actor=request.actor)
    except DomainError as error:
        messages.error(request, sentence(error))
        return redirect("fulfilment", number)
    return begin(request, wave.number)


@require_POST
@page(*_WORKS)
def pick_all(request: Request, number: str) -> HttpResponse:
    """Note that all of a fulfilment was picked, as a list on paper says."""
    try:
        pick_fulfilment(number, None, actor=request.actor)
        messages.success(request, _("%(number)s is picked.") % {"number": number})
    except DomainError as error:
        messages.error(request, sentence(error))
    return redirect("fulfilment", number)


def _shown(request: Request, number: str, said: Said) -> HttpResponse:
    """The page, or for a scan its moving part."""
    found = work.wave(request.actor, number)
    current = _current(found, said.at or request.POST.get("at", ""))
    shown = reading.shown_remarks(request.actor, found.fulfilments, my_roles(request), [Stage.PICKING])
    context: dict[str, Any] = {
        "found": found,
        "wave": found.wave,
        "current": current,
        "following": _after(found, current),
        "picture": reading.picture_of(current.sku.product_id) if current else None,
        "lot": reading.first_lot(current.lines[0].stock_id) if current and current.sku.tracks_lots else None,
        "remarks": [one for one in shown if one.remark.state == InstructionState.OPEN],
        "total": sum((fetch.quantity for fetch in found.fetches), Decimal(0)),
        "taken": sum((fetch.picked for fetch in found.fetches), Decimal(0)),
        "reasons": choices(SHORT),
        "said": said,
        "key": uuid4(),
        "here": request.path,
    }
    return answered(request, "warehouse/pick.html", "warehouse/_pick.html", context, said)


def answered(request: Request, whole: str, part: str, context: Mapping[str, Any], said: Said) -> HttpResponse:
    """A page of the floor or, for htmx, its moving part; a refusal has its own status and is put there all the same."""
    if not is_part(request):
        return render(request, whole, context, status=said.status)
    response = render(request, part, context, status=said.status)
    if said.status >= 400:
        response["HX-Retarget"], response["HX-Reswap"] = "#floor", "outerHTML"
    return response


def _current(found: WaveWork, at: str) -> Fetch | None:
    """What to take now: the sku asked for while something of it is left, else the next after it, else the first."""
    left = [fetch for fetch in found.fetches if fetch.left > 0]
    codes = [fetch.sku.code for fetch in found.fetches]
    if at not in codes:
        return left[0] if left else None
    behind = [fetch for fetch in found.fetches[codes.index(at) :] if fetch.left > 0]
    return next(iter(behind or left), None)


def _after(found: WaveWork, current: Fetch | None) -> list[Fetch]:
    """What comes after it, in the order of the bins and round again."""
    left = [fetch for fetch in found.fetches if fetch.left > 0]
    if current is None or current not in left:
        return left
    place = left.index(current)
    return [*left[place + 1 :], *left[:place]]
