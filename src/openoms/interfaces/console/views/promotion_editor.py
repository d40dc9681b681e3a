"""Making and changing a promotion: its page, what that fetches while one types, and the basket to try it on."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openoms.core.clock import now
from openoms.core.errors import DomainError
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders.models import Channel
from openoms.domains.pricing.models import Promotion as Row
from openoms.domains.pricing.promotions import Promotion
from openoms.domains.pricing.queries import promotion_of
from openoms.flows.edit_promotions import save_promotion
from openoms.flows.try_promotion import try_promotion
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.forms.base import instant_read
from openoms.interfaces.console.forms.promotion import PromotionEntry, fresh_row, made_up_code, typed
from openoms.interfaces.console.forms.promotion_basket import TrialBasket, new_line
from openoms.interfaces.console.forms.promotion_fields import PartForm, TokensField
from openoms.interfaces.console.promotion_finds import find as find_things
from openoms.interfaces.console.promotion_finds import kinds, token_name
from openoms.interfaces.console.promotion_said import said_of
from openoms.interfaces.console.promotion_starts import started, starts
from openoms.interfaces.console.promotion_terms import tell
from openoms.interfaces.console.promotion_trial import shown
from openoms.interfaces.console.refusals import sentence
from openoms.interfaces.console.templatetags.oms import named
from openoms.reading import promotions as reading

_ROWS = {"benefit": "_benefit", "condition": "_condition", "hours": "_hours", "rung": "_rung"}
_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}")
# What a promotion is called while it has no code: no slug, so it is nobody else's.
_UNSAVED = "~"


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.PRICE_EDIT, Perm.CATALOG_VIEW)
def new(request: Request) -> HttpResponse:
    """A new promotion: from a starting point, or as a copy of another."""
    if request.method == "POST":
        return _saved(request, PromotionEntry(request.POST), None)
    copied = request.GET.get("copy", "")
    value = started(request.GET.get("start", ""))
    if copied:
        source = promotion_of(get_object_or_404(reading.promotions(), code=copied))
        value = replace(source, code="")
    return _page(request, PromotionEntry(typed(value)), None)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.PRICE_EDIT, Perm.CATALOG_VIEW)
def edit(request: Request, code: str) -> HttpResponse:
    """Change a promotion."""
    row = get_object_or_404(reading.promotions(), code=code)
    if request.method == "POST":
        return _saved(request, PromotionEntry(request.POST), row)
    return _page(request, PromotionEntry(typed(promotion_of(row))), row)


@require_POST
@page(Perm.PRICE_EDIT, Perm.CATALOG_VIEW)
def live(request: Request) -> HttpResponse:
    """The sentence of what is typed so far, and what it makes of the basket."""
    entry = PromotionEntry(request.POST)
    context = _told(entry, request.POST.get("of", "")) | _tried(request, entry, request.POST)
    return render(request, "promotions/_live.html", context)


@require_GET
@page(Perm.PRICE_EDIT, Perm.CATALOG_VIEW)
def row(request: Request, kind: str) -> HttpResponse:
    """A fresh row; of a ladder's step `in` is the prefix of the benefit it belongs to."""
    owner = request.GET.get("in", "")
    if kind not in _ROWS or (owner and not _KEY.fullmatch(owner)):
        raise Http404
    context = {"row": fresh_row(kind), "owner": owner, "token_names": {}}
    return render(request, f"promotions/{_ROWS[kind]}.html", context)


@require_GET
@page(Perm.PRICE_EDIT, Perm.CATALOG_VIEW)
def find(request: Request, kind: str) -> HttpResponse:
    """What fits the text typed into one of the form's searches; `at` is the search's id."""
    at = request.GET.get("at", "")
    if kind not in kinds() or not _KEY.fullmatch(at):
        raise Http404
    text = request.GET.get("find", "")
    context = {"found": find_things(kind, text, request.actor), "text": text.strip(), "at": at}
    return render(request, "promotions/_found.html", context)


@require_GET
@page(Perm.PRICE_EDIT, Perm.CATALOG_VIEW)
def line(request: Request) -> HttpResponse:
    """A fresh line of the basket to try on."""
    made = new_line(request.actor, request.GET.get("sku", ""))
    if made is None:
        raise Http404
    return render(request, "promotions/_basket_line.html", {"line": made})


def _saved(request: Request, entry: PromotionEntry, row: Row | None) -> HttpResponse:
    """On to the promotion once it is saved, else the page again with what is wrong where it is wrong."""
    value = entry.value(row.code if row else "")
    if value is None:
        return _page(request, entry, row)
    value = value if value.code else replace(value, code=made_up_code())
    is_active = request.POST.get("action") == "on" or (row is not None and row.is_active)
    try:
        read_at = instant_read(request.POST)
        saved = save_promotion(
            value, actor=request.actor, is_active=is_active, new=row is None, read_at=read_at
        )
    except DomainError as error:
        entry.refuse(error)
        if row is not None:
            row.refresh_from_db()
        return _page(request, entry, row)
    messages.success(request, _("“%(name)s” was saved.") % {"name": named(saved)})
    return redirect("promotion", saved.code)


def _page(request: Request, entry: PromotionEntry, row: Row | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else QueryDict("try-channel=desk&try-with_coupon=on")
    context = {
        "entry": entry,
        "promotion": row,
        "starts": starts(),
        "code": row.code if row else "",
        **_told(entry, row.code if row else ""),
        **_tried(request, entry, data),
    }
    return render(request, "promotions/edit.html", context, status=entry.status)


def _told(entry: PromotionEntry, code: str) -> dict[str, Any]:
    """The sentence, and what the things chosen are called."""
    value = entry.draft(code or _UNSAVED)
    tokens = [token for form in entry.forms for token in _tokens(form)]
    codes: dict[str, set[str]] = {}
    for token in tokens:
        kind, _sep, own = token.partition(":")
        codes.setdefault(kind, set()).add(own)
    said = said_of([value], codes)
    return {
        "told": tell(value, said),
        "token_names": {token: token_name(token, said.names) for token in tokens},
    }


def _tokens(form: PartForm) -> list[str]:
    names = [name for name, field in form.fields.items() if isinstance(field, TokensField)]
    return [token for name in names for token in form[name].value() or ()]


def _tried(request: Request, entry: PromotionEntry, data: QueryDict) -> dict[str, Any]:
    """The basket, and what becomes of it; why nothing does where something is missing."""
    channels = [(channel.code, named(channel)) for channel in Channel.objects.all()]
    basket = TrialBasket(request.actor, data, channels)
    context: dict[str, Any] = {"basket": basket}
    code = data.get("of", "") or _UNSAVED
    value = entry.draft(code)
    asked = basket.request(value.currency)
    chosen = list(basket.head["customer"].value() or ())
    context["basket_names"] = _customer_names(chosen)
    if asked is None or not value.benefits:
        return context
    try:
        trial = _trial(request, value, asked, basket)
    except DomainError as error:
        return context | {"trial_refused": sentence(error)}
    return context | {"trial": shown(trial, code)}


def _trial(request: Request, value: Promotion, asked: Any, basket: TrialBasket) -> Any:
    given = basket.head.cleaned_data
    instant: datetime = given.get("at") or now()
    with_coupon = value.needs_coupon and bool(given.get("with_coupon"))
    return try_promotion(value, asked, actor=request.actor, instant=instant, with_coupon=with_coupon)


def _customer_names(tokens: list[str]) -> dict[str, str]:
    codes = {token.partition(":")[2] for token in tokens}
    rows = reading.rows_named({"customer": codes})
    return {f"customer:{code}": row.name for (_kind, code), row in rows.items()}
