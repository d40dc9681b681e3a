"""Many fulfilments at once: gathered in a wave, noted as picked or packed, handed over; with a result for each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openoms.core.errors import DomainError
from openoms.core.types import Actor
from openoms.domains.fulfilment.types import Handover
from openoms.domains.identity.permissions import Perm
from openoms.flows.pack import pack_fulfilment
from openoms.flows.pick import pick_fulfilment
from openoms.flows.ship import hand_over
from openoms.flows.waves import plan_wave
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.refusals import sentence
from openoms.reading import fulfilment as work

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one fulfilment."""

    code: str
    done: bool
    text: str


@require_POST
@page(Perm.ORDER_VIEW, Perm.STOCK_VIEW, Perm.FULFILMENT_WORK)
def bulk(request: Request) -> HttpResponse:
    """Do one step on each of the selected fulfilments; the page says what became of each."""
    numbers = list(dict.fromkeys(text.replace("\0", "") for text in request.POST.getlist("number")))
    numbers = numbers[:MOST_AT_ONCE]
    action, said = request.POST.get("action", ""), request.POST.get("text", "").replace("\0", "")
    if action == "plan":
        outcomes = _gathered(request.actor, numbers)
    elif action in _STEPS:
        outcomes = [_one(number, said, request.actor, _STEPS[action]) for number in numbers]
    else:
        raise Http404
    query = request.POST.get("query", "").replace("\0", "")[:1000]
    context = {
        "outcomes": outcomes,
        "done": sum(outcome.done for outcome in outcomes),
        "back": f"{reverse('fulfilments')}?{query}",
    }
    return render(request, "warehouse/bulk.html", context)


def _one(number: str, said: str, actor: Actor, step: Callable[[str, str, Actor], str]) -> Outcome:
    try:
        return Outcome(number, True, step(number, said, actor))
    except DomainError as error:
        return Outcome(number, False, sentence(error))


def _picked(number: str, said: str, actor: Actor) -> str:
    pick_fulfilment(number, None, actor=actor)
    return _("picked")


def _packed(number: str, said: str, actor: Actor) -> str:
    pack_fulfilment(number, None, actor=actor)
    return _("packed")


def _handed(number: str, said: str, actor: Actor) -> str:
    shipment = hand_over(number, Handover(said), actor=actor)
    return _("handed to %(carrier)s") % {"carrier": shipment.carrier}


_STEPS: Mapping[str, Callable[[str, str, Actor], str]] = {"pick": _picked, "pack": _packed, "ship": _handed}


def _gathered(actor: Actor, numbers: Sequence[str]) -> list[Outcome]:
    """A wave at each warehouse of what can be gathered; what cannot is named with why."""
    places: dict[str, str] = {
        row.number: row.warehouse.code for row in work.fulfilments(actor, {}).filter(number__in=numbers)
    }
    outcomes: dict[str, Outcome] = {}
    for place in dict.fromkeys(places.get(number, "") for number in numbers):
        waiting = [number for number in numbers if places.get(number, "") == place]
        while waiting:
            try:
                wave = plan_wave(waiting, actor=actor).number
            except DomainError as error:
                # The refusal names the first that does not fit: the others are tried without it.
                wrong = str(error.data.get("number", error.data.get("name", "")))
                refused = [wrong] if wrong in waiting else list(waiting)
                outcomes |= {one: Outcome(one, False, sentence(error)) for one in refused}
                waiting = [one for one in waiting if one not in refused]
                continue
            text = _("in the wave %(wave)s") % {"wave": wave}
            outcomes |= {one: Outcome(one, True, text) for one in waiting}
            break
    return [outcomes[number] for number in numbers]
