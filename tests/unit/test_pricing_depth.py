"""How deep discounts go and what is earned."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from openoms.domains.pricing.book import (
    Basket,
    BasketLine,
    Book,
    Discount,
    Facts,
    ListRule,
    Offer,
    Rules,
    TaxRule,
    Tier,
)
from openoms.domains.pricing.costs import Cost
from openoms.domains.pricing.engine import price
from openoms.domains.pricing.measures import Depth, depth_of
from openoms.domains.pricing.promotions import Gift, Promotion

D = Decimal
NOW = datetime(2026, 1, 1, tzinfo=UTC)
DAY = date(2026, 1, 1)


def offer(code: str, unit: str, cost: str | None, currency: str = "CNY") -> Offer:
    costs = () if cost is None else (Cost(currency, D(cost), date(2025, 1, 1)),)
    prices = {"retail": (Tier(D(1), D(unit)),)} if unit else {}
    return Offer(code, UUID(int=1), "standard", prices, costs=costs)


OFFERS = {
    "A": offer("A", "113", "50"),
    "B": offer("B", "226", "150"),
    "FREE": offer("FREE", "", "1"),
    "DEAR": offer("DEAR", "100", None),
    "FOREIGN": offer("FOREIGN", "100", "1", "USD"),
}
BOOK = Book(
    Rules((ListRule("retail", "CNY", None, True, 0),), (TaxRule("standard", "CN", "", D("0.13")),)), OFFERS
)


GIVING = replace(BOOK, rules=replace(BOOK.rules, promotions=(Promotion("GIVE", (Gift("B"),)),)))


def depth(*lines: BasketLine, discount: Discount | None = None, book: Book = BOOK) -> Depth:
    return depth_of(price(Basket("CNY", lines, discount, country="CN"), book, Facts(), NOW), DAY)


def test_nothing_is_below_list_without_a_discount() -> None:
    found = depth(BasketLine("A", D(2)))
    assert (found.discount, found.deepest, found.margin) == (0, 0, D("50.00"))


def test_discounts_are_measured_together_and_at_the_deepest_line() -> None:
    found = depth(
        BasketLine("A", D(1), discount=Discount("percent", D(40))),
        BasketLine("B", D(1)),
        discount=Discount("percent", D(10)),
    )
    # 339 at list; 67.80 and 226 less a tenth of 293.80: 264.42 are kept, of A 61.02.
    assert (found.discount, found.deepest) == (D("22.00"), D("46.00"))


def test_the_margin_is_of_net_goods() -> None:
    found = depth(BasketLine("B", D(1), discount=Discount("percent", D(50))))
    # 113 with tax is 100 net; the goods cost 150.
    assert found.margin == D("-50.00")


def test_a_typed_price_is_measured_against_list_and_one_without_list_not_at_all() -> None:
    found = depth(BasketLine("A", D(1), D("56.50"), "agreed"), BasketLine("FREE", D(1), D(7), "new"))
    assert (found.discount, found.typed, found.reckoned) == (D("50.00"), True, False)


def test_a_price_above_list_is_below_nothing() -> None:
    assert depth(BasketLine("A", D(1), D(226), "rush")).discount == D("-100.00")


def test_a_margin_is_not_known_where_a_cost_is_not() -> None:
    assert depth(BasketLine("DEAR", D(1))).margin is None
    assert depth(BasketLine("FOREIGN", D(1))).margin is None
    assert depth(BasketLine("A", D(1), D(0), "gift")).margin is None


def test_a_gift_is_no_discounted_line_and_its_cost_is_in_the_margin() -> None:
    found = depth(BasketLine("A", D(2)), book=GIVING)
    # 200 net; the goods cost 100, the gift 150.
    assert (found.discount, found.deepest, found.margin) == (0, 0, D("-25.00"))


@given(st.decimals(0, 100, places=2), st.integers(1, 50))
def test_gifts_never_change_how_deep_discounts_go(percent: Decimal, quantity: int) -> None:
    line = BasketLine("A", D(quantity), discount=Discount("percent", percent))
    alone, given_more = depth(line), depth(line, book=GIVING)
    assert (given_more.discount, given_more.deepest) == (alone.discount, alone.deepest)


@given(st.decimals(0, 100, places=2), st.decimals(0, 100, places=2))
def test_a_deeper_discount_is_never_measured_less(one: Decimal, other: Decimal) -> None:
    small, large = (
        depth(BasketLine("A", D(3)), discount=Discount("percent", percent))
        for percent in sorted((one, other))
    )
    assert small.discount <= large.discount
    assert small.margin is None or large.margin is None or small.margin >= large.margin
