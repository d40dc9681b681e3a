"""Making and changing an approval rule: its page, and what that fetches while one types."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openoms.core.errors import DomainError
from openoms.domains.approvals.models import ApprovalRule as Row
from openoms.domains.approvals.rule_queries import rule_of
from openoms.domains.identity.permissions import Perm
from openoms.flows.edit_approvals import save_rule
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.approval_finds import find as find_things
from openoms.interfaces.console.approval_finds import kinds, token_name
from openoms.interfaces.console.approval_words import concern_words, said_of, tell
from openoms.interfaces.console.forms.approval_rehearsal import rehearsal_form
from openoms.interfaces.console.forms.approval_rule import RuleEntry, fresh_row, made_up_code, started, typed
from openoms.interfaces.console.forms.base import instant_read
from openoms.interfaces.console.forms.promotion_fields import TokensField
from openoms.interfaces.console.templatetags.oms import named
from openoms.reading import approval_rules as reading

_ROWS = {"condition": "_condition", "step": "_step"}
_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}")
# What a rule is called while it has no code: no slug, so it is nobody else's.
UNSAVED = "~"


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.APPROVAL_MANAGE, Perm.APPROVAL_VIEW)
def new(request: Request) -> HttpResponse:
    """A new rule, or a copy of another."""
    if request.method == "POST":
        return _saved(request, RuleEntry(request.POST), None)
    copied = request.GET.get("copy", "")
    value = started()
    if copied:
        value = replace(rule_of(get_object_or_404(Row, code=copied)), code="")
    return _page(request, RuleEntry(typed(value)), None)


@require_http_methods(["GET", "HEAD", "POST"])
@page(Perm.APPROVAL_MANAGE, Perm.APPROVAL_VIEW)
def edit(request: Request, code: str) -> HttpResponse:
    """Change a rule."""
    row = get_object_or_404(Row, code=code)
    if request.method == "POST":
        return _saved(request, RuleEntry(request.POST), row)
    return _page(request, RuleEntry(typed(rule_of(row))), row)


@require_POST
@page(Perm.APPROVAL_MANAGE, Perm.APPROVAL_VIEW)
def live(request: Request) -> HttpResponse:
    """The sentence of what is typed so far, and what to think over."""
    return render(request, "approvals/_live.html", told(RuleEntry(request.POST), request.POST.get("of", "")))


@require_GET
@page(Perm.APPROVAL_MANAGE, Perm.APPROVAL_VIEW)
def row(request: Request, kind: str) -> HttpResponse:
    """A fresh row: a condition, or a step."""
    if kind not in _ROWS:
        raise Http404
    return render(request, f"approvals/{_ROWS[kind]}.html", {"row": fresh_row(kind), "token_names": {}})


@require_GET
@page(Perm.APPROVAL_MANAGE, Perm.APPROVAL_VIEW)
def find(request: Request, kind: str) -> HttpResponse:
    """What fits the text typed into one of the form's searches; `at` is the search's id."""
    at = request.GET.get("at", "")
    if kind not in kinds() or not _KEY.fullmatch(at):
        raise Http404
    text = request.GET.get("find", "")
    context = {"found": find_things(kind, text, request.actor), "text": text.strip(), "at": at}
    return render(request, "promotions/_found.html", context)


def told(entry: RuleEntry, code: str) -> dict[str, Any]:
    """The sentence of what is typed so far, what to think over, and what the things chosen are called."""
    names = token_names_of(entry.forms)
    value = entry.draft(names, code or UNSAVED)
    concerns = reading.People().concerns(value)
    return {
        "told": tell(value, said_of([value])),
        "is_begun": bool(value.conditions or value.steps),
        "concerns": [concern_words(one) for one in concerns],
        "token_names": names,
    }


def token_names_of(forms: Iterable[Form]) -> dict[str, str]:
    """What the things chosen in these forms are called, by token."""
    tokens = [token for form in forms for token in _tokens(form)]
    codes: dict[str, set[str]] = {}
    for token in tokens:
        kind, _sep, own = token.partition(":")
        codes.setdefault(kind, set()).add(own)
    said = said_of((), codes)
    return {token: token_name(token, said.names) for token in tokens}


def _tokens(form: Form) -> list[str]:
    names = [name for name, field in form.fields.items() if isinstance(field, TokensField)]
    return [token for name in names for token in form[name].value() or ()]


def _saved(request: Request, entry: RuleEntry, row: Row | None) -> HttpResponse:
    """On to the rule once it is saved, else the page again with what is wrong where it is wrong."""
    value = entry.value(token_names_of(entry.forms), row.code if row else "")
    if value is None:
        return _page(request, entry, row)
    value = value if value.code else replace(value, code=made_up_code())
    is_active = request.POST.get("action") == "on" or (row is not None and row.is_active)
    try:
        read_at = instant_read(request.POST)
        saved = save_rule(value, actor=request.actor, is_active=is_active, new=row is None, read_at=read_at)
    except DomainError as error:
        entry.refuse(error)
        if row is not None:
            row.refresh_from_db()
        return _page(request, entry, row)
    messages.success(request, _("“%(name)s” was saved.") % {"name": named(saved)})
    for concern in reading.People().concerns(value) if is_active else ():
        messages.warning(request, concern_words(concern))
    return redirect("approval-rule", saved.code)


def _page(request: Request, entry: RuleEntry, row: Row | None) -> HttpResponse:
    context = {
        "entry": entry,
        "rule": row,
        "code": row.code if row else "",
        "rehearsal_form": rehearsal_form(prefix="rehearse"),
        "may_rehearse": request.actor.may(Perm.ORDER_VIEW),
        **told(entry, row.code if row else ""),
    }
    return render(request, "approvals/edit.html", context, status=entry.status)
