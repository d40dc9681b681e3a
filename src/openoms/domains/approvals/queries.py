"""Reading requests for approval: their values, who may decide, what an order looks like to the rules."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from openoms.core.money import round_money
from openoms.domains.approvals import models as rows
from openoms.domains.approvals.authority import Authority
from openoms.domains.approvals.documents import step_from
from openoms.domains.approvals.models import ApprovalRequest, ApprovalStep, ExchangeRate, Seat
from openoms.domains.approvals.process import (
    Decision,
    Delegation,
    Request,
    RequestState,
    SeatKind,
    Step,
    StepState,
    Verdict,
)
from openoms.domains.approvals.rule_queries import read_rules
from openoms.domains.approvals.rulebook import RuleBook
from openoms.domains.approvals.rules import OrderFacts, StepRule
from openoms.domains.identity.models import User
from openoms.domains.identity.permissions import ADMINISTRATOR
from openoms.domains.orders.models import Line, Order
from openoms.domains.orders.types import CreditFacts
from openoms.domains.pricing.measures import Sold, depth
from openoms.domains.pricing.queries import category_paths

# Users of programs hold roles too; where all of a role must agree, people are meant.
_MACHINES = "@integration.invalid"


def rulebook() -> RuleBook:
    """The rules that are on, compiled. The firm's own currency is what the others are measured in."""
    found, matching = read_rules()
    rates = dict(ExchangeRate.objects.values_list("currency", "rate"))
    if rates:
        rates[settings.OPENOMS.default_currency] = Decimal(1)
    return RuleBook.of(found, matching, rates)


def latest_of(order: UUID) -> ApprovalRequest | None:
    """The order's latest request; None when approval was never asked for."""
    return ApprovalRequest.objects.filter(order_id=order).order_by("-id").first()


def steps_of(request: ApprovalRequest) -> list[ApprovalStep]:
    """Its steps in order, with seats and decisions."""
    return list(request.steps.order_by("position").prefetch_related("seats", "decisions"))


def value_of(request: ApprovalRequest, steps: Sequence[ApprovalStep]) -> Request:
    """The request as process.py knows it; `steps` come from `steps_of`."""
    return Request(
        request.requester_id, tuple(_step_value(step) for step in steps), RequestState(request.state)
    )


def _step_value(row: ApprovalStep) -> Step:
    seats = list(row.seats.all())
    return Step(
        rule=step_from(row.rule),
        people=frozenset(seat.user_id for seat in seats if seat.kind == SeatKind.ASKED),
        digest=row.digest,
        state=StepState(row.state),
        decisions=tuple(
            Decision(one.by_id, one.whose_id, Verdict(one.verdict), one.at, one.comment)
            for one in row.decisions.all()
        ),
        above=frozenset(seat.user_id for seat in seats if seat.kind == SeatKind.ABOVE),
        handed=frozenset(seat.whose_id for seat in seats if seat.kind == SeatKind.DELEGATE),
    )


def deputies(step: ApprovalStep, to: UUID, now: datetime) -> list[Delegation]:
    """In whose name `to` may decide a step beside their own: what was handed to them, and absences in force."""
    handed = [
        Delegation(seat.whose_id, seat.user_id, now)
        for seat in step.seats.all()
        if seat.kind == SeatKind.DELEGATE and seat.user_id == to and seat.is_open
    ]
    return handed + [Delegation(whose, to, now) for whose in absent_for(to, now)]


def absent_for(to: UUID, now: datetime) -> QuerySet[rows.Delegation, UUID]:
    """The keys of those who are absent at `now` and have `to` decide for them."""
    found = rows.Delegation.objects.filter(to_id=to, ended_at=None, since__lte=now)
    return found.filter(Q(until=None) | Q(until__gt=now)).values_list("whose", flat=True)


def stand_ins(whose: Collection[UUID], now: datetime) -> set[UUID]:
    """Those who decide at `now` for these people in their absence."""
    found = rows.Delegation.objects.filter(whose__in=whose, ended_at=None, since__lte=now)
    return set(found.filter(Q(until=None) | Q(until__gt=now)).values_list("to", flat=True))


def authorities_of(user: UUID) -> list[Authority]:
    """What somebody may approve: of their own, else by their roles."""
    mine = Q(user_id=user) | Q(role__users=user)
    found = rows.Authority.objects.filter(mine).distinct()
    own = [row for row in found if row.user_id is not None]
    # What was said of the person counts in place of what their roles may: a junior has less than the role.
    return [_authority(row) for row in own or found]


def _authority(row: rows.Authority) -> Authority:
    return Authority(row.currency, row.least, row.most, tuple(row.order_types), tuple(row.categories))


def people_of(
    steps: Sequence[StepRule], requester: UUID | None, customer_owner: UUID | None
) -> list[frozenset[UUID]]:
    """For each step the active people it asks, in one statement; nobody who is the requester alone is left out here."""
    roles = {code for step in steps for code in step.roles}
    named = {UUID(key) for step in steps for key in step.users}
    manager = _manager_of(requester) if requester and any(step.manager for step in steps) else None
    direct = named | {one for one in (manager, customer_owner) if one}
    found = User.objects.filter(Q(roles__code__in=roles) | Q(pk__in=direct), is_active=True)
    holders: dict[str, set[UUID]] = defaultdict(set)
    machines: set[UUID] = set()
    active: set[UUID] = set()
    for key, email, role in found.values_list("pk", "email", "roles__code"):
        active.add(key)
        holders[role].add(key)
        if email.endswith(_MACHINES):
            machines.add(key)
    return [_asked(step, holders, machines, active, manager, customer_owner) for step in steps]


def _asked(
    step: StepRule,
    holders: Mapping[str, set[UUID]],
    machines: set[UUID],
    active: set[UUID],
    manager: UUID | None,
    owner: UUID | None,
) -> frozenset[UUID]:
    asked = {key for role in step.roles for key in holders.get(role, ())}
    if step.need != 1 and asked - machines:
        asked -= machines
    asked |= {UUID(key) for key in step.users}
    asked |= {one for one, wanted in ((manager, step.manager), (owner, step.owner)) if wanted and one}
    return frozenset(asked & active)


def _manager_of(user: UUID) -> UUID | None:
    return User.objects.filter(pk=user).values_list("manager", flat=True).first()


def administrators() -> frozenset[UUID]:
    """Those who are asked where nobody else is there to be."""
    return frozenset(
        User.objects.filter(roles__code=ADMINISTRATOR, is_active=True).values_list("pk", flat=True)
    )


def next_authority(asked: Collection[UUID], facts: OrderFacts, barred: Collection[UUID]) -> frozenset[UUID]:
    """Who is asked when those `asked` are late: their managers, else managers of the firm, else administrators.

    Only those whose authority covers the order, who were not asked before and are not `barred` (the requester).
    """
    no = {*asked, *barred}
    circles = (
        Q(pk__in=User.objects.filter(pk__in=asked).exclude(manager=None).values("manager")),
        Q(roles__code="manager"),
        Q(roles__code=ADMINISTRATOR),
    )
    for circle in circles:
        able = set(User.objects.filter(circle, is_active=True).values_list("pk", flat=True)) - no
        found = {key for key in able if any(one.covers(facts) for one in authorities_of(key))}
        if found:
            return frozenset(found)
    return frozenset()


def facts_of_orders(
    orders: Sequence[Order],
    book: RuleBook | None = None,
    credit: Mapping[UUID, CreditFacts] | None = None,
) -> dict[UUID, OrderFacts]:
    """What the rules look at of orders already written, by key, in three statements however many they are.

    Their customers are loaded. `credit`, by order, is what their customers owe without them; of past orders that is not
    kept, and rules that look at it find nothing.
    """
    book = book or RuleBook()
    lines: dict[UUID, list[Line]] = defaultdict(list)
    for line in Line.objects.filter(order__in=orders).select_related("sku__product"):
        lines[line.order_id].append(line)
    tree = category_paths()
    earlier = Order.objects.filter(customer=OuterRef("customer"), pk__lt=OuterRef("pk")).exclude(
        status="cancelled"
    )
    known = set(
        Order.objects.filter(pk__in=[order.pk for order in orders])
        .filter(Exists(earlier))
        .values_list("pk", flat=True)
    )
    credit = credit or {}
    return {
        order.pk: replace(
            _facts(order, lines[order.pk], tree, int(order.pk in known), book),
            **credit_figures(credit.get(order.pk), order.total - order.paid_total, order.currency),
        )
        for order in orders
    }


def credit_figures(credit: CreditFacts | None, owed: Decimal, currency: str) -> dict[str, Any]:
    """What the customer would owe with `owed` more, and may: where a limit was agreed in that currency."""
    if credit is None:
        return {}
    figures: dict[str, Any] = {"overdue": credit.overdue}
    if credit.limit is not None and credit.currency == currency:
        exposure = round_money(credit.exposure + owed, currency)
        figures |= {"exposure": exposure, "credit_limit": round_money(credit.limit, currency)}
    return figures


def _facts(
    order: Order,
    lines: Sequence[Line],
    tree: Mapping[UUID | None, tuple[str, ...]],
    orders_before: int,
    book: RuleBook,
) -> OrderFacts:
    measured = depth([sold_of(line, order) for line in lines])
    return OrderFacts(
        worth=book.worth(order.total, order.currency),
        order_type=order.order_type_id,
        channel=order.channel_id,
        terms=order.terms,
        country=str(order.ship_to.get("country") or ""),
        region=str(order.ship_to.get("region") or ""),
        goods=tuple(sorted({tree.get(line.sku.product.category_id, ()) for line in lines})),
        discount_percent=measured.discount,
        line_discount_percent=measured.deepest,
        margin_percent=measured.margin,
        has_typed_price=measured.typed,
        has_formula=measured.reckoned,
        customer=order.customer.code,
        tier=order.customer.tier_id,
        segments=tuple(order.customer.tags),
        orders_before=orders_before,
    )


def sold_of(line: Line, order: Order) -> Sold:
    """A line of an order as far as the depth of its discounts goes."""
    known = line.unit_cost is not None and line.cost_currency == order.currency
    return Sold(
        (line.list_unit_price or Decimal(0)) * line.quantity,
        line.total if order.tax_inclusive else line.net,
        line.net,
        line.unit_cost * line.quantity if known and line.unit_cost is not None else None,
        line.price_source,
    )


def due_steps(now: datetime, limit: int) -> list[tuple[UUID, str]]:
    """(step, number of its order) of open steps to be looked at by now, those longest due first."""
    rows = ApprovalStep.objects.filter(state=StepState.OPEN, next_at__lte=now).order_by("next_at")
    return list(rows.values_list("pk", "request__order__number")[:limit])


def steps_asking(user: UUID, limit: int, after: UUID | None = None) -> list[tuple[UUID, str]]:
    """(step, number of its order) of open steps that ask the person, or one of the roles they have; by key."""
    roles = list(User.objects.filter(pk=user).exclude(roles=None).values_list("roles__code", flat=True))
    asked = Q(Exists(Seat.objects.filter(step=OuterRef("pk"), user=user))) | Q(
        rule__roles__has_any_keys=roles
    )
    rows = ApprovalStep.objects.filter(asked, state=StepState.OPEN).order_by("pk")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return list(rows.values_list("pk", "request__order__number")[:limit])
