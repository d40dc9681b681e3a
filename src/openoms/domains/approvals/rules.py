"""Who must agree to an order, and why: rules over its facts, merged into ordered steps. Pure.

A bound that is named is included: a rule "from 1,000 up to 5,000" takes in exactly 1,000 and exactly 5,000. Amounts are in
the rule's currency and compared with the order's worth in that currency; one that is not known there is no reason to ask.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from openoms.core.shapes import Amount, Flag, Whole, Words

HUNDRED = Decimal(100)


class Matching(StrEnum):
    """Which of the rules that match count."""

    FIRST = "first"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What approval looks at of one revision of an order.

    `worth` is its total by currency: its own, and others it was converted to. `discount_percent` is how far below list
    its goods are, 0 to 100, as a whole and of its deepest line; `margin_percent` of its goods, None where a cost is not
    known. `goods` holds the categories of each kind of goods in it, the wider ones too. `exposure` is what the customer would owe with it, `credit_limit` what they may, in the order's currency.
    """

    worth: Mapping[str, Decimal]
    order_type: str = "standard"
    channel: str = ""
    terms: str = ""
    country: str = ""
    region: str = ""
    goods: tuple[tuple[str, ...], ...] = ()
    discount_percent: Decimal = Decimal(0)
    line_discount_percent: Decimal = Decimal(0)
    margin_percent: Decimal | None = None
    has_typed_price: bool = False
    has_formula: bool = False
    customer: str = ""
    tier: str | None = None
    segments: tuple[str, ...] = ()
    orders_before: int | None = None
    exposure: Decimal | None = None
    credit_limit: Decimal | None = None
    overdue: bool = False

    @property
    def categories(self) -> frozenset[str]:
        """Every category something of it belongs to."""
        return frozenset(code for codes in self.goods for code in codes)


@dataclass(frozen=True, slots=True)
class AmountBetween:
    """The order's worth in `currency` lies within bounds."""

    currency: Words
    least: Amount | None = None
    most: Amount | None = None
    kind: Literal["amount"] = "amount"


@dataclass(frozen=True, slots=True)
class DiscountFrom:
    """Its goods are at least so many per cent below list: all together, or one line by itself."""

    percent: Amount
    per: Literal["order", "line"] = "order"
    kind: Literal["discount"] = "discount"


@dataclass(frozen=True, slots=True)
class MarginBelow:
    """Its margin is below so many per cent. A margin that is not known counts as below where `unknown` says so."""

    percent: Amount
    unknown: Flag = False
    kind: Literal["margin"] = "margin"


@dataclass(frozen=True, slots=True)
class PriceIs:
    """A price was typed by hand, or reckoned by a formula."""

    by: Literal["hand", "formula"] = "hand"
    kind: Literal["price"] = "price"


@dataclass(frozen=True, slots=True)
class OrderIs:
    """Its type, channel, terms, destination and goods are among those named; what names none does not matter.

    A region is "CN/浙江省", a country "CN"; `categories` asks for one line at least.
    """

    order_types: tuple[Words, ...] = ()
    channels: tuple[Words, ...] = ()
    terms: tuple[Words, ...] = ()
    regions: tuple[Words, ...] = ()
    categories: tuple[Words, ...] = ()
    kind: Literal["order"] = "order"


@dataclass(frozen=True, slots=True)
class CustomerIs:
    """The customer is one of these, of one of these tiers or segments, or (`new`) has no order yet."""

    customers: tuple[Words, ...] = ()
    tiers: tuple[Words, ...] = ()
    segments: tuple[Words, ...] = ()
    new: Flag = False
    kind: Literal["customer"] = "customer"


@dataclass(frozen=True, slots=True)
class CreditOver:
    """What the customer would owe passes so many per cent of their limit, or something is overdue."""

    percent: Amount = HUNDRED
    overdue: Flag = False
    kind: Literal["credit"] = "credit"


Condition = AmountBetween | DiscountFrom | MarginBelow | PriceIs | OrderIs | CustomerIs | CreditOver


@dataclass(frozen=True, slots=True)
class StepRule:
    """Who must agree at one step: people of roles, people by key, the requester's manager, the customer's owner.

    `need` 1 is any of them, 0 all, n so many. Steps of a low `turn` come first; `hours` is how long it may take, in
    working hours (0: no deadline).
    """

    name: Words
    turn: Whole = 10
    need: Whole = 1
    roles: tuple[Words, ...] = ()
    users: tuple[Words, ...] = ()
    manager: Flag = False
    owner: Flag = False
    hours: Whole = 0

    @property
    def who(self) -> tuple[tuple[str, ...], tuple[str, ...], bool, bool]:
        """Who is asked, whatever the step is called: what makes two steps the same."""
        return tuple(sorted(self.roles)), tuple(sorted(self.users)), self.manager, self.owner


@dataclass(frozen=True, slots=True)
class ApprovalRule:
    """Where all its conditions hold, its steps are asked; one without steps lets the order through by itself.

    `priority` high goes first, then `code`.
    """

    code: str
    conditions: tuple[Condition, ...] = ()
    steps: tuple[StepRule, ...] = ()
    priority: int = 0
    name: str = ""
    name_zh: str = ""


@dataclass(frozen=True, slots=True)
class Needed:
    """A step an order must pass, and the codes of the rules that ask for it."""

    step: StepRule
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rule matched: each condition's kind with the figures it was decided by."""

    rule: str
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Requirement:
    """What an order needs: steps in turn (none: it goes through), and why."""

    steps: tuple[Needed, ...] = ()
    reasons: tuple[Reason, ...] = ()
    automatic: bool = field(default=True)


def required(
    facts: OrderFacts, rules: Sequence[ApprovalRule], matching: Matching = Matching.ALL
) -> Requirement:
    """Who must agree to an order of these facts, by rules in their turn (`in_turn`).

    FIRST goes by the first rule that matches; ALL by every one: their steps merged by turn, the same people asked
    once. A rule without steps that matches before any other lets the order through, whatever comes after it.
    """
    matched: list[tuple[ApprovalRule, Reason]] = []
    for rule in rules:
        reason = match(facts, rule)
        if reason is None:
            continue
        if not rule.steps and not matched:
            return Requirement(reasons=(reason,))
        if rule.steps:
            matched.append((rule, reason))
        if matching == Matching.FIRST:
            break
    steps = merged((rule.code, step) for rule, _ in matched for step in rule.steps)
    return Requirement(steps, tuple(reason for _, reason in matched), automatic=not steps)


def in_turn(rules: Iterable[ApprovalRule]) -> tuple[ApprovalRule, ...]:
    """The rules as they are looked at: those of high priority first, then by code."""
    return tuple(sorted(rules, key=lambda rule: (-rule.priority, rule.code)))


def merged(asked: Iterable[tuple[str, StepRule]]) -> tuple[Needed, ...]:
    """Steps in turn, each set of people once: at its earliest turn, with the strictest need and shortest time."""
    by_who: dict[tuple[object, ...], tuple[StepRule, list[str]]] = {}
    for rule, step in asked:
        known = by_who.get(step.who)
        if known is None:
            by_who[step.who] = (step, [rule])
            continue
        first, rules = known
        by_who[step.who] = (_stricter(first, step), [*rules, *([rule] if rule not in rules else [])])
    found = [Needed(step, tuple(rules)) for step, rules in by_who.values()]
    return tuple(sorted(found, key=lambda needed: needed.step.turn))


def _stricter(one: StepRule, other: StepRule) -> StepRule:
    needs = (one.need, other.need)
    hours = [step.hours for step in (one, other) if step.hours]
    return StepRule(
        one.name if one.turn <= other.turn else other.name,
        min(one.turn, other.turn),
        0 if 0 in needs else max(needs),
        one.roles,
        one.users,
        one.manager,
        one.owner,
        min(hours, default=0),
    )


def match(facts: OrderFacts, rule: ApprovalRule) -> Reason | None:
    """Why the rule matches, or None where it does not."""
    told: list[tuple[str, str]] = []
    for condition in rule.conditions:
        figure = _holds(condition, facts)
        if figure is None:
            return None
        told.append((condition.kind, figure))
    return Reason(rule.code, tuple(told))


def _holds(condition: Condition, facts: OrderFacts) -> str | None:
    """The figure by which the condition holds, as text; None where it does not."""
    match condition:
        case CreditOver():
            return _credit(condition, facts)
        case OrderIs():
            return _order(condition, facts)
        case CustomerIs():
            return _customer(condition, facts)
        case _:
            return _measured(condition, facts)


def _measured(
    condition: AmountBetween | DiscountFrom | MarginBelow | PriceIs, facts: OrderFacts
) -> str | None:
    match condition:
        case AmountBetween():
            worth = facts.worth.get(condition.currency)
            inside = worth is not None and within(worth, condition.least, condition.most)
            return f"{worth} {condition.currency}" if inside else None
        case DiscountFrom():
            depth = facts.discount_percent if condition.per == "order" else facts.line_discount_percent
            return str(depth) if depth >= condition.percent else None
        case PriceIs():
            is_so = facts.has_typed_price if condition.by == "hand" else facts.has_formula
            return condition.by if is_so else None
        case MarginBelow():
            return _margin(condition, facts.margin_percent)


def _margin(condition: MarginBelow, margin: Decimal | None) -> str | None:
    if margin is None:
        return "?" if condition.unknown else None
    return str(margin) if margin < condition.percent else None


def _credit(condition: CreditOver, facts: OrderFacts) -> str | None:
    if condition.overdue and facts.overdue:
        return "overdue"
    if facts.exposure is None or facts.credit_limit is None:
        return None
    over = facts.exposure > facts.credit_limit * condition.percent / HUNDRED
    return f"{facts.exposure} / {facts.credit_limit}" if over else None


def _order(condition: OrderIs, facts: OrderFacts) -> str | None:
    places = {facts.country, f"{facts.country}/{facts.region}"}
    asked: list[tuple[tuple[str, ...], set[str]]] = [
        (condition.order_types, {facts.order_type}),
        (condition.channels, {facts.channel}),
        (condition.terms, {facts.terms}),
        (condition.regions, places),
        (condition.categories, set(facts.categories) if condition.categories else set()),
    ]
    told: list[str] = []
    for named, are in asked:
        if not named:
            continue
        common = sorted(are.intersection(named))
        if not common:
            return None
        told += common
    return ", ".join(told)


def _customer(condition: CustomerIs, facts: OrderFacts) -> str | None:
    if facts.customer and facts.customer in condition.customers:
        return facts.customer
    if facts.tier and facts.tier in condition.tiers:
        return facts.tier
    common = sorted(set(condition.segments).intersection(facts.segments))
    if common:
        return ", ".join(common)
    return "new" if condition.new and facts.orders_before == 0 else None


def within(value: Decimal, least: Decimal | None, most: Decimal | None) -> bool:
    return (least is None or value >= least) and (most is None or value <= most)
