"""Looking after orders: comments that call colleagues, owner, followers, tags."""

from collections.abc import Collection
from uuid import UUID

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.errors import InvalidInput
from openoms.core.types import Actor
from openoms.domains.events.services import record
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.models import User
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.queries import colleagues
from openoms.domains.identity.rules import require
from openoms.domains.orders import desk_services as desk
from openoms.domains.orders import kinds
from openoms.domains.orders import services as orders
from openoms.domains.orders.mentions import mentioned
from openoms.domains.orders.models import Comment, Order

LONGEST_TAG, MOST_TAGS = 40, 20


@flow
def comment_on(number: str, text: str, *, actor: Actor, once: Once | None = None) -> Comment:
    """Say something about an order; colleagues called by @name follow it from then on. Raises NoSuchOrder."""
    require(actor, Perm.ORDER_VIEW, Perm.ORDER_COMMENT)
    idempotency.begin(once)
    text = text.strip()
    if not text:
        raise InvalidInput("A comment needs a text.", field="text")
    order = orders.lock(number)
    called = mentioned(text, colleagues()) if "@" in text else []
    comment = desk.comment(order, text, called, by=actor.user_id, at=now())
    desk.follow(order, {*called, *([actor.user_id] if actor.user_id else [])})
    data = {"number": order.number, "comment": str(comment.id), "mentions": [str(key) for key in called]}
    record(actor, kinds.COMMENT_ADDED, order.id, data=data)
    idempotency.finish(once, comment)
    return comment


@flow
def assign_order(number: str, owner: UUID | None, *, actor: Actor) -> Order:
    """Give an order to somebody, or to nobody. Raises NoSuchOrder, InvalidInput."""
    require(actor, Perm.ORDER_VIEW, Perm.ORDER_ASSIGN)
    order = orders.lock(number)
    keys = [key for key in (owner, order.owner_id) if key is not None]
    people = {row.pk: row for row in User.objects.filter(pk__in=keys)}
    if owner is not None and (owner not in people or not people[owner].is_active):
        raise InvalidInput("There is no such person.", field="owner")
    if order.owner_id == owner:
        return order
    names = [people[key].name if key in people else "" for key in (order.owner_id, owner)]
    desk.assign(order, owner)
    data = {"number": order.number, "before": names[0], "after": names[1]}
    record(actor, kinds.ORDER_ASSIGNED, order.id, data=data)
    return order


@flow
def tag_order(number: str, add: Collection[str], remove: Collection[str] = (), *, actor: Actor) -> Order:
    """Mark an order with words, or take some off. Raises NoSuchOrder, InvalidInput."""
    require(actor, Perm.ORDER_VIEW, Perm.ORDER_ASSIGN)
    wanted, unwanted = _tags(add), _tags(remove)
    order = orders.lock(number)
    added, removed = desk.tag(order, wanted, unwanted)
    if order.taggings.count() > MOST_TAGS:
        raise InvalidInput(f"An order has at most {MOST_TAGS} tags.", field="add")
    if added or removed:
        data = {"number": order.number, "added": added, "removed": removed}
        record(actor, kinds.ORDER_TAGGED, order.id, data=data)
    return order


@flow
def follow_order(number: str, *, actor: Actor, follows: bool = True) -> Order:
    """Follow an order, or no longer: one's own matter, so the trail does not tell of it. Raises NoSuchOrder."""
    require(actor, Perm.ORDER_VIEW, Perm.ORDER_COMMENT)
    order = orders.lock(number)
    if actor.user_id is not None:
        if follows:
            desk.follow(order, [actor.user_id])
        else:
            desk.unfollow(order, actor.user_id)
    return order


def _tags(texts: Collection[str]) -> set[str]:
    names = {" ".join(text.split()) for text in texts} - {""}
    if any(len(name) > LONGEST_TAG or "," in name for name in names):
        raise InvalidInput(f"A tag has up to {LONGEST_TAG} characters and no comma.", field="add")
    return names
