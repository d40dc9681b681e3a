"""Entering an order: the page, its live total, what is kept while one types, and editing a draft."""

from typing import Any
from uuid import UUID

import psycopg
from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from openoms.core.errors import DomainError, StaleRevision
from openoms.domains.identity.once import AnsweredBefore, Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders.errors import NoSuchOrder
from openoms.domains.orders.models import Order, Phrase
from openoms.domains.orders.queries import visible_to
from openoms.domains.orders.rules import check_draft
from openoms.flows.keep_entry import ENDPOINT, Typed, drop_entry, keep_editing, keep_entry
from openoms.flows.place import place_order
from openoms.flows.quote import quote
from openoms.flows.revise import revise_draft
from openoms.interfaces.console.access import Request, base_revision, page
from openoms.interfaces.console.approval_needs import needs_shown
from openoms.interfaces.console.coupon_reasons import coupon_states
from openoms.interfaces.console.entry_promises import entry_promises
from openoms.interfaces.console.forms.order import OrderEntry, today
from openoms.interfaces.console.forms.order_data import data_of_copy, data_of_order, data_of_unfinished
from openoms.interfaces.console.views.order_buyers import destination
from openoms.reading import order_entry as reading
from openoms.reading.orders import shown_address


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.ORDER_CREATE)
def new(request: Request) -> HttpResponse:
    """The page; typed and sent, the order is placed or the page comes back with what is wrong."""
    if request.method != "POST":
        return _opened(request)
    entry = OrderEntry(request.actor, request.POST)
    if entry.is_valid():
        try:
            number = _once(entry, lambda once: place_order(_asked(entry), actor=entry.actor, once=once))
        except DomainError as error:
            entry.refuse(error)
        else:
            return _sent(request, entry, number)
    return _page(request, entry)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.ORDER_VIEW, Perm.ORDER_CREATE)
def edit(request: Request, number: str) -> HttpResponse:
    """The same page on a draft; a draft somebody else has changed meanwhile says what, and keeps all that was typed."""
    order = _draft(request, number)
    if request.method != "POST":
        return _reopened(request, order)
    entry = OrderEntry(request.actor, request.POST, order=order)
    base = base_revision(request)
    if entry.is_valid():
        try:
            _once(
                entry,
                lambda once: revise_draft(
                    number, _asked(entry), actor=entry.actor, base_revision=base, once=once
                ),
            )
        except StaleRevision as error:
            entry.status = error.status
        except DomainError as error:
            entry.refuse(error)
        else:
            return _sent(request, entry, number)
    return _page(request, entry, base=base)


@require_POST
@page(Perm.ORDER_CREATE)
def live(request: Request) -> HttpResponse:
    """What the order would cost as it stands: the totals, and beside each line its price or its problem."""
    entry = OrderEntry(request.actor, request.POST, order=_edited(request))
    return render(request, "orders/_quote.html", _priced(entry) | {"entry": entry, "oob": True})


@require_POST
@page(Perm.ORDER_CREATE)
def keep(request: Request) -> HttpResponse:
    """Keep what is typed so far; a page with nothing on it is forgotten."""
    key = _key(request.POST.get("token", ""))
    if key is None:
        return render(request, "orders/_kept.html", {"kept": False})
    entry = OrderEntry(request.actor, request.POST)
    if not (entry.lines or entry.remarks or entry.has_buyer):
        drop_entry(key, actor=request.actor)
        return render(request, "orders/_kept.html", {"kept": False})
    left_out = ("csrfmiddlewaretoken", "action")
    typed = Typed(
        id=key,
        fields=[
            (name, value) for name, values in request.POST.lists() if name not in left_out for value in values
        ],
        title=entry.title,
        line_count=len(entry.lines),
        number=request.POST.get("number", ""),
        base_revision=base_revision(request),
    )
    return render(request, "orders/_kept.html", {"kept": keep_entry(typed, actor=request.actor)})


@require_POST
@page(Perm.ORDER_CREATE)
def drop(request: Request, key: UUID) -> HttpResponse:
    """Throw away what was left unfinished."""
    found = reading.unfinished_of(request.actor, key=key)
    drop_entry(key, actor=request.actor)
    messages.success(request, _("What you had typed was thrown away."))
    return redirect("order", found.order.number) if found and found.order else redirect("order-new")


@require_POST
@page(Perm.ORDER_VIEW, Perm.ORDER_CREATE)
def editors(request: Request, number: str) -> HttpResponse:
    """Who else edits this draft, and what changed since this page was opened; being asked is the sign of being there."""
    order_id = keep_editing(number, actor=request.actor)
    order = Order.objects.get(pk=order_id)
    context = {
        "editors": reading.other_editors(order_id, request.actor),
        "since": reading.since(order, base_revision(request)),
        "order": order,
    }
    return render(request, "orders/_editors.html", context)


def _opened(request: Request) -> HttpResponse:
    """A new order: empty, a copy of another one, or what was left unfinished."""
    copied, key = request.GET.get("copy", ""), _key(request.GET.get("entry", ""))
    if copied:
        order = visible_to(request.actor).prefetch_related("instructions").filter(number=copied).first()
        if order is None:
            raise NoSuchOrder(copied)
        data, gone = data_of_copy(order)
        return _page(request, OrderEntry(request.actor, data), copied=order, gone=gone)
    found = reading.unfinished_of(request.actor, key=key) if key else None
    if found is not None:
        if found.order is not None:
            return redirect("order-edit", found.order.number)
        return _page(request, OrderEntry(request.actor, data_of_unfinished(found)), restored=found)
    entry = OrderEntry(request.actor, customer=request.GET.get("customer", ""))
    return _page(request, entry, unfinished=reading.unfinished(request.actor))


def _reopened(request: Request, order: Order) -> HttpResponse:
    """A draft as it is, or with what the person had typed into it and not sent."""
    found = reading.unfinished_of(request.actor, order_id=order.pk)
    if found is None:
        return _page(
            request, OrderEntry(request.actor, data_of_order(order), order=order), base=order.revision
        )
    entry = OrderEntry(request.actor, data_of_unfinished(found), order=order)
    return _page(request, entry, base=found.base_revision, restored=found)


def _draft(request: Request, number: str) -> Order:
    """The draft of that number; raises NoSuchOrder, NotADraft."""
    order = visible_to(request.actor).prefetch_related("instructions").filter(number=number).first()
    if order is None:
        raise NoSuchOrder(number)
    check_draft(order.number, order.status)
    return order


def _edited(request: Request) -> Order | None:
    """The draft the sent page is about, if any."""
    number = request.POST.get("number", "")
    return visible_to(request.actor).filter(number=number).first() if number else None


def _asked(entry: OrderEntry) -> Any:
    assert entry.data is not None
    return entry.request(submit=entry.data.get("action") == "submit")


def _once(entry: OrderEntry, do: Any) -> str:
    """Do what the page asks for once, however often it was sent; returns the order's number."""
    key = Once.key(entry.actor.user_id, ENDPOINT, entry.head.cleaned_data["token"])
    for last in (False, True):
        once = Once(key, entry.digest(), lambda done: (201, done.order.number))
        try:
            return str(do(once).order.number)
        except AnsweredBefore as before:
            return before.answer
        except (IntegrityError, psycopg.IntegrityError):
            # Sent twice at the same moment: the other one was first, and is found on looking again.
            if last:
                raise
    raise AssertionError("unreachable")


def _sent(request: Request, entry: OrderEntry, number: str) -> HttpResponse:
    """On to the order; what was kept of the page is not needed any more."""
    key = _key(entry.head.cleaned_data["token"])
    if key is not None:
        drop_entry(key, actor=request.actor)
    submitted = request.POST.get("action") == "submit"
    done = _("Order %(number)s was submitted.") if submitted else _("Order %(number)s was saved.")
    messages.success(request, done % {"number": number})
    return redirect("order", number)


def _page(request: Request, entry: OrderEntry, *, base: int = 0, **more: Any) -> HttpResponse:
    order = entry.order
    context = {
        "entry": entry,
        "order": order,
        "base_revision": base,
        "since": reading.since(order, base) if order else None,
        "kept_address": shown_address(request.actor, order.ship_to) if order else None,
        "customer": entry.customer,
        "buyer": entry.buyer,
        "address": entry.address,
        "today": today(),
        "phrases": Phrase.objects.all(),
        **destination(entry.actor, entry.customer),
        **_priced(entry),
        **more,
    }
    return render(request, "orders/new.html", context, status=entry.status)


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _priced(entry: OrderEntry) -> dict[str, Any]:
    """The price of the entry as it stands, or why there is none; problems of lines are put on them."""
    nothing: dict[str, Any] = {"priced": None, "figures": {}, "coupons": coupon_states(entry.coupons, None)}
    if not entry.lines:
        return nothing
    request = entry.quote_request()
    if request is None:
        return nothing | {"incomplete": True}
    try:
        quoted = quote(request, actor=entry.actor, of=entry.order.id if entry.order else None)
    except DomainError as error:
        if entry.status == 200:
            entry.refuse(error)
        return nothing
    priced = quoted.priced
    # Gifts come after the lines that were asked for.
    asked_for, gifts = priced.lines[: len(entry.lines)], priced.lines[len(entry.lines) :]
    figures = {form.prefix: row for form, row in zip(entry.lines, asked_for, strict=True)}
    coupons = coupon_states(entry.coupons, priced)
    needs = needs_shown(quoted.requirement, entry.actor)
    promised = entry_promises(entry.actor, figures)
    return {
        "priced": priced, "figures": figures, "gifts": gifts, "coupons": coupons, "needs": needs, "promised": promised,
    }  # fmt: skip
