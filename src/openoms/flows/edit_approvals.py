"""Changing the rules of approval. Each change is kept with what was before."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from openoms.core.db import flow
from openoms.core.errors import InvalidInput, NotFound, refuse_stale
from openoms.core.ids import uuid7
from openoms.core.types import Actor
from openoms.domains.approvals import kinds
from openoms.domains.approvals import rule_services as approvals
from openoms.domains.approvals.documents import check_rule, rule_document
from openoms.domains.approvals.models import ApprovalRule
from openoms.domains.approvals.rule_queries import rule_of
from openoms.domains.approvals.rules import ApprovalRule as RuleValue
from openoms.domains.approvals.rules import Matching
from openoms.domains.events.services import record
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.pricing import services as pricing
from openoms.flows.steps import approval_names as names


@flow
def save_rule(
    value: RuleValue,
    *,
    actor: Actor,
    is_active: bool = True,
    new: bool | None = None,
    read_at: datetime | None = None,
    once: Once | None = None,
) -> ApprovalRule:
    """Make (`new`) or replace a rule; what it names must be there. `read_at` is its `updated_at` when it was read.

    Raises InvalidInput with every part at fault, NotFound for one to be changed that is not there, ChangedMeanwhile.
    """
    require(actor, Perm.APPROVAL_MANAGE)
    idempotency.begin(once)
    check_rule(value)
    row = approvals.lock_rule(value.code)
    if new and row is not None:
        raise InvalidInput(f"There is a rule {value.code!r} already.", field="code")
    if new is False and row is None:
        raise NotFound(f"There is no rule {value.code!r}.")
    if row is not None:
        refuse_stale(row.updated_at, read_at)
    saved = _save(row, value, is_active, actor)
    idempotency.finish(once, saved)
    return saved


@flow
def change_rule(code: str, changes: Mapping[str, Any], *, actor: Actor) -> ApprovalRule:
    """Change some parts of a rule, named as RuleValue's or `is_active`. Raises NotFound, InvalidInput."""
    require(actor, Perm.APPROVAL_MANAGE)
    row = _locked(code)
    parts = {name: value for name, value in changes.items() if name != "is_active"}
    value = replace(rule_of(row), **parts)
    check_rule(value)
    return _save(row, value, changes.get("is_active", row.is_active), actor)


@flow
def switch_rule(code: str, *, actor: Actor, is_active: bool) -> ApprovalRule:
    """Switch a rule on or off. Raises NotFound."""
    require(actor, Perm.APPROVAL_MANAGE)
    row = _locked(code)
    if row.is_active != is_active:
        approvals.switch_rule(row, is_active=is_active)
        pricing.bump_version()
        data = {"code": code, "before": {"is_active": not is_active}, "after": {"is_active": is_active}}
        record(actor, kinds.RULE_SAVED, row.pk, data=data)
    return row


@flow
def set_matching(matching: Matching, *, actor: Actor) -> Matching:
    """Say whether the first rule that matches counts, or all that do."""
    require(actor, Perm.APPROVAL_MANAGE)
    policy = approvals.lock_policy()
    before = policy.matching
    if before != matching:
        approvals.set_matching(policy, matching)
        pricing.bump_version()
        data = {"before": {"matching": before}, "after": {"matching": str(matching)}}
        record(actor, kinds.POLICY_CHANGED, uuid7(), data=data)
    return matching


def _save(row: ApprovalRule | None, value: RuleValue, is_active: bool, actor: Actor) -> ApprovalRule:
    """Write the rule, tell what became of it, and have every process read the rules again."""
    names.check_rule(value)
    before, was_active = (None, False) if row is None else (rule_of(row), row.is_active)
    saved = approvals.save_rule(row, value, is_active=is_active)
    if before != value or was_active != is_active:
        pricing.bump_version()
        data = _changes(before, value) | {"code": value.code}
        if before is None or was_active != is_active:
            data["before"] |= {} if before is None else {"is_active": was_active}
            data["after"] |= {"is_active": is_active}
        record(actor, kinds.RULE_SAVED, saved.pk, data=data)
    return saved


def _changes(before: RuleValue | None, after: RuleValue) -> dict[str, Any]:
    """The documents of the parts that differ as values (100 and 100.0000 do not)."""
    known, told = rule_document(before) if before else {}, rule_document(after)
    changed = [name for name in told if before is None or getattr(before, name) != getattr(after, name)]
    return {
        "before": {name: known[name] for name in changed if name in known},
        "after": {name: told[name] for name in changed},
    }


def _locked(code: str) -> ApprovalRule:
    row = approvals.lock_rule(code)
    if row is None:
        raise NotFound(f"There is no rule {code!r}.")
    return row
