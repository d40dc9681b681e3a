"""Cancelling, splitting and merging orders: what it would do first, then the deed."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from openoms.core.errors import Conflict
from openoms.domains.identity.models import Role
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders import queries as orders
from openoms.domains.orders.models import Line
from openoms.flows.cancel import cancel_order, preview_cancellation
from openoms.flows.merge import MOST, merge_orders, preview_merge
from openoms.flows.split import preview_split, split_order
from openoms.flows.steps.parting import Way
from openoms.interfaces.console.access import Request, base_revision, page
from openoms.interfaces.console.deed_refusals import CANNOT_CANCEL
from openoms.interfaces.console.deeds_shown import shown_parts, together_shown
from openoms.interfaces.console.forms.base import shown_on
from openoms.interfaces.console.forms.deeds import CancelForm
from openoms.interfaces.console.refusals import sentence
from openoms.reading import parts as reading


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.ORDER_CANCEL, Perm.ORDER_VIEW)
def cancel(request: Request, number: str) -> HttpResponse:
    """Cancel the order: what is let go of with it stands on the page before it is done."""
    form = CancelForm(request.POST or None)
    if form.is_valid():
        base, reason = base_revision(request) or None, form.cleaned_data["reason"]
        with shown_on(form):
            cancel_order(number, reason, actor=request.actor, base_revision=base)
            messages.success(request, _("Order %(number)s was cancelled.") % {"number": number})
            return redirect("order", number)
    order, quote = preview_cancellation(number, actor=request.actor)
    context = {
        "form": form,
        "order": order,
        "quote": quote,
        "released": quote.released,
        "refusal": CANNOT_CANCEL.get(quote.refusal, ""),
        "roles": Role.objects.in_bulk(quote.departments),
    }
    return render(request, "orders/cancel.html", context, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.ORDER_SPLIT, Perm.ORDER_VIEW)
def split(request: Request, number: str) -> HttpResponse:
    """Split the order: both parts with their amounts stand on the page before it is done."""
    data = request.POST if request.method == "POST" else request.GET
    order = orders.get(request.actor, number)
    way, typed = (
        _way(data),
        {name: str(value).strip() for name, value in data.items() if name.startswith("line-")},
    )
    lines, refusal, status, found = list(_lines(number)), "", 200, None
    try:
        taken = _taken(typed) if way is Way.HAND else {}
        if request.method == "POST":
            base = base_revision(request) or None
            done = split_order(number, way, taken, actor=request.actor, base_revision=base)
            numbers = ", ".join(part.number for part in done.parts)
            messages.success(request, _("Split off: %(numbers)s.") % {"numbers": numbers})
            return redirect("order", number)
        if way is not Way.HAND or taken:
            found = preview_split(number, way, taken, actor=request.actor)
    except Conflict as error:
        refusal, status = _why_not(error, way), error.status if request.method == "POST" else 200
    context = {
        "order": order, "lines": lines, "way": way, "ways": list(Way), "typed": typed, "refusal": refusal,
        "parts": shown_parts(found) if found else (),
    }  # fmt: skip
    return render(request, "orders/split.html", context, status=status)


def _why_not(error: Conflict, way: Way) -> str:
    """Why an order cannot be split in that way: one part alone has another reason in each."""
    if error.data.get("reason") == "one_part" and way is Way.WAREHOUSE:
        return _("All of it is kept at one warehouse, or at none. Split it by hand.")
    if error.data.get("reason") == "one_part" and way is Way.AVAILABILITY:
        return _("All of it is there, or none of it is. Split it by hand.")
    return sentence(error)


def _way(data: QueryDict) -> Way:
    sent = data.get("way", "")
    return Way(sent) if sent in set(Way) else Way.AVAILABILITY


def _taken(typed: Mapping[str, str]) -> dict[int, Decimal]:
    """The quantities typed, by line; what is no number takes nothing out."""
    found = {}
    for name, text in typed.items():
        position = name.removeprefix("line-")
        try:
            quantity = Decimal(text.replace(",", "").replace("，", "") or 0)
        except InvalidOperation:
            continue
        if (
            quantity.is_finite()
            and quantity
            and position.isascii()
            and position.isdigit()
            and len(position) < 6
        ):
            found[int(position)] = quantity
    return found


def _lines(number: str) -> Any:
    return Line.objects.filter(order__number=number).select_related("sku__product").order_by("position")


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.ORDER_SPLIT, Perm.ORDER_VIEW)
def merge(request: Request) -> HttpResponse:
    """Merge the orders named: what comes of it stands on the page first; without any, those that could be merged."""
    data = request.POST if request.method == "POST" else request.GET
    numbers = list(dict.fromkeys(text.replace("\0", "")[:30] for text in data.getlist("number")))[: MOST + 1]
    if not numbers:
        return render(request, "orders/mergeable.html", {"groups": reading.groups(request.actor)})
    refusal, status, found = "", 200, None
    try:
        if request.method == "POST":
            done = merge_orders(numbers, actor=request.actor)
            said = _("The orders were merged into %(number)s.") % {"number": done.order.number}
            messages.success(request, said)
            return redirect("order", done.order.number)
        found = together_shown(preview_merge(numbers, actor=request.actor))
    except Conflict as error:
        refusal, status = sentence(error), error.status if request.method == "POST" else 200
    context = {"found": found, "numbers": numbers, "refusal": refusal}
    return render(request, "orders/merge.html", context, status=status)


def merge_address(numbers: list[str]) -> str:
    """The page that shows what merging these orders would make."""
    return f"{reverse('order-merge')}?{urlencode([('number', number) for number in numbers])}"
