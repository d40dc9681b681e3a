"""Writing people, roles and keys."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from openoms.core.db import require_atomic
from openoms.core.errors import InvalidInput
from openoms.domains.identity.models import ApiKey, Role, User
from openoms.domains.identity.permissions import DEFAULT_GRANTS, Perm
from openoms.domains.identity.queries import digest_of


def ensure_roles() -> None:
    """Make the built-in roles that are missing; the grants of those that exist stay as they were edited."""
    require_atomic()
    Role.objects.bulk_create(
        [
            Role(code=code, name=name, name_zh=name_zh, grants=sorted(grants))
            for code, (name, name_zh, grants) in DEFAULT_GRANTS.items()
        ],
        ignore_conflicts=True,
    )


def set_grants(role: Role, grants: Collection[str]) -> None:
    """Replace what a role may do; raises InvalidInput for a permission that does not exist."""
    require_atomic()
    unknown = sorted(set(grants) - set(Perm))
    if unknown:
        raise InvalidInput(f"There is no permission {unknown[0]!r}.", field="grants")
    role.grants = sorted(grants)
    role.save(update_fields=["grants"])


def create_user(
    email: str, name: str, password: str | None, roles: Sequence[Role], manager: UUID | None = None
) -> User:
    """Make a person with roles; without a password they cannot sign in (an integration's user)."""
    require_atomic()
    if User.objects.filter(email=email.strip().lower()).exists():
        raise InvalidInput("Somebody with this e-mail address exists already.", field="email")
    user = User.objects.create_user(email, password, name=name, manager_id=manager)
    user.roles.set(roles)
    return user


def create_key(
    user: User, name: str, scopes: Sequence[str], expires_at: datetime | None
) -> tuple[ApiKey, str]:
    """Make a key; the secret is returned here and never again."""
    require_atomic()
    unknown = sorted(set(scopes) - set(Perm))
    if unknown:
        raise InvalidInput(f"There is no permission {unknown[0]!r}.", field="scopes")
    secret = "oms_" + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        user=user,
        name=name,
        prefix=secret[:8],
        digest=digest_of(secret),
        scopes=sorted(scopes),
        expires_at=expires_at,
    )
    return key, secret


def revoke_key(key: ApiKey, at: datetime) -> None:
    """End a key; it is refused everywhere within the seconds the web processes cache keys for."""
    require_atomic()
    key.revoked_at = key.revoked_at or at
    key.save(update_fields=["revoked_at"])
