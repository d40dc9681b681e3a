"""Money of an order from its page: a payment recorded in place, a record taken back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from openoms.core.errors import Conflict, InvalidInput
from openoms.domains.identity.once import AnsweredBefore, Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders import queries as orders
from openoms.flows.pay import record_payment, void_payment
from openoms.interfaces.console.access import Request, is_part, page
from openoms.interfaces.console.forms.base import shown_on
from openoms.interfaces.console.forms.payments import PaymentForm
from openoms.interfaces.console.refusals import sentence

_MAY = (Perm.ORDER_VIEW, Perm.PAYMENT_VIEW, Perm.PAYMENT_RECORD)


@require_http_methods(["GET", "HEAD", "POST"])
@page(*_MAY)
def record(request: Request, number: str) -> HttpResponse:
    """Record a payment: a part of the order's page, or a page of its own without scripts."""
    order = orders.get(request.actor, number)
    form = PaymentForm(request.POST or None, order=order)
    if form.is_valid():
        with shown_on(form):
            _record(request, number, form)
            messages.success(request, _("The payment was recorded."))
            return _to_order(request, number)
    part = is_part(request)
    template = "orders/_payment_form.html" if part else "orders/payment.html"
    # Parts are put into the page as they are; the browser would not show one whose status says refused.
    return render(request, template, {"form": form, "order": order}, status=200 if part else form.status)


def _record(request: Request, number: str, form: PaymentForm) -> None:
    """Record it once, however often the button was pressed."""
    amount, method, reference, at = form.value()
    key = str(form.cleaned_data["key"])
    once = Once(Once.key(request.actor.user_id, f"payment of {number}", key), key, lambda _paid: (200, ""))
    try:
        record_payment(number, amount, method, reference, at, actor=request.actor, once=once)
    except AnsweredBefore:
        return


@require_POST
@page(*_MAY)
def void(request: Request, number: str, payment_id: UUID) -> HttpResponse:
    """Take the record of a payment back."""
    try:
        void_payment(payment_id, request.POST.get("reason", "").replace("\0", ""), actor=request.actor)
        messages.success(request, _("The record of the payment was taken back."))
    except (Conflict, InvalidInput) as error:
        messages.error(request, sentence(error))
    return redirect("order", number)


def _to_order(request: Request, number: str) -> HttpResponse:
    """To the whole page: holds, states and timeline have changed with the payment."""
    address = resolve_url("order", number)
    return HttpResponseClientRedirect(address) if is_part(request) else redirect(address)
