"""Reading events."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q

from openoms.domains.events import chain
from openoms.domains.events.models import Delivery, Event, Outbox, Seal


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


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What the tamper-evident chain says: links read, events not sealed yet, and the first link that is wrong."""

    links: int
    unsealed: int
    broken_at: int | None = None


def verify_chain() -> ChainReport:
    """Follow the chain from its beginning; a link is wrong when it was moved, or its event was changed or removed."""
    digest, position = chain.GENESIS, 0
    for seal in Seal.objects.select_related("event").order_by("position").iterator():
        position += 1
        digest = digest_after(digest, seal.event)
        if (seal.position, seal.digest) != (position, digest):
            return ChainReport(position, _unsealed(), broken_at=position)
    return ChainReport(position, _unsealed())


def digest_after(digest: str, event: Event) -> str:
    """The chain's digest once the event follows the one with `digest`."""
    subject = event.subject_type, event.subject_id
    actor = event.actor_kind, event.actor_id, event.actor_name
    return chain.link(digest, event.id, event.at, event.kind, subject, actor, event.data)


def _unsealed() -> int:
    return Event.objects.filter(seal=None).count()
