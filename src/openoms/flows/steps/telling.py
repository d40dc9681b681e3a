"""Steps of telling: whom a batch of events is about and what is known of it, read together, whatever its size."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from django.db.models import Q

from openoms.domains.approvals.models import Question
from openoms.domains.customers.models import Contact
from openoms.domains.events.models import Event
from openoms.domains.identity.models import Role, User
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.queries import OUTSIDE
from openoms.domains.notifications.rules import without
from openoms.domains.notifications.states import Audience
from openoms.domains.notifications.topics import Topic, of_event
from openoms.domains.orders.models import Comment, Follower, Instruction, Line, Order

K = TypeVar("K")
V = TypeVar("V")
# Those who are told because somebody asked them by name; all others must be allowed to see orders.
_BY_NAME = frozenset({"people"})


@dataclass(slots=True)
class Facts:
    """What is known of a batch of events: orders by their keys, people by theirs, and so on."""

    orders: Mapping[UUID, Order] = field(default_factory=dict)
    people: Mapping[UUID, User] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    holders: Mapping[str, Sequence[UUID]] = field(default_factory=dict)
    followers: Mapping[UUID, Sequence[UUID]] = field(default_factory=dict)
    remarks: Mapping[UUID, Sequence[Instruction]] = field(default_factory=dict)
    comments: Mapping[str, Comment] = field(default_factory=dict)
    instructions: Mapping[str, Instruction] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)
    contacts: Mapping[UUID, Contact] = field(default_factory=dict)
    lines: Mapping[UUID, Sequence[Line]] = field(default_factory=dict)
    earliest: Mapping[tuple[UUID, str], UUID] = field(default_factory=dict)
    subscribers: Mapping[str, tuple[Collection[UUID], Collection[str]]] = field(default_factory=dict)


def gather(
    events: Sequence[Event], subscribers: Mapping[str, tuple[Collection[UUID], Collection[str]]]
) -> Facts:
    """The facts of a batch: a fixed number of questions to the database."""
    orders = {row.pk: row for row in _orders(events)}
    facts = Facts(orders=orders, subscribers=subscribers)
    facts.followers = _grouped(
        Follower.objects.filter(order__in=_followed(events)).values_list("order", "user")
    )
    facts.comments = {str(r.pk): r for r in Comment.objects.filter(pk__in=_keys(events, "comment"))}
    facts.instructions = {
        str(r.pk): r for r in Instruction.objects.filter(pk__in=_keys(events, "instruction"))
    }
    facts.questions = {str(r.pk): r for r in Question.objects.filter(pk__in=_keys(events, "question"))}
    remarks = Instruction.objects.filter(order__in=_subjects(events, "order.placed"), state="open")
    facts.remarks = _grouped((row.order_id, row) for row in remarks)
    facts.earliest = _earliest(events)
    _for_customers(events, facts)
    _people(events, facts)
    return facts


def recipients(event: Event, topic: Topic, facts: Facts) -> list[UUID]:
    """The firm's people who are to hear of an event, each once; the one who did it is left out where the topic says so."""
    order = facts.orders[event.subject_id]
    named: list[str] = []
    scoped: list[str] = []
    for source in topic.told:
        meant = [str(key) for key in _of_source(source, event, order, facts)]
        (named if source in _BY_NAME else scoped).extend(meant)
    users, roles = facts.subscribers.get(topic.code, ((), ()))
    scoped.extend(str(user) for user in users)
    scoped.extend(str(user) for user in _holders_of(roles, facts))
    actor = "" if topic.tells_actor else str(event.actor_id or "")
    found = [UUID(key) for key in without([*named, *scoped], actor)]
    by_name = set(named)
    return [
        key for key in found if key in facts.people and (str(key) in by_name or _may_look(facts.people[key]))
    ]


def placed_with(event: Event, facts: Facts) -> Sequence[Instruction]:
    """The remarks an order was placed with; those left later have events of their own."""
    return [row for row in facts.remarks.get(event.subject_id, ()) if row.created_at <= event.at]


def applies(event: Event, topic: Topic, facts: Facts) -> bool:
    """Whether an event is told at all: not of history, and only as the topic's conditions say."""
    order = facts.orders.get(event.subject_id)
    if order is None or order.historical:
        return False
    if any(event.data.get(name) in values for name, values in topic.unless.items()):
        return False
    if topic.first and facts.earliest.get((event.subject_id, event.kind)) != event.pk:
        return False
    before = facts.earliest.get((event.subject_id, topic.after)) if topic.after else None
    return not topic.after or (before is not None and before < event.pk)


def _of_source(source: str, event: Event, order: Order, facts: Facts) -> Iterable[object]:
    """Keys of the people a source of the topic means, empty ones among them."""
    data = event.data
    if source.startswith("role:"):
        return facts.holders.get(source.removeprefix("role:"), ())
    found: Mapping[str, Iterable[object]] = {
        "owner": (order.owner_id or "",),
        "followers": facts.followers.get(order.pk, ()),
        "author": (data.get("author", ""),),
        "requester": (data.get("requester", ""),),
        "people": data.get("people", ()),
        "mentions": data.get("mentions", ()),
        "assignees": data.get("assignees", ()),
        "departments": _holders_of(data.get("departments", ()), facts),
        "audience": facts.holders.get(str(data.get("audience")), ()),
        "remarks": _holders_of(dict.fromkeys(row.audience for row in placed_with(event, facts)), facts),
    }
    return found[source]


def _holders_of(roles: Iterable[str], facts: Facts) -> Iterable[UUID]:
    return [user for role in roles for user in facts.holders.get(role, ())]


def _may_look(person: User) -> bool:
    return any(Perm.ORDER_VIEW in role.permissions for role in person.roles.all() if role.code not in OUTSIDE)


def _orders(events: Sequence[Event]) -> Iterable[Order]:
    keys = {event.subject_id for event in events if event.subject_type == "order"}
    return Order.objects.filter(pk__in=keys).select_related("customer")


def _subjects(events: Sequence[Event], kind: str) -> set[UUID]:
    return {event.subject_id for event in events if event.kind == kind}


def _followed(events: Sequence[Event]) -> set[UUID]:
    """The subjects of events that are told to whoever follows them."""
    return {
        event.subject_id
        for event in events
        if any("followers" in topic.told for topic in of_event(event.kind))
    }


def _keys(events: Sequence[Event], name: str) -> set[UUID]:
    """The keys events have under a name; a text that is none is nothing to look for."""
    return {key for event in events if (key := _key(event.data.get(name)))}


def _key(value: object) -> UUID | None:
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None


def _earliest(events: Sequence[Event]) -> dict[tuple[UUID, str], UUID]:
    """The first event of each kind that topics ask about, of each of these subjects."""
    topics = {event.kind: of_event(event.kind) for event in events}
    asking = [event for event in events if any(t.first or t.after for t in topics[event.kind])]
    kinds = {kind for event in asking for t in topics[event.kind] for kind in (t.after, t.event) if kind}
    rows = (
        Event.objects.filter(subject_id__in={event.subject_id for event in asking}, kind__in=kinds)
        .order_by("subject_id", "kind", "pk")
        .distinct("subject_id", "kind")
    )
    return {(subject, kind): key for subject, kind, key in rows.values_list("subject_id", "kind", "pk")}


def _for_customers(events: Sequence[Event], facts: Facts) -> None:
    """Whom to write to at each customer, and what they ordered, for events that customers are told of."""
    told = {
        event.subject_id
        for event in events
        if any(topic.audience is Audience.CUSTOMER for topic in of_event(event.kind))
    }
    orders = [facts.orders[key] for key in told if key in facts.orders]
    contacts: dict[UUID, Contact] = {}
    rows = Contact.objects.filter(customer__in={order.customer_id for order in orders}).exclude(email="")
    for contact in rows.order_by("-is_primary", "pk"):
        if contact.is_primary or contact.role == "buyer":
            contacts.setdefault(contact.customer_id, contact)
    facts.contacts = contacts
    lines = Line.objects.filter(order__in=[order.pk for order in orders]).select_related("sku__product")
    facts.lines = _grouped((line.order_id, line) for line in lines.order_by("position"))


def _people(events: Sequence[Event], facts: Facts) -> None:
    """Everybody who may be among the recipients and may sign in, and who of them holds which role."""
    keys: set[UUID] = {order.owner_id for order in facts.orders.values() if order.owner_id}
    roles: set[str] = set()
    for followers in facts.followers.values():
        keys.update(followers)
    for event in events:
        named = [event.data.get("author"), event.data.get("requester")]
        named += [key for name in ("people", "mentions", "assignees") for key in event.data.get(name, ())]
        keys.update(key for value in named if (key := _key(value)))
        roles.update([str(event.data.get("audience", "")), *event.data.get("departments", ())])
        for topic in of_event(event.kind):
            roles.update(source[5:] for source in topic.told if source.startswith("role:"))
    roles.update(remark.audience for remarks in facts.remarks.values() for remark in remarks)
    for users, subscribed in facts.subscribers.values():
        keys.update(users)
        roles.update(subscribed)
    wanted = Q(pk__in=keys) | Q(pk__in=User.roles.through.objects.filter(role__in=roles).values("user"))
    people = list(User.objects.filter(wanted, is_active=True).prefetch_related("roles"))
    facts.people = {person.pk: person for person in people}
    facts.holders = _grouped((role.code, person.pk) for person in people for role in person.roles.all())
    facts.roles = Role.objects.in_bulk()


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    found: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return dict(found)
