"""A firm made for one approval case of another system: its people, rules and the order the case is about."""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from openoms.core import db
from openoms.core.types import Actor
from openoms.domains.approvals import rule_services
from openoms.domains.approvals.models import ApprovalRequest, ApprovalStep, Authority, ExchangeRate, Seat
from openoms.domains.approvals.rules import ApprovalRule, Condition, Matching, StepRule
from openoms.domains.customers.models import Customer
from openoms.domains.identity.models import Role
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.queries import actor_of
from openoms.domains.orders.models import Hold, Order, OrderType
from openoms.domains.orders.states import Terms
from openoms.domains.pricing import services as pricing
from openoms.domains.pricing.book import Discount
from openoms.flows.place import place_order
from openoms.flows.revise import revise_draft
from openoms.flows.steps import configuration
from openoms.flows.steps.placing import LineRequest, OrderRequest
from tests.factories import make_customer, make_sku, make_user

D = Decimal
MAY = [
    Perm.ORDER_VIEW,
    Perm.ORDER_CREATE,
    Perm.ORDER_SUBMIT,
    Perm.ORDER_DISCOUNT,
    Perm.PRICE_OVERRIDE,
    Perm.CATALOG_VIEW,
]
_number = itertools.count(1)


class World:
    """One case's firm. Every name a case uses is a role with one person in it; a price is one cent, amounts are pieces."""

    def __init__(self) -> None:
        self.people: dict[str, Actor] = {}
        self.rules: list[ApprovalRule] = []
        self.currency = "CNY"
        self.order: Order | None = None
        # What the process remembers is of the case before, whose rows were taken back.
        configuration.forget()
        self.customer: Customer = make_customer(code=f"P{next(_number)}")
        make_sku("CENT", "0.01")

    def role(self, name: str) -> str:
        """The code of the role of that name, with one person in it who may approve anything."""
        code = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:30]
        if not Role.objects.filter(code=code).exists():
            row = Role.objects.create(code=code, name=name, grants=[str(one) for one in MAY])
            Authority.objects.create(role=row)
        if name not in self.people:
            self.people[name] = actor_of(make_user(code, name=name))
        return code

    def person(self, name: str) -> Actor:
        """The one of that name: the person of the role of that name."""
        self.role(name)
        return self.people[name]

    def key(self, name: str) -> str:
        """Their key as a rule names them."""
        return str(self.person(name).user_id)

    def rule(
        self, steps: Sequence[StepRule], conditions: Sequence[Condition] = (), priority: int = 0
    ) -> None:
        """Add a rule; it counts once `use` was called."""
        code = f"R{len(self.rules)}"
        numbered = tuple(replace(step, turn=10 * at) for at, step in enumerate(steps, 1))
        self.rules.append(ApprovalRule(code, tuple(conditions), numbered, priority, name=code))

    def use(self, matching: Matching = Matching.ALL) -> None:
        """Put the rules in force."""
        _write(self.rules, matching)

    def rate(self, currency: str, worth: Decimal) -> None:
        """What one unit of the currency is worth in the rules' own."""
        ExchangeRate.objects.update_or_create(currency=currency, defaults={"rate": worth})
        if currency != self.currency:
            make_sku(f"CENT-{currency}", "0.01", price_list=currency.lower(), currency=currency)

    def place(
        self, who: Actor, amount: Decimal, *, currency: str = "", listed: Decimal | None = None, **fields: Any
    ) -> Order:
        """An order of that amount, by somebody; `listed` is what it costs at list, the rest is a discount."""
        currency = currency or self.currency
        whole = listed if listed is not None else amount
        sku = "CENT" if currency == "CNY" else f"CENT-{currency}"
        discount = Discount("amount", whole - amount) if whole > amount else None
        if "order_type" in fields:
            OrderType.objects.get_or_create(
                code=fields["order_type"], defaults={"name": fields["order_type"]}
            )
            configuration.forget()
        asked = OrderRequest(
            (LineRequest(sku, whole * 100),), self.customer.code, currency=currency, discount=discount,
            **{"terms": Terms.CREDIT, **fields},
        )  # fmt: skip
        self.order = place_order(asked, actor=who).order
        return self.order

    def revise(self, who: Actor, amount: Decimal) -> None:
        """Another amount for the draft."""
        asked = OrderRequest(
            (LineRequest("CENT", amount * 100),), self.customer.code, terms=Terms.CREDIT, submit=False
        )
        revise_draft(self.fresh().number, asked, actor=who)

    def fresh(self) -> Order:
        """The order as it now is."""
        assert self.order is not None, "a case decides on an order it has"
        self.order.refresh_from_db()
        return self.order

    def request(self) -> ApprovalRequest | None:
        """Its latest request."""
        return ApprovalRequest.objects.filter(order=self.fresh()).order_by("-id").first()

    def steps(self) -> list[ApprovalStep]:
        """The latest request's steps."""
        request = self.request()
        return list(request.steps.order_by("position")) if request else []

    def asked(self) -> list[str]:
        """The names of those asked, step by step, those of one step by name."""
        names = {actor.user_id: name for name, actor in self.people.items()}
        return [
            name
            for step in self.steps()
            for name in sorted(names.get(seat.user_id, "?") for seat in step.seats.all())
        ]

    def tray(self, who: Actor) -> int:
        """How many steps wait for somebody."""
        return Seat.objects.filter(user=who.user_id, is_open=True).count()

    def holds(self) -> set[str]:
        """The kinds of the order's open holds."""
        return set(Hold.objects.filter(order=self.fresh(), released_at=None).values_list("kind", flat=True))


@db.flow
def _write(rules: Sequence[ApprovalRule], matching: Matching) -> None:
    for rule in rules:
        rule_services.save_rule(None, rule, is_active=True)
    rule_services.set_matching(rule_services.lock_policy(), matching)
    pricing.bump_version()


def user_of(actor: Actor) -> UUID:
    """The key of a person."""
    assert actor.user_id is not None, "actors of cases are people"
    return actor.user_id


NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
Case = Mapping[str, Any]
