"""Deeds on one order from its page: hold, release, remark, comment, follow, assign, tag, correct the address."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openoms.core.errors import Conflict, InvalidInput
from openoms.domains.identity.models import Role, User
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders import queries as orders
from openoms.domains.orders.models import Phrase
from openoms.flows.correct_address import correct_address
from openoms.flows.hold import place_hold, release_hold
from openoms.flows.instruct import add_instruction
from openoms.flows.watch import assign_order, comment_on, follow_order, tag_order
from openoms.interfaces.console.access import Request, base_revision, page
from openoms.interfaces.console.forms.address import AddressForm
from openoms.interfaces.console.forms.base import shown_on
from openoms.interfaces.console.forms.desk import HoldForm, RemarkForm
from openoms.interfaces.console.refusals import sentence
from openoms.reading import colleagues
from openoms.reading import order_entry as entries


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.HOLD_PLACE, Perm.ORDER_VIEW)
def hold(request: Request, number: str) -> HttpResponse:
    """Put the order on hold."""
    found = orders.get(request.actor, number)
    form = HoldForm(request.POST or None)
    if form.is_valid():
        with shown_on(form):
            place_hold(number, actor=request.actor, **form.value())
            messages.success(request, _("Order %(number)s is on hold.") % {"number": number})
            return redirect("order", number)
    return render(request, "orders/hold.html", {"form": form, "order": found}, status=form.status)


@require_POST
@page(Perm.HOLD_RELEASE, Perm.ORDER_VIEW)
def release(request: Request, number: str, hold_id: UUID) -> HttpResponse:
    """Release one hold."""
    reason = request.POST.get("reason", "")
    return _done(
        request,
        number,
        lambda: release_hold(number, hold_id, reason, actor=request.actor),
        _("The hold was released."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.INSTRUCTION_ADD, Perm.ORDER_VIEW)
def remark(request: Request, number: str) -> HttpResponse:
    """Leave a remark on the order; ready ones are chosen with a click."""
    found = orders.get(request.actor, number)
    roles = {role.code: role for role in Role.objects.all()}
    form = RemarkForm(request.POST or None, roles=roles)
    if form.is_valid():
        with shown_on(form):
            add_instruction(number, form.value(), actor=request.actor)
            messages.success(request, _("The remark was left."))
            return redirect("order", number)
    context = {"form": form, "order": found, "phrases": Phrase.objects.all(), "roles": roles}
    return render(request, "orders/remark.html", context, status=form.status)


@require_POST
@page(Perm.ORDER_COMMENT, Perm.ORDER_VIEW)
def comment(request: Request, number: str) -> HttpResponse:
    """Say something about the order."""
    text = request.POST.get("text", "")[:5000].replace("\0", "")
    return _done(request, number, lambda: comment_on(number, text, actor=request.actor))


@require_GET
@page(Perm.ORDER_COMMENT, Perm.ORDER_VIEW)
def mention(request: Request) -> HttpResponse:
    """The colleagues whose names begin with what is typed behind an @."""
    found = colleagues.matching(request.GET.get("q", "")[:40].replace("\0", ""))
    return render(request, "orders/_mentions.html", {"people": found})


@require_POST
@page(Perm.ORDER_COMMENT, Perm.ORDER_VIEW)
def follow(request: Request, number: str) -> HttpResponse:
    """Follow the order, or no longer."""
    follows = request.POST.get("follows") == "1"
    return _done(request, number, lambda: follow_order(number, actor=request.actor, follows=follows))


@require_POST
@page(Perm.ORDER_ASSIGN, Perm.ORDER_VIEW)
def tag(request: Request, number: str) -> HttpResponse:
    """Mark the order with words separated by commas, or take one off."""
    add = request.POST.get("add", "").replace("，", ",").replace("\0", "").split(",")
    remove = request.POST.getlist("remove")
    return _done(request, number, lambda: tag_order(number, add, remove, actor=request.actor))


@require_GET
@page(Perm.ORDER_ASSIGN, Perm.ORDER_VIEW)
def people(request: Request, number: str) -> HttpResponse:
    """The colleagues the order can be given to."""
    context = {
        "order": orders.get(request.actor, number),
        "people": User.objects.filter(is_active=True).order_by("name")[:500],
    }
    return render(request, "orders/_assign.html", context)


@require_POST
@page(Perm.ORDER_ASSIGN, Perm.ORDER_VIEW)
def assign(request: Request, number: str) -> HttpResponse:
    """Give the order to somebody, or to nobody."""
    chosen = request.POST.get("owner", "")
    try:
        owner = UUID(chosen) if chosen else None
    except ValueError:
        owner = None
    return _done(request, number, lambda: assign_order(number, owner, actor=request.actor))


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.ORDER_CORRECT, Perm.ORDER_VIEW, Perm.CONTACT_REVEAL)
def address(request: Request, number: str) -> HttpResponse:
    """Correct where the order goes; one that was changed meanwhile says what changed, and keeps all that was typed."""
    found = orders.get(request.actor, number)
    form = AddressForm(request.POST or None, initial=dict(found.ship_to))
    base = base_revision(request) or found.revision
    if form.is_valid():
        with shown_on(form):
            saved = correct_address(number, form.value(), actor=request.actor, base_revision=base)
            messages.success(request, _("The address was corrected."))
            return redirect("order", saved.number)
    # Read again where somebody was faster: it is their order that is compared.
    found = orders.get(request.actor, number) if form.refusal else found
    since = entries.since(found, base)
    context = {
        "address": form, "order": found, "base_revision": base, "since": since,
        "theirs": found.ship_to if since and "ship_to" in since.changed else None,
    }  # fmt: skip
    return render(request, "orders/address.html", context, status=form.status)


def _done(request: Request, number: str, deed: Callable[[], Any], said: str = "") -> HttpResponse:
    """Do it and show the order again; a refusal is said above it."""
    try:
        deed()
    except (Conflict, InvalidInput) as error:
        messages.error(request, sentence(error))
    else:
        if said:
            messages.success(request, said)
    return redirect("order", number)
