"""Whether what rules and authorities of approval name is there: roles, people, order types, goods, customers."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from openoms.core.errors import FieldProblem, InvalidInput
from openoms.domains.approvals.documents import Loc
from openoms.domains.approvals.rules import ApprovalRule, CustomerIs, OrderIs, StepRule
from openoms.domains.catalog.models import Category
from openoms.domains.customers.models import Customer, CustomerTier
from openoms.domains.identity.models import Role, User
from openoms.domains.orders.models import Channel, OrderType
from openoms.domains.orders.states import Terms


def check_rule(rule: ApprovalRule) -> None:
    """Refuse names of what is not there, each where it stands; raises InvalidInput."""
    problems = [*_conditions(rule), *_steps(rule.steps)]
    if problems:
        raise InvalidInput(problems[0].message, problems=problems)


def check_reach(order_types: Iterable[str], categories: Iterable[str]) -> None:
    """Refuse order types and categories of an authority that are not there; raises InvalidInput."""
    problems = [
        *_absent(order_types, _order_types(order_types), ("order_types",), "order type"),
        *_absent(categories, _categories(categories), ("categories",), "category"),
    ]
    if problems:
        raise InvalidInput(problems[0].message, problems=problems)


def _conditions(rule: ApprovalRule) -> Iterator[FieldProblem]:
    for index, condition in enumerate(rule.conditions):
        loc: Loc = ("conditions", index)
        if isinstance(condition, CustomerIs):
            known = Customer.objects.filter(code__in=condition.customers).values_list("code", flat=True)
            yield from _absent(condition.customers, known, (*loc, "customers"), "customer")
            tiers = CustomerTier.objects.filter(pk__in=condition.tiers).values_list("pk", flat=True)
            yield from _absent(condition.tiers, map(str, tiers), (*loc, "tiers"), "customer tier")
        if isinstance(condition, OrderIs):
            types, goods = condition.order_types, condition.categories
            yield from _absent(types, _order_types(types), (*loc, "order_types"), "order type")
            yield from _absent(goods, _categories(goods), (*loc, "categories"), "category")
            channels = Channel.objects.filter(pk__in=condition.channels).values_list("pk", flat=True)
            yield from _absent(condition.channels, channels, (*loc, "channels"), "channel")
            yield from _absent(condition.terms, list(Terms), (*loc, "terms"), "terms")


def _steps(steps: Iterable[StepRule]) -> Iterator[FieldProblem]:
    asked = [(index, step) for index, step in enumerate(steps)]
    roles = set(Role.objects.values_list("code", flat=True))
    named = {UUID(user) for _, step in asked for user in step.users}
    people = {str(pk) for pk in User.objects.filter(pk__in=named).values_list("pk", flat=True)}
    for index, step in asked:
        yield from _absent(step.roles, roles, ("steps", index, "roles"), "role")
        yield from _absent(step.users, people, ("steps", index, "users"), "person")


def _order_types(codes: Iterable[str]) -> Iterable[str]:
    return OrderType.objects.filter(pk__in=codes).values_list("pk", flat=True)


def _categories(codes: Iterable[str]) -> Iterable[str]:
    return Category.objects.filter(code__in=codes).values_list("code", flat=True)


def _absent(asked: Iterable[str], known: Iterable[str], loc: Loc, word: str) -> Iterator[FieldProblem]:
    there = set(known)
    for code in asked:
        if code not in there:
            yield FieldProblem(loc, f"There is no {word} {code!r}.")
