"""Promotions spelled out: every kind of benefit, unit rule and condition, in both languages."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation

from openoms.domains.pricing.goods import Goods
from openoms.domains.pricing.priced import Refused
from openoms.domains.pricing.promotion_checks import Conflict
from openoms.domains.pricing.promotions import (
    AmountIs,
    AmountOff,
    Benefit,
    Bought,
    Condition,
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
from openoms.interfaces.console.coupon_reasons import coupon_reason
from openoms.interfaces.console.promotion_reasons import conflict_sentence, reason_sentence
from openoms.interfaces.console.promotion_terms import condition_words, tell, window_words
from openoms.interfaces.console.promotion_words import Said, benefit_words

D = Decimal

NAMES = {
    ("category", "mugs"): "Mugs",
    ("sku", "CUP"): "Cup",
    ("product", "POT"): "Pot",
    ("tier", "vip"): "VIP",
}
SAID = Said(NAMES, "CNY", "UTC")
MUGS, POT = Goods(categories=("mugs",)), Goods(products=("POT",))
FREE = Percent(D(100))


@pytest.fixture(params=["en", "zh-hans"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with translation.override(request.param):
        yield request.param


BENEFITS: list[tuple[Benefit | Gift, str, str]] = [
    (Benefit(Percent(D(12)), goods=MUGS), "12% off Mugs", "Mugs 8.8 折"),
    (Benefit(FREE, goods=MUGS), "Mugs free", "Mugs 免费"),
    (Benefit(AmountOff(D(5))), "CN¥5.00 off each of all goods", "全部商品 每件减 ¥5.00"),
    (Benefit(SetPrice(D("9.9")), goods=MUGS), "Mugs at CN¥9.90 each", "Mugs 每件 ¥9.90"),
    (Benefit(Percent(D(10)), "line", MUGS), "Each line of Mugs: 10% off", "Mugs 每行：9 折"),
    (Benefit(SetPrice(D(99)), "items", MUGS), "Mugs together: at CN¥99.00", "Mugs 合计：¥99.00"),
    (Benefit(AmountOff(D(50)), "order"), "CN¥50.00 off the order", "整单减 ¥50.00"),
    (Benefit(FREE, "shipping"), "Free shipping", "免运费"),
    (
        Benefit(AmountOff(D(5)), "delivery", methods=("express",)),
        "Each delivery's fee by express: CN¥5.00 off", "每次配送费（express）：减 ¥5.00",
    ),
    (
        Benefit(FREE, goods=MUGS, units=Units(size=4, rewarded=1)),
        "Buy 4 of Mugs: the cheapest is free", "Mugs 每买 4 件，最便宜的 1 件免费",
    ),
    (
        Benefit(Percent(D(50)), goods=MUGS, units=Units(size=3, rewarded=2, mode="same", by="sku", pick="dearest")),
        "Buy 3 of Mugs of the same SKU: the 2 dearest are 50% off", "Mugs（同一规格） 每买 3 件，最贵的 2 件5 折",
    ),
    (
        Benefit(Percent(D(20)), goods=MUGS, units=Units(size=3, mode="distinct")),
        "Buy 3 of Mugs of different products: from then on every one is 20% off",
        "Mugs（商品各不相同） 每买 3 件，每一件8 折",
    ),
    (
        Benefit(SetPrice(D(99)), "items", MUGS, Units(size=3, rewarded=3)),
        "Any 3 of Mugs for CN¥99.00", "Mugs 任选 3 件共 ¥99.00",
    ),
    (
        Benefit(FREE, goods=POT, units=Units(bought=Bought(MUGS, 2, 1))),
        "For every 2 of Mugs, 1 of Pot: free", "每买 2 件Mugs，1 件Pot 免费",
    ),
    (
        Benefit(Ladder((Rung(D(1000), D(120)), Rung(D(500), D(50))), "amount"), "order"),
        "The order: CN¥50.00 off from CN¥500.00 on, CN¥120.00 off from CN¥1,000.00 on",
        "整单：满 ¥500.00 减 ¥50.00，满 ¥1,000.00 减 ¥120.00",
    ),
    (
        Benefit(Ladder((Rung(D(10), D(5)),), by="line_quantity"), goods=MUGS),
        "Mugs, each: 5% off from 10 pieces a line on", "Mugs 每件：单行满 10 件 9.5 折",
    ),
    (
        Benefit(Ladder((Rung(D(3), D(8)),), "price", "quantity", POT), goods=MUGS),
        "Mugs, each: at CN¥8.00 from 3 pieces on, counting Pot", "Mugs 每件：满 3 件 ¥8.00（按 Pot 计）",
    ),
    (Gift("CUP", per=1, goods=MUGS), "A gift of 1 × Cup with each of Mugs", "每买一件Mugs，送 1 × Cup"),
    (
        Gift("CUP", D(2), 3, MUGS, most=D(4)),
        "A gift of 2 × Cup for every 3 of Mugs (at most 4 pieces)", "每买 3 件Mugs，送 2 × Cup（最多 4 件）",
    ),
    (Gift("CUP", least=5), "A gift of 1 × Cup with 5 of all goods", "买满 5 件全部商品，送 1 × Cup"),
    (Gift("CUP"), "A gift of 1 × Cup with every order", "每张订单送 1 × Cup"),
    (
        Benefit(
            Percent(D(10)), goods=Goods(except_skus=("CUP",), price_from=D(5), price_to=D(9), reduced=False),
            of_list=True, cap=D(30),
        ),
        (
            "10% off all goods except Cup priced CN¥5.00 to CN¥9.00 not reduced already "
            "(reckoned from the list price, at most CN¥30.00 off in all)"
        ),
        "未参加特价的 单价 ¥5.00 至 ¥9.00 的 全部商品（不含 Cup） 9 折（按原价计算，最多减 ¥30.00）",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("benefit", "english", "chinese"), BENEFITS)
def test_a_benefit_reads_as_one_would_say_it(
    benefit: Benefit | Gift, english: str, chinese: str, language: str
) -> None:
    assert benefit_words(benefit, SAID) == (english if language == "en" else chinese)


CONDITIONS: list[tuple[Condition, str, str]] = [
    (AmountIs(D(500)), "goods worth from CN¥500.00", "商品 金额 满 ¥500.00"),
    (
        AmountIs(D(5), D(9), MUGS, "before", "net"),
        "Mugs worth CN¥5.00 to CN¥9.00 (before promotions, without tax)",
        "Mugs 金额 ¥5.00 至 ¥9.00（促销前、未税）",
    ),
    (QuantityIs(D(3), goods=MUGS, per="line"), "from 3 pieces of Mugs on one line", "Mugs 件数 满 3（单行）"),
    (
        CustomerIs(tiers=("vip",), segments=("press",)),
        "for customers of the tier VIP or tagged press", "限客户：等级 VIP，或 标签 press",
    ),
    (
        OrderIs(channels=("web",), terms=("prepaid",), regions=("CN/浙江省", "DE")),
        "ordered by web · paid Prepaid · sent to 浙江省, China, Germany",
        "渠道 web · 付款条件 预付 · 送往 中国浙江省、德国",
    ),
    (OrderCountIs(nth=1), "the customer's first order", "客户首单"),
    (OrderCountIs(every=5, least=2), "every customer's order in 5 · the customer's orders from number 2 on", "客户每第 5 单 · 客户第 2 单起"),
    (OrderCountIs(least=2, most=4), "the customer's orders 2 to 4", "客户第 2 至 4 单"),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "english", "chinese"), CONDITIONS)
def test_a_condition_reads_as_one_would_say_it(
    condition: Condition, english: str, chinese: str, language: str
) -> None:
    assert condition_words(condition, SAID) == (english if language == "en" else chinese)


def test_the_whole_sentence_says_window_limits_and_neighbours(language: str) -> None:
    hours = (*(Hours(day, time(9), time(18)) for day in range(5)), Hours(6))
    window = Window(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 12, 8, tzinfo=UTC), "UTC", hours)
    promotion = Promotion(
        "x", (Benefit(Percent(D(10))),), window=window, needs_coupon=True, most_uses=1000, most_uses_each=1,
        budget=D(500), currency="CNY", stacking="best", group="g",
    )  # fmt: skip
    told = tell(promotion, SAID)
    if language == "en":
        assert told.sentence == (
            "10% off all goods · from 2026-11-01 until 2026-11-12 08:00 · Mon–Fri 09:00–18:00, Sun · with a coupon · "
            "at most 1,000 orders · once a customer · until CN¥500.00 are given · the best of the group g"
        )
    else:
        assert told.sentence == (
            "全部商品 9 折 · 2026-11-01 至 2026-11-12 08:00 · 周一–周五 09:00–18:00、周日 · 凭优惠券 · "
            "最多 1,000 单 · 每客户一次 · 预算 ¥500.00 用完为止 · 互斥组 g 中最优者"
        )


def test_another_zone_is_named() -> None:
    window = Window(datetime(2026, 10, 31, 16, tzinfo=UTC), None, "Asia/Shanghai")
    assert window_words(window, "UTC") == "from 2026-11-01 on (Asia/Shanghai)"
    assert window_words(window, "Asia/Shanghai") == "from 2026-11-01 on"


def documented_reasons() -> list[str]:
    """The codes of docs/pricing.md, which a test of its own holds against the engine."""
    text = (Path(__file__).parents[2] / "docs/pricing.md").read_text(encoding="utf-8")
    section = text.split("## Why it gave nothing")[1].split("Warnings beside")[0]
    rows = re.findall(r"^\| (`.*?`) \|", section, re.MULTILINE)
    return [code for row in rows for code in re.findall(r"`([a-z_]+)`", row)]


def test_every_reason_the_engine_gives_has_a_sentence(language: str) -> None:
    promotion = Promotion("x", (Benefit(Percent(D(10))),), conditions=(AmountIs(D(500)),), currency="CNY")
    told: dict[str, dict[str, object]] = {
        "excluded": {"by": "p7"}, "lost_group": {"by": "p7"}, "condition": {"condition": "amount"}, "budget": {"left": "12.5"},
    }  # fmt: skip
    reasons = {code: told.get(code, {}) for code in documented_reasons()}
    assert len(reasons) >= 19
    said = {
        code: reason_sentence(Refused("x", code, "", data), promotion, SAID, {"p7": "Seven"})
        for code, data in reasons.items()
    }
    assert len(set(said.values())) == len(reasons)
    assert not set(said.values()) & set(reasons)
    # At an order only coupons are told of: what is said of them falls back for none of what can become of one.
    other = coupon_reason("no such reason")
    never = {"needs_coupon", "not_automatic"}
    assert [code for code in reasons if code not in never and coupon_reason(code, "amount") == other] == []
    assert "Seven" in said["excluded"]
    assert "500.00" in said["condition"]
    assert "12.50" in said["budget"]


def test_a_conflict_names_who_wins() -> None:
    told = conflict_sentence(Conflict("x", "excluded", "p7"), {"p7": "Seven"})
    assert told == "Never applies: “Seven” stands alone and always wins."
