"""Choosing by hand which warehouse an order's goods come from."""

from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from openoms.core.errors import DomainError, InvalidInput
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders import queries as orders
from openoms.domains.orders.rules import is_begun
from openoms.flows.resource import resource
from openoms.interfaces.console import routing_words
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.refusals import sentence
from openoms.reading import sourcing as reading


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.ORDER_VIEW, Perm.STOCK_VIEW, Perm.STOCK_ADJUST)
def sources(request: Request, number: str) -> HttpResponse:
    """Where each line's goods are kept, and where else they could come from."""
    order = orders.get(request.actor, number)
    if request.method == "POST":
        try:
            _move(request, number)
            messages.success(request, _("The goods come from the other warehouse now."))
        except DomainError as error:
            messages.error(request, sentence(error))
        return redirect("order-sources", number)
    context = {
        "order": order,
        "rows": reading.sources(order),
        "why": routing_words.said(reading.why(order)),
        "may_move": not is_begun(order.fulfilment_state),
    }
    return render(request, "warehouse/sources.html", context)


def _move(request: Request, number: str) -> None:
    """Raises the flow's refusals, InvalidInput for a quantity that is none."""
    sent = {name: str(value).replace("\0", "") for name, value in request.POST.items()}
    try:
        quantity = Decimal(sent["quantity"]) if sent.get("quantity") else None
        line = int(sent["line"])
    except (KeyError, ValueError, InvalidOperation) as error:
        raise InvalidInput("A quantity lies above 0.", field="quantity") from error
    resource(
        number,
        line,
        sent.get("sku", ""),
        sent.get("source", ""),
        sent.get("target", ""),
        quantity=quantity,
        actor=request.actor,
    )
