"""What holds of every price."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from openoms.core.money import step
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
from openoms.domains.pricing.documents import (
    basket_document,
    basket_from,
    digest_of,
    offer_document,
    offer_from,
    rules_document,
    rules_from,
)
from openoms.domains.pricing.engine import price, reclaim, replay

NOW = datetime(2026, 1, 1, tzinfo=UTC)
D = Decimal
CURRENCIES = ["CNY", "JPY", "KWD"]
SKUS = [f"S{i}" for i in range(6)]

prices = st.decimals(0, 10_000, places=6)
quantities = st.decimals(D("0.001"), 500, places=3)
percents = st.decimals(0, 100, places=2)


@st.composite
def books(draw: st.DrawFn) -> Book:
    inclusive = draw(st.booleans())
    lists = [ListRule(f"l{c}", c, None, inclusive, 0) for c in CURRENCIES]
    lists += [ListRule(f"v{c}", c, "vip", inclusive, 1) for c in CURRENCIES]
    offers = {}
    for number, sku in enumerate(SKUS):
        own = {}
        for rule in lists:
            if rule.tier and draw(st.booleans()):
                continue
            first = draw(prices)
            later = [Tier(D(q), first * draw(st.sampled_from([D("0.9"), D("0.5"), D(1)]))) for q in (10, 100)]
            own[rule.code] = (Tier(D(1), first), *later)
        offers[sku] = Offer(sku, UUID(int=number), draw(st.sampled_from(["standard", "reduced"])), own)
    taxes = (
        TaxRule("standard", "CN", "", draw(st.decimals(0, 1, places=4))),
        TaxRule("reduced", "", "", D("0.09")),
    )
    shipping = tuple(ShippingRule(c, c, c, c, "", "", draw(prices), None, "standard") for c in CURRENCIES)
    return Book(Rules(tuple(lists), taxes, shipping, draw(st.sampled_from(["line", "total"]))), offers)


@st.composite
def baskets(draw: st.DrawFn) -> Basket:
    count = draw(st.integers(1, 8))
    discounts = st.none() | percents.map(lambda p: Discount("percent", p, "why"))
    lines = tuple(
        BasketLine(
            draw(st.sampled_from(SKUS)),
            draw(quantities),
            draw(st.none() | prices),
            "reason",
            draw(discounts),
        )
        for _ in range(count)
    )
    return Basket(
        draw(st.sampled_from(CURRENCIES)),
        lines,
        draw(discounts),
        draw(st.sampled_from(["CN", "DE", ""])),
        "",
        draw(st.none() | prices),
    )


facts = st.builds(Facts, tier=st.none() | st.just("vip"), tax_exempt=st.booleans())


@settings(max_examples=150, deadline=None)
@given(baskets(), books(), facts)
def test_the_parts_sum_to_the_whole(basket: Basket, book: Book, known: Facts) -> None:
    result = price(basket, book, known, NOW)
    minor = step(basket.currency)
    assert result.total == result.items_total + result.shipping_total + result.tax_total
    assert result.items_total == sum(line.net for line in result.lines)
    assert result.tax_total == sum(line.tax for line in result.lines) + result.shipping_tax
    for line in result.lines:
        given_away = sum(a.amount for a in line.adjustments)
        assert (line.total if result.tax_inclusive else line.net) == line.gross + given_away
    for amount in (result.total, result.items_total, result.tax_total, *(line.net for line in result.lines)):
        assert amount % minor == 0


@settings(max_examples=150, deadline=None)
@given(baskets(), books(), facts)
def test_nothing_is_negative(basket: Basket, book: Book, known: Facts) -> None:
    result = price(basket, book, known, NOW)
    assert (
        min(result.total, result.items_total, result.tax_total, result.shipping_total, result.discount_total)
        >= 0
    )
    assert all(line.net >= 0 and line.tax >= 0 for line in result.lines)


@settings(max_examples=100, deadline=None)
@given(baskets(), books(), facts, st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter_to_goods(
    basket: Basket, book: Book, known: Facts, rng: object
) -> None:
    lines = list(basket.lines)
    rng.shuffle(lines)  # type: ignore[attr-defined]
    one, other = price(basket, book, known, NOW), price(replace(basket, lines=tuple(lines)), book, known, NOW)
    assert sum(line.gross for line in one.lines) == sum(line.gross for line in other.lines)
    assert one.discount_total == other.discount_total
    # Shares of an order's discount follow the lines; with another order the odd cents fall on others, and so may tax.
    cents = step(basket.currency) * len(lines)
    assert abs(one.total - other.total) <= cents


@settings(max_examples=100, deadline=None)
@given(baskets(), books(), facts)
def test_stored_inputs_price_again_to_the_same(basket: Basket, book: Book, known: Facts) -> None:
    stored = price(basket, book, known, NOW)
    again, facts_again = basket_from(basket_document(basket, known))
    rules = rules_from(rules_document(book.rules))
    offers = {
        sku: offer_from(sku, offer_document(book.offers[sku])) for sku in {line.sku for line in basket.lines}
    }
    assert digest_of(rules) == digest_of(book.rules)
    assert replay(again, Book(rules, offers), facts_again, NOW, stored)


@settings(max_examples=100, deadline=None)
@given(baskets(), books(), facts, st.data())
def test_a_line_given_back_piece_by_piece_returns_its_total(
    basket: Basket, book: Book, known: Facts, data: st.DataObject
) -> None:
    for line in price(basket, book, known, NOW).lines:
        first = data.draw(st.decimals(0, line.quantity, places=3))
        rest = line.quantity - first
        parts = [reclaim(line, D(0), first, basket.currency), reclaim(line, first, rest, basket.currency)]
        assert sum(parts) == line.total
        assert min(parts) >= 0


@settings(max_examples=100, deadline=None)
@given(books(), quantities, quantities, st.sampled_from(SKUS))
def test_more_of_one_sku_never_costs_less_between_tiers(
    book: Book, one: Decimal, other: Decimal, sku: str
) -> None:
    few, many = sorted((min(one, D("9.999")), min(other, D("9.999"))))
    cost = [
        price(Basket("CNY", (BasketLine(sku, q),)), book, Facts(), NOW).lines[0].gross for q in (few, many)
    ]
    assert cost[0] <= cost[1]


def test_other_rules_have_another_digest() -> None:
    one, other = Rules(tax_rounding="line"), Rules(tax_rounding="total")
    assert digest_of(one) != digest_of(other)
    assert digest_of(one) == digest_of(Rules())
