"""Which promotions go together, who wins, what coupons and budgets allow, and the reason each refusal gives."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from openoms.domains.pricing.book import CouponFact, Discount, Facts, ShippingRule, Uses
from openoms.domains.pricing.goods import Goods
from openoms.domains.pricing.promotions import (
    AmountIs,
    AmountOff,
    Benefit,
    Condition,
    Gift,
    Percent,
    Promotion,
    QuantityIs,
    SetPrice,
    Worth,
)
from tests.till import NOW, amounts, costs, ring_up, ware, why

D = Decimal
LINES = [("A", "100", 2), ("B", "50", 1)]
COUPON = CouponFact("TEN", "P")


def off(code: str, worth: str | Worth = "10", target: str = "order", **fields: object) -> Promotion:
    benefit = Benefit(Percent(D(worth)) if isinstance(worth, str) else worth, target)  # type: ignore[arg-type]
    return Promotion(code, (benefit,), currency="CNY", **fields)  # type: ignore[arg-type]


def given(*promotions: Promotion, **till: object) -> list[str]:
    return [one.code for one in ring_up(LINES, *promotions, **till).given]  # type: ignore[arg-type]


def test_stacked_promotions_go_by_priority_then_code_each_on_what_is_left() -> None:
    low, high = off("A", "50"), off("Z", AmountOff(D(50)), priority=1)
    result = ring_up(LINES, low, high)
    assert [(one.code, one.amount) for one in result.given] == [("Z", D(50)), ("A", D(100))]
    assert [one.code for one in ring_up(LINES, off("B"), off("A")).given] == ["A", "B"]


def test_an_exclusive_one_that_gives_something_stands_alone_whatever_the_others_give() -> None:
    alone = off("X", "1", stacking="exclusive", priority=-9)
    result = ring_up(LINES, alone, off("P", "50"), explain=True)
    assert (result.total, why(result)) == (D("247.50"), {"P": "excluded"})
    assert result.refused[0].data == {"by": "X"}
    both = ring_up(LINES, alone, off("Y", "20", stacking="exclusive"), explain=True)
    assert (both.total, why(both)) == (D(200), {"X": "excluded"})


def test_an_exclusive_one_that_gives_nothing_is_in_nobodys_way_and_says_why() -> None:
    def tried(exclusive: Promotion) -> tuple[list[str], dict[str, str]]:
        result = ring_up(LINES, exclusive, off("P"), explain=True, gifts=[ware("CUP", "5")], facts=stock)
        return [one.code for one in result.given], why(result)

    stock = Facts(gift_stock={"CUP": D(0)})
    unmet = off("X", stacking="exclusive", conditions=(AmountIs(least=D(999)),))
    assert tried(unmet) == (["P"], {"X": "condition"})
    cup = Promotion("X", (Gift("CUP"),), stacking="exclusive")
    assert tried(cup) == (["P"], {"X": "gift_out_of_stock"})
    nothing = Promotion(
        "X", (Benefit(Percent(D(10)), goods=Goods(skus=("Z", "A"), price_to=D(1))),), stacking="exclusive"
    )
    assert tried(replace(nothing, currency="CNY")) == (["P"], {"X": "nothing_to_give"})
    stock = Facts()
    assert tried(cup) == (["X"], {"P": "excluded"})


def test_a_winner_by_itself_that_comes_to_nothing_in_the_basket_stands_in_nobodys_way() -> None:
    # By itself the order is 250; after the discount by hand it is 125, below the condition.
    by_hand = [(*line, {"discount": Discount("percent", D(50))}) for line in LINES]
    alone = off("X", stacking="exclusive", conditions=(AmountIs(least=D(200)),))
    result = ring_up(by_hand, alone, off("P"), explain=True)
    assert (result.total, why(result)) == (D("112.50"), {"X": "condition"})
    # Beside a sale price the best of the group has no goods left that are not reduced.
    sale = Promotion("S", (Benefit(Percent(D(5))),), is_sale=True)
    full = Promotion("F", (Benefit(Percent(D(50)), goods=Goods(reduced=False)),), stacking="best", group="g")
    member = off("M", stacking="best", group="g")
    assert given(sale, full, member) == ["S", "M"]


def test_a_gift_without_a_price_can_stand_alone() -> None:
    cup = Promotion("X", (Gift("CUP"),), stacking="exclusive")
    gifts = [ware("CUP", "5", prices={})]
    assert given(cup, off("P"), gifts=gifts) == ["X"]


def test_of_a_group_the_first_or_the_best_is_taken() -> None:
    small, large = off("A", "10", priority=1), off("B", "20")

    def group(stacking: str, *more: Promotion) -> list[str]:
        members = [replace(one, stacking=stacking, group="g") for one in (small, large)]  # type: ignore[arg-type]
        return given(*members, *more)

    assert group("best") == ["B"]
    assert group("first") == ["A"]
    assert group("best", off("C", "1")) == ["B", "C"]
    assert group("best", off("D", "1", stacking="best", group="other")) == ["B", "D"]
    # One that says first makes it a matter of turn.
    mixed = [replace(small, stacking="best", group="g"), replace(large, stacking="first", group="g")]
    assert given(*mixed) == ["A"]
    tie = [off(code, "10", stacking="best", group="g") for code in ("B", "A")]
    result = ring_up(LINES, *tie, explain=True)
    assert (why(result), result.refused[0].data) == ({"B": "lost_group"}, {"by": "A"})


def test_where_no_member_of_a_group_gives_anything_each_says_why() -> None:
    dear = (AmountIs(least=D(999)),)
    for stacking in ("best", "first"):
        members = [off(code, stacking=stacking, group="g", conditions=dear) for code in "AB"]
        assert why(ring_up(LINES, *members, explain=True)) == {"A": "condition", "B": "condition"}
    one = ring_up(LINES, off("A", stacking="best", group="g", conditions=dear), explain=True)
    assert why(one) == {"A": "condition"}


def test_the_best_counts_gifts_and_fees() -> None:
    fees = {"shipping": (ShippingRule("f", "", "", "CNY", "", "", D(40), None, "standard"),)}
    cup = Promotion("G", (Gift("CUP"),), stacking="best", group="g")
    free = off("F", "100", "shipping", stacking="best", group="g")
    ten = off("T", stacking="best", group="g")
    for price, expected in (("39", "F"), ("41", "G")):
        till = {"rules": fees, "gifts": [ware("CUP", price)]}
        assert given(cup, free, ten, **till) == [expected]


def test_one_that_raises_the_price_is_not_taken_for_giving() -> None:
    raising = Promotion(
        "X", (Benefit(SetPrice(D(120), may_raise=True)),), stacking="exclusive", currency="CNY"
    )
    assert given(raising, off("P")) == ["P"]
    assert ring_up(LINES, replace(raising, stacking="stack")).total == D(360)


@pytest.mark.parametrize(
    ("promotion", "facts", "reason"),
    [
        (replace(off("P"), currency="USD"), Facts(), "other_currency"),
        (off("P", needs_coupon=True), Facts(coupons=(CouponFact("X", "Q"),)), None),
        (off("P", most_uses=5), Facts(uses={"P": Uses(5)}), "used_up"),
        (off("P", most_uses=5), Facts(uses={"P": Uses(4)}), ""),
        (off("P", most_uses_each=1), Facts(uses={"P": Uses(1, 1)}), "used_up_by_customer"),
        (off("P", most_uses_each=1), Facts(uses={"P": Uses(9, 0)}), ""),
        (off("P", most_uses=5), Facts(uses={"Q": Uses(9)}), ""),
        (off("P", budget=D(100)), Facts(uses={"P": Uses(1, 0, D(75))}), ""),
        (off("P", budget=D(100)), Facts(uses={"P": Uses(1, 0, D("75.01"))}), "budget"),
    ],
)
def test_why_a_promotion_does_not_take_part(promotion: Promotion, facts: Facts, reason: str | None) -> None:
    result = ring_up(LINES, promotion, explain=True, facts=facts)
    if reason is not None:
        assert (why(result), result.total) == ({"P": reason} if reason else {}, D(250 if reason else 225))
    else:
        assert (why(result), result.total) == ({"X": "nothing_to_give"}, D(250))


@pytest.mark.parametrize(
    ("coupon", "reason"),
    [
        (CouponFact("TEN"), "unknown_coupon"),
        (replace(COUPON, starts_at=NOW + timedelta(1)), "coupon_not_yet"),
        (replace(COUPON, starts_at=NOW), ""),
        (replace(COUPON, ends_at=NOW), "coupon_expired"),
        (replace(COUPON, ends_at=NOW + timedelta(1)), ""),
        (replace(COUPON, left=0), "coupon_used_up"),
        (replace(COUPON, left=-1), "coupon_used_up"),
        (replace(COUPON, left=1, left_for_customer=0), "coupon_used_up_by_customer"),
        (replace(COUPON, left=1, left_for_customer=1), ""),
        (CouponFact("TEN", "GONE"), "nothing_to_give"),
    ],
)
def test_a_coupon_opens_its_promotion_or_says_why_not(coupon: CouponFact, reason: str) -> None:
    closed = off("P", needs_coupon=True)
    for explain in (False, True):
        result = ring_up(LINES, closed, facts=Facts(coupons=(coupon,)), explain=explain)
        refusals = [(one.coupon, one.reason) for one in result.refused if one.coupon]
        assert refusals == ([("TEN", reason)] if reason else [])
        assert result.total == D(250 if reason else 225)
    assert [one.coupon for one in result.given] == ([] if reason else ["TEN"])


def test_a_coupon_whose_promotion_gives_nothing_tells_the_promotions_reason() -> None:
    def told(promotion: Promotion, *others: Promotion, **facts: object) -> dict[str, str]:
        known = Facts(coupons=(COUPON,), **facts)  # type: ignore[arg-type]
        return why(ring_up(LINES, promotion, *others, facts=known, gifts=[ware("CUP", "5")]))

    closed = off("P", needs_coupon=True)
    unmet: tuple[Condition, ...] = (QuantityIs(least=D(99)),)
    assert told(replace(closed, conditions=unmet)) == {"TEN": "condition"}
    assert told(closed, off("X", stacking="exclusive")) == {"TEN": "excluded"}
    assert told(replace(closed, currency="USD")) == {"TEN": "other_currency"}
    assert told(replace(closed, budget=D(1))) == {"TEN": "budget"}
    assert told(replace(closed, most_uses=1), uses={"P": Uses(1)}) == {"TEN": "used_up"}
    gift = Promotion("P", (Gift("CUP"),), needs_coupon=True)
    assert told(gift, gift_stock={"CUP": D(0)}) == {"TEN": "gift_out_of_stock"}
    # Where it gave something else, the coupon is good and only the gift is told of.
    both = Promotion("P", (Gift("CUP"), Benefit(Percent(D(1)))), needs_coupon=True)
    assert told(both, gift_stock={"CUP": D(0)}) == {"P": "gift_out_of_stock"}


def test_two_coupons_of_one_promotion_open_it_once() -> None:
    expired = CouponFact("OLD", "P", ends_at=NOW)
    coupons = (expired, CouponFact("ONE", "P"), CouponFact("TWO", "P"))
    result = ring_up(LINES, off("P", needs_coupon=True), facts=Facts(coupons=coupons))
    assert (result.total, result.given[0].coupon) == (D(225), "ONE")
    assert why(result) == {"OLD": "coupon_expired", "TWO": "same_promotion"}


def test_without_automatic_ones_only_what_a_coupon_names_takes_part() -> None:
    result = ring_up(LINES, off("P"), off("Q"), facts=Facts(coupons=(COUPON,)), automatic=False, explain=True)
    assert ([one.code for one in result.given], why(result)) == (["P"], {"Q": "not_automatic"})
    assert result.given[0].coupon == "TEN"


def test_a_budget_is_not_used_in_part() -> None:
    rich, poor = off("A", "10"), off("B", "20", budget=D("44.99"))
    result = ring_up(LINES, rich, poor)
    assert ([one.code for one in result.given], why(result)) == (["A"], {"B": "budget"})
    assert result.refused[0].data == {"left": "44.99"}
    assert given(rich, replace(poor, budget=D(45))) == ["A", "B"]
    spent = Facts(uses={"B": Uses(1, 0, D(50))})
    assert ring_up(LINES, poor, facts=spent).refused[0].data == {"left": "0"}


def test_budgets_that_would_be_passed_are_left_out_one_after_the_other() -> None:
    # B gives 20 % of 200 after A, of 250 without it; C fits only once A is gone.
    first = off("A", AmountOff(D(50)), budget=D(49), priority=2)
    second = off("B", "20", budget=D(49), priority=1)
    third = off("C", SetPrice(D(230)), budget=D(20))
    result = ring_up(LINES, first, second, third)
    assert why(result) == {"A": "budget", "B": "budget"}
    assert [(one.code, one.amount) for one in result.given] == [("C", D(20))]


def test_the_next_of_a_group_has_its_turn_where_the_bests_budget_is_spent() -> None:
    best = off("A", "50", stacking="best", group="g", budget=D(10))
    other = off("B", "10", stacking="best", group="g")
    assert given(best, other) == ["B"]
    alone = off("X", "50", stacking="exclusive", budget=D(10))
    assert given(alone, off("P")) == ["P"]


def test_without_explaining_only_coupons_budgets_and_gifts_are_told_of() -> None:
    silent = [off("A", conditions=(AmountIs(least=D(999)),)), off("B", needs_coupon=True)]
    assert ring_up(LINES, *silent).refused == ()
    told = ring_up(LINES, *silent, explain=True)
    assert why(told) == {"A": "condition"}
    assert costs(told) == amounts(200, 50)


def test_a_promotion_on_other_goods_could_not_matter_and_is_not_explained() -> None:
    elsewhere = Promotion(
        "E", (Benefit(Percent(D(10)), goods=Goods(skus=("Z",), products=("Z",), categories=("z",))),)
    )
    assert ring_up(LINES, elsewhere, explain=True).refused == ()
    assert given(
        Promotion("C", (Benefit(Percent(D(10)), goods=Goods(categories=("c",))),)),
        wares={"B": {"categories": ("c",)}},
    ) == ["C"]
