"""Changing the rules of approval and who may approve what. Each change is kept with what was before."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from openoms.core.db import flow
from openoms.core.errors import FieldProblem, InvalidInput, NotFound
from openoms.core.ids import uuid7
from openoms.core.money import CURRENCIES
from openoms.core.types import Actor
from openoms.domains.approvals import kinds
from openoms.domains.approvals import rule_services as approvals
from openoms.domains.approvals.documents import LARGEST, check_rule, rule_document
from openoms.domains.approvals.models import ApprovalRule, Authority
from openoms.domains.approvals.rule_queries import rule_of
from openoms.domains.approvals.rules import ApprovalRule as RuleValue
from openoms.domains.approvals.rules import Matching
from openoms.domains.events.services import record
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.models import Role, User
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
    once: Once | None = None,
) -> ApprovalRule:
    """Make (`new`) or replace a rule; what it names must be there.

    Raises InvalidInput with every part at fault, NotFound for one to be changed that is not there.
    """
    require(actor, Perm.APPROVAL_MANAGE)
    idempotency.begin(once)
    check_rule(value)
    row = approvals.lock_rule(value.code)
    if new and row is not None:
        raise InvalidInput(f"There is a rule {value.code!r} already.", field="code")
    if new is False and row is None:
        raise NotFound(f"There is no rule {value.code!r}.")
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


@dataclass(frozen=True, slots=True)
class AuthorityInput:
    """How far a role's or a person's say goes; no currency is any, without bounds; none named is all of them."""

    role: str = ""
    user: UUID | None = None
    currency: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    order_types: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


@flow
def save_authority(
    value: AuthorityInput, *, actor: Actor, key: UUID | None = None, once: Once | None = None
) -> Authority:
    """Say what a role or a person may approve: new, or in place of the authority of that key.

    Raises InvalidInput naming what is at fault, NotFound.
    """
    require(actor, Perm.APPROVAL_MANAGE)
    idempotency.begin(once)
    _check_bounds(value)
    names.check_reach(value.order_types, value.categories)
    row = None if key is None else _locked_authority(key)
    before = {} if row is None else authority_document(row)
    role, user = _holder(value)
    saved = approvals.save_authority(
        row,
        role=role,
        user=user,
        currency=value.currency,
        least=value.least,
        most=value.most,
        order_types=list(dict.fromkeys(value.order_types)),
        categories=list(dict.fromkeys(value.categories)),
    )
    after = authority_document(saved)
    if before != after:
        record(actor, kinds.AUTHORITY_SAVED, saved.pk, data={"before": before, "after": after})
    idempotency.finish(once, saved)
    return saved


@flow
def remove_authority(key: UUID, *, actor: Actor) -> None:
    """Take an authority away. Raises NotFound."""
    require(actor, Perm.APPROVAL_MANAGE)
    row = _locked_authority(key)
    before = authority_document(row)
    row.delete()
    record(actor, kinds.AUTHORITY_SAVED, key, data={"before": before, "after": {}})


def authority_document(row: Authority) -> dict[str, Any]:
    """An authority as plain JSON values; what it does not narrow is left out."""
    amounts = {name: None if (v := getattr(row, name)) is None else f"{v.normalize():f}" for name in _BOUNDS}
    document = {
        "role": row.role_id,
        "user": str(row.user_id) if row.user_id else None,
        "currency": row.currency,
        **amounts,
        "order_types": list(row.order_types),
        "categories": list(row.categories),
    }
    return {name: value for name, value in document.items() if value}


_BOUNDS = ("least", "most")


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


def _locked_authority(key: UUID) -> Authority:
    row = approvals.lock_authority(key)
    if row is None:
        raise NotFound("There is no such authority.")
    return row


def _holder(value: AuthorityInput) -> tuple[Role | None, User | None]:
    if bool(value.role) == (value.user is not None):
        raise InvalidInput("Name a role or a person, one of the two.", field="role")
    if value.role:
        role = Role.objects.filter(pk=value.role).first()
        if role is None:
            raise InvalidInput(f"There is no role {value.role!r}.", field="role")
        return role, None
    user = User.objects.filter(pk=value.user, is_active=True).first() if value.user else None
    if user is None:
        raise InvalidInput("There is no such person.", field="user")
    return None, user


def _check_bounds(value: AuthorityInput) -> None:
    problems = []
    if value.currency and value.currency not in CURRENCIES:
        text = f"{value.currency!r} is not an ISO 4217 currency code."
        problems.append(FieldProblem(("currency",), text))
    bounds = [(name, getattr(value, name)) for name in _BOUNDS]
    if not value.currency and any(bound is not None for _, bound in bounds):
        problems.append(FieldProblem(("currency",), "Amounts need a currency."))
    for name, bound in bounds:
        if bound is not None and not 0 <= bound <= LARGEST:
            text = "An amount lies between 0 and 1,000,000,000,000."
            problems.append(FieldProblem((name,), text))
        elif bound is not None and bound != round(bound, 4):
            problems.append(FieldProblem((name,), "An amount has at most 4 decimals."))
    if value.least is not None and value.most is not None and value.least > value.most:
        problems.append(FieldProblem(("most",), "It ends below where it begins."))
    if problems:
        raise InvalidInput(problems[0].message, problems=problems)
