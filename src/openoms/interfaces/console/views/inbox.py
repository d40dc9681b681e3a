"""The inbox of remarks: those that wait for one's roles, answered with a click; and the ready remarks."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openoms.core.errors import Conflict, InvalidInput, NotFound
from openoms.domains.identity.models import Role
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders import labels
from openoms.domains.orders.models import Instruction, Phrase
from openoms.flows.instruct import (
    acknowledge_instruction,
    finish_instruction,
    refuse_instruction,
    remove_phrase,
    save_phrase,
    withdraw_instruction,
)
from openoms.interfaces.console.access import Request, is_part, my_roles, page
from openoms.interfaces.console.forms.base import shown_on
from openoms.interfaces.console.forms.desk import PhraseForm, audience_choices
from openoms.interfaces.console.lists import Column, Filters, ListPage, listing, show
from openoms.interfaces.console.refusals import sentence
from openoms.reading import remarks as reading
from openoms.reading.order_page import shown_remark


class InboxFilters(Filters):
    """What remarks can be narrowed to; managers of remarks choose among all roles."""

    audience = forms.ChoiceField(label=gettext_lazy("For"), required=False)
    stage = forms.ChoiceField(
        label=gettext_lazy("Stage"),
        required=False,
        choices=[("", gettext_lazy("Stage")), *labels.choices(labels.STAGE)],
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("Waiting")), *labels.choices(labels.INSTRUCTION_STATE)],
    )

    def __init__(self, *args: Any, roles: Mapping[str, Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["audience"].choices = [("", gettext_lazy("For")), *audience_choices(roles)]  # type: ignore[attr-defined]


INBOX = ListPage(
    name="inbox",
    columns=(
        Column(gettext_lazy("Remark"), "cell-title"),
        Column(gettext_lazy("Due on"), "cell-aside"),
        Column(gettext_lazy("Order"), "cell-main"),
        Column(gettext_lazy("For"), "cell-more"),
        Column(gettext_lazy("State"), "cell-state"),
        Column("", "cell-act"),
    ),
    filters=InboxFilters,
    key="queue_key",
    row="inbox/_row.html",
    empty="inbox/_empty.html",
    size=25,
)


@require_GET
@page(Perm.ORDER_VIEW)
def inbox(request: Request) -> HttpResponse:
    """Remarks that wait for one's roles, those due first at the top."""
    roles = {role.code: role for role in Role.objects.all()}
    filters = InboxFilters(request.GET, roles=roles)
    mine = my_roles(request)
    listed = listing(
        INBOX, request.GET, lambda values: reading.inbox(request.actor, mine, values), filters=filters
    )
    shown = {row.pk: shown_remark(request.actor, row, row.order.number, roles, mine) for row in listed.items}
    return show(request, "inbox/list.html", listed, shown=shown)


_STEPS: Mapping[str, Any] = {
    "acknowledge": acknowledge_instruction,
    "done": finish_instruction,
    "withdraw": withdraw_instruction,
}


@require_POST
@page(Perm.ORDER_VIEW)
def answer(request: Request, number: str, instruction_id: UUID, step: str) -> HttpResponse:
    """Confirm, finish, answer or withdraw a remark: from the inbox its row comes back, from elsewhere the order."""
    try:
        take_step(request, number, instruction_id, step)
    except (Conflict, InvalidInput) as error:
        if is_part(request):
            raise
        messages.error(request, sentence(error))
    return _row(request, instruction_id) if is_part(request) else redirect("order", number)


def take_step(request: Request, number: str, instruction_id: UUID, step: str) -> None:
    """Confirm, finish, answer or withdraw a remark."""
    if step == "not-possible":
        text = request.POST.get("answer", "").replace("\0", "")
        refuse_instruction(number, instruction_id, text, actor=request.actor)
    elif step in _STEPS:
        _STEPS[step](number, instruction_id, actor=request.actor)
    else:
        raise NotFound("The order has no such remark.")
    reading.forget()


def _row(request: Request, instruction_id: UUID) -> HttpResponse:
    rows = Instruction.objects.select_related("order__customer", "created_by", "acknowledged_by")
    row = get_object_or_404(rows, pk=instruction_id)
    roles = Role.objects.in_bulk([row.audience])
    shown = shown_remark(request.actor, row, row.order.number, roles, my_roles(request))
    return render(request, "inbox/_row.html", {"row": row, "shown": {row.pk: shown}, "answered": True})


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.INSTRUCTION_MANAGE)
def phrases(request: Request) -> HttpResponse:
    """The ready remarks; a new one below them."""
    form = PhraseForm(request.POST or None)
    if form.is_valid():
        with shown_on(form):
            save_phrase(form.value(), actor=request.actor)
            messages.success(request, _("The ready remark was saved."))
            return redirect("phrases")
    context = {"form": form, "phrases": Phrase.objects.all(), "roles": Role.objects.in_bulk()}
    return render(request, "inbox/phrases.html", context, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.INSTRUCTION_MANAGE)
def phrase(request: Request, phrase_id: UUID) -> HttpResponse:
    """Change one ready remark."""
    found = get_object_or_404(Phrase, pk=phrase_id)
    form = PhraseForm(request.POST or None, phrase=found)
    if form.is_valid():
        with shown_on(form):
            save_phrase(form.value(), actor=request.actor, phrase_id=phrase_id)
            messages.success(request, _("The ready remark was saved."))
            return redirect("phrases")
    return render(request, "inbox/phrase.html", {"form": form, "phrase": found}, status=form.status)


@require_POST
@page(Perm.INSTRUCTION_MANAGE)
def phrase_remove(request: Request, phrase_id: UUID) -> HttpResponse:
    """Take a ready remark away."""
    remove_phrase(phrase_id, actor=request.actor)
    messages.success(request, _("The ready remark was removed."))
    return redirect("phrases")
