"""When a promotion holds: every condition, the goods it speaks of, the hours it runs in."""

from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from openoms.domains.pricing.book import Facts, ListRule
from openoms.domains.pricing.goods import Goods
from openoms.domains.pricing.promotions import (
    AmountIs,
    AmountOff,
    Benefit,
    Condition,
    CustomerIs,
    Hours,
    OrderCountIs,
    OrderIs,
    Percent,
    Promotion,
    QuantityIs,
    Window,
)
from tests.till import NOW, ring_up, why

D = Decimal
# 226 with 13 % tax in it: 200 without.
LINES = [("A", "113", 1), ("B", "56.50", 2)]
A, B = Goods(skus=("A",)), Goods(skus=("B",))


def holds(*conditions: Condition, facts: Facts | None = None, **till: Any) -> bool:
    """Whether a promotion of these conditions gives the basket its fen; if not, that the condition is named."""
    promotion = Promotion(
        "P", (Benefit(AmountOff(D("0.01")), "order"),), conditions=conditions, currency="CNY"
    )
    result = ring_up(till.pop("lines", LINES), promotion, facts=facts, explain=True, **till)
    given = [one.code for one in result.given] == ["P"]
    if not given:
        assert (result.total, why(result)) == (result.total, {"P": "condition"})
        assert result.refused[0].data["condition"] in {condition.kind for condition in conditions}
    return given


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (AmountIs(least=D(226)), True),
        (AmountIs(least=D("226.01")), False),
        (AmountIs(most=D(226)), True),
        (AmountIs(most=D("225.99")), False),
        (AmountIs(least=D(113), goods=A), True),
        (AmountIs(least=D("113.01"), goods=A), False),
        (AmountIs(least=D(200), most=D(200), tax="net"), True),
        (AmountIs(least=D("200.01"), tax="net"), False),
        (AmountIs(least=D(226), most=D(226), tax="gross"), True),
        (QuantityIs(least=D(3), most=D(3)), True),
        (QuantityIs(least=D(4)), False),
        (QuantityIs(most=D(2)), False),
        (QuantityIs(least=D(2), goods=A), False),
        (QuantityIs(least=D(2), per="line"), True),
        (QuantityIs(least=D(3), per="line"), False),
        (QuantityIs(least=D(1), goods=Goods(price_from=D(100))), True),
        (QuantityIs(least=D(2), goods=Goods(price_from=D(100))), False),
        (QuantityIs(most=D(2), goods=Goods(price_to=D("56.50"))), True),
    ],
)
def test_amounts_and_quantities_lie_within_bounds(condition: Condition, expected: bool) -> None:
    assert holds(condition) is expected


def test_amounts_without_tax_are_compared_as_one_reads_them() -> None:
    # 33.90 / 1.13 = 30, 79.10 / 1.13 = 70: together 100, though of 37.67 and 75.33 neither is exact
    assert holds(AmountIs(least=D(100), tax="net"), lines=[("A", "33.90", 1), ("B", "79.10", 1)])
    assert holds(AmountIs(least=D(100), most=D(100), tax="net"), lines=[("A", "37.67", 1), ("B", "75.33", 1)])
    without: Any = {"rules": {"lists": (ListRule("CNY", "CNY", None, False, 0),)}}
    hundred = [("A", "100", 1)]
    assert holds(AmountIs(least=D(113), most=D(113), tax="gross"), lines=hundred, **without)
    assert holds(AmountIs(least=D(100), most=D(100), tax="net"), lines=hundred, **without)


def test_an_amount_counts_after_earlier_promotions_or_before_all() -> None:
    first = Promotion("F", (Benefit(Percent(D(50))),), priority=9)
    for stage, expected in (("after", False), ("before", True)):
        condition = AmountIs(least=D(200), stage=stage)  # type: ignore[arg-type]
        second = Promotion("P", (Benefit(AmountOff(D(1)), "order"),), conditions=(condition,), currency="CNY")
        assert ("P" in [one.code for one in ring_up(LINES, first, second).given]) is expected


def test_thresholds_count_agreed_prices_and_reduced_goods_unless_those_are_left_out() -> None:
    typed = [("A", "1", 1, {"unit_price": D(113), "price_reason": "agreed"}), ("B", "1", 1)]
    assert holds(AmountIs(least=D(114)), lines=typed)
    sale = Promotion("S", (Benefit(Percent(D(10)), goods=A),), is_sale=True)
    for goods, expected in ((Goods(), ["S", "P"]), (Goods(reduced=False), ["S"])):
        condition = QuantityIs(least=D(3), goods=goods)
        other = Promotion("P", (Benefit(AmountOff(D(1)), "order"),), conditions=(condition,), currency="CNY")
        assert [one.code for one in ring_up(LINES, sale, other).given] == expected


@pytest.mark.parametrize(
    ("goods", "expected"),
    [
        (Goods(), "AB"),
        (A, "A"),
        (Goods(products=("PB",)), "B"),
        (Goods(categories=("tools",)), "AB"),
        (Goods(categories=("hand",)), "A"),
        (Goods(skus=("A",), products=("PB",)), "AB"),
        (Goods(except_skus=("A",)), "B"),
        (Goods(categories=("tools",), except_categories=("hand",)), "B"),
        (Goods(skus=("C",)), ""),
        (Goods(price_from=D("56.50"), price_to=D(100)), "B"),
        (Goods(price_from=D(113)), "A"),
    ],
)
def test_goods_are_skus_products_and_categories_less_exceptions(goods: Goods, expected: str) -> None:
    wares = {
        "A": {"product": "PA", "categories": ("hand", "tools")},
        "B": {"product": "PB", "categories": ("power", "tools")},
    }
    result = ring_up(LINES, Promotion("P", (Benefit(Percent(D(10)), goods=goods),)), wares=wares)
    assert "".join(line.offer.sku for line in result.lines if line.adjustments) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (CustomerIs(customers=("C1", "C9")), True),
        (CustomerIs(customers=("C9",)), False),
        (CustomerIs(tiers=("gold",)), True),
        (CustomerIs(tiers=("silver",)), False),
        (CustomerIs(segments=("vip", "new")), True),
        (CustomerIs(segments=("old",)), False),
        (CustomerIs(customers=("C9",), tiers=("gold",)), True),
        (OrderIs(channels=("web",)), True),
        (OrderIs(channels=("desk",)), False),
        (OrderIs(order_types=("standard",), terms=("prepaid",)), True),
        (OrderIs(order_types=("standard",), terms=("credit",)), False),
        (OrderIs(order_types=("sample",)), False),
        (OrderIs(regions=("CN",)), True),
        (OrderIs(regions=("CN/浙江省",)), True),
        (OrderIs(regions=("CN/江苏省", "DE")), False),
        (OrderCountIs(nth=3), True),
        (OrderCountIs(nth=2), False),
        (OrderCountIs(every=3), True),
        (OrderCountIs(every=2), False),
        (OrderCountIs(least=3, most=3), True),
        (OrderCountIs(least=4), False),
        (OrderCountIs(most=2), False),
    ],
)
def test_customer_order_and_count(condition: Condition, expected: bool) -> None:
    known = Facts(
        tier="gold", customer="C1", segments=("new",), channel="web", order_type="standard", terms="prepaid",
        orders_before=2,
    )  # fmt: skip
    assert holds(condition, facts=known, country="CN", region="浙江省") is expected


def test_what_is_not_known_of_a_customer_does_not_hold() -> None:
    assert not holds(CustomerIs(customers=("",), tiers=("gold",)))
    assert not holds(OrderCountIs(most=5))
    assert holds(OrderCountIs(nth=1), facts=Facts(orders_before=0))


def test_an_order_without_an_address_goes_home() -> None:
    assert holds(OrderIs(regions=("CN",)))
    assert not holds(OrderIs(regions=("CN",)), country="DE")


def test_all_conditions_must_hold() -> None:
    assert holds(AmountIs(least=D(1)), QuantityIs(least=D(1)))
    assert not holds(AmountIs(least=D(1)), QuantityIs(least=D(99)))


@pytest.mark.parametrize(
    ("window", "now", "expected"),
    [
        (Window(), NOW, True),
        (Window(starts_at=NOW), NOW, True),
        (Window(starts_at=NOW.replace(hour=13)), NOW, False),
        (Window(ends_at=NOW), NOW, False),
        (Window(ends_at=NOW.replace(minute=1)), NOW, True),
    ],
)
def test_a_window_begins_at_its_start_and_is_over_at_its_end(
    window: Window, now: datetime, expected: bool
) -> None:
    promotion = Promotion("P", (Benefit(Percent(D(10))),), window=window)
    result = ring_up(LINES, promotion, now=now, explain=True)
    assert why(result) == ({} if expected else {"P": "not_running"})


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        # Thursday the 15th in Berlin, ten to noon; Sunday all day.
        ("2026-01-15T09:59:59", False),
        ("2026-01-15T10:00:00", True),
        ("2026-01-15T11:59:59", True),
        ("2026-01-15T12:00:00", False),
        ("2026-01-14T10:00:00", False),
        ("2026-01-18T00:00:00", True),
        ("2026-01-18T23:59:59", True),
        ("2026-01-19T00:00:00", False),
        # The clock is put forward on Sunday the 29th of March: Thursday before and after, at ten by the clock.
        ("2026-03-26T10:00:00", True),
        ("2026-04-02T10:00:00", True),
        ("2026-04-02T12:00:00", False),
        ("2026-03-29T03:30:00", True),
    ],
)
def test_weekly_hours_go_by_the_clock_on_the_wall_of_their_zone(there: str, expected: bool) -> None:
    hours = (Hours(3, time(10), time(12)), Hours(6))
    window = Window(timezone="Europe/Berlin", hours=hours)
    instant = datetime.fromisoformat(there).replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    assert window.is_open(instant) is expected


def test_ten_oclock_in_berlin_is_another_instant_once_the_clock_was_changed() -> None:
    window = Window(timezone="Europe/Berlin", hours=(Hours(3, time(10), time(12)),))
    assert window.is_open(datetime(2026, 3, 26, 9, 0, tzinfo=UTC))
    assert not window.is_open(datetime(2026, 3, 26, 8, 0, tzinfo=UTC))
    assert window.is_open(datetime(2026, 4, 2, 8, 0, tzinfo=UTC))
    assert not window.is_open(datetime(2026, 4, 2, 10, 0, tzinfo=UTC))
