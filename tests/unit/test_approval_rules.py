"""Who must agree to an order: rules, their merging, and how far somebody's say goes."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openoms.domains.approvals.authority import Authority, lacking
from openoms.domains.approvals.rulebook import RuleBook
from openoms.domains.approvals.rules import (
    AmountBetween,
    ApprovalRule,
    Condition,
    CreditOver,
    CustomerIs,
    DiscountFrom,
    MarginBelow,
    Matching,
    OrderFacts,
    OrderIs,
    PriceIs,
    Requirement,
    StepRule,
    match,
    merged,
)

D = Decimal


def required(
    facts: OrderFacts, rules: Sequence[ApprovalRule], matching: Matching = Matching.ALL
) -> Requirement:
    return RuleBook.of(tuple(rules), matching, {}).required(facts)


FACTS = OrderFacts(
    {"CNY": D("5000.00")},
    order_type="strategic",
    channel="desk",
    terms="credit",
    country="CN",
    region="浙江省",
    goods=(("desks", "furniture"),),
    discount_percent=D("12.5"),
    line_discount_percent=D(20),
    margin_percent=D(18),
    customer="C1",
    tier="gold",
    segments=("vip",),
    orders_before=0,
    exposure=D(9000),
    credit_limit=D(10000),
)
SALES = StepRule("Sales", 10, roles=("sales_manager",))
FINANCE = StepRule("Finance", 20, roles=("finance",))
PRODUCTION = StepRule("Production", 30, roles=("production",))


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (AmountBetween("CNY", D(5000)), True),
        (AmountBetween("CNY", D("5000.01")), False),
        (AmountBetween("CNY", most=D(5000)), True),
        (AmountBetween("CNY", most=D("4999.99")), False),
        (AmountBetween("USD", D(1)), False),
        (DiscountFrom(D("12.5")), True),
        (DiscountFrom(D("12.6")), False),
        (DiscountFrom(D(20), "line"), True),
        (MarginBelow(D(18)), False),
        (MarginBelow(D("18.1")), True),
        (PriceIs(), False),
        (PriceIs("formula"), False),
        (OrderIs(order_types=("strategic",)), True),
        (OrderIs(order_types=("strategic",), channels=("web",)), False),
        (OrderIs(regions=("CN/浙江省",)), True),
        (OrderIs(regions=("US",)), False),
        (OrderIs(categories=("furniture", "phones")), True),
        (OrderIs(terms=("prepaid",)), False),
        (CustomerIs(customers=("C1",)), True),
        (CustomerIs(tiers=("silver",)), False),
        (CustomerIs(tiers=("gold",)), True),
        (CustomerIs(segments=("vip",)), True),
        (CustomerIs(new=True), True),
        (CreditOver(), False),
        (CreditOver(D(80)), True),
        (CreditOver(D(90)), False),
        (CreditOver(overdue=True), False),
    ],
)
def test_a_condition_holds_with_its_bounds_included(condition: Condition, holds: bool) -> None:
    assert (match(FACTS, ApprovalRule("R", (condition,), (SALES,))) is not None) == holds


def test_what_is_typed_reckoned_or_overdue_is_a_reason() -> None:
    facts = replace(FACTS, has_typed_price=True, has_formula=True, overdue=True, orders_before=3)
    assert match(facts, ApprovalRule("R", (PriceIs(), PriceIs("formula"), CreditOver(overdue=True))))
    assert not match(facts, ApprovalRule("R", (CustomerIs(new=True),)))


def test_a_margin_that_is_not_known_counts_only_where_it_is_said_to() -> None:
    facts = replace(FACTS, margin_percent=None)
    assert not match(facts, ApprovalRule("R", (MarginBelow(D(50)),)))
    assert match(facts, ApprovalRule("R", (MarginBelow(D(50), unknown=True),)))


def test_a_credit_that_is_not_limited_is_never_passed() -> None:
    assert not match(replace(FACTS, credit_limit=None), ApprovalRule("R", (CreditOver(D(1)),)))


def test_the_reason_tells_the_figures() -> None:
    reason = match(FACTS, ApprovalRule("R", (AmountBetween("CNY", D(1)), OrderIs(channels=("desk",)))))
    assert reason is not None
    assert reason.facts == (("amount", "5000.00 CNY"), ("order", "desk"))


BIG = ApprovalRule("BIG", (AmountBetween("CNY", D(1000)),), (SALES, FINANCE), priority=1)
CUSTOM = ApprovalRule("CUSTOM", (OrderIs(categories=("furniture",)),), (FINANCE, PRODUCTION))


def test_all_that_match_are_merged_in_turn_and_the_same_people_asked_once() -> None:
    found = required(FACTS, [CUSTOM, BIG])
    assert [(needed.step.name, needed.rules) for needed in found.steps] == [
        ("Sales", ("BIG",)),
        ("Finance", ("BIG", "CUSTOM")),
        ("Production", ("CUSTOM",)),
    ]
    assert [reason.rule for reason in found.reasons] == ["BIG", "CUSTOM"]
    assert not found.automatic


@pytest.mark.parametrize(
    ("amount", "asked"),
    [
        ("0", ["A"]),
        ("1000.00", ["A"]),
        ("1000.01", ["A", "B"]),
        ("10000", ["A", "B"]),
        ("10000.01", ["A", "B", "C"]),
    ],
)
def test_tiers_part_at_their_bounds(amount: str, asked: list[str]) -> None:
    a, b, c = (StepRule(name, 10 * at, roles=(name,)) for at, name in enumerate("ABC", 1))
    tiers = [
        ApprovalRule("ONE", (AmountBetween("CNY", D(0), D(1000)),), (a,)),
        ApprovalRule("TWO", (AmountBetween("CNY", D("1000.01"), D(10000)),), (a, b)),
        ApprovalRule("THREE", (AmountBetween("CNY", D("10000.01")),), (a, b, c)),
    ]
    found = required(replace(FACTS, worth={"CNY": D(amount)}), tiers, Matching.FIRST)
    assert [needed.step.name for needed in found.steps] == asked


def test_the_first_that_matches_alone_counts_where_the_firm_says_so() -> None:
    assert [n.step.name for n in required(FACTS, [CUSTOM, BIG], Matching.FIRST).steps] == ["Sales", "Finance"]


def test_a_rule_without_steps_lets_through_what_it_matches_first() -> None:
    trusted = ApprovalRule("TRUSTED", (CustomerIs(tiers=("gold",)),), priority=9)
    found = required(FACTS, [BIG, trusted])
    assert (found.steps, found.automatic, found.reasons[0].rule) == ((), True, "TRUSTED")
    late = replace(trusted, priority=0)
    assert required(FACTS, [BIG, late]).steps


def test_nobody_is_asked_when_nothing_matches() -> None:
    found = required(replace(FACTS, worth={"CNY": D(1)}, goods=()), [BIG, CUSTOM])
    assert (found.steps, found.automatic, found.reasons) == ((), True, ())


def test_the_stricter_of_two_alike_holds() -> None:
    loose = StepRule("Finance, any", 40, need=1, roles=("finance",), hours=8)
    strict = StepRule("Finance, all", 20, need=0, roles=("finance",), hours=24)
    [needed] = merged([("A", loose), ("B", strict)])
    assert (needed.step.name, needed.step.turn, needed.step.need, needed.step.hours) == (
        "Finance, all",
        20,
        0,
        8,
    )
    assert needed.rules == ("A", "B")


amounts = st.decimals(0, 100_000, places=2)
rules = st.lists(
    st.builds(
        ApprovalRule,
        st.text("ABC", min_size=1, max_size=3),
        st.lists(st.builds(AmountBetween, st.just("CNY"), amounts), max_size=2).map(tuple),
        st.lists(st.sampled_from([SALES, FINANCE, PRODUCTION]), max_size=3).map(tuple),
        st.integers(0, 3),
    ),
    max_size=6,
    unique_by=lambda rule: rule.code,
)


@given(amounts, amounts, rules)
def test_more_worth_never_asks_fewer_people_under_rules_that_only_have_a_lower_bound(
    one: Decimal, other: Decimal, rules: list[ApprovalRule]
) -> None:
    asking = [rule for rule in rules if rule.steps]
    small, large = sorted((one, other))
    few = required(replace(FACTS, worth={"CNY": small}), asking).steps
    many = required(replace(FACTS, worth={"CNY": large}), asking).steps
    assert {needed.step.who for needed in few} <= {needed.step.who for needed in many}


@given(amounts, rules)
def test_steps_come_in_turn_each_set_of_people_once(worth: Decimal, rules: list[ApprovalRule]) -> None:
    steps = [needed.step for needed in required(replace(FACTS, worth={"CNY": worth}), rules).steps]
    assert [step.turn for step in steps] == sorted(step.turn for step in steps)
    assert len({step.who for step in steps}) == len(steps)


@given(amounts, rules, st.randoms(use_true_random=False))
def test_the_order_in_which_rules_are_kept_does_not_matter(
    worth: Decimal, rules: list[ApprovalRule], random: Random
) -> None:
    shuffled = random.sample(rules, len(rules))
    facts = replace(FACTS, worth={"CNY": worth})
    assert required(facts, rules) == required(facts, shuffled)


@pytest.mark.parametrize(
    ("authority", "lack"),
    [
        (Authority("CNY"), ""),
        (Authority("CNY", most=D(5000)), ""),
        (Authority("CNY", most=D("4999.99")), "amount"),
        (Authority("USD"), "currency"),
        (Authority("CNY", order_types=("standard",)), "order_type"),
        (Authority("CNY", categories=("phones",)), "category"),
        (Authority("CNY", categories=("desks",)), ""),
        (Authority(), ""),
        (Authority("CNY", categories=("desks", "furniture")), ""),
    ],
)
def test_an_authority_says_what_it_lacks(authority: Authority, lack: str) -> None:
    assert authority.lacks(FACTS) == lack
    assert authority.covers(FACTS) == (not lack)


def test_of_several_authorities_one_is_enough_and_else_the_nearest_is_told() -> None:
    small, foreign = Authority("CNY", most=D(10)), Authority("USD")
    assert lacking([small, Authority("CNY")], FACTS) == ""
    assert lacking([foreign, small], FACTS) == "amount"
    assert lacking([], FACTS) == "none"
