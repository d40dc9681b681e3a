"""Keeping how a person wants to see a list: named views, their own or shared with their roles, and columns."""

from collections.abc import Collection, Sequence
from uuid import UUID

from openoms.core.db import flow
from openoms.core.errors import Forbidden, InvalidInput, NotFound
from openoms.core.types import Actor
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.queries import role_codes
from openoms.domains.identity.rules import require
from openoms.domains.orders import desk_services as desk
from openoms.domains.orders.models import SavedView

MOST_VIEWS = 50


@flow
def save_view(
    page: str, name: str, query: str, columns: Sequence[str], *, actor: Actor, shared: bool
) -> SavedView:
    """Keep filters and columns under a name, in place of those of that name. Raises InvalidInput."""
    user = _person(actor)
    name = " ".join(name.split())
    if not 0 < len(name) <= 60:
        raise InvalidInput("A view needs a name of up to 60 characters.", field="name")
    if SavedView.objects.filter(owner_id=user).exclude(name=name).count() >= MOST_VIEWS:
        raise InvalidInput(f"At most {MOST_VIEWS} views. Remove one you no longer use.", field="name")
    roles: Collection[str] = role_codes(user) if shared else ()
    return desk.save_view(user, page, name, query=query[:1000], columns=columns, shared_with=sorted(roles))


@flow
def keep_columns(page: str, columns: Sequence[str], *, actor: Actor) -> SavedView:
    """Remember which columns of a list the person wants; none means the usual ones."""
    return desk.save_view(_person(actor), page, "", query="", columns=columns, shared_with=())


@flow
def remove_view(view_id: UUID, *, actor: Actor) -> None:
    """Take one of one's own views away. Raises NotFound, also for another person's."""
    if not desk.remove_view(_person(actor), view_id):
        raise NotFound("There is no such view.")


def _person(actor: Actor) -> UUID:
    require(actor, Perm.ORDER_VIEW)
    if actor.user_id is None:
        raise Forbidden("Only a person keeps views.")
    return actor.user_id
