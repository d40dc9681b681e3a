"""Who is told of events: each consumer has a name, the kinds it wants, and a handler of a batch.

A handler may be called again for an event it has handled: it must recognise the event's id.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from openoms.domains.events.models import Event
from openoms.domains.notifications.topics import told_kinds
from openoms.flows import adjust_supply, nudge_approvals, open_fulfilments, review_credit, serve_backorders
from openoms.flows.notify import notify
from openoms.flows.seal_events import seal_events
from openoms.flows.steps.words import Firm


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


def firm() -> Firm:
    """What messages say of the firm."""
    env = settings.OPENOMS
    url = (env.public_url or f"http://{env.host}:{env.port}").rstrip("/")
    language = "zh-hans" if env.default_country == "CN" else "en"
    return Firm(name=env.firm_name, url=url, zone=settings.TIME_ZONE, language=language)


register(Consumer("notify", lambda events: notify(events, firm()), told_kinds()))
register(Consumer("seats", nudge_approvals.reseat_people, nudge_approvals.KINDS))
register(Consumer("backorders", serve_backorders.serve_backorders, serve_backorders.KINDS))
register(Consumer("fulfilments", open_fulfilments.open_fulfilments, open_fulfilments.KINDS))
register(Consumer("supply", adjust_supply.adjust_supply, adjust_supply.KINDS))
register(Consumer("credit", review_credit.review_credit, review_credit.KINDS))
