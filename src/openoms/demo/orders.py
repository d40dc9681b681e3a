"""A year of the demonstration company's orders: what was and is done, and the desk's own with all that happened to them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from openoms.core import clock
from openoms.core.types import Actor
from openoms.demo import desk, money, past, people, troubles
from openoms.demo.deeds import ZONE, Scene, Step, instant
from openoms.demo.told import Story
from openoms.domains.identity.models import User
from openoms.domains.identity.queries import actor_of
from openoms.domains.identity.rules import system
from openoms.domains.orders.models import Order
from openoms.flows.place import place_order, place_orders
from openoms.flows.steps.placing import OrderRequest

_STORIES: Sequence[Story] = (
    *desk.CHOSEN, *desk.DRAFTS, *desk.QUOTATIONS, *desk.SERVICES, *desk.ABROAD, *desk.WEB,
    *troubles.HELD, *troubles.DOUBTFUL, *troubles.REMARKED, *money.PAID, *money.CREDIT,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Entry:
    """An order to be placed: of the past as it was (`story` None), or lived through."""

    at: datetime
    request: OrderRequest
    story: Story | None = None


@dataclass(frozen=True, slots=True)
class _Cast:
    """Who does what: the system, and a colleague of each role."""

    system: Actor
    actors: Mapping[str, Actor]
    people: Mapping[str, UUID]


def load(actor: Actor) -> int:
    """Place the orders that are missing; how many orders there are.

    An order that is there is left alone, with whatever became of it.
    """
    now = clock.now()
    wanted = {(entry.request.channel, entry.request.external_id): entry for entry in _entries(now)}
    found = Order.objects.filter(external_id__in=[external for _, external in wanted])
    for key in found.values_list("channel", "external_id"):
        wanted.pop(key, None)
    if wanted:
        _live(sorted(wanted.values(), key=lambda entry: entry.at), _cast(actor), now)
    return Order.objects.count()


def _entries(now: datetime) -> Iterator[_Entry]:
    for request in past.requests(now):
        assert request.history is not None
        yield _Entry(request.history.placed_at, request)
    for number, story in enumerate(_STORIES, start=1):
        at = instant(story.when, now)
        wanted = at.astimezone(ZONE).date() + timedelta(days=story.days) if story.days else None
        external = past.reference(story.request.channel, past.COUNT + number)
        yield _Entry(at, replace(story.request, external_id=external, requested_date=wanted), story)


def _cast(actor: Actor) -> _Cast:
    emails = {people.email_of(role): role for role in people.ROLES}
    users = User.objects.filter(email__in=emails).prefetch_related("roles")
    actors = {emails[user.email]: actor_of(user) for user in users}
    ids = {role: one.user_id for role, one in actors.items() if one.user_id is not None}
    return _Cast(actor, actors | {"": system("web shop")}, ids)


def _live(entries: Sequence[_Entry], cast: _Cast, now: datetime) -> None:
    """In the order of their days, so that numbers rise with them; what is history goes together."""
    for is_past, run in groupby(entries, key=lambda entry: entry.story is None):
        if is_past:
            place_orders([entry.request for entry in run], actor=cast.system, skip_refused=False)
            continue
        for entry in run:
            assert entry.story is not None
            _tell(entry, entry.story, cast, now)


def _tell(entry: _Entry, story: Story, cast: _Cast, now: datetime) -> None:
    """Place an order at its instant, then do what was done about it at theirs."""
    with clock.set_to(entry.at):
        number = place_order(entry.request, actor=cast.actors[story.role]).order.number
    for step in story.then:
        _do(step, number, entry, cast, now)


def _do(step: Step, number: str, entry: _Entry, cast: _Cast, now: datetime) -> None:
    today = now.astimezone(ZONE).date()
    # Not before the order itself, where the clock of a day decided otherwise.
    with clock.set_to(max(instant(step.when, now), entry.at + timedelta(seconds=1))):
        step.deed(Scene(number, entry.request, cast.actors[step.role], today, cast.people))
