"""The pricing engine by example: each step's number by hand."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from openoms.core.errors import InvalidInput
from openoms.domains.pricing.book import (
    Basket,
    BasketLine,
    Book,
    Discount,
    Facts,
    ListRule,
    Offer,
    Rules,
    ShippingRule,
    TaxRule,
    Tier,
)
from openoms.domains.pricing.engine import PricedBasket, price, reclaim

D = Decimal
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SKU_ID = UUID(int=1)


def tiers(*pairs: tuple[str, str]) -> tuple[Tier, ...]:
    return tuple(Tier(D(quantity), D(unit)) for quantity, unit in pairs)


OFFERS = {
    "BOLT": Offer(
        "BOLT",
        SKU_ID,
        "standard",
        {"retail": tiers(("1", "12.50"), ("10", "11.00")), "vip": tiers(("1", "10"))},
    ),
    "NUT": Offer("NUT", SKU_ID, "standard", {"retail": tiers(("1", "0.30")), "usd": tiers(("1", "0.05"))}),
    "BOOK": Offer("BOOK", SKU_ID, "reduced", {"retail": tiers(("1", "40"))}),
    "FITTING": Offer("FITTING", SKU_ID, "standard", {"retail": tiers(("1", "80"))}, is_service=True),
    "NAKED": Offer("NAKED", SKU_ID, "standard", {}),
}
LISTS = (
    ListRule("retail", "CNY", None, True, 0),
    ListRule("vip", "CNY", "vip", True, 0),
    ListRule("usd", "USD", None, False, 0),
)
TAXES = (
    TaxRule("standard", "CN", "", D("0.13")),
    TaxRule("reduced", "", "", D("0.09")),
    TaxRule("standard", "US", "", D("0.05")),
    TaxRule("standard", "US", "CA", D("0.0725")),
)
SHIPPING = (
    ShippingRule("cn", "Express", "快递", "CNY", "CN", "", D(10), D(99), "standard"),
    ShippingRule("far", "Far", "偏远", "CNY", "CN", "西藏自治区", D(30), None, "standard"),
)


def book(**rules: object) -> Book:
    parts: dict[str, object] = {"lists": LISTS, "taxes": TAXES, "shipping": SHIPPING, **rules}
    return Book(Rules(**parts), OFFERS)  # type: ignore[arg-type]


def priced(
    *lines: BasketLine, facts: Facts | None = None, rules: Book | None = None, **basket: object
) -> PricedBasket:
    asked = Basket(**{"currency": "CNY", "country": "CN", "lines": lines, **basket})  # type: ignore[arg-type]
    return price(asked, rules or book(), facts or Facts(), NOW)


def line(sku: str, quantity: str = "1", **fields: object) -> BasketLine:
    return BasketLine(sku, D(quantity), **fields)  # type: ignore[arg-type]


def test_the_list_price_holds_below_the_first_tier() -> None:
    assert priced(line("BOLT", "9")).lines[0].unit_price == D("12.50")
    assert priced(line("BOLT", "0.5")).lines[0].unit_price == D("12.50")


def test_a_quantity_tier_prices_every_unit() -> None:
    result = priced(line("BOLT", "10"))
    assert (result.lines[0].unit_price, result.lines[0].gross) == (D("11.00"), D("110.00"))
    assert "quantity_tier" in [step.code for step in result.trace]


def test_a_customers_tier_list_goes_before_everybodys() -> None:
    assert priced(line("BOLT"), facts=Facts(tier="vip")).lines[0].price_source == "list:vip"
    assert priced(line("NUT"), facts=Facts(tier="vip")).lines[0].price_source == "list:retail"
    assert priced(line("BOLT"), facts=Facts(tier="gold")).lines[0].price_source == "list:retail"


def test_among_lists_alike_the_higher_priority_goes_first() -> None:
    sale = (*LISTS, ListRule("vip2", "CNY", None, True, 5))
    offers = {"X": Offer("X", SKU_ID, "standard", {"retail": tiers(("1", "9")), "vip2": tiers(("1", "7"))})}
    assert price(Basket("CNY", (line("X"),)), Book(Rules(sale), offers), Facts(), NOW).total == D("7.00")


def test_included_tax_is_taken_out_of_the_price() -> None:
    result = priced(line("BOLT", "10"))
    assert (result.items_total, result.tax_total, result.total) == (D("97.35"), D("12.65"), D("110.00"))
    assert result.lines[0].total == D("110.00")


def test_excluded_tax_is_added_at_the_destinations_rate() -> None:
    california = priced(line("NUT", "100"), currency="USD", country="US", region="CA")
    texas = priced(line("NUT", "100"), currency="USD", country="US", region="TX")
    assert (california.tax_total, california.total) == (D("0.36"), D("5.36"))
    assert (texas.tax_total, texas.total) == (D("0.25"), D("5.25"))


def test_tax_rounds_on_lines_or_on_the_total_by_setting() -> None:
    lines = [line("NUT", "1") for _ in range(3)]
    by_line = priced(*lines, currency="USD", country="US", region="CA", rules=book(tax_rounding="line"))
    by_total = priced(*lines, currency="USD", country="US", region="CA", rules=book(tax_rounding="total"))
    assert (by_line.tax_total, by_total.tax_total) == (D("0.00"), D("0.01"))
    assert [part.tax for part in by_total.lines] == [D("0.01"), D("0.00"), D("0.00")]


def test_no_rate_means_untaxed() -> None:
    assert priced(line("BOLT"), country="DE").tax_total == 0


def test_an_exempt_customer_pays_neither_tax_nor_the_tax_in_prices() -> None:
    result = priced(line("BOLT", "2"), facts=Facts(tax_exempt=True))
    assert (result.items_total, result.shipping_total, result.tax_total) == (D("22.12"), D("8.85"), 0)
    assert result.discount_total == 0
    outside = priced(line("NUT", "100"), currency="USD", country="US", facts=Facts(tax_exempt=True))
    assert outside.total == D("5.00")


def test_shipping_is_free_from_its_threshold_and_particular_to_a_region() -> None:
    assert priced(line("BOLT")).shipping_total + priced(line("BOLT")).shipping_tax == D("10.00")
    assert priced(line("BOLT", "10")).shipping_total == 0
    far = priced(line("BOLT", "10"), region="西藏自治区")
    assert far.shipping_total + far.shipping_tax == D("30.00")


def test_services_alone_ship_for_nothing() -> None:
    assert priced(line("FITTING")).shipping_total == 0
    assert priced(line("FITTING"), line("NUT")).shipping_total > 0


def test_an_agreed_fee_goes_before_the_rules() -> None:
    assert priced(line("BOLT"), shipping=D("3.00"), country="DE").shipping_total == D("3.00")


def test_a_line_discount_by_percent_and_by_amount() -> None:
    percent = priced(line("BOLT", "2", discount=Discount("percent", D(10), "loyal")))
    amount = priced(line("BOLT", "2", discount=Discount("amount", D(3))))
    assert (percent.discount_total, amount.discount_total) == (D("2.50"), D("3.00"))
    assert percent.lines[0].adjustments[0].label == "loyal"
    assert percent.lines[0].total == D("22.50")


def test_an_order_discount_is_shared_by_what_lines_cost() -> None:
    result = priced(line("BOLT", "2"), line("NUT", "10"), discount=Discount("amount", D("1.00")))
    assert [part.adjustments[0].amount for part in result.lines] == [D("-0.89"), D("-0.11")]
    assert result.adjustments[0].amount == D("-1.00")


def test_a_discount_of_nothing_leaves_no_trace() -> None:
    result = priced(line("BOLT", discount=Discount("percent", D(0))), discount=Discount("amount", D(0)))
    assert (result.adjustments, result.lines[0].adjustments) == ((), ())


def test_a_typed_price_is_kept_with_its_reason() -> None:
    result = priced(line("BOLT", unit_price=D("9.99"), price_reason="agreed by phone"))
    assert (result.lines[0].unit_price, result.lines[0].list_unit_price) == (D("9.99"), D("12.50"))
    assert (result.lines[0].price_source, result.lines[0].price_reason) == ("manual", "agreed by phone")
    assert priced(line("NAKED", unit_price=D(5), price_reason="x")).lines[0].list_unit_price is None


def test_a_typed_price_without_any_list_excludes_tax() -> None:
    result = priced(line("NAKED", unit_price=D(5), price_reason="x"), currency="EUR")
    assert not result.tax_inclusive


@pytest.mark.parametrize(
    ("asked", "code", "loc"),
    [
        (line("NONE"), "unknown_sku", ("lines", 0, "sku")),
        (line("NAKED"), "no_price", ("lines", 0, "sku")),
        (
            line("BOLT", discount=Discount("percent", D(101))),
            "bad_discount",
            ("lines", 0, "discount", "value"),
        ),
        (line("BOLT", discount=Discount("amount", D(13))), "bad_discount", ("lines", 0, "discount", "value")),
        (line("BOLT", discount=Discount("amount", D(-1))), "bad_discount", ("lines", 0, "discount", "value")),
    ],
)
def test_refusals_name_the_line(asked: BasketLine, code: str, loc: tuple[str | int, ...]) -> None:
    with pytest.raises(InvalidInput) as refused:
        priced(asked)
    assert refused.value.code == code
    assert refused.value.problems[0].loc == loc


def test_an_order_discount_beyond_the_goods_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        priced(line("BOLT"), discount=Discount("amount", D(13)))
    assert refused.value.problems[0].loc == ("discount", "value")


def test_prices_with_and_without_tax_do_not_mix() -> None:
    lists = (*LISTS, ListRule("net", "CNY", None, False, 0))
    offers = OFFERS | {"NET": Offer("NET", SKU_ID, "standard", {"net": tiers(("1", "9"))})}
    with pytest.raises(InvalidInput) as refused:
        price(Basket("CNY", (line("BOLT"), line("NET"))), Book(Rules(lists), offers), Facts(), NOW)
    assert (refused.value.code, refused.value.problems[0].loc) == ("mixed_tax_basis", ("lines", 1, "sku"))


def test_yen_have_no_decimals_and_dinars_three() -> None:
    lists = (ListRule("jp", "JPY", None, False, 0), ListRule("kw", "KWD", None, False, 0))
    offers = {"X": Offer("X", SKU_ID, "none", {"jp": tiers(("1", "99.5")), "kw": tiers(("1", "0.1235"))})}
    rules = Book(Rules(lists), offers)
    assert price(Basket("JPY", (line("X"),)), rules, Facts(), NOW).total == D(100)
    assert price(Basket("KWD", (line("X"),)), rules, Facts(), NOW).total == D("0.124")


def test_an_empty_basket_costs_nothing() -> None:
    empty = priced(country="DE")
    assert (empty.total, empty.lines) == (0, ())


def test_a_line_given_back_in_parts_returns_its_own_total() -> None:
    bought = priced(line("BOLT", "3", discount=Discount("amount", D("0.01")))).lines[0]
    parts = [reclaim(bought, D(n), D(1), "CNY") for n in range(3)]
    assert sum(parts) == bought.total == D("37.49")
    with pytest.raises(ValueError, match="more"):
        reclaim(bought, D(2), D(2), "CNY")


def test_an_order_without_an_address_is_priced_as_going_home() -> None:
    homeless = priced(line("BOLT"), country="", rules=book(home_country="CN"))
    assert homeless.total == priced(line("BOLT")).total
    assert homeless.tax_total == D("2.59")
