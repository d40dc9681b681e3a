"""Reading messages, and what people and the firm want of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, QuerySet

from openoms.core.types import Actor
from openoms.domains.notifications.models import (
    ChatEndpoint,
    Hours,
    Notification,
    Preference,
    SilentTopic,
    Subscription,
    Template,
)
from openoms.domains.notifications.rules import DIGEST_AT, Times
from openoms.domains.notifications.states import Channel, State, Way
from openoms.domains.notifications.topics import Topic
from openoms.domains.notifications.wording import Text

# The badge says "99+" from here on: counting on would cost more than it tells.
MOST_COUNTED = 100
Words = Mapping[tuple[str, str], Text]


def inbox(actor: Actor) -> QuerySet[Notification]:
    """The person's own messages in the console, not yet sorted or cut; nobody else's."""
    rows = Notification.objects.filter(channel=Channel.INBOX)
    return rows.filter(user=actor.user_id) if actor.user_id else rows.none()


def unread(actor: Actor) -> QuerySet[Notification]:
    """Those of them that were not read."""
    return inbox(actor).filter(read_at=None)


def unread_count(actor: Actor) -> int:
    """How many were not read, at most MOST_COUNTED."""
    return len(unread(actor).order_by().values_list("pk", flat=True)[:MOST_COUNTED])


def dead() -> QuerySet[Notification]:
    """Messages that failed for good."""
    return Notification.objects.filter(state=State.DEAD)


def texts() -> dict[tuple[str, str], Text]:
    """The firm's own words by (topic, language)."""
    return {(row.topic, row.language): Text(row.subject, row.body) for row in Template.objects.all()}


def text_of(topic: Topic, language: str, own: Words) -> Text:
    """A topic's words in a language: the firm's own, else those in code; English where there are none."""
    found = own.get((topic.code, language)) or topic.texts.get(language)
    return found or own.get((topic.code, "en")) or topic.texts["en"]


def silent_topics() -> frozenset[str]:
    """Messages to customers that are switched off."""
    return frozenset(SilentTopic.objects.values_list("topic", flat=True))


def preferences(users: Collection[UUID]) -> Mapping[tuple[UUID, str], Mapping[Channel, Way]]:
    """What people chose: (person, topic) → channel → way."""
    found: dict[tuple[UUID, str], dict[Channel, Way]] = defaultdict(dict)
    for row in Preference.objects.filter(user__in=users):
        found[row.user_id, row.topic][Channel(row.channel)] = Way(row.way)
    return found


def times(zones: Mapping[UUID, str]) -> dict[UUID, Times]:
    """Quiet hours and digest of each person, who are given with their zones."""
    rows = Hours.objects.in_bulk(list(zones))
    found = {}
    for user, zone in zones.items():
        row = rows.get(user)
        found[user] = (
            Times(zone, row.quiet_from, row.quiet_to, row.digest_at or DIGEST_AT) if row else Times(zone)
        )
    return found


def subscribers(topics: Collection[str]) -> dict[str, tuple[set[UUID], set[str]]]:
    """Of each topic, the people and the roles that are told of it whatever the order."""
    found: dict[str, tuple[set[UUID], set[str]]] = {topic: (set(), set()) for topic in topics}
    for topic, user, role in Subscription.objects.filter(topic__in=topics).values_list(
        "topic", "user", "role"
    ):
        if user is not None:
            found[topic][0].add(user)
        if role is not None:
            found[topic][1].add(role)
    return found


def rooms() -> list[ChatEndpoint]:
    """The firm's chats that are in use."""
    return list(ChatEndpoint.objects.filter(user=None, is_active=True))


def reached_by_chat(users: Collection[UUID]) -> frozenset[UUID]:
    """Those of the people who have a chat of their own."""
    rows = ChatEndpoint.objects.filter(user__in=users, is_active=True)
    return frozenset(rows.values_list("user_id", flat=True))


def backlog() -> dict[str, Any]:
    """How many messages wait to be sent, also those put off by quiet hours, how many failed for good, the oldest due instant."""
    waiting = Notification.objects.filter(state=State.WAITING)
    told = waiting.aggregate(waiting=Count("id"), oldest_due=Min("due_at"))
    return {**told, "dead": dead().count()}
