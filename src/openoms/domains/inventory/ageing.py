"""How long goods have lain, first in first out (pure): what is on hand is the last that came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)
# Bounds of the shares told, in days: up to the first, up to the second, …, and beyond the last.
BOUNDS = (30, 90, 180)


@dataclass(frozen=True, slots=True)
class Came:
    """So many came in on a day."""

    day: date
    quantity: Decimal


def layers(came: Iterable[Came], on_hand: Decimal) -> list[Came]:
    """What is on hand by when it came, the newest first; `came` from the newest on. What came before all told is left out."""
    found, left = [], on_hand
    for one in came:
        if left <= 0:
            break
        part = min(one.quantity, left)
        found.append(Came(one.day, part))
        left -= part
    return found


def shares(lying: Sequence[Came], on_hand: Decimal, today: date) -> list[Decimal]:
    """How much lies up to each of BOUNDS days, and longer; what nobody knows the day of lies longest. Sums to what is on hand."""
    found = [ZERO] * (len(BOUNDS) + 1)
    for one in lying:
        days = (today - one.day).days
        found[next((n for n, bound in enumerate(BOUNDS) if days <= bound), len(BOUNDS))] += one.quantity
    found[-1] += on_hand - sum(found, ZERO)
    return found
