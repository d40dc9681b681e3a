"""What a price costs: baskets against active promotions, in one process, medians of many.

    python -m bench.pricing

Budget: ten lines against 200 promotions in 1 ms, 500 lines in 30 ms; and the cost grows no worse than lines × matching
promotions. The promotions are a shop's: most speak of some goods, customers or a coupon, a few of everything.
"""

import statistics
import sys
import time
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from bench.stage import say
from openoms.domains.pricing.book import (
    Basket,
    BasketLine,
    Book,
    Facts,
    ListRule,
    Offer,
    Rules,
    TaxRule,
    Tier,
)
from openoms.domains.pricing.engine import price
from openoms.domains.pricing.goods import Goods
from openoms.domains.pricing.promotions import (
    AmountIs,
    AmountOff,
    Benefit,
    CustomerIs,
    Ladder,
    Percent,
    Promotion,
    QuantityIs,
    Rung,
    Units,
)

D = Decimal
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SKUS, CATEGORIES = 1000, 50


def promotions(count: int, matching: int) -> tuple[Promotion, ...]:
    """`count` active promotions of which about `matching` give something to a basket of everyday goods."""
    made: list[Promotion] = []
    for i in range(count):
        code = f"P{i:04}"
        if i < matching:
            made.append(_giving(code, i))
        elif i % 4 == 0:
            made.append(_on_goods(code, Goods(skus=(f"ELSEWHERE-{i}",))))
        elif i % 4 == 1:
            made.append(_on_goods(code, Goods(categories=(f"other-{i}",))))
        elif i % 4 == 2:
            made.append(
                Promotion(code, (Benefit(Percent(D(5)), "order"),), conditions=(CustomerIs(tiers=("gold",)),))
            )
        else:
            made.append(
                Promotion(
                    code,
                    (Benefit(AmountOff(D(50)), "order"),),
                    conditions=(AmountIs(least=D(1_000_000) + i),),
                )
            )
    return tuple(made)


def _on_goods(code: str, goods: Goods) -> Promotion:
    return Promotion(code, (Benefit(Percent(D(10)), "unit", goods),))


def _giving(code: str, i: int) -> Promotion:
    category = Goods(categories=(f"c{i % CATEGORIES}",))
    kinds = (
        lambda: Promotion(code, (Benefit(Percent(D(3)), "unit", category),)),
        lambda: Promotion(code, (Benefit(Percent(D(100)), "unit", category, Units(size=4, rewarded=1)),)),
        lambda: Promotion(
            code,
            (Benefit(Ladder((Rung(D(100), D(2)), Rung(D(1000), D(4)))), "order"),),
            conditions=(QuantityIs(least=D(2)),),
        ),
    )
    return kinds[i % len(kinds)]()


def basket(lines: int) -> Basket:
    """So many lines of everyday goods, two in three of several pieces."""
    return Basket(
        "CNY", tuple(BasketLine(f"SKU-{i % SKUS}", D(1 + i % 5)) for i in range(lines)), country="CN"
    )


def book(offers: tuple[Promotion, ...]) -> Book:
    """A thousand skus in fifty categories."""
    wares = {
        f"SKU-{i}": Offer(
            f"SKU-{i}", UUID(int=i), "standard", {"retail": (Tier(D(1), D(10) + i),)},
            product=f"product-{i}", categories=(f"c{i % CATEGORIES}", "all"),
        )
        for i in range(SKUS)
    }  # fmt: skip
    rules = Rules(
        (ListRule("retail", "CNY", None, True, 0),),
        (TaxRule("standard", "CN", "", D("0.13")),),
        promotions=offers,
    )
    return Book(rules, wares)


def median_ms(lines: int, count: int, matching: int, times: int) -> float:
    """Median milliseconds of pricing, after one to warm."""
    one, where = basket(lines), book(promotions(count, matching))
    facts = Facts(customer="C1", channel="web", orders_before=3)
    price(one, where, facts, NOW)
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        price(one, where, facts, NOW)
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def main() -> int:
    """Print each figure beside its limit; 1 where one is over."""
    small = median_ms(10, 200, 6, 400)
    bare = median_ms(10, 0, 0, 400)
    large = median_ms(500, 200, 6, 30)
    say(
        f"10 lines, 200 promotions of which 6 match: {small:.2f} ms (limit 1.00; without any promotion {bare:.2f})"
    )
    say(f"500 lines, 200 promotions of which 6 match: {large:.1f} ms (limit 30.0)")
    sizes = [(50, 6), (100, 12), (200, 24)]
    costs = [median_ms(lines, 200, matching, 20) for lines, matching in sizes]
    each = [cost / (lines * matching) for cost, (lines, matching) in zip(costs, sizes, strict=True)]
    for (lines, matching), cost, share in zip(sizes, costs, each, strict=True):
        say(f"{lines} lines × {matching} matching: {cost:.1f} ms, {share * 1000:.2f} µs for each pair")
    say(f"growth of the cost of a pair, largest to smallest size: {each[-1] / each[0]:.2f} (limit 1.3)")
    return int(small > 1 or large > 30 or each[-1] > 1.3 * each[0])


if __name__ == "__main__":
    sys.exit(main())
