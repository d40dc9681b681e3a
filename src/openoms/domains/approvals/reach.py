"""Whether a rule could ever be decided: whom its steps ask, and how far the say of those people goes. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from openoms.domains.approvals.authority import Authority
from openoms.domains.approvals.rules import AmountBetween, ApprovalRule, OrderIs


class Worry(StrEnum):
    """What speaks against a rule that is otherwise sound."""

    NOBODY = "nobody"
    TOO_FEW = "too_few"
    NO_AUTHORITY = "no_authority"
    EVERY_ORDER = "every_order"
    LETS_ALL_THROUGH = "lets_all_through"


@dataclass(frozen=True, slots=True)
class Concern:
    """A worry, and the step (from 0) it is about where it is about one."""

    worry: Worry
    step: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a step asks for certain: people by key with their authorities. `more`: others that only the order tells of."""

    people: Mapping[str, Sequence[Authority]]
    more: bool = False


def concerns(rule: ApprovalRule, asked: Sequence[Asked]) -> tuple[Concern, ...]:
    """What to think over before the rule is switched on; `asked` is of each of its steps in their order."""
    return tuple(_concerns(rule, asked))


def _concerns(rule: ApprovalRule, asked: Sequence[Asked]) -> Iterator[Concern]:
    if not rule.conditions:
        yield Concern(Worry.EVERY_ORDER if rule.steps else Worry.LETS_ALL_THROUGH)
    for index, (step, people) in enumerate(zip(rule.steps, asked, strict=True)):
        if people.more:
            continue
        if not people.people:
            yield Concern(Worry.NOBODY, index)
        elif step.need > len(people.people):
            yield Concern(Worry.TOO_FEW, index)
        elif not any(could_cover(authority, rule) for held in people.people.values() for authority in held):
            yield Concern(Worry.NO_AUTHORITY, index)


def could_cover(authority: Authority, rule: ApprovalRule) -> bool:
    """Whether some order that the rule matches is within the authority; without a currency it has no bounds.

    Categories are not compared: goods of one may belong to another above it.
    """
    for condition in rule.conditions:
        if isinstance(condition, AmountBetween) and condition.currency == authority.currency:
            if (
                authority.most is not None
                and condition.least is not None
                and authority.most < condition.least
            ):
                return False
            if (
                authority.least is not None
                and condition.most is not None
                and authority.least > condition.most
            ):
                return False
        if isinstance(condition, OrderIs):
            types = set(condition.order_types)
            if types and authority.order_types and not types & set(authority.order_types):
                return False
    return True
