"""Rules, authorities and absences as they are edited: what is refused changes nothing, what is changed is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from openoms.core.clock import now
from openoms.core.errors import DomainError, InvalidInput, NotFound
from openoms.core.types import Actor
from openoms.domains.approvals.models import ApprovalRule, Authority, Delegation
from openoms.domains.approvals.reach import Concern, Worry
from openoms.domains.approvals.rule_queries import read_rules, rule_of
from openoms.domains.approvals.rules import AmountBetween, CustomerIs, Matching, OrderIs, StepRule
from openoms.domains.approvals.rules import ApprovalRule as Rule
from openoms.domains.events.models import Event
from openoms.domains.identity.errors import MissingPermission
from openoms.domains.identity.models import User
from openoms.domains.identity.queries import actor_of
from openoms.domains.pricing.queries import version
from openoms.flows.delegate_absence import end_delegation, set_delegation
from openoms.flows.edit_approvals import change_rule, save_rule, set_matching, switch_rule
from openoms.flows.edit_authorities import (
    AuthorityInput,
    change_authority,
    remove_authority,
    save_authority,
)
from openoms.reading.approval_rules import People
from tests.factories import make_user, owner, staff

pytestmark = pytest.mark.django_db
D = Decimal
BIG = Rule(
    "BIG", (AmountBetween("CNY", D(20000)),), (StepRule("Sales manager", roles=("sales_manager",)),), 5, "Big"
)


def told(kind: str) -> list[dict[str, Any]]:
    return [event.data for event in Event.objects.filter(kind=kind).order_by("pk")]


def written() -> tuple[Any, ...]:
    rows = [list(model.objects.order_by("pk").values()) for model in (ApprovalRule, Authority, Delegation)]
    return (*rows, Event.objects.count(), version())


def refuses(do: Callable[[], object], error: type[DomainError] = InvalidInput) -> list[tuple[Any, ...]]:
    before = written()
    with pytest.raises(error) as caught:
        do()
    assert written() == before
    return [problem.loc for problem in caught.value.problems]


def test_a_rule_is_saved_read_and_told_of_part_by_part() -> None:
    before = version()
    save_rule(BIG, actor=owner(), new=True)
    assert read_rules() == ((BIG,), Matching.ALL)
    assert version() == before + 1
    save_rule(replace(BIG, priority=9), actor=owner(), new=False)
    [made, changed] = told("approval.rule_saved")
    assert (made["before"], made["after"]["is_active"], made["after"]["name"]) == ({}, True, "Big")
    assert changed == {"code": "BIG", "before": {"priority": 5}, "after": {"priority": 9}}


def test_saving_the_same_again_tells_nothing() -> None:
    save_rule(BIG, actor=owner())
    before = (Event.objects.count(), version())
    same = replace(BIG, conditions=(AmountBetween("CNY", D("20000.00")),))
    save_rule(same, actor=owner())
    assert (Event.objects.count(), version()) == before


def test_parts_of_a_rule_are_changed_without_the_others() -> None:
    save_rule(BIG, actor=owner(), is_active=False)
    change_rule("BIG", {"priority": 1, "is_active": True}, actor=owner())
    [rule], _ = read_rules()
    assert rule == replace(BIG, priority=1)
    assert told("approval.rule_saved")[-1]["after"] == {"priority": 1, "is_active": True}


def test_what_a_rule_names_must_be_there() -> None:
    wrong = Rule(
        "W",
        (
            OrderIs(("strange",), ("nowhere",), ("barter",), (), ("nothing",)),
            CustomerIs(("C404",), ("platinum",)),
        ),
        (StepRule("A", roles=("nobody",)), StepRule("B", users=(str(uuid4()),))),
        name="W",
    )
    assert refuses(lambda: save_rule(wrong, actor=owner())) == [
        ("conditions", 0, "order_types"),
        ("conditions", 0, "categories"),
        ("conditions", 0, "channels"),
        ("conditions", 0, "terms"),
        ("conditions", 1, "customers"),
        ("conditions", 1, "tiers"),
        ("steps", 0, "roles"),
        ("steps", 1, "users"),
    ]


def test_rules_are_for_those_who_manage_approvals() -> None:
    save_rule(BIG, actor=owner())
    manager = staff("manager")
    for do in (
        lambda: save_rule(replace(BIG, code="X"), actor=manager),
        lambda: change_rule("BIG", {"priority": 1}, actor=manager),
        lambda: switch_rule("BIG", actor=manager, is_active=False),
        lambda: set_matching(Matching.FIRST, actor=manager),
        lambda: save_authority(AuthorityInput(role="manager"), actor=manager),
    ):
        refuses(do, MissingPermission)


def test_codes_are_taken_once_and_only_what_is_there_is_changed() -> None:
    save_rule(BIG, actor=owner())
    assert refuses(lambda: save_rule(BIG, actor=owner(), new=True)) == [("code",)]
    refuses(lambda: save_rule(replace(BIG, code="X"), actor=owner(), new=False), NotFound)
    refuses(lambda: switch_rule("X", actor=owner(), is_active=True), NotFound)


def test_a_rule_is_switched_and_the_way_rules_work_together_set() -> None:
    save_rule(BIG, actor=owner())
    at = version()
    switch_rule("BIG", actor=owner(), is_active=False)
    switch_rule("BIG", actor=owner(), is_active=False)
    set_matching(Matching.FIRST, actor=owner())
    set_matching(Matching.FIRST, actor=owner())
    assert read_rules() == ((), Matching.FIRST)
    assert version() == at + 2
    assert told("approval.policy_changed") == [
        {"before": {"matching": "all"}, "after": {"matching": "first"}}
    ]


def test_a_rule_that_nobody_could_decide_is_warned_of() -> None:
    save_rule(BIG, actor=owner())
    row = ApprovalRule.objects.get()
    assert People().concerns(rule_of(row)) == (Concern(Worry.NOBODY, 0),)
    junior = make_user("sales_manager")
    assert People().concerns(rule_of(row)) == ()
    # What is said of the person counts in place of what the role may.
    save_authority(AuthorityInput(user=junior.pk, currency="CNY", most=D(5000)), actor=owner())
    assert People().concerns(rule_of(row)) == (Concern(Worry.NO_AUTHORITY, 0),)


def test_an_authority_is_made_changed_and_taken_away() -> None:
    made = save_authority(
        AuthorityInput("finance", None, "CNY", D(0), D("50000.5"), ("standard",)), actor=owner()
    )
    change_authority(made.pk, {"most": None, "order_types": ()}, actor=owner())
    remove_authority(made.pk, actor=owner())
    first = {
        "role": "finance",
        "currency": "CNY",
        "least": "0",
        "most": "50000.5",
        "order_types": ["standard"],
    }
    second = {"role": "finance", "currency": "CNY", "least": "0"}
    assert told("approval.authority_saved") == [
        {"before": {}, "after": first},
        {"before": first, "after": second},
        {"before": second, "after": {}},
    ]
    refuses(lambda: remove_authority(made.pk, actor=owner()), NotFound)


@pytest.mark.parametrize(
    ("value", "loc"),
    [
        (AuthorityInput(), ("role",)),
        (AuthorityInput("finance", uuid4()), ("role",)),
        (AuthorityInput("nobody"), ("role",)),
        (AuthorityInput(user=uuid4()), ("user",)),
        (AuthorityInput("finance", most=D(5)), ("currency",)),
        (AuthorityInput("finance", currency="XXY"), ("currency",)),
        (AuthorityInput("finance", None, "CNY", D(6), D(5)), ("most",)),
        (AuthorityInput("finance", None, "CNY", D(-1)), ("least",)),
        (AuthorityInput("finance", None, "CNY", D("0.00001")), ("least",)),
        (AuthorityInput("finance", order_types=("strange",)), ("order_types",)),
        (AuthorityInput("finance", categories=("nothing",)), ("categories",)),
    ],
)
def test_an_authority_that_makes_no_sense_is_refused(value: AuthorityInput, loc: tuple[str, ...]) -> None:
    assert refuses(lambda: save_authority(value, actor=owner())) == [loc]


@pytest.fixture
def people() -> tuple[User, User, User]:
    return make_user("sales_manager"), make_user("sales_manager"), make_user("finance")


def away(user: User, to: User, actor: Actor | None = None, days: int = 7, after: int = 0) -> Delegation:
    since = now() + timedelta(days=after)
    until = since + timedelta(days=days)
    return set_delegation(to.pk, since, until, "holiday", actor=actor or actor_of(user), whose=user.pk)


def test_anybody_arranges_and_ends_their_own_absence(people: tuple[User, User, User]) -> None:
    first, second, _ = people
    made = away(first, second)
    end_delegation(made.pk, actor=actor_of(first))
    end_delegation(made.pk, actor=actor_of(first))
    [
        set_,
    ] = told("approval.delegation_set")
    assert (set_["whose"], set_["to"], set_["reason"]) == (str(first.pk), str(second.pk), "holiday")
    assert told("approval.delegation_ended") == [{"whose": str(first.pk), "to": str(second.pk)}]


def test_others_absence_is_for_those_who_manage_approvals(people: tuple[User, User, User]) -> None:
    first, second, third = people
    refuses(lambda: away(first, second, actor_of(third)), MissingPermission)
    made = away(first, second, owner())
    refuses(lambda: end_delegation(made.pk, actor=actor_of(third)), NotFound)
    # Who stands in does not end it either.
    refuses(lambda: end_delegation(made.pk, actor=actor_of(second)), NotFound)
    end_delegation(made.pk, actor=owner())


def test_nobody_stands_in_for_themselves_not_even_by_way_of_others(people: tuple[User, User, User]) -> None:
    first, second, third = people
    assert refuses(lambda: away(first, first)) == [("to",)]
    away(first, second)
    assert refuses(lambda: away(first, second)) == [("to",)]
    assert refuses(lambda: away(second, first)) == [("to",)]
    away(second, third)
    assert refuses(lambda: away(third, first)) == [("to",)]
    # Another time is another matter, and so is one that was ended.
    away(third, first, after=8)


def test_an_absence_ends_after_it_starts_and_names_people_of_the_firm(
    people: tuple[User, User, User],
) -> None:
    first, second, _ = people
    assert refuses(lambda: away(first, second, days=-1)) == [("until",)]
    assert refuses(lambda: away(first, second, days=1, after=-2)) == [("until",)]
    outsider, gone = make_user("customer"), make_user("finance")
    assert refuses(lambda: away(first, outsider)) == [("to",)]
    User.objects.filter(pk=gone.pk).update(is_active=False)
    assert refuses(lambda: away(first, gone)) == [("to",)]
    assert refuses(lambda: set_delegation(second.pk, now(), None, "x" * 301, actor=actor_of(first))) == [
        ("reason",)
    ]
    assert refuses(lambda: set_delegation(second.pk, now(), None, actor=owner())) == [("whose",)]
