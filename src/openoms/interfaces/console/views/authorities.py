"""Who may approve what: roles and people by currency, edited in place; and who decides during an absence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openoms.core.clock import now
from openoms.core.errors import DomainError
from openoms.core.money import CURRENCIES
from openoms.domains.approvals.models import Authority, Delegation, ExchangeRate
from openoms.domains.approvals.rule_queries import authorities, delegations
from openoms.domains.identity.models import Role
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.queries import OUTSIDE
from openoms.flows.delegate_absence import end_delegation, set_delegation
from openoms.flows.edit_authorities import change_authority, remove_authority, save_authority
from openoms.flows.edit_rates import set_exchange_rate
from openoms.interfaces.console.access import Request, is_part, page
from openoms.interfaces.console.approval_words import bounds_words, said_of
from openoms.interfaces.console.forms.approval_condition import currencies
from openoms.interfaces.console.forms.authority import AbsenceForm, AuthorityForm, RateForm, holder_name
from openoms.interfaces.console.forms.base import shown_on
from openoms.interfaces.console.promotion_words import Said, listed
from openoms.interfaces.console.refusals import sentence
from openoms.interfaces.console.templatetags.oms import named
from openoms.interfaces.console.views.approval_editor import token_names_of

_MOST_ABSENCES = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """An authority as a cell shows it: its amounts, and what narrows it."""

    authority: Authority
    amount: str
    only: Sequence[str]


@dataclass(frozen=True, slots=True)
class Holder:
    """A role or a person as a row of the matrix: by each currency the authorities."""

    token: str
    name: str
    note: str
    cells: Sequence[tuple[str, Sequence[Shown]]]


@require_GET
@page(Perm.APPROVAL_VIEW)
def matrix(request: Request) -> HttpResponse:
    """Roles and people, and in each currency what they may approve; what currencies are worth."""
    return _matrix(request)


@require_POST
@page(Perm.APPROVAL_MANAGE, Perm.APPROVAL_VIEW)
def rate_set(request: Request) -> HttpResponse:
    """Say what a currency is worth when an amount is compared with a limit."""
    form = RateForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            set_exchange_rate(form.cleaned_data["currency"], form.cleaned_data["rate"], actor=request.actor)
            messages.success(request, _("The exchange rate was saved."))
            return redirect("authorities")
    return _matrix(request, form)


@require_POST
@page(Perm.APPROVAL_MANAGE)
def rate_remove(request: Request, currency: str) -> HttpResponse:
    """Say it no longer."""
    if currency not in CURRENCIES:
        raise Http404
    set_exchange_rate(currency, None, actor=request.actor)
    messages.success(request, _("The exchange rate was removed."))
    return redirect("authorities")


def _matrix(request: Request, rate_form: RateForm | None = None) -> HttpResponse:
    rows = list(authorities())
    codes = ["", *(code for code, _name in currencies(*(row.currency for row in rows)))]
    said = said_of((), {"order_type": _named(rows, "order_types"), "category": _named(rows, "categories")})
    context = {
        "holders": [*_roles(rows, codes, said), *_people(rows, codes, said)],
        "currencies": [(code, code or _("Any currency")) for code in codes],
        "may_edit": request.actor.may(Perm.APPROVAL_MANAGE),
        "rates": ExchangeRate.objects.all(),
        "home": settings.OPENOMS.default_currency,
        "rate_form": rate_form or RateForm(),
    }
    status = rate_form.status if rate_form else 200
    return render(request, "approvals/authorities.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.APPROVAL_MANAGE, Perm.APPROVAL_VIEW)
def authority_new(request: Request) -> HttpResponse:
    """Give a role or a person an authority."""
    given = {name: request.GET.get(name, "") for name in ("holder", "currency")}
    form = AuthorityForm(request.POST if request.method == "POST" else None, given=given)
    if form.is_valid():
        with shown_on(form):
            save_authority(form.value(), actor=request.actor)
            messages.success(request, _("Saved."))
            return redirect("authorities")
    return _form_page(request, form, holder_name(str(form["holder"].value() or "")))


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.APPROVAL_MANAGE, Perm.APPROVAL_VIEW)
def authority_edit(request: Request, key: UUID) -> HttpResponse:
    """Change how far an authority goes."""
    row = get_object_or_404(authorities(), pk=key)
    form = AuthorityForm(request.POST if request.method == "POST" else None, authority=row)
    if form.is_valid():
        with shown_on(form):
            change_authority(key, form.changes(), actor=request.actor)
            messages.success(request, _("Saved."))
            return redirect("authorities")
    return _form_page(request, form, named(row.role) if row.role else str(row.user))


@require_POST
@page(Perm.APPROVAL_MANAGE)
def authority_remove(request: Request, key: UUID) -> HttpResponse:
    """Take an authority away."""
    remove_authority(key, actor=request.actor)
    messages.success(request, _("The authority was taken away."))
    return redirect("authorities")


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.ORDER_VIEW)
def absences(request: Request) -> HttpResponse:
    """One's own absence, and those one stands in for; everybody's for who manages approvals."""
    form = AbsenceForm(request.POST if request.method == "POST" else None, actor=request.actor)
    if form.is_valid():
        with shown_on(form):
            whose = form.cleaned_data.get("whose")
            set_delegation(*form.given(), actor=request.actor, whose=whose)
            messages.success(request, _("Arranged. Whoever stands in finds these approvals in their inbox."))
            return redirect("absences")
    context = {"form": form, **_absences(request)}
    return render(request, "approvals/absences.html", context, status=form.status)


@require_POST
@page(Perm.ORDER_VIEW)
def absence_end(request: Request, key: UUID) -> HttpResponse:
    """End an absence."""
    try:
        end_delegation(key, actor=request.actor)
        messages.success(request, _("The arrangement was ended."))
    except DomainError as error:
        messages.error(request, sentence(error))
    return redirect("absences")


def _absences(request: Request) -> dict[str, Any]:
    """Those in force or to come, and the latest that are over."""
    instant, me = now(), request.actor.user_id
    rows = delegations()
    if not request.actor.may(Perm.APPROVAL_MANAGE):
        rows = rows.filter(Q(whose=me) | Q(to=me))
    standing = Q(ended_at=None) & (Q(until=None) | Q(until__gt=instant))
    return {
        "standing": list(rows.filter(standing)[:_MOST_ABSENCES]),
        "over": list(rows.exclude(pk__in=Delegation.objects.filter(standing).values("pk"))[:20]),
        "now": instant,
        "me": me,
        "manages": request.actor.may(Perm.APPROVAL_MANAGE),
    }


def _form_page(request: Request, form: AuthorityForm, holder: str) -> HttpResponse:
    """The form alone where it opens in its cell, else a page of its own."""
    template = "approvals/_authority.html" if is_part(request) else "approvals/authority.html"
    context = {"form": form, "holder": holder, "token_names": token_names_of([form])}
    return render(request, template, context, status=form.status)


def _named(rows: Sequence[Authority], name: str) -> set[str]:
    return {code for row in rows for code in getattr(row, name)}


def _roles(rows: Sequence[Authority], codes: Sequence[str], said: Said) -> list[Holder]:
    """Every role of the firm's own people, also those without authority."""
    return [
        Holder(
            f"role:{role.code}",
            named(role),
            "",
            _cells([row for row in rows if row.role_id == role.code], codes, said),
        )
        for role in Role.objects.exclude(code__in=OUTSIDE)
    ]


def _people(rows: Sequence[Authority], codes: Sequence[str], said: Said) -> list[Holder]:
    """Those people who have authorities of their own."""
    people = {row.user_id: row.user for row in rows if row.user is not None}
    note = _("in place of what their roles may")
    return [
        Holder(f"user:{key}", person.name, note, _cells([r for r in rows if r.user_id == key], codes, said))
        for key, person in people.items()
    ]


def _cells(rows: Sequence[Authority], codes: Sequence[str], said: Said) -> list[tuple[str, Sequence[Shown]]]:
    return [(code, [_shown(row, said) for row in rows if row.currency == code]) for code in codes]


def _shown(row: Authority, said: Said) -> Shown:
    has_bounds = row.least is not None or row.most is not None
    only = []
    if row.order_types:
        only.append(listed([said.name("order_type", code) for code in row.order_types]))
    if row.categories:
        only.append(listed([said.name("category", code) for code in row.categories]))
    return Shown(row, bounds_words(row, said) if has_bounds else _("any amount"), only)
