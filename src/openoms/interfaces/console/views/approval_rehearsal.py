"""What an approval rule would have done to past orders: of a rule that is saved, or of one as it is typed."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from openoms.core.errors import DomainError
from openoms.domains.approvals.documents import check_rule
from openoms.domains.approvals.models import ApprovalRule
from openoms.domains.approvals.rule_queries import rule_of
from openoms.domains.approvals.rules import ApprovalRule as RuleValue
from openoms.domains.identity.permissions import Perm
from openoms.interfaces.console.access import Request, page
from openoms.interfaces.console.approval_words import reason_words, said_of, step_words
from openoms.interfaces.console.forms.approval_rehearsal import ApprovalRehearsalForm
from openoms.interfaces.console.forms.approval_rule import RuleEntry
from openoms.interfaces.console.promotion_words import Said
from openoms.interfaces.console.refusals import sentence
from openoms.interfaces.console.views.approval_editor import UNSAVED, token_names_of
from openoms.reading.approval_rehearsal import MOST_ORDERS, Example, Rehearsal, StepEffect, rehearse


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step's effect with its people in words."""

    text: str
    effect: StepEffect


@dataclass(frozen=True, slots=True)
class ExampleShown:
    """An example with its reasons and steps in words."""

    example: Example
    why: list[str]
    asks: list[str]


@require_GET
@page(Perm.APPROVAL_VIEW, Perm.ORDER_VIEW)
def rehearsal(request: Request, code: str) -> HttpResponse:
    """What a saved rule would have done to the orders of some days."""
    row = get_object_or_404(ApprovalRule, code=code)
    form = ApprovalRehearsalForm(request.GET)
    context: dict[str, Any] = {"rehearsal_form": form, "rule": row}
    if form.is_valid():
        context |= _rehearsed(rule_of(row), form)
    return render(request, "approvals/_rehearsal.html", context)


@require_POST
@page(Perm.APPROVAL_MANAGE, Perm.APPROVAL_VIEW, Perm.ORDER_VIEW)
def rehearse_typed(request: Request) -> HttpResponse:
    """What the rule as it is typed would have done."""
    entry = RuleEntry(request.POST)
    form = ApprovalRehearsalForm(request.POST, prefix="rehearse")
    value = entry.draft(token_names_of(entry.forms), request.POST.get("of", "") or UNSAVED)
    context: dict[str, Any] = {"rehearsal_form": form, "typed": True}
    if form.is_valid():
        try:
            # What is only tried may have neither code nor name yet.
            check_rule(replace(value, code="trial", name=value.name or "trial"))
            context |= _rehearsed(value, form)
        except DomainError as error:
            context["refused"] = sentence(error)
    return render(request, "approvals/_rehearsal.html", context)


def _rehearsed(rule: RuleValue, form: ApprovalRehearsalForm) -> dict[str, Any]:
    days = form.cleaned_data
    try:
        found = rehearse(
            rule,
            days["since"],
            days["until"],
            timezone.get_current_timezone_name(),
            beside=bool(days["beside"]),
        )
    except DomainError as error:
        return {"refused": sentence(error)}
    said = _said(rule, found)
    return {
        "found": found,
        "days": (days["until"] - days["since"]).days + 1,
        "most": MOST_ORDERS,
        "amounts": sorted(found.amounts.items()),
        "steps": [StepShown(step_words(replace(one.step, hours=0), said), one) for one in found.steps],
        "examples": [_example(one, said) for one in found.examples],
    }


def _said(rule: RuleValue, found: Rehearsal) -> Said:
    """How to say all that the steps and reasons name: other rules may have taken part."""
    steps = tuple(effect.step for effect in found.steps)
    return said_of([rule, RuleValue("", (), steps)])


def _example(example: Example, said: Said) -> ExampleShown:
    why = [reason_words(kind, figure, said) for reason in example.reasons for kind, figure in reason.facts]
    return ExampleShown(example, list(dict.fromkeys(why)), [step.name for step in example.steps])
