"""What may be done by whom (pure)."""

from openoms.core.types import Actor
from openoms.domains.identity.errors import MissingPermission
from openoms.domains.identity.permissions import Perm


def require(actor: Actor, *permissions: Perm) -> None:
    """Raise MissingPermission for the first the actor lacks: the first line of every flow."""
    for permission in permissions:
        if permission not in actor.permissions:
            raise MissingPermission(permission)


def system(name: str) -> Actor:
    """The named part of the system as an actor that may do everything."""
    return Actor(kind="system", name=name, permissions=frozenset(Perm))
