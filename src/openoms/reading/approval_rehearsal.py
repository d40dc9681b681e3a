"""An approval rule tried on orders of the past: which would have waited, for whom, and how long that mostly takes.

Writes nothing. Of a period with more orders than are looked at a sample is: every order has the same chance to be in it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from openoms.core.ids import floor_of
from openoms.core.money import ZERO
from openoms.domains.approvals.models import ApprovalStep
from openoms.domains.approvals.process import StepState
from openoms.domains.approvals.queries import facts_of_orders, rulebook
from openoms.domains.approvals.rulebook import RuleBook
from openoms.domains.approvals.rules import ApprovalRule, Matching, OrderFacts, Reason, Requirement, StepRule
from openoms.domains.orders.models import Order
from openoms.domains.orders.states import Status
from openoms.reading.rehearsal import check_days, next_day

MOST_ORDERS = 2000
_CHUNK = 500
_EXAMPLES = 10
# Of so many past steps the waits are looked at, the newest.
_MOST_STEPS = 5000
_SPAN = 1 << 16


@dataclass(slots=True)
class StepEffect:
    """How many orders a step would have asked for, what they came to by currency, and how long its people mostly take.

    `hours` is the median of past decisions of the same people; None where there are none.
    """

    step: StepRule
    orders: int = 0
    amounts: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    hours: Decimal | None = None
    decided: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """One order that would have waited (or, without steps, been let through): why, and for which steps."""

    number: str
    placed_at: datetime
    currency: str
    total: Decimal
    reasons: tuple[Reason, ...]
    steps: tuple[StepRule, ...]


@dataclass(slots=True)
class Rehearsal:
    """What would have become of the orders looked at: how many waited, how many a rule would have let through by itself.

    `found` is how many lie in the period; fewer `looked_at` are a sample of them.
    """

    found: int = 0
    looked_at: int = 0
    waiting: int = 0
    let_through: int = 0
    amounts: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    steps: list[StepEffect] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)

    @property
    def is_sample(self) -> bool:
        """Whether not all orders of the period were looked at."""
        return self.looked_at < self.found


def rehearse(
    rule: ApprovalRule, since: date, until: date, timezone: str, *, beside: bool = False
) -> Rehearsal:
    """Try the rule on the orders placed in these days (both included, in `timezone`), alone or beside all that are on.

    Raises InvalidInput for days that are none, or too many.
    """
    check_days(since, until)
    book = _book(rule, beside=beside)
    found = Rehearsal()
    effects: dict[tuple[object, ...], StepEffect] = {}
    for orders in _chunks(found, since, until, timezone):
        facts = facts_of_orders(orders, book)
        for order in orders:
            _count(found, effects, order, facts[order.pk], book)
    found.steps = sorted(effects.values(), key=lambda effect: (effect.step.turn, -effect.orders))
    found.examples.sort(key=lambda example: example.total, reverse=True)
    del found.examples[_EXAMPLES:]
    _add_waits(effects)
    return found


def _book(rule: ApprovalRule, *, beside: bool) -> RuleBook:
    """The rules the orders are looked at by: this one in place of the one of its code."""
    now = rulebook()
    if not beside:
        return RuleBook.of((rule,), Matching.ALL, now.rates)
    others = tuple(other for other in now.rules if other.code != rule.code)
    return RuleBook.of((*others, rule), now.matching, now.rates)


def _chunks(found: Rehearsal, since: date, until: date, timezone: str) -> Iterator[Sequence[Order]]:
    """The orders of the period, or a sample of them, some at a time; `found` is told how many there are."""
    rows = _orders(since, until, timezone)
    found.found = rows.count()
    if found.found > MOST_ORDERS:
        # The end of a key is chance, whenever it was made.
        chance = RawSQL(
            "get_byte(uuid_send(orders_order.id), 14) * 256 + get_byte(uuid_send(orders_order.id), 15)", ()
        )  # nosec B611
        rows = rows.alias(chance=chance).filter(chance__lt=_SPAN * MOST_ORDERS // found.found)
    orders = list(rows.select_related("customer").order_by("pk")[:MOST_ORDERS])
    found.looked_at = len(orders)
    for start in range(0, len(orders), _CHUNK):
        yield orders[start : start + _CHUNK]


def _orders(since: date, until: date, timezone: str) -> QuerySet[Order]:
    """Orders that were submitted once: all but drafts."""
    zone = ZoneInfo(timezone)
    begin = datetime(since.year, since.month, since.day, tzinfo=zone)
    end = next_day(datetime(until.year, until.month, until.day, tzinfo=zone))
    rows = Order.objects.filter(placed_at__gte=begin, placed_at__lt=end, pk__gte=floor_of(begin))
    return rows.exclude(status=Status.DRAFT)


def _count(
    found: Rehearsal,
    effects: dict[tuple[object, ...], StepEffect],
    order: Order,
    facts: OrderFacts,
    book: RuleBook,
) -> None:
    requirement: Requirement = book.required(facts)
    if requirement.automatic:
        found.let_through += bool(requirement.reasons)
        if not requirement.reasons:
            return
    else:
        found.waiting += 1
    found.amounts[order.currency] += order.total
    for needed in requirement.steps:
        effect = effects.setdefault(needed.step.who, StepEffect(needed.step))
        effect.orders += 1
        effect.amounts[order.currency] += order.total
    steps = tuple(needed.step for needed in requirement.steps)
    example = Example(order.number, order.placed_at, order.currency, order.total, requirement.reasons, steps)
    found.examples.append(example)


def _add_waits(effects: dict[tuple[object, ...], StepEffect]) -> None:
    """How long the same people mostly took so far, from the newest steps that were decided."""
    if not effects:
        return
    ended = ApprovalStep.objects.filter(
        state__in=(StepState.APPROVED, StepState.REJECTED), opened_at__isnull=False, ended_at__isnull=False
    )
    waits: dict[tuple[object, ...], list[timedelta]] = defaultdict(list)
    for rule, opened_at, ended_at in ended.order_by("-pk").values_list("rule", "opened_at", "ended_at")[
        :_MOST_STEPS
    ]:
        if opened_at is not None and ended_at is not None:
            waits[_who(rule)].append(ended_at - opened_at)
    for who, effect in effects.items():
        known = waits.get(who)
        if known:
            hours = median(wait.total_seconds() for wait in known) / 3600
            effect.hours, effect.decided = Decimal(f"{hours:.1f}"), len(known)


def _who(rule: dict[str, Any]) -> tuple[object, ...]:
    """Whom a kept step asked, as StepRule.who has it."""
    roles, users = (tuple(sorted(rule.get(name, ()))) for name in ("roles", "users"))
    return roles, users, bool(rule.get("manager")), bool(rule.get("owner"))
