"""What is refused of a promotion, each part by its name; which can never apply beside others."""

from dataclasses import replace
from datetime import time, timedelta
from decimal import Decimal

import pytest

from openoms.core.errors import InvalidInput
from openoms.domains.pricing.goods import Goods
from openoms.domains.pricing.promotion_checks import Conflict, check_promotion, conflicts, goods_of, names
from openoms.domains.pricing.promotions import (
    AmountIs,
    AmountOff,
    Benefit,
    Bought,
    CustomerIs,
    Gift,
    Hours,
    Ladder,
    OrderCountIs,
    OrderIs,
    Percent,
    Promotion,
    QuantityIs,
    Rung,
    SetPrice,
    Units,
    Window,
)
from tests.till import NOW

D = Decimal
TEN = Benefit(Percent(D(10)))
GOOD = Promotion(
    "SPRING-1",
    (
        TEN,
        Benefit(Ladder((Rung(D(100), D(5)),)), "order", cap=D(50)),
        Benefit(SetPrice(D(20)), "items", units=Units(size=3, rewarded=3, most_sets=2)),
        Benefit(Percent(D(100)), units=Units(bought=Bought(Goods(), 2), most_sets=1)),
        Benefit(AmountOff(D(5)), "shipping", methods=("std",)),
        Gift("CUP", per=2),
    ),
    name="Spring",
    conditions=(AmountIs(least=D(1), most=D(2)), OrderCountIs(nth=1), OrderIs(terms=("prepaid",))),
    window=Window(NOW, NOW + timedelta(1), "Asia/Shanghai", (Hours(0, time(8), time(20)), Hours(6))),
    currency="CNY",
    most_uses=1,
    budget=D("99.5000"),
)


def with_benefit(benefit: Benefit | Gift, **fields: object) -> Promotion:
    return replace(GOOD, benefits=(benefit,), **fields)  # type: ignore[arg-type]


def with_condition(condition: object) -> Promotion:
    return replace(GOOD, conditions=(condition,))  # type: ignore[arg-type]


def test_a_sensible_promotion_is_accepted() -> None:
    check_promotion(GOOD)
    check_promotion(Promotion("P", (TEN,)))


@pytest.mark.parametrize(
    ("promotion", "field"),
    [
        (replace(GOOD, code=""), "code"),
        (replace(GOOD, code="a b"), "code"),
        (replace(GOOD, code="x" * 41), "code"),
        (replace(GOOD, name="x" * 121), "name"),
        (replace(GOOD, name_zh="\x00"), "name_zh"),
        (replace(GOOD, priority=32768), "priority"),
        (replace(GOOD, currency="XYZ"), "currency"),
        (replace(GOOD, currency=""), "currency"),
        (replace(GOOD, benefits=()), "benefits"),
        (replace(GOOD, benefits=(TEN,) * 21), "benefits"),
        (replace(GOOD, conditions=(OrderCountIs(nth=1),) * 21), "conditions"),
        (replace(GOOD, stacking="best"), "group"),
        (replace(GOOD, stacking="best", group="a b"), "group"),
        (replace(GOOD, window=Window(NOW, NOW)), "window.ends_at"),
        (replace(GOOD, window=Window(timezone="Mars/Olympus")), "window.timezone"),
        (replace(GOOD, window=Window(hours=(Hours(7),))), "window.hours.0.weekday"),
        (replace(GOOD, window=Window(hours=(Hours(0, time(22), time(6)),))), "window.hours.0.until"),
        (replace(GOOD, most_uses=0), "most_uses"),
        (replace(GOOD, most_uses_each=-1), "most_uses_each"),
        (replace(GOOD, budget=D(0)), "budget"),
        (replace(GOOD, budget=D("0.00001")), "budget"),
        (replace(GOOD, budget=D("NaN")), "budget"),
        (replace(GOOD, budget=D("1e13")), "budget"),
        (with_benefit(Gift("CUP", D(0))), "benefits.0.quantity"),
        (with_benefit(Benefit(Percent(D(0)))), "benefits.0.worth.percent"),
        (with_benefit(Benefit(Percent(D(101)))), "benefits.0.worth.percent"),
        (with_benefit(Benefit(Percent(D("1.0000001")))), "benefits.0.worth.percent"),
        (with_benefit(Benefit(AmountOff(D(0)))), "benefits.0.worth.amount"),
        (with_benefit(Benefit(SetPrice(D(5), may_raise=True), "order")), "benefits.0.worth.may_raise"),
        (with_benefit(Benefit(Ladder(()))), "benefits.0.worth.rungs"),
        (with_benefit(Benefit(Ladder((Rung(D(1), D(1)), Rung(D(1), D(2)))))), "benefits.0.worth.rungs"),
        (with_benefit(Benefit(Ladder((Rung(D(1), D(101)),)))), "benefits.0.worth.rungs"),
        (
            with_benefit(Benefit(Ladder((Rung(D(1), D(1)),), by="line_quantity"), "order")),
            "benefits.0.worth.by",
        ),
        (with_benefit(replace(TEN, cap=D(0))), "benefits.0.cap"),
        (with_benefit(replace(TEN, cap_line=D(0))), "benefits.0.cap_line"),
        (with_benefit(replace(TEN, cap_unit=D(0))), "benefits.0.cap_unit"),
        (with_benefit(replace(TEN, methods=("std",))), "benefits.0.methods"),
        (with_benefit(replace(TEN, target="shipping", goods=Goods(skus=("A",)))), "benefits.0.target"),
        (with_benefit(replace(TEN, target="shipping", units=Units(size=2))), "benefits.0.target"),
        (with_benefit(replace(TEN, units=Units(size=2, rewarded=3))), "benefits.0.units.rewarded"),
        (with_benefit(replace(TEN, units=Units(rewarded=1))), "benefits.0.units.size"),
        (
            with_benefit(replace(TEN, units=Units(size=2, bought=Bought(Goods(), 1)))),
            "benefits.0.units.bought",
        ),
        (
            with_benefit(replace(TEN, units=Units(bought=Bought(Goods(), 0)))),
            "benefits.0.units.bought.quantity",
        ),
        (with_benefit(replace(TEN, units=Units(most_sets=1))), "benefits.0.units.most_sets"),
        (with_benefit(replace(TEN, units=Units(size=2, most_sets=1))), "benefits.0.units.most_sets"),
        (
            with_benefit(Benefit(SetPrice(D(5)), "items", units=Units(size=2, rewarded=2, most=1))),
            "benefits.0.units.most_sets",
        ),
        (with_benefit(replace(TEN, goods=Goods(skus=("x",) * 2001))), "benefits.0.goods.skus"),
        (with_condition(AmountIs()), "conditions.0.least"),
        (with_condition(QuantityIs(least=D(2), most=D(1))), "conditions.0.most"),
        (with_condition(OrderCountIs()), "conditions.0.least"),
        (with_condition(CustomerIs()), "conditions.0.customers"),
        (with_condition(OrderIs()), "conditions.0.channels"),
    ],
)
def test_what_means_nothing_is_refused_where_it_stands(promotion: Promotion, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_promotion(promotion)
    assert field in {".".join(map(str, problem.loc)) for problem in refusal.value.problems}


@pytest.mark.parametrize(
    "part",
    [
        {"benefits": (Benefit(AmountOff(D(1))),)},
        {"benefits": (Benefit(SetPrice(D(1))),)},
        {"benefits": (replace(TEN, cap=D(1)),)},
        {"benefits": (replace(TEN, cap_unit=D(1)),)},
        {"benefits": (Benefit(Ladder((Rung(D(1), D(1)),))),)},
        {"benefits": (Benefit(Ladder((Rung(D(1), D(1)),), "amount", "quantity")),)},
        {"benefits": (replace(TEN, goods=Goods(price_from=D(1))),)},
        {"benefits": (replace(TEN, units=Units(worth=D(1))),)},
        {"conditions": (AmountIs(least=D(1)),)},
        {"conditions": (QuantityIs(least=D(1), goods=Goods(price_to=D(1))),)},
        {"budget": D(1)},
    ],
)
def test_whatever_speaks_of_an_amount_needs_a_currency(part: dict[str, object]) -> None:
    promotion = replace(Promotion("P", (TEN,)), **part)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput) as refusal:
        check_promotion(promotion)
    assert {problem.loc for problem in refusal.value.problems} == {("currency",)}
    check_promotion(replace(promotion, currency="CNY"))


def test_every_part_at_fault_is_named_at_once() -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_promotion(
            replace(GOOD, most_uses=0, benefits=(Benefit(Percent(D(0))), Benefit(AmountOff(D(0)))))
        )
    assert [problem.loc[0] for problem in refusal.value.problems] == ["most_uses", "benefits", "benefits"]


def test_every_part_that_speaks_of_goods_is_found() -> None:
    one, two, three, four, five = (Goods(skus=(code,)) for code in "12345")
    promotion = Promotion(
        "P",
        (
            Benefit(Ladder((Rung(D(1), D(1)),), over=two), goods=one),
            Benefit(Percent(D(1)), goods=Goods(products=("p",)), units=Units(bought=Bought(three, 1))),
            Gift("CUP", goods=four),
        ),
        conditions=(QuantityIs(least=D(1), goods=five), OrderCountIs(nth=1)),
    )
    parts = list(goods_of(promotion))
    assert [".".join(map(str, loc)) for loc, _ in parts] == [
        "benefits.0.goods",
        "benefits.0.worth.over",
        "benefits.1.goods",
        "benefits.1.units.bought.goods",
        "benefits.2.goods",
        "conditions.0.goods",
    ]
    assert names(parts) == {"skus": set("12345"), "products": {"p"}, "categories": set()}
    except_ = Goods(except_skus=("x",), categories=("c",), except_categories=("d",))
    assert names([((), except_)]) == {"skus": {"x"}, "products": set(), "categories": {"c", "d"}}


ALL = Promotion("ALL", (TEN,), stacking="exclusive", priority=1)
PLAIN = Promotion("PLAIN", (TEN,))
FIRST = Promotion("FIRST", (TEN,), stacking="first", group="g", priority=1)
LATER = Promotion("LATER", (TEN,), stacking="best", group="g")


def reasons(*promotions: Promotion) -> list[Conflict]:
    return conflicts(promotions, NOW)


def test_what_another_always_keeps_out_never_applies() -> None:
    assert reasons(ALL, PLAIN) == [Conflict("PLAIN", "excluded", "ALL")]
    second = replace(ALL, code="ALSO", priority=0)
    assert reasons(second, ALL) == [Conflict("ALSO", "excluded", "ALL")]
    assert reasons(LATER, FIRST) == [Conflict("LATER", "lost_group", "FIRST")]
    assert reasons(replace(FIRST, group="h"), LATER) == []
    assert reasons(replace(PLAIN, window=Window(ends_at=NOW)), LATER) == [Conflict("PLAIN", "ended")]
    assert reasons(PLAIN, LATER) == []


CONDITION = QuantityIs(least=D(5))
HOURS = (Hours(0, time(8)),)


@pytest.mark.parametrize(
    ("winner", "other"),
    [
        (replace(ALL, needs_coupon=True), PLAIN),
        (replace(ALL, most_uses=5), PLAIN),
        (replace(ALL, budget=D(5), currency="CNY"), PLAIN),
        (replace(ALL, currency="CNY"), PLAIN),
        (replace(ALL, conditions=(CONDITION,)), PLAIN),
        (replace(ALL, window=Window(starts_at=NOW)), PLAIN),
        (replace(ALL, window=Window(ends_at=NOW + timedelta(1))), PLAIN),
        (replace(ALL, window=Window(hours=HOURS)), PLAIN),
        (
            replace(ALL, window=Window(timezone="Asia/Tokyo", hours=HOURS)),
            replace(PLAIN, window=Window(hours=HOURS)),
        ),
        (replace(ALL, benefits=(Gift("CUP"),)), PLAIN),
        (replace(ALL, benefits=(replace(TEN, target="shipping"),)), PLAIN),
        (replace(ALL, benefits=(replace(TEN, goods=Goods(skus=("A",))),)), PLAIN),
        (replace(ALL, benefits=(replace(TEN, goods=Goods(reduced=False)),)), PLAIN),
        (replace(ALL, benefits=(replace(TEN, units=Units(size=2)),)), PLAIN),
        (replace(ALL, benefits=(replace(TEN, units=Units(worth=D(9))),)), PLAIN),
        (replace(ALL, benefits=(Benefit(SetPrice(D(5))),)), PLAIN),
        # Fees, gifts and agreed prices are there when the goods have nothing to give.
        (ALL, replace(PLAIN, benefits=(replace(TEN, target="shipping"),))),
        (ALL, replace(PLAIN, benefits=(Gift("CUP"),))),
        (ALL, replace(PLAIN, benefits=(replace(TEN, goods=Goods(agreed=True)),))),
    ],
)
def test_where_the_other_could_apply_nothing_is_said(winner: Promotion, other: Promotion) -> None:
    assert reasons(winner, other) == []


def test_the_same_hours_and_conditions_keep_out_still() -> None:
    winner = replace(ALL, window=Window(hours=HOURS), conditions=(CONDITION,))
    other = replace(
        PLAIN,
        window=Window(NOW, NOW + timedelta(9), hours=HOURS),
        conditions=(CONDITION, OrderCountIs(nth=1)),
    )
    assert reasons(winner, other) == [Conflict("PLAIN", "excluded", "ALL")]
    dated = replace(winner, window=Window(NOW, NOW + timedelta(9), hours=HOURS))
    assert reasons(dated, other) == [Conflict("PLAIN", "excluded", "ALL")]
    assert reasons(replace(ALL, currency="CNY"), replace(PLAIN, currency="CNY")) != []
