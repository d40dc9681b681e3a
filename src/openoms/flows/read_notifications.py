"""Reading one's own messages, and what one wants to be told of: one's own matter, so the trail does not tell of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import time
from uuid import UUID

from openoms.core.db import flow
from openoms.core.errors import Forbidden, InvalidInput
from openoms.core.types import Actor
from openoms.domains.notifications import choice_services as choices
from openoms.domains.notifications import services as notifications
from openoms.domains.notifications.chats import host_of, looks_private, scheme_of
from openoms.domains.notifications.errors import BadChatAddress, NoSuchNotification
from openoms.domains.notifications.models import ChatEndpoint, Notification
from openoms.domains.notifications.queries import inbox
from openoms.domains.notifications.states import Audience, Channel, Way
from openoms.domains.notifications.topics import all_topics


@flow
def mark_read(key: UUID, *, actor: Actor) -> Notification:
    """Note that the person read a message of their inbox; reading it again changes nothing. Raises NoSuchNotification."""
    row = inbox(actor).filter(pk=key).first()
    if row is None:
        raise NoSuchNotification
    if row.read_at is None:
        notifications.read(_person(actor), [key])
        row.refresh_from_db(fields=["read_at"])
    return row


@flow
def mark_all_read(*, actor: Actor) -> int:
    """Note that the person read all messages of their inbox; how many were unread."""
    return notifications.read(_person(actor), None)


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person wants: ways by (topic, channel), quiet hours, the digest's hour, subscriptions."""

    ways: Mapping[tuple[str, Channel], Way] = field(default_factory=dict)
    quiet_from: time | None = None
    quiet_to: time | None = None
    digest_at: time | None = None
    topics: Collection[str] = ()


@flow
def keep_choices(wanted: Choices, *, actor: Actor) -> None:
    """Keep what a person wants in place of what they wanted. Raises InvalidInput."""
    user = _person(actor)
    if (wanted.quiet_from is None) != (wanted.quiet_to is None):
        raise InvalidInput("Quiet hours have a beginning and an end.", field="quiet_to")
    topics = {topic.code: topic for topic in all_topics(Audience.STAFF)}
    kept = {}
    for (code, channel), way in wanted.ways.items():
        if code not in topics or (channel is Channel.INBOX and way is Way.DIGEST):
            raise InvalidInput(f"{code} cannot be told that way.", field="ways")
        if topics[code].usual.get(channel, Way.OFF) is not way:
            kept[code, channel] = way
    choices.keep_preferences(user, kept)
    choices.keep_hours(user, wanted.quiet_from, wanted.quiet_to, wanted.digest_at)
    choices.subscribe(user, [code for code in wanted.topics if code in topics])


@flow
def keep_own_chat(url: str, *, actor: Actor, private_allowed: bool = False) -> ChatEndpoint | None:
    """Set where messages reach the person by chat; an empty address takes it away. Raises BadChatAddress."""
    user = _person(actor)
    row = ChatEndpoint.objects.select_for_update().filter(user=user).first()
    if not url:
        if row is not None:
            choices.remove_chat(row)
        return None
    check_chat(url, private_allowed=private_allowed)
    return choices.save_chat(row, name=actor.name[:80], url=url, user=user)


def check_chat(url: str, *, private_allowed: bool) -> None:
    """Raise BadChatAddress for an address of a kind not supported, or that names a machine of a private network."""
    if not scheme_of(url):
        raise BadChatAddress("kind")
    if not private_allowed and looks_private(host_of(url)):
        raise BadChatAddress("private")


def _person(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise Forbidden("Only a person has an inbox.")
    return actor.user_id
