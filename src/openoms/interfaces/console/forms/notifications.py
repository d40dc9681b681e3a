"""Forms of what one is told, and of the firm's messages and chats."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from itertools import groupby
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openoms.domains.identity.models import Role
from openoms.domains.identity.queries import OUTSIDE
from openoms.domains.notifications.chats import SERVICES
from openoms.domains.notifications.labels import CHANNEL, GROUP, WAY
from openoms.domains.notifications.models import ChatEndpoint, Hours
from openoms.domains.notifications.rules import DIGEST_AT
from openoms.domains.notifications.states import Audience, Channel, Way
from openoms.domains.notifications.topics import Topic, all_topics, by_group
from openoms.domains.notifications.wording import LONGEST_BODY, LONGEST_SUBJECT, Text
from openoms.flows.edit_messages import ChatInput
from openoms.flows.read_notifications import Choices
from openoms.interfaces.console.forms.base import ConsoleForm, text_area
from openoms.interfaces.console.templatetags.oms import named
from openoms.interfaces.console.widgets import ShortSelect

LANGUAGES = {"zh-hans": "zh", "en": "en"}


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A row of the grid: the topic and its fields; `chat` and `watch` are None where there is none and where following every order makes no sense."""

    topic: Topic
    inbox: forms.BoundField
    email: forms.BoundField
    chat: forms.BoundField | None
    watch: forms.BoundField | None


class ClockInput(forms.TimeInput):
    """The browser's own clock."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class ChoicesForm(ConsoleForm):
    """What one is told of, how and when."""

    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=ClockInput)
    quiet_to = forms.TimeField(label=_("Quiet until"), required=False, widget=ClockInput)
    digest_at = forms.TimeField(label=_("Digest at"), required=False, widget=ClockInput)

    def __init__(
        self,
        data: Any,
        *,
        ways: Mapping[str, Mapping[Channel, Way]],
        hours: Hours | None,
        watched: Sequence[str],
        has_chat: bool,
    ) -> None:
        super().__init__(data)
        self.topics = [topic for _group, members in by_group(all_topics(Audience.STAFF)) for topic in members]
        self.has_chat = has_chat
        self.fields["digest_at"].initial = (hours and hours.digest_at) or DIGEST_AT
        if hours is not None:
            self.fields["quiet_from"].initial, self.fields["quiet_to"].initial = (
                hours.quiet_from,
                hours.quiet_to,
            )
        for name in ("quiet_from", "quiet_to", "digest_at"):
            setattr(self.fields[name], "hide_optional", True)  # noqa: B010 - read by widgets.py
        for number, topic in enumerate(self.topics):
            wanted = {**topic.usual, **ways.get(topic.code, {})}
            self._add(number, topic, wanted, topic.code in watched)

    def _add(self, number: int, topic: Topic, ways: Mapping[Channel, Way], watched: bool) -> None:
        def label(channel: Channel) -> dict[str, str]:
            return {"aria-label": f"{topic.label}: {CHANNEL[channel]}"}

        self.fields[f"inbox-{number}"] = forms.BooleanField(
            required=False,
            initial=ways[Channel.INBOX] is not Way.OFF,
            widget=forms.CheckboxInput({"class": "form-check-input", **label(Channel.INBOX)}),
        )
        for channel in (Channel.EMAIL, Channel.CHAT):
            field = forms.ChoiceField(
                choices=[(way.value, name) for way, name in WAY.items()],
                initial=ways[channel].value,
                required=False,
                widget=ShortSelect({"class": "form-select", **label(channel)}),
            )
            self.fields[f"{channel}-{number}"] = field
        if topic.is_watchable:
            attrs = {"class": "form-check-input", "aria-label": str(_("Every order")) + f": {topic.label}"}
            self.fields[f"watch-{number}"] = forms.BooleanField(
                required=False, initial=watched, widget=forms.CheckboxInput(attrs)
            )

    def groups(self) -> Iterator[tuple[Promise, list[TopicRow]]]:
        """The grid's rows by the group of their topics; without a chat of one's own nothing is chosen for it."""
        rows = [
            TopicRow(
                topic, self[f"inbox-{n}"], self[f"email-{n}"], self[f"chat-{n}"] if self.has_chat else None,
                self[f"watch-{n}"] if topic.is_watchable else None,
            )
            for n, topic in enumerate(self.topics)
        ]  # fmt: skip
        for group, members in groupby(rows, key=lambda row: row.topic.group):
            yield GROUP[group], list(members)

    def value(self) -> Choices:
        """What was chosen. A field that was not sent (chat without one) is as it was."""
        data, ways = self.cleaned_data, {}
        for n, topic in enumerate(self.topics):
            ways[topic.code, Channel.INBOX] = Way.NOW if data[f"inbox-{n}"] else Way.OFF
            for channel in (Channel.EMAIL, Channel.CHAT):
                name = f"{channel}-{n}"
                ways[topic.code, channel] = Way(data[name] or self.fields[name].initial)
        digest: time | None = data["digest_at"]
        watched = [topic.code for n, topic in enumerate(self.topics) if data.get(f"watch-{n}")]
        return Choices(
            ways, data["quiet_from"], data["quiet_to"], None if digest == DIGEST_AT else digest, watched
        )


class ChatAddressField(forms.CharField):
    """An address of a chat: it holds the chat's secret, so it is never shown again."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "spellcheck": "false", "class": "code", "placeholder": "dingtalk://…"}
        super().__init__(max_length=1000, widget=forms.TextInput(attrs), **kwargs)


class OwnChatForm(ConsoleForm):
    """Where messages reach a person by chat."""

    url = ChatAddressField(label=_("Address of your chat"))


def _topics() -> list[tuple[Promise, list[tuple[str, Promise]]]]:
    return [
        (GROUP[group], [(topic.code, topic.label) for topic in members])
        for group, members in by_group(all_topics(Audience.STAFF))
    ]


def role_choices() -> list[tuple[str, str]]:
    """The firm's roles."""
    return [(role.code, named(role)) for role in Role.objects.exclude(code__in=OUTSIDE)]


class ChatForm(ConsoleForm):
    """A chat of the firm."""

    name = forms.CharField(label=_("Name"), max_length=80)
    url = ChatAddressField(
        label=_("Address"),
        help_text=_(
            "As apprise writes it: the service, then its token or key. Plain HTTP endpoints are json:// or jsons://."
        ),
    )
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("The firm's")), *settings.LANGUAGES]
    )
    topics = forms.MultipleChoiceField(label=_("Is told of"), widget=forms.CheckboxSelectMultiple)
    roles = forms.MultipleChoiceField(
        label=_("Only when it concerns"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: every order's."),
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, chat: ChatEndpoint | None = None, **kwargs: Any) -> None:
        if chat is not None:
            names = ("name", "language", "topics", "roles", "is_active")
            kwargs["initial"] = {name: getattr(chat, name) for name in names}
        super().__init__(*args, **kwargs)
        if chat is not None:
            self.fields["url"].required = False
            self.fields["url"].widget.attrs["placeholder"] = f"{chat.scheme}://••••••"
            self.fields["url"].help_text = _("Empty: the address stays as it is.")
            setattr(self.fields["url"], "hide_optional", True)  # noqa: B010 - read by widgets.py
        flat = [pair for _group, pairs in _topics() for pair in pairs]
        self.fields["topics"].choices = flat  # type: ignore[attr-defined]
        self.fields["roles"].choices = role_choices()  # type: ignore[attr-defined]
        for name in ("language", "roles"):
            setattr(self.fields[name], "hide_optional", True)  # noqa: B010 - read by widgets.py

    @property
    def services(self) -> list[tuple[str, str]]:
        """The kinds of addresses there are, each service once."""
        return list({name: scheme for scheme, name in reversed(SERVICES.items())}.items())[::-1]

    def value(self) -> ChatInput:
        """The chat as typed."""
        return ChatInput(**self.cleaned_data)


class TextsForm(ConsoleForm):
    """A message's words in both languages, and the roles that hear of it as well."""

    subject_zh = forms.CharField(label=_("Subject"), max_length=LONGEST_SUBJECT)
    body_zh = forms.CharField(label=_("Text"), max_length=LONGEST_BODY, widget=text_area(12))
    subject_en = forms.CharField(label=_("Subject"), max_length=LONGEST_SUBJECT)
    body_en = forms.CharField(label=_("Text"), max_length=LONGEST_BODY, widget=text_area(12))
    roles = forms.MultipleChoiceField(
        label=_("Roles that are told as well"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Whatever the order: beside those it concerns."),
    )

    def __init__(
        self, data: Any, *, topic: Topic, texts: Mapping[str, Text], roles: Sequence[str] = ()
    ) -> None:
        initial: dict[str, Any] = {"roles": list(roles)}
        for language, suffix in LANGUAGES.items():
            initial |= {f"subject_{suffix}": texts[language].subject, f"body_{suffix}": texts[language].body}
        super().__init__(data, initial=initial)
        if topic.audience is Audience.CUSTOMER:
            del self.fields["roles"]
        else:
            self.fields["roles"].choices = role_choices()  # type: ignore[attr-defined]
            setattr(self.fields["roles"], "hide_optional", True)  # noqa: B010 - read by widgets.py

    def texts(self) -> dict[str, Text | None]:
        """The words by language; line ends as everywhere."""
        data = self.cleaned_data
        return {
            language: Text(
                data[f"subject_{suffix}"].strip(), data[f"body_{suffix}"].replace("\r\n", "\n").strip()
            )
            for language, suffix in LANGUAGES.items()
        }
