"""An order's goods on its page: what warehouses have to do, what was shipped of each line; and shipping straight from the shelf."""

from contextlib import suppress

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from openoms.domains.identity.once import AnsweredBefore
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders import queries as orders
from openoms.domains.orders.rules import is_begun
from openoms.flows.ship import ship_goods
from openoms.interfaces.console import routing_words
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.base import shown_on
from openoms.interfaces.console.forms.fulfilment import ShipForm
from openoms.interfaces.console.views.fulfilments import once_of
from openoms.reading import fulfilment as work
from openoms.reading import sourcing
from openoms.reading import warehouse as reading


@require_GET
@page(Perm.ORDER_VIEW)
def goods(request: Request, number: str) -> HttpResponse:
    """What warehouses do for the order and what left: a part of its page that follows it."""
    order = orders.get(request.actor, number)
    rows, shipments = work.of_order(request.actor, order), work.shipments(request.actor, order)
    if not rows and not shipments and order.released_at is None:
        return HttpResponse(status=204)
    may_ship = request.actor.may(Perm.FULFILMENT_WORK) and order.released_at is not None
    may_move = request.actor.may(Perm.STOCK_ADJUST) and not is_begun(order.fulfilment_state)
    context = {
        "order": order,
        "why": routing_words.said(sourcing.why(order)),
        "movable": may_move and any(row.state == "open" for row in rows),
        "rows": rows,
        "shipments": shipments,
        "lines": order.lines.select_related("sku__product").order_by("position"),
        "shipped": work.shipped_of(order.id),
        "today": work.today_at(rows[0].warehouse) if rows else None,
        "shippable": bool(reading.shippable(order)) if may_ship else False,
    }
    return render(request, "warehouse/_order_goods.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.ORDER_VIEW, Perm.STOCK_VIEW, Perm.FULFILMENT_WORK)
def ship(request: Request, number: str) -> HttpResponse:
    """Hand goods over straight from the shelf: which warehouse, how many of each line, by whom."""
    order = orders.get(request.actor, number)
    there = reading.shippable(order)
    sent = request.POST if request.method == "POST" else None
    place = (sent or request.GET).get("warehouse", "") or next(iter(there), "")
    form = ShipForm(sent, rows=there.get(place, []))
    if form.is_valid():
        with shown_on(form):
            once = once_of(request, f"ship {number}", str(form.cleaned_data["key"]))
            with suppress(AnsweredBefore):
                shipment = ship_goods(
                    number, place, form.quantities(), form.handover(), actor=request.actor, once=once
                )
                said = {"number": shipment.number, "carrier": shipment.carrier}
                messages.success(request, _("%(number)s is handed to %(carrier)s.") % said)
            return redirect("order", number)
    names = {row.code: row for row in work.warehouses(request.actor)}
    context = {
        "order": order,
        "form": form,
        "place": place,
        "places": [(code, names.get(code)) for code in there],
        "carriers": reading.carriers(),
    }
    return render(request, "warehouse/ship.html", context, status=form.status)
