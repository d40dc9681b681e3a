"""Approval rules: all of them in the order they are looked at, switching one, how they work together, one rule's page."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from openoms.domains.approvals.labels import MATCHING
from openoms.domains.approvals.models import ApprovalRule
from openoms.domains.approvals.rule_queries import matching, rule_of
from openoms.domains.approvals.rules import ApprovalRule as RuleValue
from openoms.domains.approvals.rules import Matching
from openoms.domains.identity.permissions import Perm
from openoms.flows.edit_approvals import set_matching, switch_rule
from openoms.interfaces.console import approval_changes as changes
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.approval_words import (
    ToldRule,
    concern_words,
    people_words,
    said_of,
    step_words,
    tell,
)
from openoms.interfaces.console.forms.approval_rehearsal import rehearsal_form
from openoms.interfaces.console.promotion_words import Said
from openoms.interfaces.console.templatetags.oms import named
from openoms.reading import approval_rules as reading

MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class Row:
    """A rule as the list shows it; `concerns` are told of those that are on."""

    rule: ApprovalRule
    told: ToldRule
    concerns: list[str]


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step as the rule's page shows it: in words, whom it asks, and who that is today."""

    name: str
    text: str
    people: list[str]
    today: list[str]


@require_GET
@page(Perm.APPROVAL_VIEW)
def rule_list(request: Request) -> HttpResponse:
    """Every rule as a sentence, in the order they are looked at."""
    rows = list(reading.rules()[:MOST_ROWS])
    values = {row.pk: rule_of(row) for row in rows}
    said, people = said_of(values.values()), reading.People()
    shown = [
        Row(
            row,
            tell(values[row.pk], said),
            [concern_words(one) for one in people.concerns(values[row.pk])] if row.is_active else [],
        )
        for row in rows
    ]
    context = {
        "rows": shown,
        "matching": matching(),
        "ways": [(way.value, label) for way, label in MATCHING.items()],
        "may_edit": request.actor.may(Perm.APPROVAL_MANAGE),
    }
    return render(request, "approvals/rules.html", context)


@require_GET
@page(Perm.APPROVAL_VIEW)
def rule(request: Request, code: str) -> HttpResponse:
    """One rule: its sentence, whom it asks today, what speaks against it, its changes."""
    row = get_object_or_404(ApprovalRule, code=code)
    value, people = rule_of(row), reading.People()
    events = reading.history(row)
    said = said_of([value, *changes.values_of(events)])
    context: dict[str, Any] = {
        "rule": row,
        "told": tell(value, said),
        "steps": _steps(value, said, people),
        "concerns": [concern_words(one) for one in people.concerns(value)],
        "changes": changes.tell_all(events, said),
        "may_edit": request.actor.may(Perm.APPROVAL_MANAGE),
        "may_rehearse": request.actor.may(Perm.ORDER_VIEW),
        "rehearsal_form": rehearsal_form(),
    }
    return render(request, "approvals/rule.html", context)


@require_POST
@page(Perm.APPROVAL_MANAGE)
def switch(request: Request, code: str) -> HttpResponse:
    """Switch a rule on or off."""
    row = switch_rule(code, actor=request.actor, is_active=request.POST.get("to") == "on")
    said = _("“%(name)s” is on now.") if row.is_active else _("“%(name)s” is off now.")
    messages.success(request, said % {"name": named(row)})
    return (
        redirect("approval-rules") if request.POST.get("back") == "list" else redirect("approval-rule", code)
    )


@require_POST
@page(Perm.APPROVAL_MANAGE)
def set_policy(request: Request) -> HttpResponse:
    """Say whether the first rule that matches counts, or all that do."""
    asked = request.POST.get("matching", "")
    if asked in set(Matching):
        set_matching(Matching(asked), actor=request.actor)
        messages.success(request, _("Saved."))
    return redirect("approval-rules")


def _steps(value: RuleValue, said: Said, people: reading.People) -> list[StepShown]:
    """The steps in turn; of those whom only the order tells of, nobody is named."""
    steps = sorted(value.steps, key=lambda step: step.turn)
    return [
        StepShown(step.name, step_words(step, said), people_words(step, said), people.names(step))
        for step in steps
    ]
