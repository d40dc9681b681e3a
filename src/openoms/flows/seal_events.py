"""Seal events into the tamper-evident chain; done by the worker, off the hot path."""

from collections.abc import Sequence

from django.db import connection

from openoms.core.db import flow
from openoms.domains.events import chain
from openoms.domains.events.models import Event, Seal
from openoms.domains.events.queries import digest_after

# Any fixed number: one sealer at a time, whichever worker it is in.
_SEALER = 0x6F6D7301


@flow
def seal_events(events: Sequence[Event]) -> None:
    """Add a link for each event that has none yet, in the given order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SEALER])
    last = Seal.objects.order_by("-position").first()
    position, digest = (last.position, last.digest) if last else (0, chain.GENESIS)
    sealed = set(Seal.objects.filter(event__in=events).values_list("event_id", flat=True))
    links = []
    for event in events:
        if event.id in sealed:
            continue
        position += 1
        digest = digest_after(digest, event)
        links.append(Seal(position=position, event=event, digest=digest))
    Seal.objects.bulk_create(links)
