"""Who is told of events: each consumer has a name, the kinds it wants, and a handler of a batch.

A handler may be called again for an event it has handled: it must recognise the event's id.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from openoms.domains.events.models import Event
from openoms.flows import nudge_approvals, review_credit
from openoms.flows.seal_events import seal_events


@dataclass(frozen=True, slots=True)
class Consumer:
    """A consumer; `kinds` None wants every event. `handle` takes events in order of their ids and raises to be retried."""

    name: str
    handle: Callable[[Sequence[Event]], None]
    kinds: Collection[str] | None = None


_consumers: dict[str, Consumer] = {}


def register(consumer: Consumer) -> None:
    """Add a consumer; events recorded from now on are handed to it."""
    _consumers[consumer.name] = consumer


def registered() -> Mapping[str, Consumer]:
    """Consumers by name."""
    return dict(_consumers)


register(Consumer("seal", seal_events))
register(Consumer("seats", nudge_approvals.reseat_people, nudge_approvals.KINDS))
register(Consumer("credit", review_credit.review_credit, review_credit.KINDS))
