"""Writing the rules of approval, who may approve what, and who decides in absence."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from openoms.core.db import require_atomic
from openoms.core.ids import uuid7
from openoms.domains.approvals.documents import conditions_document, steps_document
from openoms.domains.approvals.models import ApprovalPolicy, ApprovalRule, Authority, Delegation, ExchangeRate
from openoms.domains.approvals.rules import ApprovalRule as RuleValue
from openoms.domains.approvals.rules import Matching


def lock_rule(code: str) -> ApprovalRule | None:
    """The rule of that code, kept from being changed meanwhile."""
    require_atomic()
    return ApprovalRule.objects.select_for_update().filter(code=code).first()


def save_rule(row: ApprovalRule | None, value: RuleValue, *, is_active: bool) -> ApprovalRule:
    """Write a rule that was checked."""
    require_atomic()
    row = row or ApprovalRule(code=value.code)
    row.name, row.name_zh, row.priority = value.name, value.name_zh, value.priority
    row.conditions, row.steps = conditions_document(value.conditions), steps_document(value.steps)
    row.is_active = is_active
    row.save()
    return row


def switch_rule(row: ApprovalRule, *, is_active: bool) -> None:
    """Switch a rule on or off."""
    require_atomic()
    row.is_active = is_active
    row.save(update_fields=["is_active", "updated_at"])


def lock_policy() -> ApprovalPolicy:
    """How the rules work together, made when missing."""
    require_atomic()
    ApprovalPolicy.objects.bulk_create([ApprovalPolicy(pk=1)], ignore_conflicts=True)
    return ApprovalPolicy.objects.select_for_update().get(pk=1)


def set_matching(policy: ApprovalPolicy, matching: Matching) -> None:
    """Which of the rules that match are to count."""
    require_atomic()
    policy.matching = matching
    policy.save(update_fields=["matching"])


def lock_authority(key: UUID) -> Authority | None:
    """The authority, kept from being changed meanwhile."""
    require_atomic()
    rows = Authority.objects.select_related("role", "user").select_for_update(of=("self",))
    return rows.filter(pk=key).first()


def save_authority(row: Authority | None, **values: Any) -> Authority:
    """Write an authority that was checked."""
    require_atomic()
    row = row or Authority()
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    return row


def remove_authority(row: Authority) -> None:
    """Take an authority away."""
    require_atomic()
    row.delete()


def add_delegation(whose: UUID, to: UUID, since: datetime, until: datetime | None, reason: str) -> Delegation:
    """Write an arrangement that was checked."""
    require_atomic()
    return Delegation.objects.create(
        id=uuid7(), whose_id=whose, to_id=to, since=since, until=until, reason=reason
    )


def lock_delegation(key: UUID) -> Delegation | None:
    """The arrangement, kept from being changed meanwhile."""
    require_atomic()
    return Delegation.objects.select_for_update().filter(pk=key).first()


def end_delegation(row: Delegation, at: datetime) -> None:
    """End an arrangement."""
    require_atomic()
    row.ended_at = at
    row.save(update_fields=["ended_at"])


def set_rate(currency: str, rate: Decimal | None) -> Decimal | None:
    """Write what a currency is worth, None for no longer known; what it was before."""
    require_atomic()
    row = ExchangeRate.objects.select_for_update().filter(pk=currency).first()
    before = row.rate if row else None
    if rate is None:
        ExchangeRate.objects.filter(pk=currency).delete()
    else:
        ExchangeRate.objects.update_or_create(currency=currency, defaults={"rate": rate})
    return before
