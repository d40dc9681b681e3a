"""Telling people of events: the messages are made here, at once for the inbox; e-mail and chat go out later (jobs/sender.py).

A batch may come again: a message of an event to somebody on a channel is made once (notification_once).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.ids import uuid7
from openoms.domains.events.models import Event
from openoms.domains.identity.models import User
from openoms.domains.notifications import queries as wanted
from openoms.domains.notifications import services as notifications
from openoms.domains.notifications.models import ChatEndpoint, Notification
from openoms.domains.notifications.rules import STALE, Times, plan
from openoms.domains.notifications.states import Audience, Channel, State, Way
from openoms.domains.notifications.topics import LANGUAGES, Topic, of_event
from openoms.domains.notifications.wording import Text, compose
from openoms.domains.orders.models import Order
from openoms.flows.steps.telling import Facts, applies, gather, recipients
from openoms.flows.steps.words import Firm, link_to, values_of


@flow
def notify(events: Sequence[Event], firm: Firm) -> None:
    """Make the messages of a batch of events; those there are already stay as they are."""
    told = [event for event in events if of_event(event.kind)]
    if not told:
        return
    topics = {topic.code for event in told for topic in of_event(event.kind)}
    facts = gather(told, wanted.subscribers(topics))
    wishes = _wishes(facts, firm)
    notifications.make([row for event in told for row in _messages(event, facts, wishes, firm)])


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What people and the firm want: ways, hours, words, switches, chats."""

    at: datetime
    ways: Mapping[tuple[UUID, str], Mapping[Channel, Way]]
    times: Mapping[UUID, Times]
    words: wanted.Words
    silent: frozenset[str]
    chatting: frozenset[UUID]
    rooms: Sequence[ChatEndpoint]


def _wishes(facts: Facts, firm: Firm) -> _Wishes:
    zones = {key: person.timezone or firm.zone for key, person in facts.people.items()}
    return _Wishes(
        at=now(),
        ways=wanted.preferences(zones),
        times=wanted.times(zones),
        words=wanted.texts(),
        silent=wanted.silent_topics(),
        chatting=wanted.reached_by_chat(zones),
        rooms=wanted.rooms(),
    )


def _messages(event: Event, facts: Facts, wishes: _Wishes, firm: Firm) -> Iterator[Notification]:
    """All messages of one event; whoever fits several topics hears of the first."""
    reached: set[UUID] = set()
    for topic in of_event(event.kind):
        if not applies(event, topic, facts):
            continue
        if topic.audience is Audience.CUSTOMER:
            yield from _to_customer(event, topic, facts, wishes, firm)
            continue
        people = [facts.people[key] for key in recipients(event, topic, facts) if key not in reached]
        for person in people:
            reached.add(person.pk)
            yield from _to_person(event, topic, person, facts, wishes, firm)
        yield from _to_rooms(event, topic, people, facts, wishes, firm)


def _to_person(
    event: Event, topic: Topic, person: User, facts: Facts, wishes: _Wishes, firm: Firm
) -> Iterator[Notification]:
    reachable = {Channel.INBOX}
    # A program's own user has an address that leads nowhere (RFC 2606).
    if not person.email.endswith(".invalid"):
        reachable.add(Channel.EMAIL)
    if person.pk in wishes.chatting:
        reachable.add(Channel.CHAT)
    chosen = wishes.ways.get((person.pk, topic.code), {})
    language, zone = person.language or firm.language, person.timezone or firm.zone
    plans = plan(topic.usual, chosen, reachable, wishes.times[person.pk], wishes.at, happened_at=event.at)
    if not plans:
        return
    texts = {
        code: _text(topic, event, facts, wishes, firm, code, zone, person.name)
        for code in dict.fromkeys([language, *LANGUAGES])
    }
    for planned in plans:
        inbox = planned.channel is Channel.INBOX
        state = State.SENT if inbox else State.COLLECTED if planned.digest else State.WAITING
        row = _row(event, topic, facts, planned.channel, language, texts[language], planned.due_at, state)
        row.user_id = person.pk
        if inbox:
            row.sent_at = wishes.at
            row.texts = {code: [text.subject, text.body] for code, text in texts.items()}
        yield row


def _to_customer(
    event: Event, topic: Topic, facts: Facts, wishes: _Wishes, firm: Firm
) -> Iterator[Notification]:
    """The message to the customer's contact by e-mail; news of long ago tells nobody anything."""
    order = facts.orders[event.subject_id]
    contact = facts.contacts.get(order.customer_id)
    if topic.code in wishes.silent or contact is None or wishes.at - event.at > STALE:
        return
    language = order.customer.language or _language_of(order)
    text = _text(topic, event, facts, wishes, firm, language, firm.zone, contact.name)
    row = _row(event, topic, facts, Channel.EMAIL, language, text, wishes.at, State.WAITING)
    row.contact_id, row.link, row.actor_name = contact.pk, "", ""
    yield row


def _to_rooms(
    event: Event, topic: Topic, people: Sequence[User], facts: Facts, wishes: _Wishes, firm: Firm
) -> Iterator[Notification]:
    """The message to the firm's chats that want the topic; those of roles when somebody of them is told."""
    roles = {role.code for person in people for role in person.roles.all()}
    if wishes.at - event.at > STALE:
        return
    for room in wishes.rooms:
        if topic.code in room.topics and (not room.roles or roles & set(room.roles)):
            language = room.language or firm.language
            text = _text(topic, event, facts, wishes, firm, language, firm.zone, "")
            row = _row(event, topic, facts, Channel.CHAT, language, text, wishes.at, State.WAITING)
            row.endpoint_id = room.pk
            yield row


def _text(
    topic: Topic,
    event: Event,
    facts: Facts,
    wishes: _Wishes,
    firm: Firm,
    language: str,
    zone: str,
    person: str,
) -> Text:
    values = values_of(event, topic, facts, firm, language, zone, person)
    named = {name: value for name, value in values.items() if name in topic.known_names}
    return compose(wanted.text_of(topic, language, wishes.words), named)


def _row(
    event: Event, topic: Topic, facts: Facts, channel: Channel, language: str, text: Text, due_at: datetime,
    state: State,
) -> Notification:  # fmt: skip
    return Notification(
        id=uuid7(),
        event_id=event.pk,
        topic=topic.code,
        channel=channel,
        language=language,
        subject=text.subject,
        body=text.body,
        link=link_to(event, topic, facts.orders[event.subject_id]),
        actor_name=event.actor_name if event.actor_kind != "system" else "",
        state=state,
        due_at=due_at,
    )


def _language_of(order: Order) -> str:
    """The language of a customer who chose none: that of the country the order goes to."""
    return "zh-hans" if order.ship_to.get("country") == "CN" else "en"
