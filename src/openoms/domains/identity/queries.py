"""Reading people and keys."""

import hashlib
from datetime import datetime
from uuid import UUID

from openoms.core.types import Actor
from openoms.domains.identity.errors import BadKey
from openoms.domains.identity.models import ApiKey, IdempotencyKey, User

# Roles of those who are not the firm's own people.
OUTSIDE = ("customer", "integrator")


def actor_of(user: User, *, kind: str = "user", key: ApiKey | None = None) -> Actor:
    """The actor a user acts as: the union of its roles' permissions, cut to the key's scopes where it has any."""
    held = (
        frozenset[str]().union(*(role.permissions for role in user.roles.all()))
        if user.is_active
        else frozenset()
    )
    if key is not None and key.scopes:
        held &= frozenset(key.scopes)
    return Actor(
        kind=kind,
        name=user.name,
        user_id=user.pk,
        key_id=key.pk if key else None,
        permissions=held,
        language=user.language or "en",
        timezone=user.timezone or "UTC",
    )


def digest_of(secret: str) -> str:
    """What is kept of a key: its SHA-256, which needs no salt, for a key has 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def actor_by_key(secret: str, now: datetime) -> Actor:
    """The actor a key stands for at `now`; raises BadKey."""
    key = (
        ApiKey.objects.select_related("user")
        .prefetch_related("user__roles")
        .filter(digest=digest_of(secret), revoked_at=None, user__is_active=True)
        .first()
    )
    if key is None or (key.expires_at is not None and key.expires_at <= now):
        raise BadKey
    return actor_of(key.user, kind="key", key=key)


def colleagues() -> list[tuple[UUID, str, str]]:
    """(key, name, e-mail address) of the firm's own people who may sign in, by name: who can be called by a comment."""
    rows = User.objects.filter(is_active=True, roles__isnull=False).exclude(roles__code__in=OUTSIDE)
    return list(rows.order_by("name", "pk").values_list("pk", "name", "email").distinct())


def key_of_person(text: str) -> UUID | None:
    """The key of the person whom a key or e-mail address means, None when there is none."""
    wanted = text.strip().lower()
    try:
        rows = User.objects.filter(pk=UUID(wanted))
    except ValueError:
        rows = User.objects.filter(email=wanted)
    return rows.values_list("pk", flat=True).first()


def is_colleague(key: UUID) -> bool:
    """Whether it is one of the firm's own people who may sign in."""
    rows = User.objects.filter(pk=key, is_active=True, roles__isnull=False)
    return rows.exclude(roles__code__in=OUTSIDE).exists()


def role_codes(user_id: UUID) -> frozenset[str]:
    """The codes of the user's roles."""
    return frozenset(User.objects.filter(pk=user_id).values_list("roles__code", flat=True)) - {None}


def was_answered(key: UUID) -> bool:
    """Whether the request of that idempotency key was done."""
    return IdempotencyKey.objects.filter(pk=key).exists()
