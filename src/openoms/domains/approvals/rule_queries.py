"""Reading the rules of approval, how they work together, and who may approve what."""

from django.db.models import QuerySet

from openoms.domains.approvals.documents import rule_from
from openoms.domains.approvals.models import ApprovalPolicy, ApprovalRule, Authority, Delegation
from openoms.domains.approvals.rules import ApprovalRule as RuleValue
from openoms.domains.approvals.rules import Matching


def read_rules() -> tuple[tuple[RuleValue, ...], Matching]:
    """The rules that are on, as values, and which of those that match count."""
    rows = ApprovalRule.objects.filter(is_active=True).order_by("-priority", "code")
    return tuple(rule_of(row) for row in rows), matching()


def matching() -> Matching:
    """Which of the rules that match count."""
    said = ApprovalPolicy.objects.values_list("matching", flat=True).first()
    return Matching(said or Matching.ALL)


def rule_of(row: ApprovalRule) -> RuleValue:
    """A rule as the engine knows it."""
    return rule_from(
        {
            "code": row.code,
            "name": row.name,
            "name_zh": row.name_zh,
            "priority": row.priority,
            "conditions": row.conditions,
            "steps": row.steps,
        }
    )


def authorities() -> QuerySet[Authority]:
    """Who may approve what, roles first, with their names."""
    return Authority.objects.select_related("role", "user").order_by(
        "role_id", "user__name", "currency", "id"
    )


def delegations() -> QuerySet[Delegation]:
    """Arrangements for absence, with the people they name."""
    return Delegation.objects.select_related("whose", "to")
