"""What approval an order would need, said before it is submitted: whom it would go to in turn, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from openoms.core.types import Actor
from openoms.domains.approvals.models import ApprovalRule as RuleRow
from openoms.domains.approvals.rules import ApprovalRule, Requirement
from openoms.domains.identity.permissions import Perm
from openoms.interfaces.console.approval_shown import Reason, reasons_shown
from openoms.interfaces.console.approval_words import asked_words, said_of
from openoms.interfaces.console.templatetags.oms import named


@dataclass(frozen=True, slots=True)
class Needs:
    """Whom it would go to, one after another, and the rules that ask for it."""

    asked: Sequence[str]
    reasons: Sequence[Reason]


def needs_shown(requirement: Requirement, actor: Actor) -> Needs | None:
    """What approval the order would need; None where none."""
    if not requirement.steps:
        return None
    steps = tuple(needed.step for needed in requirement.steps)
    said = said_of([ApprovalRule("", steps=steps)])
    codes = [reason.rule for reason in requirement.reasons]
    rules = {row.code: named(row) for row in RuleRow.objects.filter(code__in=codes)}
    reasons = [{"rule": reason.rule, "facts": reason.facts} for reason in requirement.reasons]
    may_costs = actor.may(Perm.COST_VIEW)
    return Needs(
        [asked_words(step, said) for step in steps], reasons_shown(reasons, rules, may_costs=may_costs)
    )
