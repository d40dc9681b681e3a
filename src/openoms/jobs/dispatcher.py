"""The dispatcher: moves events from the outbox to the consumers' deliveries and hands those over, at least once.

Each step is a transaction of its own, so that a crash between any two of them loses nothing: outbox → deliveries is
one; claim is one (a lease, not a lock); after the handler has returned, done is one. A crash after the handler and
before done hands the event over again, which consumers recognise by its id.
"""

import threading
from collections import defaultdict
from collections.abc import Sequence

import structlog
from django.db import close_old_connections

from openoms.core.db import flow
from openoms.domains.events import services as events
from openoms.domains.events.models import Delivery
from openoms.jobs import consumers
from openoms.jobs.consumers import Consumer

log = structlog.get_logger(__name__)
BATCH = 500
IDLE_SECONDS = 0.25


@flow
def fan_out_batch() -> int:
    """Give each consumer its delivery of the next events; returns how many events."""
    wanted = {name: consumer.kinds for name, consumer in consumers.registered().items()}
    return events.fan_out(wanted, BATCH)


@flow
def claim_batch() -> Sequence[Delivery]:
    """Take due deliveries."""
    return events.claim(BATCH)


@flow
def finish(deliveries: Sequence[Delivery]) -> None:
    """Note them as handed over."""
    events.delivered([delivery.pk for delivery in deliveries])


@flow
def put_off(deliveries: Sequence[Delivery], error: str) -> None:
    """Note the failure and when to try again."""
    for delivery in deliveries:
        events.failed(delivery, error)


def dispatch_once() -> int:
    """One round: fan out, claim, hand over. Returns how much was done; 0 means there was nothing."""
    moved = fan_out_batch()
    claimed = claim_batch()
    by_consumer: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in claimed:
        by_consumer[delivery.consumer].append(delivery)
    for name, deliveries in by_consumer.items():
        _hand_over(consumers.registered().get(name), deliveries)
    return moved + len(claimed)


def _hand_over(consumer: Consumer | None, deliveries: list[Delivery]) -> None:
    """Hand a batch over; when it fails, one by one, so that one bad event does not hold up the others."""
    if consumer is None:
        put_off(deliveries, "no consumer of that name is registered")
        return
    try:
        consumer.handle([delivery.event for delivery in deliveries])
    except Exception as error:  # The worker loop: any bug of a consumer must leave the others running.
        log.warning(
            "consumer failed", consumer=consumer.name, events=len(deliveries), error=repr(error)[:500]
        )
        if len(deliveries) == 1:
            put_off(deliveries, repr(error))
            return
        for delivery in deliveries:
            _hand_over(consumer, [delivery])
        return
    finish(deliveries)


def run(stop: threading.Event) -> None:
    """Dispatch until `stop` is set; an unreachable database is waited for."""
    while not stop.is_set():
        try:
            done = dispatch_once()
        except Exception as error:  # The worker loop must outlive whatever the database does.
            log.error("dispatcher could not work", error=repr(error)[:500])
            close_old_connections()
            done = 0
        if not done:
            stop.wait(IDLE_SECONDS)


def drain(limit: int = 1000) -> int:
    """Dispatch until nothing is due; returns the rounds that did something (for tests and `openoms doctor`)."""
    rounds = 0
    while rounds < limit and dispatch_once():
        rounds += 1
    return rounds
