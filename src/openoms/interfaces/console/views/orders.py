"""Orders: the list, one order's page, and the next steps from it."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from openoms.core.errors import Conflict, StaleRevision
from openoms.domains.identity.models import Role
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders import queries as orders
from openoms.domains.orders.models import Order
from openoms.domains.orders.rules import next_actions
from openoms.flows.quote import weigh_draft
from openoms.flows.submit import LONGEST_NOTE, submit_order, withdraw_order
from openoms.interfaces.console.access import Request, is_part, my_roles, page
from openoms.interfaces.console.approval_needs import needs_shown
from openoms.interfaces.console.approval_shown import shown_approval
from openoms.interfaces.console.lists import cursor_at, listing, show
from openoms.interfaces.console.order_lists import (
    COLUMNS,
    ORDERS,
    OrderFilters,
    columns_of,
    saved_views,
    tabs,
)
from openoms.interfaces.console.refusals import sentence
from openoms.interfaces.console.timeline import Moment, tell
from openoms.interfaces.console.trace import explain
from openoms.reading import approvals
from openoms.reading import orders as reading
from openoms.reading.order_page import latest_event, order_page, since, timeline


@require_GET
@page(Perm.ORDER_VIEW)
def order_list(request: Request) -> HttpResponse:
    """Orders, newest first; the search of the top bar leads straight to the order it names."""
    if "jump" in request.GET:
        exact = request.GET.get("q", "").strip().replace("\0", "")
        if Order.objects.filter(number=exact).exists():
            return redirect("order", exact)
    views = saved_views(request)
    filters = OrderFilters(request.GET, choices=reading.choices())
    backwards, key = cursor_at(ORDERS, request.GET, Order)
    start = reading.Start(key, backwards)
    listed = listing(
        columns_of(views),
        request.GET,
        lambda values: reading.complete_rows(reading.order_list(request.actor, values, start)),
        filters=filters,
    )
    context = {} if is_part(request) else {"tabs": tabs(request), "views": views, "columns": COLUMNS}
    return show(request, "orders/list.html", listed, **context)


@require_GET
@page(Perm.ORDER_VIEW)
def order(request: Request, number: str) -> HttpResponse:
    """One order."""
    found = order_page(request.actor, number, my_roles(request))
    explanations = explain(found.trace, found.order.currency)
    context = {
        "found": found,
        "order": found.order,
        "explanations": [part for part in explanations if part.line is None],
        "steps": {part.line: part.steps for part in explanations},
        "moments": tell(found.timeline.events, comments=found.timeline.comments, roles=found.roles),
        "older": found.timeline.older,
        "latest": str(found.timeline.events[0].id) if found.timeline.events else "",
    }
    return render(request, "orders/detail.html", context)


@require_GET
@page(Perm.ORDER_VIEW)
def needs(request: Request, number: str) -> HttpResponse:
    """What approval a draft that the person may submit would need: a part of its page that follows it; 204 where none."""
    draft = orders.get(request.actor, number)
    if "submit" not in next_actions(draft.status, draft.fulfilment_state, request.actor.permissions):
        return HttpResponse(status=204)
    shown = needs_shown(weigh_draft(draft, actor=request.actor), request.actor)
    if shown is None:
        return HttpResponse(status=204)
    return render(request, "orders/_needed.html", {"needs": shown})


@require_GET
@page(Perm.ORDER_VIEW)
def approval(request: Request, number: str) -> HttpResponse:
    """Where the approval of an order stands: a part of its page that follows it."""
    found = approvals.latest(request.actor, orders.get(request.actor, number))
    if found is None:
        return HttpResponse(status=204)
    return render(request, "orders/_approval.html", {"approval": shown_approval(*found)})


@require_GET
@page(Perm.ORDER_VIEW)
def pulse(request: Request, number: str) -> HttpResponse:
    """What happened to the order since an event: nothing (204), or told above the page without touching it."""
    after = _key(request.GET.get("after", ""))
    if after is None:
        return HttpResponse(status=204)
    latest = latest_event(request.actor, number)
    if latest is None or latest <= after:
        return HttpResponse(status=204)
    return render(
        request, "orders/_news.html", {"moments": news(number, after), "number": number, "latest": latest}
    )


def news(number: str, after: UUID) -> list[Moment]:
    """What happened to the order after an event, newest first."""
    return tell(since(number, after), roles=Role.objects.in_bulk())


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_GET
@page(Perm.ORDER_VIEW)
def older(request: Request, number: str) -> HttpResponse:
    """The part of an order's timeline before a key."""
    found = orders.get(request.actor, number)
    part = timeline(found.id, _key(request.GET.get("before", "")))
    context = {
        "order": found,
        "moments": tell(part.events, comments=part.comments, roles=Role.objects.in_bulk()),
        "older": part.older,
    }
    return render(request, "orders/_timeline.html", context)


@require_POST
@page(Perm.ORDER_VIEW, Perm.ORDER_SUBMIT)
def submit(request: Request, number: str) -> HttpResponse:
    """Submit a draft."""
    note = request.POST.get("note", "")[:LONGEST_NOTE]
    return _move(request, number, partial(submit_order, note=note), _("Order %(number)s was submitted."))


@require_POST
@page(Perm.ORDER_VIEW, Perm.ORDER_SUBMIT)
def withdraw(request: Request, number: str) -> HttpResponse:
    """Withdraw a submitted order to draft."""
    return _move(request, number, withdraw_order, _("Order %(number)s is a draft again."))


def _move(request: Request, number: str, flow: Callable[..., Order], done: str) -> HttpResponse:
    """Do the step against the revision the person saw; when somebody was faster the page shows how things are now."""
    seen = request.POST.get("base_revision", "")
    try:
        flow(number, actor=request.actor, base_revision=int(seen) if seen.isdigit() else None)
        messages.success(request, done % {"number": number})
    except Conflict as error:
        messages.error(request, " ".join([sentence(error), *_meanwhile(request, number, error)]))
    return redirect("order", number)


def _meanwhile(request: Request, number: str, error: Conflict) -> list[str]:
    """What the others did since the page was drawn, where that is why the step was refused."""
    after = _key(request.POST.get("latest", ""))
    if not isinstance(error, StaleRevision) or after is None:
        return []
    return [f"{moment.text}." for moment in news(number, after)[:5]]
