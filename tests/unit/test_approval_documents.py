"""Rules of approval as documents: the same back again, every part at fault named; and whether anybody could decide."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from openoms.core.errors import InvalidInput
from openoms.domains.approvals.authority import Authority
from openoms.domains.approvals.documents import (
    check_rule,
    numbered,
    rule_document,
    rule_from,
    step_document,
    step_from,
)
from openoms.domains.approvals.reach import Asked, Concern, Worry, concerns, could_cover
from openoms.domains.approvals.rules import (
    AmountBetween,
    ApprovalRule,
    Condition,
    CreditOver,
    CustomerIs,
    DiscountFrom,
    MarginBelow,
    OrderIs,
    PriceIs,
    StepRule,
)

D = Decimal
SOUND = ApprovalRule(
    "BIG",
    (AmountBetween("CNY", D(20000), D(100000)), OrderIs(order_types=("strategic",))),
    (
        StepRule("Sales manager", roles=("sales_manager",)),
        StepRule("Finance", 20, roles=("finance",), hours=8),
    ),
    name="Big orders",
)

conditions = st.one_of(
    st.builds(AmountBetween, st.just("CNY"), st.none() | st.integers(0, 10**9).map(D), st.just(D(10) ** 10)),
    st.builds(DiscountFrom, st.integers(1, 100).map(D), st.sampled_from(["order", "line"])),
    st.builds(MarginBelow, st.integers(-100, 100).map(D), st.booleans()),
    st.builds(PriceIs, st.sampled_from(["hand", "formula"])),
    st.builds(OrderIs, st.just(("standard",)), st.lists(st.sampled_from("ab")).map(tuple)),
    st.builds(CustomerIs, st.just(("C1",)), new=st.booleans()),
    st.builds(CreditOver, st.integers(0, 1000).map(D), st.booleans()),
)


def refused(rule: ApprovalRule) -> dict[tuple[str | int, ...], str]:
    with pytest.raises(InvalidInput) as caught:
        check_rule(rule)
    return {problem.loc: problem.message for problem in caught.value.problems}


@given(st.lists(conditions, max_size=6))
def test_a_rule_comes_back_from_its_document_as_it_was(found: Sequence[Condition]) -> None:
    rule = replace(SOUND, conditions=tuple(found), priority=7, name_zh="大额订单")
    check_rule(rule)
    assert rule_from(rule_document(rule)) == rule


def test_a_step_comes_back_from_its_document_as_it_was() -> None:
    step = StepRule("All of finance", 30, 0, ("finance",), (str(uuid4()),), True, True, 16)
    assert step_from(step_document(step)) == step


@pytest.mark.parametrize(
    "document",
    [
        # Misspelt: ignored, it would take in every amount.
        {"kind": "amount", "currency": "CNY", "lest": "5"},
        {"kind": "amout", "currency": "CNY", "least": "5"},
        {"currency": "CNY", "least": "5"},
        {"kind": "margin", "percent": "5", "unknown": 1},
        {"kind": "amount", "currency": "CNY", "least": "1e999999"},
    ],
)
def test_a_condition_that_is_not_known_whole_is_none(document: Mapping[str, Any]) -> None:
    with pytest.raises(ValidationError):
        rule_from(rule_document(SOUND) | {"conditions": [document]})


def test_bounds_may_be_equal_but_not_turned_round() -> None:
    check_rule(replace(SOUND, conditions=(AmountBetween("CNY", D(5), D(5)),)))
    assert refused(replace(SOUND, conditions=(AmountBetween("CNY", D(6), D(5)),))) == {
        ("conditions", 0, "most"): "It ends below where it begins."
    }


def test_every_part_at_fault_is_named() -> None:
    rule = ApprovalRule(
        "no code",
        (
            AmountBetween("XXY", D(-1)),
            DiscountFrom(D(0)),
            MarginBelow(D(101)),
            CreditOver(D(1001)),
            OrderIs(),
            CustomerIs(),
            AmountBetween("CNY"),
            OrderIs(channels=("web",) * 201),
        ),
        (StepRule(" ", -1, 101, hours=10_001), StepRule("B", users=("somebody",))),
        priority=40_000,
        name_zh="字" * 121,
    )
    assert set(refused(rule)) == {
        ("code",),
        ("name_zh",),
        ("priority",),
        ("conditions", 0, "currency"),
        ("conditions", 0, "least"),
        ("conditions", 1, "percent"),
        ("conditions", 2, "percent"),
        ("conditions", 3, "percent"),
        ("conditions", 4, "order_types"),
        ("conditions", 5, "customers"),
        ("conditions", 6, "least"),
        ("conditions", 7, "channels"),
        ("steps", 0, "name"),
        ("steps", 0, "turn"),
        ("steps", 0, "need"),
        ("steps", 0, "hours"),
        ("steps", 0, "roles"),
        ("steps", 1, "users"),
    }


def test_a_rule_has_a_name_and_a_bounded_number_of_parts() -> None:
    steps = tuple(StepRule(str(at), roles=(f"r{at}",)) for at in range(21))
    rule = replace(SOUND, conditions=(PriceIs(),) * 21, steps=steps, name="")
    assert set(refused(rule)) == {("name",), ("conditions",), ("steps",)}


def test_the_same_people_are_not_asked_twice_by_one_rule() -> None:
    twice = (StepRule("A", roles=("finance", "sales")), StepRule("B", 20, 0, roles=("sales", "finance")))
    assert set(refused(replace(SOUND, steps=twice))) == {("steps", 1, "roles")}
    many = StepRule("A", roles=tuple(f"r{at}" for at in range(201)))
    assert set(refused(replace(SOUND, steps=(many,)))) == {("steps", 0, "roles")}


def test_a_new_customer_is_enough_of_a_condition() -> None:
    check_rule(replace(SOUND, conditions=(CustomerIs(new=True),)))


def test_steps_are_numbered_in_the_order_given() -> None:
    assert [step.turn for step in numbered(SOUND.steps[::-1])] == [10, 20]


ANY = Authority("")


def worries(rule: ApprovalRule, *asked: Asked) -> list[Concern]:
    return list(concerns(rule, asked))


def test_a_step_that_asks_nobody_too_few_or_nobody_with_a_say_is_worried_about() -> None:
    [manager, finance] = (Asked({"a": [ANY]}), Asked({"b": [ANY], "c": []}))
    assert worries(SOUND, manager, finance) == []
    assert worries(SOUND, Asked({}), finance) == [Concern(Worry.NOBODY, 0)]
    assert worries(SOUND, manager, Asked({"b": []})) == [Concern(Worry.NO_AUTHORITY, 1)]
    two = replace(SOUND, steps=(replace(SOUND.steps[0], need=2), SOUND.steps[1]))
    assert worries(two, manager, finance) == [Concern(Worry.TOO_FEW, 0)]


def test_a_step_whose_people_only_the_order_tells_of_is_not() -> None:
    assert worries(SOUND, Asked({}, more=True), Asked({}, more=True)) == []


def test_a_rule_without_conditions_takes_in_every_order() -> None:
    every = replace(SOUND, conditions=())
    assert worries(every, Asked({"a": [ANY]}), Asked({"b": [ANY]})) == [Concern(Worry.EVERY_ORDER)]
    assert worries(replace(every, steps=())) == [Concern(Worry.LETS_ALL_THROUGH)]


@pytest.mark.parametrize(
    ("authority", "could"),
    [
        (ANY, True),
        (Authority("CNY", most=D(20000)), True),
        (Authority("CNY", most=D("19999.99")), False),
        (Authority("CNY", least=D(100000)), True),
        (Authority("CNY", least=D("100000.01")), False),
        (Authority("USD", most=D(1)), True),
        (Authority("", order_types=("standard",)), False),
        (Authority("", order_types=("strategic", "standard")), True),
        (Authority("", categories=("desks",)), True),
    ],
)
def test_an_authority_that_meets_a_rule_nowhere_could_decide_nothing_of_it(
    authority: Authority, could: bool
) -> None:
    assert could_cover(authority, SOUND) is could
