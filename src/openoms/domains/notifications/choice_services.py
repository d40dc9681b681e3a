"""Writing what people and the firm want of messages: preferences, hours, subscriptions, texts, switches, chats."""

from collections.abc import Collection, Mapping, Sequence
from datetime import time
from uuid import UUID

from openoms.core import db, vault
from openoms.domains.notifications.chats import scheme_of
from openoms.domains.notifications.models import (
    ChatEndpoint,
    Hours,
    Preference,
    SilentTopic,
    Subscription,
    Template,
)
from openoms.domains.notifications.states import Channel, Way
from openoms.domains.notifications.wording import Text


def keep_preferences(user: UUID, ways: Mapping[tuple[str, Channel], Way]) -> None:
    """Replace a person's preferences by (topic, channel); those that are the topic's own way are not among them."""
    db.require_atomic()
    Preference.objects.filter(user=user).delete()
    Preference.objects.bulk_create(
        [
            Preference(user_id=user, topic=topic, channel=channel, way=way)
            for (topic, channel), way in ways.items()
        ]
    )


def keep_hours(user: UUID, quiet_from: time | None, quiet_to: time | None, digest_at: time | None) -> None:
    """Replace a person's quiet hours and the hour of their digest."""
    said = {"quiet_from": quiet_from, "quiet_to": quiet_to, "digest_at": digest_at}
    Hours.objects.update_or_create(user_id=user, defaults=said)


def subscribe(user: UUID, topics: Collection[str]) -> None:
    """Make a person's subscriptions just these."""
    db.require_atomic()
    Subscription.objects.filter(user=user).exclude(topic__in=topics).delete()
    Subscription.objects.bulk_create(
        [Subscription(topic=topic, user_id=user) for topic in topics], ignore_conflicts=True
    )


def subscribe_roles(topic: str, roles: Sequence[str]) -> list[str]:
    """Make the roles that are told of a topic as well just these; which they were."""
    db.require_atomic()
    rows = Subscription.objects.filter(topic=topic, role__isnull=False)
    before = sorted(rows.values_list("role_id", flat=True))
    rows.exclude(role__in=roles).delete()
    Subscription.objects.bulk_create(
        [Subscription(topic=topic, role_id=role) for role in roles], ignore_conflicts=True
    )
    return [role for role in before if role]


def save_text(topic: str, language: str, text: Text | None) -> Text | None:
    """Set the firm's own words for a topic, or take them away; which they were."""
    db.require_atomic()
    row = Template.objects.select_for_update().filter(topic=topic, language=language).first()
    before = Text(row.subject, row.body) if row else None
    if text is None:
        if row:
            row.delete()
    elif row:
        row.subject, row.body = text.subject, text.body
        row.save(update_fields=["subject", "body", "updated_at"])
    else:
        Template.objects.create(topic=topic, language=language, subject=text.subject, body=text.body)
    return before


def switch(topic: str, on: bool) -> bool:
    """Switch a message to customers on or off; whether that changed anything."""
    if on:
        return bool(SilentTopic.objects.filter(topic=topic).delete()[0])
    return SilentTopic.objects.get_or_create(topic=topic)[1]


def save_chat(
    row: ChatEndpoint | None,
    *,
    name: str,
    url: str,
    topics: Sequence[str] = (),
    roles: Sequence[str] = (),
    language: str = "",
    is_active: bool = True,
    user: UUID | None = None,
) -> ChatEndpoint:
    """Make a chat or change a locked one; an empty address leaves it as it is."""
    db.require_atomic()
    chat = row or ChatEndpoint(user_id=user)
    chat.name, chat.language, chat.is_active = name, language, is_active
    chat.topics, chat.roles = sorted(topics), sorted(roles)
    if url:
        chat.sealed, chat.scheme = vault.seal(url), scheme_of(url)
    chat.save()
    return chat


def remove_chat(chat: ChatEndpoint) -> None:
    """Take a chat away, with its messages."""
    chat.delete()
