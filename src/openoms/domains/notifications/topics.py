"""What is told of which event: each topic declared once (topics_*.py), with whom it tells, how, and in which words.

An event may have several topics; a person who fits several hears of the first of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise

from openoms.domains.notifications.states import Audience, Channel, Way
from openoms.domains.notifications.wording import Text

GROUPS = ("talk", "orders", "approvals", "payments", "customers")
LANGUAGES = ("zh-hans", "en")
# Every text may use these; a topic adds what its event tells.
COMMON: Mapping[Audience, frozenset[str]] = {
    Audience.STAFF: frozenset({"actor", "number", "customer", "total", "link", "firm", "person"}),
    Audience.CUSTOMER: frozenset(
        {"number", "customer", "total", "firm", "person", "items", "requested_date"}
    ),
}
_INBOX_AND_MAIL = {Channel.INBOX: Way.NOW, Channel.EMAIL: Way.NOW, Channel.CHAT: Way.NOW}
_INBOX = {Channel.INBOX: Way.NOW, Channel.EMAIL: Way.OFF, Channel.CHAT: Way.OFF}
_registry: dict[str, "Topic"] = {}


@dataclass(frozen=True, slots=True)
class Topic:
    """One message. `told` are who is told: owner, followers, author, people, requester, mentions, audience, remarks,
    departments, assignees, role:CODE, customer. `unless` maps a field of the event's data to values of which nothing is told.

    `to_approval` leads to the page of the approval rather than the order's. `first` tells of the subject's first such event only; `after` names a kind that must have happened to it before.
    """

    code: str
    event: str
    group: str
    label: Promise
    told: Sequence[str]
    texts: Mapping[str, Text]
    names: frozenset[str] = frozenset()
    usual: Mapping[Channel, Way] = field(default_factory=lambda: dict(_INBOX))
    audience: Audience = Audience.STAFF
    unless: Mapping[str, Sequence[object]] = field(default_factory=dict)
    tells_actor: bool = False
    first: bool = False
    after: str = ""
    to_approval: bool = False

    @property
    def known_names(self) -> frozenset[str]:
        """What a text of it may name."""
        return COMMON[self.audience] | self.names

    @property
    def is_watchable(self) -> bool:
        """Whether one can ask to hear of it of every order: not where it speaks to somebody in person."""
        return self.audience is Audience.STAFF and not set(self.told) & {"people", "mentions", "author"}


def declare(
    code: str,
    event: str,
    *,
    group: str,
    label: Promise,
    told: Sequence[str],
    en: tuple[str, str],
    zh: tuple[str, str],
    names: str = "",
    mail: bool = False,
    audience: Audience = Audience.STAFF,
    unless: Mapping[str, Sequence[object]] | None = None,
    tells_actor: bool = False,
    first: bool = False,
    after: str = "",
    to_approval: bool = False,
) -> Topic:
    """Declare a topic; `mail` tells by e-mail and chat as well, where the person has not chosen otherwise."""
    assert group in GROUPS, f"there is no group {group}"
    assert code not in _registry, f"topic {code} is declared twice"
    topic = _registry[code] = Topic(
        code=code,
        event=event,
        group=group,
        label=label,
        told=tuple(told),
        texts={"en": Text(*en), "zh-hans": Text(*zh)},
        names=frozenset(names.split()),
        usual=dict(_INBOX_AND_MAIL if mail else _INBOX),
        audience=audience,
        unless=unless or {},
        tells_actor=tells_actor,
        first=first,
        after=after,
        to_approval=to_approval,
    )
    return topic


def known(code: str) -> Topic | None:
    """The topic of that code, or None for one of a plug-in that is gone."""
    return _registry.get(code)


def all_topics(audience: Audience | None = None) -> Sequence[Topic]:
    """Every topic for the audience, or all, in the order declared."""
    return [topic for topic in _registry.values() if audience in (None, topic.audience)]


def by_group(topics: Sequence[Topic]) -> list[tuple[str, list[Topic]]]:
    """The topics by their groups, in the order pages show groups; empty ones are left out."""
    found = {group: [topic for topic in topics if topic.group == group] for group in GROUPS}
    return [(group, members) for group, members in found.items() if members]


def of_event(kind: str) -> Sequence[Topic]:
    """The topics of an event's kind, the one that goes first at the beginning."""
    return [topic for topic in _registry.values() if topic.event == kind]


def told_kinds() -> frozenset[str]:
    """Kinds of events that are told to anybody."""
    return frozenset(topic.event for topic in _registry.values())
