"""Values every floor speaks of: who acts, which page of a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does a thing: a person, an API key acting as one, or a named part of the system.

    `permissions` are codes of `identity.permissions.Perm`; `user_id` is None for the system.
    """

    kind: str
    name: str
    user_id: UUID | None = None
    key_id: UUID | None = None
    permissions: frozenset[str] = frozenset()
    language: str = "en"
    timezone: str = "UTC"

    def may(self, permission: str) -> bool:
        """Whether the actor holds the permission."""
        return permission in self.permissions


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list paged by key; `next_cursor` is None at the end."""

    items: Sequence[T]
    next_cursor: str | None = None
