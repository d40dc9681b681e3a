"""Order entry while it goes on: what is typed is kept, and two who edit one draft see each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.errors import InvalidInput
from openoms.core.types import Actor
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.queries import was_answered
from openoms.domains.identity.rules import require
from openoms.domains.orders import entry_services as entries
from openoms.domains.orders.errors import NoSuchOrder
from openoms.domains.orders.models import UnfinishedEntry
from openoms.domains.orders.queries import visible_to

KEPT = timedelta(days=30)
# Without a sign for so long somebody has left; a page gives one every ten seconds.
EDITOR_GONE = timedelta(seconds=35)
_LARGEST = 512 * 1024
ENDPOINT = "console:order"


@dataclass(frozen=True, slots=True)
class Typed:
    """What a page of order entry holds: its key, the form's fields, and what to call it in a list.

    `number` and `base_revision` are those of the draft being edited; empty and 0 for a new order.
    """

    id: UUID
    fields: Sequence[tuple[str, str]]
    title: str = ""
    line_count: int = 0
    number: str = ""
    base_revision: int = 0


@flow
def keep_entry(typed: Typed, *, actor: Actor) -> bool:
    """Keep what was typed so far under the page's key; False when that page has placed its order already."""
    require(actor, Perm.ORDER_CREATE)
    assert actor.user_id is not None, "pages are people's"
    if sum(len(name) + len(value) for name, value in typed.fields) > _LARGEST:
        raise InvalidInput(
            "This is more than an unfinished order can keep. Save it as a draft.", field="fields"
        )
    if was_answered(Once.key(actor.user_id, ENDPOINT, str(typed.id))):
        return False
    order_id = None
    if typed.number:
        order_id = visible_to(actor).filter(number=typed.number).values_list("pk", flat=True).first()
        if order_id is None:
            raise NoSuchOrder(typed.number)
    entries.keep_entry(
        UnfinishedEntry(
            id=typed.id,
            author_id=actor.user_id,
            order_id=order_id,
            base_revision=typed.base_revision,
            title=typed.title[:200],
            line_count=typed.line_count,
            fields=[list(pair) for pair in typed.fields],
            updated_at=now(),
        )
    )
    return True


@flow
def drop_entry(entry_id: UUID, *, actor: Actor) -> None:
    """Forget what the actor had typed on that page."""
    require(actor, Perm.ORDER_CREATE)
    entries.drop_entries(pk=entry_id, author=actor.user_id)


@flow
def forget_old_entries() -> int:
    """Delete what nobody came back to for a month; returns how many."""
    return entries.drop_entries(updated_at__lt=now() - KEPT)


@flow
def keep_editing(number: str, *, actor: Actor) -> UUID:
    """Note that the actor has this order open for editing; its id. Raises NoSuchOrder."""
    require(actor, Perm.ORDER_VIEW, Perm.ORDER_CREATE)
    assert actor.user_id is not None, "pages are people's"
    order_id: UUID | None = visible_to(actor).filter(number=number).values_list("pk", flat=True).first()
    if order_id is None:
        raise NoSuchOrder(number)
    instant = now()
    entries.seen_editing(order_id, actor.user_id, instant, instant - EDITOR_GONE)
    return order_id
