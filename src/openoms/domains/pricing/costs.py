"""What a sku costs the firm on a day. Pure; costs are for those who may see them and never enter a price."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one unit costs in a currency from a day on."""

    currency: str
    unit_cost: Decimal
    valid_from: date


def cost_at(costs: Sequence[Cost], currency: str, day: date) -> Cost | None:
    """The cost valid on `day`: in `currency` where there is one, else the latest in another; None when none is known."""
    known = [cost for cost in costs if cost.valid_from <= day]
    return max(
        known, key=lambda cost: (cost.currency == currency, cost.valid_from, cost.currency), default=None
    )


def cost_of_parts(
    parts: Iterable[tuple[Sequence[Cost], Decimal]], currency: str, day: date
) -> tuple[Decimal, str] | None:
    """What one bundle of (costs, quantity) parts costs, and its currency; None where a part's is unknown or in another."""
    total, found = ZERO, ""
    for costs, quantity in parts:
        cost = cost_at(costs, currency, day)
        if cost is None or (found and cost.currency != found):
            return None
        total, found = total + cost.unit_cost * quantity, cost.currency
    return (total, found) if found else None
