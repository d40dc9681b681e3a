"""What weighing an order by the approval rules costs: five hundred rules × one order, in one process, median of many.

    python -m bench.approving

Budget: 1 ms. The rules are a large firm's: most speak of amounts, types, customers and discounts that the order does not
have, some match and their steps are merged.
"""

import statistics
import sys
import time
from decimal import Decimal

from bench.stage import say
from openoms.domains.approvals.rulebook import RuleBook
from openoms.domains.approvals.rules import (
    AmountBetween,
    ApprovalRule,
    Condition,
    CustomerIs,
    DiscountFrom,
    MarginBelow,
    Matching,
    OrderFacts,
    OrderIs,
    StepRule,
)

D = Decimal
RULES, LIMIT_MS = 500, 1.0
FACTS = OrderFacts(
    {"CNY": D("48000.00"), "USD": D("6700.00")},
    order_type="wholesale", channel="web", terms="credit", country="CN", region="浙江省",
    goods=(("desks", "furniture"), ("phones", "electronics")), discount_percent=D("12.5"), line_discount_percent=D(20),
    margin_percent=D(18), customer="C1", tier="gold", segments=("vip", "fair"), orders_before=1,
    exposure=D(90000), credit_limit=D(100000),
)  # fmt: skip


def rules(count: int, matching: int) -> tuple[ApprovalRule, ...]:
    """`count` rules of two or three conditions, of which `matching` match."""
    kinds: tuple[tuple[Condition, ...], ...] = (
        (AmountBetween("CNY", D(100_000)), OrderIs(order_types=("strategic",))),
        (OrderIs(order_types=("strategic", "sample"), channels=("web",)), DiscountFrom(D(5))),
        (CustomerIs(customers=("C2", "C3"), tiers=("silver",)), AmountBetween("CNY", D(1))),
        (DiscountFrom(D(30), "line"), MarginBelow(D(10))),
        (OrderIs(categories=("garden",), regions=("CN/上海市",)), AmountBetween("USD", D(10))),
    )
    made = []
    for i in range(count):
        steps = (
            StepRule("Sales", 10, roles=("sales_manager",)),
            StepRule("Second", 20, roles=(f"role{i % 7}",)),
        )
        conditions = (
            (AmountBetween("CNY", D(i)), DiscountFrom(D(1))) if i < matching else kinds[i % len(kinds)]
        )
        made.append(ApprovalRule(f"R{i:04}", conditions, steps, i % 10))
    return tuple(made)


def median_ms(book: RuleBook, times: int = 300) -> float:
    """Median milliseconds of one order, after one to warm."""
    book.required(FACTS)
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        book.required(FACTS)
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def main() -> int:
    """Print the figure beside its limit; 1 where it is over."""
    book = RuleBook.of(rules(RULES, 10), Matching.ALL, {})
    took = median_ms(book)
    asked = len(book.required(FACTS).steps)
    say(f"{RULES} approval rules × one order, 10 match, {asked} steps: {took:.2f} ms (limit {LIMIT_MS:.2f})")
    return int(took > LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
