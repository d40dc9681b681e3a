"""Promotions by example: what each benefit takes off what, each number by hand."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from openoms.domains.pricing.book import Delivery, Discount, Facts, ListRule, Offer, ShippingRule, Tier
from openoms.domains.pricing.goods import Goods
from openoms.domains.pricing.promotions import (
    AmountIs,
    AmountOff,
    Benefit,
    Gift,
    Ladder,
    Percent,
    Promotion,
    Rung,
    SetPrice,
    Units,
    Worth,
)
from tests.till import amounts, costs, ring_up, ware, why

D = Decimal
TWO = [("A", "100", 2), ("B", "50", 1)]
FEES = (
    ShippingRule("std", "", "", "CNY", "", "", D(10), None, "standard", "std"),
    ShippingRule("air", "", "", "CNY", "", "", D(20), None, "standard", "air"),
)


def offer(worth: Worth, target: str = "unit", code: str = "P", **fields: object) -> Promotion:
    return Promotion(code, (Benefit(worth, target, **fields),), currency="CNY")  # type: ignore[arg-type]


def ladder(*rungs: tuple[str, str], **fields: object) -> Ladder:
    return Ladder(tuple(Rung(D(least), D(value)) for least, value in rungs), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("worth", "target", "expected"),
    [
        (Percent(D(10)), "unit", ["180", "45"]),
        (AmountOff(D(30)), "unit", ["140", "20"]),
        (AmountOff(D(60)), "unit", ["80", "0"]),
        (SetPrice(D(80)), "unit", ["160", "50"]),
        (SetPrice(D(80), may_raise=True), "unit", ["160", "80"]),
        (Percent(D(10)), "line", ["180", "45"]),
        (AmountOff(D(30)), "line", ["170", "20"]),
        (SetPrice(D(120)), "line", ["120", "50"]),
        (AmountOff(D(25)), "items", ["180", "45"]),
        (SetPrice(D(200)), "items", ["160", "40"]),
        (Percent(D(20)), "order", ["160", "40"]),
        (AmountOff(D(1000)), "order", ["0", "0"]),
        (SetPrice(D(300)), "order", ["200", "50"]),
    ],
)
def test_a_benefit_takes_so_much_off_its_target(worth: Worth, target: str, expected: list[str]) -> None:
    result = ring_up(TWO, offer(worth, target))
    assert costs(result) == amounts(*expected)
    given = sum(one.amount for one in result.given)
    assert given == D(250) - sum(costs(result))
    assert {a.source for line in result.lines for a in line.adjustments} <= {"promotion:P"}


def test_a_per_cent_of_a_unit_is_rounded_at_the_unit_of_an_order_at_the_order() -> None:
    assert costs(ring_up([("A", "0.99", 10)], offer(Percent(D(15))))) == amounts("8.40")
    assert costs(ring_up([("A", "0.99", 10)], offer(Percent(D(15)), "order"))) == amounts("8.41")
    assert costs(ring_up([("A", "99", 10)], offer(Percent(D(15))), currency="JPY")) == amounts(990)
    in_yen = Promotion("P", (Benefit(Percent(D(15))),))
    assert costs(ring_up([("A", "99", 10)], in_yen, currency="JPY")) == amounts(840)
    assert costs(ring_up([("A", "0.099", 10)], in_yen, currency="KWD")) == amounts("0.840")


def test_a_fraction_of_a_unit_is_reduced_by_as_much() -> None:
    assert costs(ring_up([("A", "10", "2.5")], offer(AmountOff(D(1))))) == amounts("22.50")
    assert costs(ring_up([("A", "10", "2.5")], offer(Percent(D(100)), units=Units(most=3)))) == amounts(5)


def test_odd_cents_of_an_order_go_to_the_largest_remainders_whatever_the_order_of_lines() -> None:
    lines = [("A", "10", 1), ("B", "10", 1), ("C", "10", 1)]
    result = ring_up(lines, offer(AmountOff(D(10)), "order"))
    assert costs(result) == amounts("6.66", "6.67", "6.67")
    assert costs(ring_up(lines[::-1], offer(AmountOff(D(10)), "order"))) == amounts("6.67", "6.67", "6.66")


def test_of_list_reckons_from_the_price_before_promotions_else_from_what_is_left() -> None:
    first = offer(Percent(D(20)), code="A")
    assert costs(ring_up([("A", "100", 1)], first, offer(Percent(D(10)), code="B"))) == amounts(72)
    assert costs(ring_up([("A", "100", 1)], first, offer(Percent(D(10)), code="B", of_list=True))) == amounts(
        70
    )
    order = offer(Percent(D(10)), "order", "B", of_list=True)
    assert costs(ring_up([("A", "100", 1)], first, order)) == amounts(70)
    # Whatever was taken off the line as a whole does not shrink the list price.
    line = offer(AmountOff(D(50)), "line", "A")
    assert costs(ring_up([("A", "100", 1)], line, offer(Percent(D(10)), code="B", of_list=True))) == amounts(
        40
    )
    part = offer(Percent(D(100)), "line", "B", of_list=True, units=Units(most=1))
    assert costs(ring_up([("A", "100", 2)], offer(Percent(D(90)), code="A"), part)) == amounts(10)


def test_several_benefits_of_one_promotion_are_each_reckoned_from_the_price_before_it() -> None:
    def both(*targets: str, second: Worth | None = None) -> Promotion:
        first, last = (Benefit(Percent(D(10)), target) for target in targets)  # type: ignore[arg-type]
        return Promotion("P", (first, Benefit(second, last.target) if second else last), currency="CNY")

    assert costs(ring_up([("A", "100", 1)], both("unit", "unit"))) == amounts(80)
    assert costs(ring_up([("A", "100", 1)], both("line", "line"))) == amounts(80)
    assert costs(ring_up([("A", "100", 1)], both("line", "unit"))) == amounts(80)
    assert costs(ring_up([("A", "100", 2)], both("order", "order"))) == amounts(160)
    rungs = ladder(("100", "10"))
    assert costs(ring_up([("A", "100", 1)], both("order", "order", second=rungs))) == amounts(80)
    # A price is what it costs in the end, whatever came before.
    assert costs(ring_up([("A", "100", 1)], both("unit", "unit", second=SetPrice(D(85))))) == amounts(85)


def test_a_part_of_the_units_is_reckoned_from_what_those_cost() -> None:
    once = Units(most=1)
    half = offer(Percent(D(50)), "line", "B", units=once)
    whole_line = offer(AmountOff(D(100)), "line", "A")
    assert costs(ring_up([("A", "100", 2)], whole_line, half)) == amounts(75)
    assert costs(
        ring_up([("A", "100", 2)], offer(Percent(D(50)), "items", "A", units=once), half)
    ) == amounts("112.50")
    # Two parts of one promotion: the second of the prices before the first.
    two = Promotion("P", (Benefit(Percent(D(50)), "line", units=once),) * 2, currency="CNY")
    assert costs(ring_up([("A", "100", 2)], two)) == amounts(100)


def test_a_price_takes_the_place_of_what_a_unit_costs_now() -> None:
    whole = offer(AmountOff(D(30)), "line", "A")
    assert costs(ring_up([("A", "60", 1)], whole, offer(SetPrice(D(50)), code="B"))) == amounts(30)
    assert costs(ring_up([("A", "60", 1)], whole, offer(SetPrice(D(20)), code="B"))) == amounts(20)
    # Nor does one unit give more than it costs now.
    most = offer(AmountOff(D(50)), code="B", units=Units(most=1))
    assert costs(ring_up([("A", "60", 2)], offer(AmountOff(D(60)), "line", "A"), most)) == amounts(30)


def test_discounts_by_hand_come_between_and_count_for_what_follows() -> None:
    half = Discount("percent", D(50))
    lines = [("A", "100", 2, {"discount": half})]
    assert costs(ring_up(lines, offer(Percent(D(50)), "order", units=Units(most=1)))) == amounts(75)
    seen = Promotion(
        "P", (Benefit(AmountOff(D(10)), "order"),), conditions=(AmountIs(least=D(150)),), currency="CNY"
    )
    earlier = Promotion(
        "E",
        (Benefit(AmountOff(D(1)), "line"),),
        conditions=(AmountIs(least=D(150), most=D(160)),),
        currency="CNY",
    )
    # Before the discount they cost 200; what was added up for E is not what P sees.
    result = ring_up(lines, earlier, seen, explain=True)
    assert (costs(result), why(result)) == (amounts(100), {"E": "condition", "P": "condition"})


@pytest.mark.parametrize(
    ("caps", "expected"),
    [
        ({"cap_line": D(30)}, ["170", "25"]),
        ({"cap": D(50)}, ["160", "40"]),
        ({"cap": D("10.005")}, ["192", "48"]),
        ({"cap_line": D("10.009")}, ["190", "40"]),
        ({"cap": D(500)}, ["100", "25"]),
    ],
)
def test_caps_hold_for_a_line_and_all(caps: dict[str, Any], expected: list[str]) -> None:
    for target in ("unit", "line"):
        assert costs(ring_up(TWO, offer(Percent(D(50)), target, **caps))) == amounts(*expected)


def test_a_cap_on_a_unit_holds_for_each() -> None:
    assert costs(ring_up(TWO, offer(Percent(D(50)), cap_unit=D(20)))) == amounts("160", "30")


def test_after_a_cap_on_a_line_units_cost_what_the_line_says() -> None:
    capped = offer(Percent(D(50)), code="A", cap_line=D(10))
    assert costs(ring_up([("A", "100", 2)], capped, offer(Percent(D(10)), code="B"))) == amounts(171)


def test_an_amount_finer_than_the_minor_unit_is_given_as_far_as_there_are_minor_units() -> None:
    one = Units(most=1)
    everything = Promotion("P", (Benefit(Percent(D(100)), "items", units=Units(size=2, rewarded=2)),))
    lines = [("A", "33.333", 1), ("B", "66.667", 1), ("C", "80", 1)]
    assert sum(costs(ring_up(lines, everything))) == D(80)
    assert costs(
        ring_up([("A", "33.337", 2)], Promotion("P", (Benefit(Percent(D(100)), "line", units=one),)))
    ) == (amounts("33.33"))
    capped = Promotion("P", (Benefit(Percent(D(50)), "order", cap=D("10.5")),))
    assert costs(ring_up([("A", "100", 1)], capped, currency="JPY")) == amounts(90)


def test_no_promotion_goes_below_the_floor_of_the_list() -> None:
    floors = {"A": {"floors": {"CNY": D(70)}}}
    for target in ("unit", "line", "items", "order"):
        assert costs(ring_up(TWO, offer(Percent(D(50)), target), wares=floors))[0] == D(140)
    three = [offer(Percent(D(20)), code=code) for code in "QRS"]
    assert costs(ring_up(TWO, *three, wares=floors)) == amounts(140, "25.60")
    # The rest of an order's discount goes where there is room.
    assert costs(ring_up(TWO, offer(AmountOff(D(100)), "order"), wares=floors)) == amounts(140, 10)


def test_a_graduated_price_stays_above_the_floor_unit_by_unit_and_as_a_line() -> None:
    tiers = {"CNY": (Tier(D(1), D(100)), Tier(D(3), D(80)))}
    lists = (ListRule("CNY", "CNY", None, True, 0, "graduated"),)
    wares = {"A": {"prices": tiers, "floors": {"CNY": D(70)}}}
    made = {"lists": lists}
    assert costs(ring_up([("A", "100", 4)], offer(Percent(D(50))), wares=wares, rules=made)) == amounts(280)
    # 2 × 100 and 2 × 80: ten per cent of each slice, by its own price.
    assert costs(ring_up([("A", "100", 4)], offer(Percent(D(10))), wares=wares, rules=made)) == amounts(324)
    cheapest = offer(Percent(D(10)), units=Units(most=1))
    assert costs(ring_up([("A", "100", 4)], cheapest, wares=wares, rules=made)) == amounts(352)


def test_a_ladder_gives_by_its_highest_rung_reached_in_any_order_of_rungs() -> None:
    rungs = ladder(("200", "20"), ("100", "10"))
    for quantity, expected in ((1, 50), (2, 90), (3, 135), (4, 160)):
        assert costs(ring_up([("B", "50", quantity)], offer(rungs, "order"))) == amounts(expected)
    amounts_off = ladder(("2", "5"), by="quantity", unit="amount")
    assert costs(ring_up([("B", "50", 2)], offer(amounts_off, "order"))) == amounts(95)
    assert costs(ring_up([("B", "50", 1)], offer(amounts_off, "order"))) == amounts(50)
    prices = ladder(("2", "40"), by="line_quantity", unit="price")
    assert costs(ring_up(TWO, offer(prices))) == amounts(80, 50)
    lines = offer(ladder(("2", "40"), by="line_quantity", unit="amount"), "line")
    assert costs(ring_up(TWO, lines)) == amounts(160, 50)
    assert costs(ring_up(TWO, offer(ladder(("1", "9"), by="line_quantity"), "order"))) == amounts(200, 50)
    over = ladder(("150", "10"), over=Goods(skus=("A",)))
    assert costs(ring_up(TWO, offer(over, goods=Goods(skus=("B",))))) == amounts(200, 45)


def test_shipping_benefits_reach_fees_together_each_or_those_of_some_methods() -> None:
    def fees(*promotions: Promotion) -> list[Decimal]:
        result = ring_up(
            TWO, *promotions, rules={"shipping": FEES}, deliveries=(Delivery("std"), Delivery("air"))
        )
        assert result.shipping_discount == 30 - sum(d.net + d.tax for d in result.deliveries)
        return [d.net + d.tax for d in result.deliveries]

    assert fees() == amounts(10, 20)
    assert fees(offer(AmountOff(D(15)), "shipping")) == amounts(5, 10)
    assert fees(offer(AmountOff(D(15)), "delivery")) == amounts(0, 5)
    assert fees(offer(AmountOff(D(15)), "delivery", cap=D(10))) == amounts(6, 14)
    assert fees(offer(AmountOff(D(15)), "delivery", cap_line=D(12))) == amounts(0, 8)
    assert fees(offer(Percent(D(50)), "delivery", methods=("air",))) == amounts(10, 10)
    assert fees(offer(Percent(D(50)), "delivery", methods=("sea",))) == amounts(10, 20)
    assert fees(offer(SetPrice(D(8)), "delivery")) == amounts(8, 8)
    assert fees(offer(Percent(D(100)), "shipping", cap=D(6))) == amounts(8, 16)
    assert fees(offer(ladder(("1000", "100")), "shipping")) == amounts(10, 20)
    twice = Promotion("P", (Benefit(Percent(D(50)), "shipping"), Benefit(Percent(D(10)), "delivery")))
    assert fees(twice) == amounts(4, 8)


def test_a_sale_price_comes_first_and_goods_on_sale_can_be_left_out_of_others() -> None:
    sale = Promotion("S", (Benefit(Percent(D(30)), goods=Goods(skus=("A",))),), is_sale=True, priority=-5)
    others = offer(Percent(D(10)), goods=Goods(reduced=False), code="P")
    assert costs(ring_up(TWO, others, sale)) == amounts(140, 45)
    assert costs(ring_up(TWO, offer(Percent(D(10))), sale)) == amounts(126, 45)
    fee_too = Promotion("F", (Benefit(Percent(D(50)), "order"),), is_sale=True)
    assert costs(ring_up(TWO, fee_too)) == amounts(100, 25)


def test_typed_and_contract_prices_are_reduced_only_where_that_is_said() -> None:
    typed = [("A", "100", 1, {"unit_price": D(90), "price_reason": "agreed"})]
    assert costs(ring_up(typed, offer(Percent(D(10))))) == amounts(90)
    assert costs(ring_up(typed, offer(Percent(D(10)), goods=Goods(agreed=True)))) == amounts(81)


def test_goods_that_cost_nothing_stay_so_and_nothing_is_said_to_be_given() -> None:
    for target in ("unit", "line", "items", "order"):
        result = ring_up([("A", "0", 3)], offer(Percent(D(10)), target), explain=True)
        assert (result.total, result.given, why(result)) == (D(0), (), {"P": "nothing_to_give"})


def test_past_orders_and_baskets_without_promotions_are_left_alone() -> None:
    assert ring_up(TWO, offer(Percent(D(10))), facts=Facts(as_agreed=True)).total == D(250)
    assert ring_up(TWO, offer(Percent(D(10))), automatic=False).total == D(250)


def test_a_gift_comes_on_a_line_of_its_own_at_its_list_price_less_all_of_it() -> None:
    cup = ware("CUP", "15")
    gift = Promotion("G", (Gift("CUP", D(2)),), name="A cup")
    result = ring_up(TWO, gift, gifts=[cup])
    [*_, line] = result.lines
    assert (line.offer.sku, line.quantity, line.gift_of, line.total) == ("CUP", D(2), "G", D(0))
    assert (line.gross, line.adjustments[0].amount) == (D(30), D(-30))
    assert (result.total, result.given[0].amount, result.discount_total) == (D(250), D(30), D(30))
    for_each = Promotion("G", (Gift("CUP", D(1), per=2, goods=Goods(skus=("A",)), most=D(2)),))
    for quantity, expected in ((1, []), (2, [1]), (5, [2]), (9, [2])):
        lines = ring_up([("A", "100", quantity)], for_each, gifts=[cup]).lines[1:]
        assert [line.quantity for line in lines] == expected
    least = Promotion("G", (Gift("CUP", least=3),))
    assert len(ring_up(TWO, least, gifts=[cup]).lines) == 3
    assert len(ring_up([("A", "1", 2)], least, gifts=[cup]).lines) == 1
    # Two halves are one bought.
    assert (
        len(
            ring_up([("A", "1", "0.5"), ("B", "1", "0.5")], Promotion("G", (Gift("CUP"),)), gifts=[cup]).lines
        )
        == 3
    )


def test_a_gift_without_a_price_is_worth_nothing_and_one_no_longer_sold_is_told_of() -> None:
    gift = Promotion("G", (Gift("CUP"),))
    priceless = Offer("CUP", UUID(int=2), "standard", {})
    result = ring_up(TWO, gift, gifts=[priceless])
    assert (result.given[0].amount, result.lines[-1].total) == (D(0), D(0))
    gone = ware("CUP", "15", active_to=date(2025, 1, 1))
    assert why(ring_up(TWO, gift, gifts=[gone])) == {"G": "gift_not_on_sale"}
    assert why(ring_up(TWO, gift)) == {"G": "gift_not_on_sale"}


def test_a_gift_out_of_stock_is_not_given_and_said_so() -> None:
    gift = Promotion("G", (Gift("CUP"), Benefit(Percent(D(10)), "order")), currency="CNY")
    other = Promotion("H", (Gift("CUP"),))
    cup = ware("CUP", "15")
    result = ring_up(TWO, gift, gifts=[cup], facts=Facts(gift_stock={"CUP": D(0)}))
    assert (result.total, why(result)) == (D(225), {"G": "gift_out_of_stock"})
    assert result.refused[0].data == {"sku": "CUP"}
    # The last one is given once, and not at all to who buys it.
    result = ring_up(TWO, gift, other, gifts=[cup], facts=Facts(gift_stock={"CUP": D(1)}))
    assert ([line.gift_of for line in result.lines], why(result)) == (
        ["", "", "G"],
        {"H": "gift_out_of_stock"},
    )
    bought = ring_up([("CUP", "15", 1)], other, facts=Facts(gift_stock={"CUP": D(1)}))
    assert (bought.total, why(bought)) == (D(15), {"H": "gift_out_of_stock"})


def test_a_gift_costs_a_tax_exempt_customer_nothing_either() -> None:
    gift = Promotion("G", (Gift("CUP"),))
    result = ring_up([("A", "113", 1)], gift, gifts=[ware("CUP", "15")], facts=Facts(tax_exempt=True))
    assert (costs(result), result.tax_total, result.discount_total) == (amounts(100, 0), D(0), D(15))
