"""The firm's own words for messages, which go to customers and to which roles, and the chats they go to."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.errors import InvalidInput, NotFound
from openoms.core.ids import uuid7
from openoms.core.types import Actor
from openoms.domains.events.services import record
from openoms.domains.identity.models import Role
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.notifications import choice_services as choices
from openoms.domains.notifications import kinds
from openoms.domains.notifications import services as notifications
from openoms.domains.notifications.errors import NoSuchTopic, UnknownName
from openoms.domains.notifications.models import ChatEndpoint, Notification
from openoms.domains.notifications.states import Audience, Channel, State
from openoms.domains.notifications.topics import LANGUAGES, Topic, all_topics, known
from openoms.domains.notifications.wording import LONGEST_BODY, LONGEST_SUBJECT, Text, unknown_names
from openoms.flows.read_notifications import check_chat

TRIAL = "trial"


@flow
def save_texts(code: str, texts: dict[str, Text | None], *, actor: Actor) -> None:
    """Set the firm's words for a message by language; None, or the words in code, go back to those. Raises UnknownName."""
    require(actor, Perm.NOTIFICATION_MANAGE)
    topic = topic_of(code)
    for language, text in texts.items():
        if language not in LANGUAGES:
            raise InvalidInput(f"There is no language {language!r}.", field="language")
        if text is not None:
            check_text(topic, text, language)
        own = None if text == topic.texts.get(language) else text
        before = choices.save_text(code, language, own)
        if before != own:
            data = {"topic": code, "language": language, "before": _document(before), "after": _document(own)}
            record(actor, kinds.TEMPLATE_SAVED, _subject(code), data=data)


def check_text(topic: Topic, text: Text, language: str) -> None:
    """Raise InvalidInput for a text that is empty or too long, UnknownName for one that names what is not known."""
    suffix = language.partition("-")[0]
    parts = (("subject", text.subject, LONGEST_SUBJECT), ("body", text.body, LONGEST_BODY))
    for name, said, longest in parts:
        field = f"{name}_{suffix}"
        if not said.strip() or len(said) > longest:
            raise InvalidInput(f"A text of 1 to {longest} characters is needed.", field=field)
        for unknown in unknown_names(said, topic.known_names):
            raise UnknownName(unknown, field)


@flow
def switch_message(code: str, on: bool, *, actor: Actor) -> None:
    """Switch a message to customers on or off. Raises NoSuchTopic."""
    require(actor, Perm.NOTIFICATION_MANAGE)
    if topic_of(code).audience is not Audience.CUSTOMER:
        raise NoSuchTopic(code)
    if choices.switch(code, on):
        record(actor, kinds.MESSAGE_SWITCHED, _subject(code), data={"topic": code, "on": on})


@flow
def tell_roles(code: str, roles: Collection[str], *, actor: Actor) -> None:
    """Make just these roles hear of a message as well, whatever the order. Raises NoSuchTopic, InvalidInput."""
    require(actor, Perm.NOTIFICATION_MANAGE)
    if topic_of(code).audience is not Audience.STAFF:
        raise NoSuchTopic(code)
    wanted = _roles(roles)
    before = choices.subscribe_roles(code, wanted)
    if before != wanted:
        data = {"topic": code, "before": before, "after": wanted}
        record(actor, kinds.ROLES_SUBSCRIBED, _subject(code), data=data)


@dataclass(frozen=True, slots=True)
class ChatInput:
    """A chat of the firm as it is to be; an empty `url` leaves the address as it is."""

    name: str
    url: str = ""
    topics: Sequence[str] = ()
    roles: Sequence[str] = ()
    language: str = ""
    is_active: bool = True


@flow
def save_chat(
    value: ChatInput, *, actor: Actor, chat_id: UUID | None = None, private_allowed: bool = False
) -> ChatEndpoint:
    """Make a chat, or change one. Raises BadChatAddress, InvalidInput, NotFound."""
    require(actor, Perm.NOTIFICATION_MANAGE)
    row = _chat(chat_id) if chat_id else None
    if not value.name.strip():
        raise InvalidInput("A chat needs a name.", field="name")
    if value.url or row is None:
        check_chat(value.url, private_allowed=private_allowed)
    staff = {topic.code for topic in all_topics(Audience.STAFF)}
    if not value.topics or set(value.topics) - staff:
        raise InvalidInput("Choose what the chat is told of.", field="topics")
    before = _chat_document(row) if row else {}
    said = asdict(value) | {"roles": _roles(value.roles)}
    chat = choices.save_chat(row, **said)
    after = _chat_document(chat) | ({"address": "new"} if value.url else {})
    if before != after:
        record(actor, kinds.CHAT_SAVED, chat.pk, data={"name": chat.name, "before": before, "after": after})
    return chat


@flow
def remove_chat(chat_id: UUID, *, actor: Actor) -> None:
    """Take a chat away, with the messages that wait for it. Raises NotFound."""
    require(actor, Perm.NOTIFICATION_MANAGE)
    chat = _chat(chat_id)
    record(actor, kinds.CHAT_REMOVED, chat.pk, data={"name": chat.name})
    choices.remove_chat(chat)


@flow
def try_chat(chat_id: UUID, text: Text, *, actor: Actor) -> Notification:
    """Have a trial sent to a chat by the worker; the message that tells what became of it. Raises NotFound."""
    require(actor, Perm.NOTIFICATION_MANAGE)
    chat = _chat(chat_id)
    trial = Notification(
        id=uuid7(),
        topic=TRIAL,
        channel=Channel.CHAT,
        endpoint_id=chat.pk,
        language=actor.language,
        subject=text.subject,
        body=text.body,
        state=State.WAITING,
        due_at=now(),
    )
    notifications.make([trial])
    return trial


def topic_of(code: str) -> Topic:
    """The topic; raises NoSuchTopic."""
    topic = known(code)
    if topic is None:
        raise NoSuchTopic(code)
    return topic


def _chat(chat_id: UUID) -> ChatEndpoint:
    row = ChatEndpoint.objects.select_for_update().filter(pk=chat_id, user=None).first()
    if row is None:
        raise NotFound("There is no such chat.")
    return row


def _roles(codes: Collection[str]) -> list[str]:
    found = sorted(Role.objects.filter(code__in=codes).values_list("code", flat=True))
    if set(codes) - set(found):
        raise InvalidInput(f"There is no role {min(set(codes) - set(found))!r}.", field="roles")
    return found


def _subject(code: str) -> UUID:
    """What the trail files a topic's changes under."""
    return uuid5(NAMESPACE_URL, f"openoms:message:{code}")


def _document(text: Text | None) -> dict[str, Any]:
    return asdict(text) if text else {}


def _chat_document(chat: ChatEndpoint) -> dict[str, Any]:
    """What the trail may know: the address holds the chat's secret."""
    names = ("name", "scheme", "topics", "roles", "language", "is_active")
    return {name: getattr(chat, name) for name in names}
