"""Quotations: a draft's price promised to the customer up to a day, and the sheet that says so."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from openoms.domains.identity.permissions import Perm
from openoms.flows.revise import give_quotation
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.base import ConsoleForm, DayField, shown_on
from openoms.interfaces.console.quotation_sheet import sheet_of
from openoms.outreach.documents.sheet import as_pdf
from openoms.reading.order_page import order_page

USUAL = timedelta(days=14)


class QuotationForm(ConsoleForm):
    """The last day of the promised price."""

    valid_until = DayField(label=gettext_lazy("Valid until"))
    base_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.ORDER_VIEW, Perm.ORDER_CREATE)
def quotation(request: Request, number: str) -> HttpResponse:
    """Ask for the last day, then promise the price up to it."""
    found = order_page(request.actor, number, ())
    usual = found.order.quote_valid_until or timezone.localdate() + USUAL
    initial = {"valid_until": usual, "base_revision": found.order.revision}
    form = QuotationForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        with shown_on(form):
            give_quotation(
                number,
                form.cleaned_data["valid_until"],
                actor=request.actor,
                base_revision=form.cleaned_data["base_revision"],
            )
            messages.success(request, _("The price is promised; the quotation can be printed."))
            return redirect("order", number)
    context = {"form": form, "order": found.order, "today": timezone.localdate().isoformat()}
    return render(request, "orders/quotation.html", context, status=form.status)


@require_GET
@page(Perm.ORDER_VIEW)
def quotation_pdf(request: Request, number: str) -> HttpResponse:
    """The quotation as PDF in the person's language."""
    found = order_page(request.actor, number, ())
    response = HttpResponse(as_pdf(sheet_of(found)), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.order.number}.pdf"'
    return response
