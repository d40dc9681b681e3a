"""The people, rules and orders of approval tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openoms.core import db
from openoms.core.types import Actor
from openoms.domains.approvals import rule_services
from openoms.domains.approvals.models import ApprovalRequest, Authority
from openoms.domains.approvals.rules import AmountBetween, ApprovalRule, Condition, Matching, StepRule
from openoms.domains.events.models import Event
from openoms.domains.identity.models import User
from openoms.domains.identity.queries import actor_of
from openoms.domains.orders.models import Order
from openoms.domains.pricing import services as pricing
from tests.factories import make_customer, make_order, make_user

D = Decimal
SALES = StepRule("Sales manager", 10, roles=("sales_manager",))
FINANCE = StepRule("Finance", 20, roles=("finance",), hours=8)
PRODUCTION = StepRule("Production", 30, roles=("production",))
LARGE = AmountBetween("CNY", D(1000))


@dataclass(frozen=True)
class Cast:
    """Who takes part; each is an actor."""

    clerk: Actor
    manager: Actor
    second: Actor
    finance: Actor
    production: Actor
    administrator: Actor


def make_cast() -> Cast:
    """One person of each role, two sales managers."""

    def one(role: str, name: str) -> Actor:
        return actor_of(make_user(role, name=name))

    return Cast(
        one("sales", "Clerk"), one("sales_manager", "Manager"), one("sales_manager", "Second"),
        one("finance", "Finance"), one("production", "Production"), one("administrator", "Administrator"),
    )  # fmt: skip


@db.flow
def make_rule(
    code: str, steps: Sequence[StepRule], conditions: Sequence[Condition] = (LARGE,), priority: int = 0
) -> None:
    """A rule that is on."""
    rule = ApprovalRule(code, tuple(conditions), tuple(steps), priority, name=code)
    rule_services.save_rule(None, rule, is_active=True)
    pricing.bump_version()


@db.flow
def only_first() -> None:
    """The first rule that matches alone counts."""
    rule_services.set_matching(rule_services.lock_policy(), Matching.FIRST)
    pricing.bump_version()


def limit(user: Actor, **values: Any) -> None:
    """What this person may approve, in place of what their roles may."""
    Authority.objects.create(user_id=user.user_id, **values)


def large_order(clerk: Actor, pieces: int = 100, **fields: Any) -> Order:
    """An order of so many bolts at 12.50, on credit."""
    return make_order(make_customer(), [("BOLT", pieces)], actor=clerk, **fields).order


def request_of(order: Order) -> ApprovalRequest:
    """Its latest request."""
    return ApprovalRequest.objects.filter(order=order).order_by("-id")[0]


def told(order: Order, *kinds: str) -> list[dict[str, Any]]:
    """The data of the order's events of these kinds, in order."""
    events = Event.objects.filter(subject_id=order.pk, kind__in=kinds)
    return [event.data for event in events.order_by("id")]


def kinds_of(order: Order) -> list[str]:
    """What happened to the order, in order."""
    return list(Event.objects.filter(subject_id=order.pk).order_by("id").values_list("kind", flat=True))


def person(actor: Actor) -> User:
    """The row of an actor."""
    assert actor.user_id
    return User.objects.get(pk=actor.user_id)
