"""Rules of approval as plain JSON values and back, and whether one makes sense: every part at fault by name. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, TypeAdapter

from openoms.core.errors import FieldProblem, InvalidInput
from openoms.core.money import CURRENCIES
from openoms.domains.approvals.rules import (
    HUNDRED,
    AmountBetween,
    ApprovalRule,
    Condition,
    CreditOver,
    CustomerIs,
    DiscountFrom,
    MarginBelow,
    OrderIs,
    StepRule,
)

Loc = tuple[str | int, ...]
# A condition says by `kind` which it is, and a member it does not know is refused: misspelt, it would widen the rule.
AnyCondition = Annotated[Condition, Field(discriminator="kind")]
_STRICT = ConfigDict(extra="forbid")
_CONDITIONS = TypeAdapter(tuple[AnyCondition, ...], config=_STRICT)
_STEPS = TypeAdapter(tuple[StepRule, ...], config=_STRICT)

LARGEST = Decimal(10) ** 12
MOST_CONDITIONS, MOST_STEPS, MOST_NAMES, MOST_LETTERS = 20, 20, 200, 120
MOST_PEOPLE, MOST_HOURS, MOST_TURN, MOST_PRIORITY = 100, 10_000, 1000, 32_767
_MOST_PERCENT = Decimal(1000)
_SLUG = re.compile(r"[A-Za-z0-9_-]{1,40}")


def conditions_document(conditions: Sequence[Condition]) -> list[dict[str, Any]]:
    """Conditions as plain JSON values."""
    return list(_CONDITIONS.dump_python(tuple(conditions), mode="json"))


def steps_document(steps: Sequence[StepRule]) -> list[dict[str, Any]]:
    """Steps as plain JSON values."""
    return list(_STEPS.dump_python(tuple(steps), mode="json"))


def step_document(step: StepRule) -> dict[str, Any]:
    """One step as plain JSON values."""
    return steps_document([step])[0]


def step_from(document: Mapping[str, Any]) -> StepRule:
    """The step a document of `step_document` was made from; raises pydantic's ValidationError."""
    return _STEPS.validate_python([document])[0]


def rule_document(rule: ApprovalRule) -> dict[str, Any]:
    """A rule as plain JSON values."""
    return {
        "code": rule.code,
        "name": rule.name,
        "name_zh": rule.name_zh,
        "priority": rule.priority,
        "conditions": conditions_document(rule.conditions),
        "steps": steps_document(rule.steps),
    }


def rule_from(document: Mapping[str, Any]) -> ApprovalRule:
    """The rule a document of `rule_document` was made from; raises pydantic's ValidationError."""
    return ApprovalRule(
        document["code"],
        _CONDITIONS.validate_python(document["conditions"]),
        _STEPS.validate_python(document["steps"]),
        document["priority"],
        document["name"],
        document["name_zh"],
    )


def check_rule(rule: ApprovalRule) -> None:
    """Refuse a rule that means nothing; raises InvalidInput with every part at fault."""
    problems = list(_problems(rule))
    if problems:
        raise InvalidInput(problems[0].message, problems=problems)


def in_turn(steps: Sequence[StepRule]) -> tuple[StepRule, ...]:
    """The steps in the order they are asked."""
    return tuple(sorted(steps, key=lambda step: step.turn))


def numbered(steps: Sequence[StepRule]) -> tuple[StepRule, ...]:
    """The steps one after another in the order given: 10, 20, 30."""
    return tuple(replace(step, turn=10 * at) for at, step in enumerate(steps, 1))


def _problems(rule: ApprovalRule) -> Iterator[FieldProblem]:
    if not _SLUG.fullmatch(rule.code):
        yield FieldProblem(("code",), "A code has 1 to 40 letters, digits, hyphens and underscores.")
    for name in ("name", "name_zh"):
        if len(getattr(rule, name)) > MOST_LETTERS:
            yield FieldProblem((name,), f"A name has at most {MOST_LETTERS} characters.")
    if not (rule.name or rule.name_zh):
        yield FieldProblem(("name",), "Give the rule a name.")
    if abs(rule.priority) > MOST_PRIORITY:
        yield FieldProblem(("priority",), "A priority lies between -32,767 and 32,767.")
    if len(rule.conditions) > MOST_CONDITIONS:
        yield FieldProblem(("conditions",), f"A rule has at most {MOST_CONDITIONS} conditions.")
    if len(rule.steps) > MOST_STEPS:
        yield FieldProblem(("steps",), f"A rule has at most {MOST_STEPS} steps.")
    for index, condition in enumerate(rule.conditions):
        yield from _condition(condition, ("conditions", index))
    known: set[tuple[object, ...]] = set()
    for index, step in enumerate(rule.steps):
        yield from _step(step, ("steps", index), known)


def _condition(condition: Condition, loc: Loc) -> Iterator[FieldProblem]:
    match condition:
        case AmountBetween():
            yield from _bounds(condition, loc)
        case DiscountFrom() if not 0 < condition.percent <= HUNDRED:
            yield FieldProblem((*loc, "percent"), "A percentage lies above 0 and up to 100.")
        case MarginBelow() if abs(condition.percent) > HUNDRED:
            yield FieldProblem((*loc, "percent"), "A margin lies between -100 and 100 per cent.")
        case CreditOver() if not 0 <= condition.percent <= _MOST_PERCENT:
            yield FieldProblem((*loc, "percent"), "A share of the limit lies between 0 and 1,000 per cent.")
        case CustomerIs():
            yield from _named(condition, ("customers", "tiers", "segments"), loc, asks=not condition.new)
        case OrderIs():
            names = ("order_types", "channels", "terms", "regions", "categories")
            yield from _named(condition, names, loc, asks=True)
        case _:
            pass


def _bounds(condition: AmountBetween, loc: Loc) -> Iterator[FieldProblem]:
    if condition.currency not in CURRENCIES:
        yield FieldProblem((*loc, "currency"), f"{condition.currency!r} is not an ISO 4217 currency code.")
    if condition.least is None and condition.most is None:
        yield FieldProblem((*loc, "least"), "Say from or up to what.")
    for name in ("least", "most"):
        bound = getattr(condition, name)
        if bound is not None and not 0 <= bound <= LARGEST:
            yield FieldProblem((*loc, name), "An amount lies between 0 and 1,000,000,000,000.")
    if condition.least is not None and condition.most is not None and condition.least > condition.most:
        yield FieldProblem((*loc, "most"), "It ends below where it begins.")


def _named(
    condition: CustomerIs | OrderIs, names: Sequence[str], loc: Loc, *, asks: bool
) -> Iterator[FieldProblem]:
    if asks and not any(getattr(condition, name) for name in names):
        yield FieldProblem((*loc, names[0]), "Name at least one.")
    for name in names:
        if len(getattr(condition, name)) > MOST_NAMES:
            yield FieldProblem((*loc, name), f"At most {MOST_NAMES} of these.")


def _step(step: StepRule, loc: Loc, known: set[tuple[object, ...]]) -> Iterator[FieldProblem]:
    if not step.name.strip():
        yield FieldProblem((*loc, "name"), "Say what the step is called.")
    for name, least, most in (
        ("turn", 0, MOST_TURN),
        ("need", 0, MOST_PEOPLE),
        ("hours", 0, MOST_HOURS),
    ):
        if not least <= getattr(step, name) <= most:
            yield FieldProblem((*loc, name), f"A number between {least} and {most:,}.")
    if not (step.roles or step.users or step.manager or step.owner):
        yield FieldProblem((*loc, "roles"), "Say who is asked.")
    elif step.who in known:
        yield FieldProblem((*loc, "roles"), "These people are asked by an earlier step already.")
    known.add(step.who)
    if len(step.roles) + len(step.users) > MOST_NAMES:
        yield FieldProblem((*loc, "roles"), f"At most {MOST_NAMES} of these.")
    for user in step.users:
        if not _is_key(user):
            yield FieldProblem((*loc, "users"), f"{user!r} is no person's key.")


def _is_key(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
