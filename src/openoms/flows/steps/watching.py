"""Who looks after an order from its beginning."""

from uuid import UUID

from openoms.core import db
from openoms.core.ids import uuid7
from openoms.core.types import Actor
from openoms.domains.orders.models import Follower, Order


def first_owner(actor: Actor) -> UUID | None:
    """The person who enters an order at the desk owns it; what a program sends waits to be assigned."""
    return actor.user_id if actor.kind == "user" else None


def begin(order: Order) -> None:
    """Make the owner of an order being placed its first follower."""
    if order.owner_id is not None:
        db.insert(db.new(Follower, id=uuid7(), order_id=order.id, user_id=order.owner_id))
