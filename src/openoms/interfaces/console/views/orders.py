"""Orders: the list, one order's page, and the next steps from it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from openoms.core.errors import Conflict
from openoms.domains.identity.models import Role
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders import labels
from openoms.domains.orders import queries as orders
from openoms.domains.orders.models import Channel, Order
from openoms.flows.submit import submit_order, withdraw_order
from openoms.interfaces.console.access import Request, my_roles, page
from openoms.interfaces.console.forms.base import DayField
from openoms.interfaces.console.lists import Column, Filters, ListPage, listing, show
from openoms.interfaces.console.refusals import sentence
from openoms.interfaces.console.templatetags.oms import named
from openoms.interfaces.console.timeline import tell
from openoms.interfaces.console.trace import explain
from openoms.reading import orders as reading
from openoms.reading.order_page import order_page, timeline


class OrderFilters(Filters):
    """What orders can be searched by."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    payment_state = forms.ChoiceField(label=gettext_lazy("Payment"), required=False)
    fulfilment_state = forms.ChoiceField(label=gettext_lazy("Fulfilment"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), required=False)
    placed_from = DayField(label=gettext_lazy("Placed from"), required=False)
    placed_to = DayField(label=gettext_lazy("Placed to"), required=False)
    customer = forms.CharField(
        label=gettext_lazy("Customer"), required=False, max_length=40, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        axes: dict[str, Any] = {
            "status": labels.STATUS,
            "payment_state": labels.PAYMENT_STATE,
            "fulfilment_state": labels.FULFILMENT_STATE,
        }
        choices: dict[str, Any] = {name: labels.choices(names) for name, names in axes.items()}
        choices["channel"] = [(row.code, named(row)) for row in Channel.objects.all()]
        for name, pairs in choices.items():
            self.fields[name].choices = [("", self.fields[name].label), *pairs]  # type: ignore[attr-defined]


ORDERS = ListPage(
    name="orders",
    columns=(
        Column(gettext_lazy("Order"), "cell-title"),
        Column(gettext_lazy("Placed"), "cell-aside"),
        Column(gettext_lazy("Customer"), "cell-main"),
        Column(gettext_lazy("Channel"), "cell-more"),
        Column(gettext_lazy("Status"), "cell-state"),
        Column(gettext_lazy("Payment"), "cell-state"),
        Column(gettext_lazy("Fulfilment"), "cell-state"),
        Column(gettext_lazy("Total"), "cell-amount"),
    ),
    filters=OrderFilters,
    key="-id",
    row="orders/_row.html",
    empty="orders/_empty.html",
)


@require_GET
@page(Perm.ORDER_VIEW)
def order_list(request: Request) -> HttpResponse:
    """Orders, newest first; the search of the top bar leads straight to the order it names."""
    if "jump" in request.GET:
        exact = request.GET.get("q", "").strip()
        if Order.objects.filter(number=exact).exists():
            return redirect("order", exact)
    listed = listing(ORDERS, request.GET, lambda values: reading.order_list(request.actor, values))
    return show(request, "orders/list.html", listed)


@require_GET
@page(Perm.ORDER_VIEW)
def order(request: Request, number: str) -> HttpResponse:
    """One order."""
    found = order_page(request.actor, number, my_roles(request))
    context = {
        "found": found,
        "order": found.order,
        "explanations": explain(found.trace, found.order.currency),
        "moments": tell(found.timeline.events, comments=found.timeline.comments, roles=found.roles),
        "older": found.timeline.older,
    }
    return render(request, "orders/detail.html", context)


@require_GET
@page(Perm.ORDER_VIEW)
def older(request: Request, number: str) -> HttpResponse:
    """The part of an order's timeline before a key."""
    found = orders.get(request.actor, number)
    try:
        before = UUID(request.GET.get("before", ""))
    except ValueError:
        before = None
    part = timeline(found.id, before)
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
    return _move(request, number, submit_order, _("Order %(number)s was submitted."))


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
        messages.error(request, sentence(error))
    return redirect("order", number)
