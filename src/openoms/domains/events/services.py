"""Recording events in the transaction of the change they tell of, and handing them on at least once."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.db.models.functions import Now

from openoms.core import db
from openoms.core.clock import now
from openoms.core.ids import uuid7, uuid7_at
from openoms.core.types import Actor
from openoms.domains.events.kinds import EventKind
from openoms.domains.events.models import Delivery, Event, Outbox

# A worker that took a delivery and fell silent for this long is taken for dead; another takes it over.
LEASE = timedelta(minutes=2)
# Attempts at 5 s, doubling, for about three days; then the delivery waits for a person.
MAX_ATTEMPTS = 16


def record(
    actor: Actor,
    kind: EventKind,
    subject_id: UUID,
    *,
    at: datetime | None = None,
    data: Mapping[str, Any] | None = None,
) -> Event:
    """Set an event aside to be written with the flow; `at` dates one of imported history (its id too)."""
    db.require_atomic()
    data = data or {}
    kind.check(data)
    event = db.new(
        Event,
        id=uuid7_at(at) if at else uuid7(),
        at=at or now(),
        kind=kind.code,
        subject_type=kind.subject,
        subject_id=subject_id,
        actor_kind=actor.kind,
        actor_id=actor.user_id,
        actor_name=actor.name,
        data=dict(data),
    )
    db.insert(event, db.new(Outbox, id=event.id))
    db.set_witness(partial(_exists, event.id))
    return event


def _exists(event_id: UUID) -> bool:
    return Event.objects.filter(pk=event_id).exists()


def fan_out(consumers: Mapping[str, Collection[str] | None], limit: int) -> int:
    """Turn up to `limit` outbox rows into one delivery for each consumer that wants the kind (None wants all).

    In the caller's transaction: a crash leaves either the outbox rows or the deliveries. Returns events taken.
    """
    db.require_atomic()
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM events_outbox WHERE id = ANY(ARRAY("
            "SELECT id FROM events_outbox ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)) RETURNING id",
            [limit],
        )
        ids = [row[0] for row in cursor.fetchall()]
    kinds = dict(Event.objects.filter(pk__in=ids).values_list("id", "kind"))
    Delivery.objects.bulk_create(
        [
            Delivery(id=uuid7(), event_id=event_id, consumer=name)
            for event_id in sorted(kinds)
            for name, wanted in consumers.items()
            if wanted is None or kinds[event_id] in wanted
        ],
        ignore_conflicts=True,
    )
    return len(ids)


def claim(limit: int) -> Sequence[Delivery]:
    """Take up to `limit` due deliveries, their events joined, oldest first; nobody else gets them for LEASE."""
    db.require_atomic()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE events_delivery SET claimed_at = statement_timestamp(), attempts = attempts + 1, "
            "due_at = statement_timestamp() + make_interval(secs => %s) "
            "WHERE id = ANY(ARRAY(SELECT id FROM events_delivery "
            "WHERE done_at IS NULL AND dead_at IS NULL AND due_at <= statement_timestamp() "
            "ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED)) "
            "AND done_at IS NULL RETURNING id",
            [int(LEASE.total_seconds()), limit],
        )
        ids = [row[0] for row in cursor.fetchall()]
    return list(Delivery.objects.filter(pk__in=ids).select_related("event").order_by("event_id"))


def delivered(ids: Collection[UUID]) -> None:
    """Note that these were handed over."""
    Delivery.objects.filter(pk__in=ids, done_at=None).update(done_at=Now(), claimed_at=None, error="")


def failed(delivery: Delivery, error: str) -> None:
    """Put a delivery off by the back-off of its attempts, or to rest when there have been too many."""
    if delivery.attempts >= MAX_ATTEMPTS:
        Delivery.objects.filter(pk=delivery.pk).update(dead_at=Now(), claimed_at=None, error=error[:2000])
        return
    wait = timedelta(seconds=min(5 * 2 ** (delivery.attempts - 1), 6 * 3600))
    Delivery.objects.filter(pk=delivery.pk).update(due_at=Now() + wait, claimed_at=None, error=error[:2000])


def retry(delivery_id: UUID) -> bool:
    """Make a dead or waiting delivery due at once; False when there is none to retry."""
    rows = Delivery.objects.filter(pk=delivery_id, done_at=None)
    return bool(rows.update(due_at=Now(), dead_at=None, attempts=F("attempts") * 0))


def retry_dead(ids: Collection[UUID] | None) -> int:
    """Make dead deliveries due at once, or all of them; how many."""
    rows = Delivery.objects.filter(dead_at__isnull=False, done_at=None)
    rows = rows if ids is None else rows.filter(pk__in=ids)
    return rows.update(due_at=Now(), dead_at=None, attempts=0)


def discard(delivery: Delivery) -> None:
    """Give up a dead delivery: the consumer will not hear of the event."""
    Delivery.objects.filter(pk=delivery.pk, done_at=None).update(done_at=Now(), dead_at=None)
