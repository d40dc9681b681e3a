"""The warehouse's board: what presses, what to pick next, what is stuck, what waits for its carrier."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from openoms.core.clock import now
from openoms.core.errors import DomainError
from openoms.domains.identity.once import AnsweredBefore, Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.inventory.models import Warehouse
from openoms.flows.waves import Begun, plan_wave, start_wave
from openoms.interfaces.console.access import Request, my_roles, page
from openoms.interfaces.console.refusals import sentence
from openoms.interfaces.console.views.inbox import take_step
from openoms.reading import fulfilment as work
from openoms.reading import warehouse as reading

KEPT = "warehouse"


@require_GET
@page(Perm.STOCK_VIEW, Perm.ORDER_VIEW)
def board(request: Request) -> HttpResponse:
    """What a warehouse has to do now."""
    places = work.warehouses(request.actor)
    place = chosen(request, places)
    if place is None:
        return render(request, "warehouse/board.html", {"places": places})
    actor, today = request.actor, work.today_at(place)
    context = {
        "places": places,
        "place": place,
        "today": today,
        "loads": reading.load_of(actor, place, today),
        "minutes_left": reading.minutes_to_cut_off(place, now()),
        "proposals": [(one, uuid4()) for one in work.proposals(actor, place)],
        "waves": work.open_waves(actor, place.code),
        "stuck": reading.stuck(actor, place, my_roles(request)),
        "packed": reading.packed(actor, place),
        "here": request.get_full_path(),
    }
    return render(request, "warehouse/board.html", context)


def chosen(request: Request, places: Sequence[Warehouse]) -> Warehouse | None:
    """The warehouse somebody works at: the one the address names, else the one they looked at last, else the first."""
    known = {place.code: place for place in places}
    wanted = request.GET.get(KEPT, "") or request.session.get(KEPT, "")
    place = known.get(wanted) or next(iter(places), None)
    if place is not None and request.session.get(KEPT) != place.code:
        request.session[KEPT] = place.code
    return place


@require_POST
@page(Perm.ORDER_VIEW, Perm.STOCK_VIEW, Perm.FULFILMENT_WORK)
def plan(request: Request) -> HttpResponse:
    """Plan a wave of the fulfilments sent, and start it where that was asked for."""
    numbers = [text.replace("\0", "") for text in request.POST.getlist("fulfilment")]
    sent = request.POST.get("key", "").replace("\0", "")[:80]
    endpoint = Once.key(request.actor.user_id, "plan a wave", sent)
    once = Once(endpoint, sent, lambda wave: (200, wave.number)) if sent else None
    try:
        wave = plan_wave(numbers, actor=request.actor, once=once).number
    except AnsweredBefore as before:
        return redirect("wave", before.answer)
    except DomainError as error:
        messages.error(request, sentence(error))
        return redirect("warehouse-board")
    if "start" not in request.POST:
        messages.success(request, _("The wave %(wave)s is planned.") % {"wave": wave})
        return redirect("wave", wave)
    return begin(request, wave)


def begin(request: Request, wave: str) -> HttpResponse:
    """Start a wave and go picking; what is left out is told with its reason."""
    try:
        begun = start_wave(wave, actor=request.actor)
    except DomainError as error:
        messages.error(request, sentence(error))
        return redirect("wave", wave)
    tell_left_out(request, begun)
    return redirect("warehouse-board") if begun.wave is None else redirect("wave-pick", wave)


def tell_left_out(request: Request, begun: Begun) -> None:
    """Say which orders a wave had to leave out, and why."""
    if not begun.left_out:
        return
    count = len(begun.left_out)
    parts = [f"{one.order or one.number}: {sentence(one.error)}" for one in begun.left_out[:5]]
    told = ngettext(
        "%(count)s order was left out and stays to be done.",
        "%(count)s orders were left out and stay to be done.",
        count,
    ) % {"count": count}
    messages.error(request, " ".join([told, *parts]))


@require_POST
@page(Perm.ORDER_VIEW, Perm.STOCK_VIEW)
def remark(request: Request, number: str, instruction_id: UUID, step: str) -> HttpResponse:
    """Answer a remark where one stands in the way, and go on there."""
    try:
        take_step(request, number, instruction_id, step)
    except DomainError as error:
        messages.error(request, sentence(error))
    return redirect(back(request, reverse("warehouse-board")))


def back(request: Request, otherwise: str) -> str:
    """The address of this site that a form says to go back to."""
    wanted = request.POST.get("next", "").replace("\0", "")
    is_own = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_own else otherwise
