"""Demand and supply: what is short and for whom, proposing, scheduling, and work that is to stop."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from openoms.core.errors import DomainError
from openoms.domains.identity.permissions import Perm
from openoms.flows.plan_supply import propose_supply, schedule_production
from openoms.flows.steps.supplying import Replanned
from openoms.flows.stop_work import Answer, acknowledge_notice
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.supply import AnswerForm
from openoms.interfaces.console.refusals import sentence
from openoms.interfaces.console.templatetags.oms import quantity
from openoms.reading import supply as reading

MOST_NOTICES, MOST_ANSWERED = 200, 50


@require_GET
@page(Perm.SUPPLY_VIEW)
def board(request: Request) -> HttpResponse:
    """What orders lack, by sku: for whom, since when, what will come, and what nothing covers."""
    only = request.GET.get("only") == "uncovered"
    context = {
        "rows": reading.board(request.actor, only_uncovered=only),
        "only": only,
        "most": reading.MOST_SHORT,
        "notices": reading.open_notices(request.actor),
    }
    return render(request, "supply/board.html", context)


@require_POST
@page(Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
def propose(request: Request) -> HttpResponse:
    """Make production and purchase orders follow demand."""
    try:
        _tell(request, propose_supply(actor=request.actor))
    except DomainError as error:
        messages.error(request, sentence(error))
    return redirect("supply")


def _tell(request: Request, done: Replanned) -> None:
    counts = {
        "made": len(done.production),
        "bought": len({line.order_id for line in done.purchase_lines}),
        "changed": done.changed + done.dropped,
    }
    if any(counts.values()):
        said = _(
            "%(made)s production orders planned, %(bought)s purchase orders drafted, %(changed)s adjusted."
        )
        messages.success(request, said % counts)
    else:
        messages.success(request, _("Everything that is needed stands already."))
    if done.notices:
        count = len(done.notices)
        said = ngettext(
            "%(count)s stop-work notice was raised.", "%(count)s stop-work notices were raised.", count
        )
        messages.warning(request, said % {"count": count})
    for sku, missing in done.unsourced[:5]:
        text = _("Nobody makes or sells %(sku)s (%(quantity)s): give it a bill of materials or a supplier.")
        messages.error(request, text % {"sku": sku, "quantity": quantity(missing)})


@require_POST
@page(Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
def schedule(request: Request) -> HttpResponse:
    """Schedule all open production anew."""
    try:
        found = schedule_production(actor=request.actor)
        late = sum(1 for job in found.jobs.values() if job.late_days != 0)
        said = _("%(count)s production orders were scheduled, %(late)s of them late.")
        messages.success(request, said % {"count": len(found.jobs), "late": late})
    except DomainError as error:
        messages.error(request, sentence(error))
    return redirect("production")


@require_GET
@page(Perm.SUPPLY_VIEW)
def notices(request: Request) -> HttpResponse:
    """Work nobody needs any longer: what waits for an answer, then what has one."""
    rows = reading.notices(request.actor)
    context = {
        # The oldest first: none that waits falls off the page for newer ones.
        "waiting": list(rows.filter(acknowledged_at=None).order_by("id")[:MOST_NOTICES]),
        "answered": list(rows.filter(acknowledged_at__isnull=False).order_by("-id")[:MOST_ANSWERED]),
    }
    return render(request, "supply/notices.html", context)


@require_POST
@page(Perm.SUPPLY_VIEW)
def acknowledge(request: Request, key: UUID) -> HttpResponse:
    """Answer a notice."""
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            data = form.cleaned_data
            acknowledge_notice(key, Answer(data["answer"]), data["note"], actor=request.actor)
            messages.success(request, _("The notice was acknowledged."))
        except DomainError as error:
            messages.error(request, sentence(error))
    else:
        messages.error(request, _("Choose whether the work stops or goes on."))
    return redirect("stop-work")
