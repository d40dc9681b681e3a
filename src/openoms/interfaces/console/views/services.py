"""Services of an order from its page: scheduled, performed, signed for."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from openoms.core.errors import Conflict, InvalidInput
from openoms.domains.identity.models import User
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders import queries as orders
from openoms.flows.perform import perform_service, schedule_service, sign_off_service
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.base import ConsoleForm, shown_on
from openoms.interfaces.console.refusals import sentence


class ScheduleForm(ConsoleForm):
    """When, and by whom."""

    at = forms.DateTimeField(
        label=gettext_lazy("Date and time"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    assignee = forms.ChoiceField(label=gettext_lazy("Performed by"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True).order_by("name")[:500]
        self.fields["assignee"].choices = [("", "–"), *((str(row.pk), row.name) for row in people)]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.SERVICE_PERFORM, Perm.ORDER_VIEW)
def schedule(request: Request, number: str, position: int) -> HttpResponse:
    """Say when a service is to be performed."""
    found = orders.get(request.actor, number)
    form = ScheduleForm(request.POST or None)
    if form.is_valid():
        with shown_on(form):
            chosen = form.cleaned_data["assignee"]
            schedule_service(
                number,
                position,
                form.cleaned_data["at"],
                actor=request.actor,
                assignee=UUID(chosen) if chosen else None,
            )
            messages.success(request, _("The service was scheduled."))
            return redirect("order", number)
    context = {"form": form, "order": found, "position": position}
    return render(request, "orders/schedule.html", context, status=form.status)


@require_POST
@page(Perm.SERVICE_PERFORM, Perm.ORDER_VIEW)
def perform(request: Request, number: str, position: int) -> HttpResponse:
    """Say that a service was performed, or who signed for it."""
    signed_by = request.POST.get("signed_by")
    try:
        if signed_by is None:
            perform_service(number, position, actor=request.actor)
        else:
            sign_off_service(number, position, signed_by.replace("\0", ""), actor=request.actor)
    except (Conflict, InvalidInput) as error:
        messages.error(request, sentence(error))
    return redirect("order", number)
