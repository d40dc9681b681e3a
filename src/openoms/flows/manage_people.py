"""People, what roles may do, and API keys."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.errors import Forbidden, InvalidInput, NotFound
from openoms.core.ids import uuid7
from openoms.core.types import Actor
from openoms.domains.events.services import record
from openoms.domains.identity import kinds
from openoms.domains.identity import services as identity
from openoms.domains.identity.models import ApiKey, Role, User
from openoms.domains.identity.permissions import ADMINISTRATOR, Perm
from openoms.domains.identity.queries import is_colleague
from openoms.domains.identity.rules import require


@flow
def create_user(
    email: str,
    name: str,
    password: str | None,
    roles: Collection[str],
    *,
    actor: Actor,
    manager: UUID | None = None,
) -> User:
    """Add a person with roles by code. Nobody hands out more than they may do themselves."""
    require(actor, Perm.USER_MANAGE)
    rows = _roles(roles, actor)
    if manager is not None:
        _check_manager(None, manager)
    user = identity.create_user(email, name, password, rows, manager)
    data = {"roles": sorted(roles)} | ({"manager": str(manager)} if manager else {})
    record(actor, kinds.USER_CREATED, user.pk, data=data)
    return user


@flow
def change_user(
    user_id: UUID,
    *,
    actor: Actor,
    name: str,
    roles: Collection[str],
    is_active: bool,
    manager: UUID | None,
) -> User:
    """Change a person's name, roles, manager and whether they may sign in; the last administrator stays one."""
    require(actor, Perm.USER_MANAGE)
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotFound("There is no such person.")
    held = set(user.roles.values_list("code", flat=True))
    rows = _roles(set(roles) - held, actor) + list(Role.objects.filter(code__in=held & set(roles)))
    if ADMINISTRATOR in held and not (is_active and ADMINISTRATOR in roles):
        _refuse_last_administrator(user)
    if manager is not None and manager != user.manager_id:
        _check_manager(user, manager)
    before = {"roles": sorted(held), "is_active": user.is_active, "manager": _key(user.manager_id)}
    user.name, user.is_active, user.manager_id = name, is_active, manager
    user.save(update_fields=["name", "is_active", "manager"])
    user.roles.set(rows)
    after = {"roles": sorted(roles), "is_active": is_active, "manager": _key(manager)}
    record(actor, kinds.USER_CHANGED, user.pk, data={"before": before, "after": after})
    return user


@flow
def set_grants(role_code: str, grants: Collection[str], *, actor: Actor) -> Role:
    """Replace what a role may do; the administrator's everything stays as it is."""
    require(actor, Perm.ROLE_MANAGE)
    role = Role.objects.select_for_update().filter(code=role_code).first()
    if role is None:
        raise NotFound(f"There is no role {role_code!r}.")
    if role.code == ADMINISTRATOR:
        raise Forbidden("The administrator may do everything; that cannot be changed.")
    before = sorted(role.grants)
    identity.set_grants(role, grants)
    if before != role.grants:
        data = {"role": role.code, "before": before, "after": role.grants}
        record(actor, kinds.ROLE_CHANGED, uuid7(), data=data)
    return role


@flow
def create_api_key(
    user_id: UUID, name: str, *, actor: Actor, scopes: Sequence[str] = (), expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """Make a key that acts as a user, who may not hold more than the maker; returns it with its secret, once."""
    require(actor, Perm.APIKEY_MANAGE)
    user = User.objects.prefetch_related("roles").filter(pk=user_id, is_active=True).first()
    if user is None:
        raise NotFound("There is no such person.")
    _refuse_more_than(actor, user.roles.all())
    if not name.strip():
        raise InvalidInput("Give the key a name that says what uses it.", field="name")
    if expires_at is not None and expires_at <= now():
        raise InvalidInput("The key would have expired already.", field="expires_at")
    key, secret = identity.create_key(user, name.strip(), scopes, expires_at)
    record(
        actor, kinds.KEY_CREATED, key.pk, data={"name": key.name, "prefix": key.prefix, "scopes": key.scopes}
    )
    return key, secret


@flow
def create_integration_key(role: str, name: str, *, actor: Actor) -> tuple[ApiKey, str]:
    """Make a key for a program with a user of its own that has the role: what `openoms create-api-key` does."""
    require(actor, Perm.APIKEY_MANAGE, Perm.USER_MANAGE)
    rows = _roles({role}, actor)
    email = f"{role}-{uuid7().hex[-12:]}@integration.invalid"
    user = identity.create_user(email, name, None, rows)
    record(actor, kinds.USER_CREATED, user.pk, data={"roles": [role]})
    key, secret = identity.create_key(user, name, (), None)
    record(actor, kinds.KEY_CREATED, key.pk, data={"name": key.name, "prefix": key.prefix, "scopes": []})
    return key, secret


@flow
def revoke_api_key(key_id: UUID, *, actor: Actor) -> ApiKey:
    """End a key."""
    require(actor, Perm.APIKEY_MANAGE)
    key = ApiKey.objects.select_for_update().filter(pk=key_id).first()
    if key is None:
        raise NotFound("There is no such key.")
    if key.revoked_at is None:
        identity.revoke_key(key, now())
        record(actor, kinds.KEY_REVOKED, key.pk, data={"name": key.name, "prefix": key.prefix})
    return key


def _roles(codes: Collection[str], actor: Actor) -> list[Role]:
    rows = list(Role.objects.filter(code__in=codes))
    unknown = sorted(set(codes) - {row.code for row in rows})
    if unknown:
        raise InvalidInput(f"There is no role {unknown[0]!r}.", field="roles")
    _refuse_more_than(actor, rows)
    return rows


def _refuse_more_than(actor: Actor, roles: Collection[Role]) -> None:
    for role in roles:
        if not role.permissions <= actor.permissions:
            raise Forbidden(f"You cannot give the role {role.code}: it may do more than you may.")


def _check_manager(user: User | None, manager: UUID) -> None:
    """A manager is one of the firm's, and nobody is above themselves, not even by way of others; raises InvalidInput."""
    if not is_colleague(manager):
        raise InvalidInput("There is no such person.", field="manager")
    above: UUID | None = manager
    passed: set[UUID] = set()
    while user is not None and above is not None and above not in passed:
        if above == user.pk:
            raise InvalidInput("They would be their own manager by way of others.", field="manager")
        passed.add(above)
        above = User.objects.filter(pk=above).values_list("manager", flat=True).first()


def _key(key: UUID | None) -> str:
    return str(key) if key else ""


def _refuse_last_administrator(user: User) -> None:
    others = User.objects.filter(roles__code=ADMINISTRATOR, is_active=True).exclude(pk=user.pk)
    if not others.exists():
        raise InvalidInput("The last administrator must stay one.", field="roles")
