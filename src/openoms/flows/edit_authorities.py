"""Changing who may approve what. Each change is kept with what was before."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from openoms.core.db import flow
from openoms.core.errors import FieldProblem, InvalidInput, NotFound
from openoms.core.money import CURRENCIES
from openoms.core.types import Actor
from openoms.domains.approvals import kinds
from openoms.domains.approvals import rule_services as approvals
from openoms.domains.approvals.documents import LARGEST
from openoms.domains.approvals.models import Authority
from openoms.domains.events.services import record
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.models import Role, User
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.flows.steps import approval_names as names

_BOUNDS = ("least", "most")


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
def save_authority(value: AuthorityInput, *, actor: Actor, once: Once | None = None) -> Authority:
    """Say what a role or a person may approve. Raises InvalidInput naming what is at fault."""
    require(actor, Perm.APPROVAL_MANAGE)
    idempotency.begin(once)
    saved = _save(None, value, actor)
    idempotency.finish(once, saved)
    return saved


@flow
def change_authority(key: UUID, changes: Mapping[str, Any], *, actor: Actor) -> Authority:
    """Change how far an authority goes, parts named as AuthorityInput's; whose it is stays. Raises NotFound, InvalidInput."""
    require(actor, Perm.APPROVAL_MANAGE)
    row = _locked(key)
    known = AuthorityInput(
        row.role_id or "", row.user_id, row.currency, row.least, row.most, tuple(row.order_types),
        tuple(row.categories),
    )  # fmt: skip
    return _save(row, replace(known, **changes), actor)


@flow
def remove_authority(key: UUID, *, actor: Actor) -> None:
    """Take an authority away. Raises NotFound."""
    require(actor, Perm.APPROVAL_MANAGE)
    row = _locked(key)
    before = authority_document(row)
    approvals.remove_authority(row)
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


def _save(row: Authority | None, value: AuthorityInput, actor: Actor) -> Authority:
    """Check and write an authority, and tell what became of it."""
    _check_bounds(value)
    names.check_reach(value.order_types, value.categories)
    before = {} if row is None else authority_document(row)
    role, user = (row.role, row.user) if row else _holder(value)
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
    return saved


def _locked(key: UUID) -> Authority:
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
