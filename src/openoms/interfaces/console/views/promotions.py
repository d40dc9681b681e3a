"""Promotions: the list, switching many at once, one promotion's page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from openoms.core.clock import now
from openoms.core.errors import DomainError
from openoms.domains.identity.permissions import Perm
from openoms.domains.pricing.models import Promotion
from openoms.domains.pricing.queries import promotion_of
from openoms.flows.edit_promotions import switch_promotion
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.lists import Column, Filters, ListPage, listing, show
from openoms.interfaces.console.promotion_said import STATES, said_of
from openoms.interfaces.console.promotion_starts import starts
from openoms.interfaces.console.promotion_terms import Told, tell
from openoms.interfaces.console.refusals import sentence
from openoms.interfaces.console.templatetags.oms import named
from openoms.interfaces.console.views.promotion_page import conflicts_told, promotion_page
from openoms.reading import promotions as reading

MOST_AT_ONCE = 200


class PromotionFilters(Filters):
    """What promotions can be searched by."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[("", gettext_lazy("State")), *STATES.items()]
    )
    coupon = forms.ChoiceField(
        label=gettext_lazy("Coupon"),
        required=False,
        choices=[
            ("", gettext_lazy("Coupon")),
            ("yes", gettext_lazy("With a coupon")),
            ("no", gettext_lazy("Without one")),
        ],
    )


PROMOTIONS = ListPage(
    name="promotions",
    columns=(
        Column(gettext_lazy("Promotion"), "cell-title"),
        Column(gettext_lazy("What it does"), "cell-offer"),
        Column(gettext_lazy("Runs"), "cell-runs"),
        Column(gettext_lazy("Priority"), "cell-more number"),
        Column(gettext_lazy("Used"), "cell-more number"),
        Column(gettext_lazy("Given away"), "cell-amount"),
        Column(gettext_lazy("State"), "cell-state"),
    ),
    filters=PromotionFilters,
    key="-id",
    row="promotions/_row.html",
    empty="promotions/_empty.html",
    selectable=True,
)


@dataclass(frozen=True, slots=True)
class Row:
    """A promotion as a row shows it."""

    told: Told
    state: str
    given: Sequence[reading.Given]
    times: int
    conflict: str


@require_GET
@page(Perm.CATALOG_VIEW)
def promotion_list(request: Request) -> HttpResponse:
    """Promotions, newest first, each as a sentence."""
    instant = now()
    listed = listing(
        PROMOTIONS,
        request.GET,
        lambda values: reading.filtered(
            reading.promotions(), reading.PromotionFilter(**{n: str(v) for n, v in values.items()}), instant
        ),
    )
    return show(
        request, "promotions/list.html", listed, shown=_rows(listed.items), starts=starts(),
        may_edit=request.actor.may(Perm.PRICE_EDIT),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one promotion."""

    code: str
    done: bool
    text: str


@require_POST
@page(Perm.PRICE_EDIT, Perm.CATALOG_VIEW)
def bulk(request: Request) -> HttpResponse:
    """Switch each of the selected promotions on or off; the page says what became of each."""
    is_active = request.POST.get("action") == "on"
    codes = list(dict.fromkeys(text.replace("\0", "") for text in request.POST.getlist("code")))
    outcomes = [_switched(request, code, is_active) for code in codes[:MOST_AT_ONCE]]
    query = request.POST.get("query", "").replace("\0", "")[:1000]
    context = {
        "outcomes": outcomes,
        "done": sum(outcome.done for outcome in outcomes),
        "back": f"{reverse('promotions')}?{query}",
    }
    return render(request, "promotions/bulk.html", context)


@require_GET
@page(Perm.CATALOG_VIEW)
def promotion(request: Request, code: str) -> HttpResponse:
    """One promotion: what it does, how it went, its coupons, its changes."""
    row = get_object_or_404(reading.promotions(), code=code)
    return promotion_page(request, row)


@require_POST
@page(Perm.PRICE_EDIT, Perm.CATALOG_VIEW)
def switch(request: Request, code: str) -> HttpResponse:
    """Switch a promotion on or off."""
    row = switch_promotion(code, actor=request.actor, is_active=request.POST.get("to") == "on")
    said = _("“%(name)s” is on now.") if row.is_active else _("“%(name)s” is off now.")
    messages.success(request, said % {"name": named(row)})
    return redirect("promotion", code)


def _rows(items: Sequence[Promotion]) -> dict[Any, Row]:
    """What the rows show, by the promotions' keys."""
    if not items:
        return {}
    instant = now()
    values = {row.pk: promotion_of(row) for row in items}
    said, sums, at_odds = said_of(values.values()), reading.given(values), conflicts_told()
    return {
        row.pk: Row(
            tell(values[row.pk], said),
            reading.state_of(row, instant),
            sums.get(row.pk, []),
            sum(given.times for given in sums.get(row.pk, [])),
            at_odds.get(row.code, ""),
        )
        for row in items
    }


def _switched(request: Request, code: str, is_active: bool) -> Outcome:
    try:
        row = switch_promotion(code, actor=request.actor, is_active=is_active)
    except DomainError as error:
        return Outcome(code, False, sentence(error))
    return Outcome(code, True, str(STATES["on" if row.is_active else "off"]))
