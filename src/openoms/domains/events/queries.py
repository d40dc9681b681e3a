"""Reading events."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q

from openoms.domains.events.models import Delivery, Event, Outbox


def timeline(subject_id: UUID, limit: int = 200) -> Sequence[Event]:
    """The subject's events by when they happened, oldest first, the latest `limit` of them."""
    newest = Event.objects.filter(subject_id=subject_id).order_by("-id")[:limit]
    return sorted(newest, key=lambda event: (event.at, event.id))


def backlog() -> dict[str, Any]:
    """What is still to be handed on: outbox rows, due, waiting and dead deliveries, the oldest due instant."""
    counts = Delivery.objects.filter(done_at=None).aggregate(
        waiting=Count("id", filter=Q(dead_at=None)),
        dead=Count("id", filter=Q(dead_at__isnull=False)),
        oldest_due=Min("due_at", filter=Q(dead_at=None)),
    )
    return {"outbox": Outbox.objects.count(), **counts}
