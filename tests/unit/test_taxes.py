"""Taxes of lines and fees under each rounding, by hand; several taxes on one thing; what exempt customers pay."""

from decimal import Decimal

import pytest

from openoms.domains.pricing.book import Delivery, Facts, ListRule, ShippingRule, TaxRule
from openoms.domains.pricing.promotions import AmountOff, Benefit, Percent, Promotion
from openoms.domains.pricing.taxes import tax_summary
from tests.till import amounts, costs, ring_up

D = Decimal
NET = (ListRule("CNY", "CNY", None, False, 0),)
# 3 × 0.33 and 0.33 twice over, at 13 %.
SMALL = [("A", "0.33", 3), ("B", "0.33", 1), ("C", "0.33", 1)]


@pytest.mark.parametrize(
    ("rounding", "taxes"),
    [
        # Exactly 0.1287, 0.0429, 0.0429: 0.2145 together.
        ("line", ["0.13", "0.04", "0.04"]),
        ("unit", ["0.12", "0.04", "0.04"]),
        ("total", ["0.13", "0.04", "0.04"]),
        ("order", ["0.13", "0.04", "0.04"]),
    ],
)
def test_tax_on_prices_without_it(rounding: str, taxes: list[str]) -> None:
    result = ring_up(SMALL, rules={"lists": NET, "tax_rounding": rounding})
    assert [line.tax for line in result.lines] == amounts(*taxes)
    assert result.items_total == D("1.65")


@pytest.mark.parametrize(
    ("rounding", "taxes"),
    [
        # Nets exactly 0.8761…, 0.2920…, 0.2920…: 1.4601… together.
        ("line", ["0.11", "0.04", "0.04"]),
        ("unit", ["0.12", "0.04", "0.04"]),
        ("total", ["0.11", "0.04", "0.04"]),
        ("order", ["0.11", "0.04", "0.04"]),
    ],
)
def test_tax_in_prices_with_it_is_the_price_less_its_rounded_net(rounding: str, taxes: list[str]) -> None:
    result = ring_up(SMALL, rules={"tax_rounding": rounding})
    assert [line.tax for line in result.lines] == amounts(*taxes)
    assert result.total == D("1.65")


def test_a_half_cent_of_net_is_rounded_up_so_that_the_tax_is_rounded_down() -> None:
    # 2.01 with 100 % tax in it: its net is 1.005.
    double = {"taxes": (TaxRule("standard", "CN", "", D(1)),)}
    for rounding in ("line", "total", "order"):
        result = ring_up([("A", "2.01", 1)], rules={**double, "tax_rounding": rounding})
        assert (result.lines[0].net, result.lines[0].tax) == (D("1.01"), D("1.00"))


def test_what_is_rounded_together_is_shared_out_by_rate_or_over_the_order() -> None:
    lines = [("A", "0.04", 1), ("B", "0.04", 1), ("C", "0.04", 1)]
    wares = {"C": {"tax_class": "reduced"}}

    def taxes(rounding: str) -> list[Decimal]:
        result = ring_up(lines, wares=wares, rules={"lists": NET, "tax_rounding": rounding})
        return [line.tax for line in result.lines]

    # 0.0052 + 0.0052 at 13 %, 0.0036 at 9 %: 0.0140 in all.
    assert taxes("line") == amounts("0.01", "0.01", 0)
    assert taxes("total") == amounts("0.01", 0, 0)
    assert taxes("order") == amounts("0.01", 0, 0)


def test_currencies_of_no_and_three_decimals() -> None:
    for currency, price, tax in (("JPY", "99", "11"), ("KWD", "0.999", "0.115")):
        result = ring_up([("A", price, 1)], currency=currency)
        assert (result.lines[0].tax, result.total) == (D(tax), D(price))


def test_the_tax_of_one_unit_is_never_more_than_the_price_that_contains_it() -> None:
    # Nine parts in ten are tax: 0.0056 of each 0.006, 0.01 a unit when rounded, though eight cost 0.05 together.
    most = {"taxes": (TaxRule("standard", "CN", "", D(9)),), "tax_rounding": "unit"}
    result = ring_up([("A", "0.006", 8)], rules=most)
    assert (result.lines[0].net, result.lines[0].tax) == (D(0), D("0.05"))


def test_no_rule_or_no_class_is_untaxed() -> None:
    result = ring_up([("A", "113", 1)], country="DE")
    assert (result.tax_total, result.lines[0].tax_rate) == (D(0), D(0))


def test_discounts_lower_the_tax() -> None:
    half = Promotion("P", (Benefit(Percent(D(50)), "order"),))
    result = ring_up([("A", "226", 1)], half)
    assert (result.items_total, result.tax_total, result.total) == (D(100), D(13), D(113))
    nothing = Promotion("P", (Benefit(Percent(D(100)), "order"),))
    assert ring_up([("A", "226", 1)], nothing).tax_total == 0


SEVERAL = {
    "lists": NET,
    "taxes": (
        TaxRule("standard", "CA", "", D("0.12"), (("GST", D("0.05")), ("PST", D("0.07")))),
        TaxRule("reduced", "CA", "", D("0.05")),
    ),
    "shipping": (
        ShippingRule("a", "", "", "CNY", "", "", D(10), None, "standard", "a"),
        ShippingRule("b", "", "", "CNY", "", "", D(20), None, "reduced", "b"),
    ),
}


def test_several_taxes_on_one_thing_are_listed_each_by_its_name_fees_included() -> None:
    result = ring_up(
        [("A", "100", 1), ("B", "100", 2)],
        wares={"B": {"tax_class": "reduced"}},
        rules=SEVERAL,
        country="CA",
        deliveries=(Delivery("a"), Delivery("b")),
    )
    assert tax_summary(result) == [
        ("", D("0.05"), D(220), D(11)),
        ("GST", D("0.05"), D(110), D("5.50")),
        ("PST", D("0.07"), D(110), D("7.70")),
    ]
    assert sum(tax for *_, tax in tax_summary(result)) == result.tax_total
    assert (result.shipping_total, result.shipping_tax) == (D(30), D("2.20"))


def test_the_parts_of_an_odd_cent_sum_to_the_tax() -> None:
    result = ring_up([("A", "0.49", 1)], rules={**SEVERAL, "shipping": ()}, country="CA")
    # 0.0588 is 0.06: five and seven twelfths of it, 0.025 and 0.035; the earlier gets the odd cent.
    assert tax_summary(result) == [
        ("GST", D("0.05"), D("0.49"), D("0.03")),
        ("PST", D("0.07"), D("0.49"), D("0.03")),
    ]


def test_several_deliveries_each_bear_their_tax_and_their_discount() -> None:
    free = Promotion("F", (Benefit(Percent(D(100)), "delivery", methods=("a",)),))
    some = Promotion("S", (Benefit(AmountOff(D(5)), "shipping"),), currency="CNY")
    result = ring_up(
        [("A", "100", 1)], free, some, rules=SEVERAL, country="CA", deliveries=(Delivery("a"), Delivery("b"))
    )
    assert [(d.method, d.gross, d.net, d.tax) for d in result.deliveries] == [
        ("a", D(10), D(0), D(0)),
        ("b", D(20), D(15), D("0.75")),
    ]
    assert (result.shipping_discount, result.total) == (D(15), D("127.75"))


@pytest.mark.parametrize("rounding", ["unit", "line", "total", "order"])
def test_an_exempt_customer_pays_the_net_that_others_pay(rounding: str) -> None:
    fee = (ShippingRule("f", "", "", "CNY", "", "", D("9.99"), None, "standard"),)
    made = {"tax_rounding": rounding, "shipping": fee}
    lines = [("A", "2.01", 3), ("B", "9.99", 1), ("C", "0.05", 7)]
    others = ring_up(lines, rules=made)
    exempt = ring_up(lines, rules=made, facts=Facts(tax_exempt=True))
    assert [line.net for line in exempt.lines] == [line.net for line in others.lines]
    assert (exempt.total, exempt.tax_total) == (others.total - others.tax_total, D(0))
    assert exempt.discount_total == 0
    assert [line.net for line in exempt.lines] == costs(exempt)


def test_prices_without_tax_are_an_exempt_customers_own() -> None:
    exempt = ring_up([("A", "100", 1)], rules={"lists": NET}, facts=Facts(tax_exempt=True))
    assert (exempt.total, exempt.lines[0].adjustments) == (D(100), ())
