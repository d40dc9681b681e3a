"""Cancelling an order from its page: what it would do first, then the deed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from openoms.domains.identity.models import Role
from openoms.domains.identity.permissions import Perm
from openoms.flows.cancel import cancel_order, preview_cancellation
from openoms.interfaces.console.access import Request, base_revision, page
from openoms.interfaces.console.deed_refusals import CANNOT_CANCEL
from openoms.interfaces.console.forms.base import shown_on
from openoms.interfaces.console.forms.deeds import CancelForm


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
