"""Approvals: the inbox, many approved at once, one request with all that a decision needs, and deciding it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from openoms.core.errors import DomainError
from openoms.domains.approvals.errors import NoSuchApproval
from openoms.domains.approvals.models import ApprovalRequest, ApprovalRule, Decision
from openoms.domains.approvals.process import RequestState, Verdict
from openoms.domains.identity.permissions import Perm
from openoms.flows import decide
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.approval_refusals import why_not
from openoms.interfaces.console.approval_shown import (
    REQUEST_COLOURS,
    lines_shown,
    reasons_shown,
    rows_shown,
    steps_shown,
)
from openoms.interfaces.console.forms.approval import (
    AnswerForm,
    CommentForm,
    HandOverForm,
    ReasonForm,
    TextForm,
)
from openoms.interfaces.console.forms.base import ConsoleForm, shown_on
from openoms.interfaces.console.lists import Column, Filters, ListPage, listing, show
from openoms.interfaces.console.refusals import sentence
from openoms.interfaces.console.templatetags.oms import named
from openoms.reading import approvals as reading
from openoms.reading.approvals import ApprovalFilter, ApprovalPage

MOST_AT_ONCE = 100
MINE, ASKED, ALL, DECIDED = "", "asked", "all", "decided"
TABS = {
    MINE: gettext_lazy("Waiting for me"),
    ASKED: gettext_lazy("Asked by me"),
    ALL: pgettext_lazy("approvals", "All"),
    DECIDED: gettext_lazy("Decided by me"),
}


class NoFilters(Filters):
    """The tabs narrow it."""


APPROVALS = ListPage(
    name="approvals",
    columns=(
        Column(gettext_lazy("Order"), "cell-title"),
        Column(gettext_lazy("Why"), "cell-offer"),
        Column(gettext_lazy("Asked by"), "cell-main"),
        Column(gettext_lazy("Waits for"), "cell-runs"),
        Column(gettext_lazy("Total"), "cell-amount"),
        Column(gettext_lazy("State"), "cell-state"),
    ),
    filters=NoFilters,
    key="-id",
    row="approvals/_row.html",
    empty="approvals/_empty.html",
    size=25,
    selectable=True,
)


@require_GET
@page(Perm.ORDER_VIEW)
def inbox(request: Request) -> HttpResponse:
    """Requests: what waits for the person, what they asked for, all they may see, what they decided."""
    tab = _tab(request)
    listed = listing(APPROVALS, request.GET, lambda values: _rows(request, tab))
    tabs = [(name, label, name == tab) for name, label in TABS.items() if _is_open(request, name)]
    return show(
        request, "approvals/inbox.html", listed, tabs=tabs, tab=tab,
        colours=REQUEST_COLOURS, may_tick=tab == MINE,
        shown=rows_shown(listed.items, may_costs=request.actor.may(Perm.COST_VIEW)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one request: `code` is its order's number."""

    code: str
    done: bool
    text: str


@require_POST
@page(Perm.ORDER_VIEW)
def bulk(request: Request) -> HttpResponse:
    """Approve each of those selected; the page says what became of each."""
    keys = list(dict.fromkeys(filter(None, map(_key, request.POST.getlist("code")))))[:MOST_AT_ONCE]
    rows = reading.visible(request.actor, ApprovalRequest.objects.select_related("order")).in_bulk(keys)
    outcomes = [_approved(request, rows[key]) for key in keys if key in rows]
    reading.forget()
    context = {
        "outcomes": outcomes,
        "done": sum(outcome.done for outcome in outcomes),
        "back": reverse("approvals"),
    }
    return render(request, "approvals/bulk.html", context)


@require_GET
@page(Perm.ORDER_VIEW)
def approval(request: Request, key: UUID) -> HttpResponse:
    """One request with everything that a decision needs."""
    return _page(request, _found(request, key), {})


@require_POST
@page(Perm.ORDER_VIEW)
def act(request: Request, key: UUID, verb: str) -> HttpResponse:
    """Approve, reject, ask, hand over, or decide in place of those who were asked; a refusal says why."""
    if verb not in _VERBS:
        raise Http404
    form = _forms(request, verb)[verb]
    if form.is_valid():
        with shown_on(form):
            messages.success(request, _VERBS[verb](request, key, form.cleaned_data))
            reading.forget()
            return redirect(
                "approvals" if verb in _DECIDED else "approval", *([] if verb in _DECIDED else [key])
            )
    return _page(request, _found(request, key), {verb: form}, status=form.status)


@require_POST
@page(Perm.ORDER_VIEW)
def answer(request: Request, key: UUID, question: UUID) -> HttpResponse:
    """Answer a question."""
    form = AnswerForm(request.POST)
    try:
        if form.is_valid():
            decide.answer(question, form.cleaned_data["text"], actor=request.actor)
            messages.success(request, _("Answered."))
        else:
            messages.error(request, _("Write an answer first."))
    except DomainError as error:
        messages.error(request, sentence(error))
    return redirect("approval", key)


def _tab(request: Request) -> str:
    asked = request.GET.get("tab", MINE)
    return asked if asked in TABS and _is_open(request, asked) else MINE


def _is_open(request: Request, tab: str) -> bool:
    return tab != ALL or request.actor.may(Perm.APPROVAL_VIEW)


def _rows(request: Request, tab: str) -> QuerySet[ApprovalRequest]:
    match tab:
        case "asked":
            return reading.approvals(request.actor, ApprovalFilter(requester="me"))
        case "all":
            return reading.approvals(request.actor, ApprovalFilter())
        case "decided":
            decided = Decision.objects.filter(by=request.actor.user_id).values("step__request")
            return reading.approvals(request.actor, ApprovalFilter()).filter(pk__in=decided)
    return reading.approvals(request.actor, ApprovalFilter(assignee="me", state=RequestState.PENDING))


def _approved(request: Request, row: ApprovalRequest) -> Outcome:
    try:
        decide.approve(row.pk, "", actor=request.actor)
    except DomainError as error:
        return Outcome(row.order.number, False, sentence(error))
    return Outcome(row.order.number, True, _("Approved"))


def _found(request: Request, key: UUID) -> ApprovalPage:
    try:
        return reading.approval_page(request.actor, key)
    except NoSuchApproval as error:
        raise Http404 from error


def _approve(request: Request, key: UUID, data: Mapping[str, Any]) -> str:
    row = decide.approve(key, data["comment"], actor=request.actor)
    return _("Order %(number)s: you approved.") % {"number": row.order.number}


def _reject(request: Request, key: UUID, data: Mapping[str, Any]) -> str:
    row = decide.reject(key, data["reason"], actor=request.actor)
    return _("Order %(number)s was rejected and is a draft again.") % {"number": row.order.number}


def _hand_over(request: Request, key: UUID, data: Mapping[str, Any]) -> str:
    row = decide.delegate(key, data["to"], data["comment"], actor=request.actor)
    return _("Order %(number)s: the decision was handed over.") % {"number": row.order.number}


def _ask(request: Request, key: UUID, data: Mapping[str, Any]) -> str:
    decide.ask(key, data["text"], actor=request.actor)
    return _("Your question was sent.")


def _take_over(verdict: Verdict) -> Callable[[Request, UUID, Mapping[str, Any]], str]:
    def do(request: Request, key: UUID, data: Mapping[str, Any]) -> str:
        row = decide.take_over(key, verdict, data["reason"], actor=request.actor)
        return _("Order %(number)s: you decided in place of those who were asked.") % {
            "number": row.order.number
        }

    return do


_VERBS: Mapping[str, Callable[[Request, UUID, Mapping[str, Any]], str]] = {
    "approve": _approve,
    "reject": _reject,
    "delegate": _hand_over,
    "ask": _ask,
    "take-over": _take_over(Verdict.APPROVED),
    "overrule": _take_over(Verdict.REJECTED),
}
# After these the next request is looked at.
_DECIDED = frozenset({"approve", "reject", "delegate", "take-over", "overrule"})


def _forms(request: Request, bound: str = "") -> dict[str, ConsoleForm]:
    """The form of each verb, the one that was sent with what was typed."""

    def data(verb: str) -> Any:
        return request.POST if verb == bound else None

    return {
        "approve": CommentForm(data("approve"), auto_id="approve_%s"),
        "reject": ReasonForm(data("reject"), auto_id="reject_%s"),
        "delegate": HandOverForm(data("delegate"), actor=request.actor, auto_id="delegate_%s"),
        "ask": TextForm(data("ask"), auto_id="ask_%s"),
        "take-over": ReasonForm(data("take-over"), auto_id="over_%s"),
        "overrule": ReasonForm(data("overrule"), auto_id="overrule_%s"),
    }


def _page(
    request: Request, found: ApprovalPage, refused: Mapping[str, ConsoleForm], status: int = 200
) -> HttpResponse:
    lines, depth = lines_shown(found.order, found.lines)
    codes = [str(reason["rule"]) for reason in found.request.reasons]
    rules = {row.code: named(row) for row in ApprovalRule.objects.filter(code__in=codes)}
    forms, may_costs = {**_forms(request), **refused}, request.actor.may(Perm.COST_VIEW)
    context = {
        "found": found,
        "approval": found.request,
        "order": found.order,
        "facts": found.facts,
        "lines": lines,
        "depth": depth,
        "totals": sorted(found.history.totals.items()),
        "reasons": reasons_shown(found.request.reasons, rules, may_costs=may_costs),
        "steps": steps_shown(found.steps),
        "why_not": why_not(found.why_not) if found.why_not else "",
        "forms": {verb.replace("-", "_"): form for verb, form in forms.items()},
        "refused": next(iter(refused), ""),
        "answer_form": AnswerForm(),
        "colour": REQUEST_COLOURS[found.request.state],
        "may_costs": may_costs,
        "may_ask": found.why_not in {"", *_STILL_ASKS},
    }
    return render(request, "approvals/approval.html", context, status=status)


# Those whose authority does not reach may still ask, or hand it over to somebody whose does.
_STILL_ASKS = frozenset(
    f"authority:{lack}" for lack in ("none", "currency", "amount", "order_type", "category")
)


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
