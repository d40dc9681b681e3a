"""What failed for good and waits for a person: tried again, or given up. Messages, and deliveries of events."""

from enum import StrEnum
from uuid import UUID

from openoms.core.db import flow
from openoms.core.errors import NotFound
from openoms.core.ids import uuid7
from openoms.core.types import Actor
from openoms.domains.events import services as events
from openoms.domains.events.models import Delivery
from openoms.domains.events.services import record
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.notifications import kinds
from openoms.domains.notifications import services as notifications
from openoms.domains.notifications.queries import dead


class What(StrEnum):
    """The two things that can fail for good."""

    MESSAGE = "message"
    DELIVERY = "delivery"


@flow
def retry_failed(what: What, key: UUID | None, *, actor: Actor) -> int:
    """Try one again, or all (None) of its sort; how many. Raises NotFound for one that is not there any more."""
    require(actor, Perm.NOTIFICATION_MANAGE)
    again = notifications.retry if what is What.MESSAGE else events.retry_dead
    count = again(None if key is None else [key])
    if key is not None and not count:
        raise NotFound("Somebody has dealt with it already.")
    if count:
        record(actor, kinds.FAILED_RETRIED, key or uuid7(), data={"what": str(what), "count": count})
    return count


@flow
def discard_failed(what: What, key: UUID, *, actor: Actor) -> None:
    """Give one up: nobody will be told. Raises NotFound."""
    require(actor, Perm.NOTIFICATION_MANAGE)
    if what is What.MESSAGE:
        row = dead().select_for_update().filter(pk=key).first()
        if row is None:
            raise NotFound("Somebody has dealt with it already.")
        topic, event, error = row.topic, row.event_id, row.error
        notifications.discard(row)
    else:
        delivery = Delivery.objects.select_for_update().filter(pk=key, dead_at__isnull=False).first()
        if delivery is None:
            raise NotFound("Somebody has dealt with it already.")
        topic, event, error = delivery.consumer, delivery.event_id, delivery.error
        events.discard(delivery)
    data = {"what": str(what), "topic": topic, "event": str(event or ""), "error": error[:300]}
    record(actor, kinds.FAILED_DISCARDED, key, data=data)
