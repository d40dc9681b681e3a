"""Which orders are best picked together: proposals of waves (pure)."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Ready:
    """A fulfilment that could be picked: by when it leaves, from which day on, and whether it is of one sku alone."""

    key: Hashable
    ship_by: date
    not_before: date | None
    is_single: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """Fulfilments to pick on one round; `why`: overdue, today or ahead, of one sku each (picked in bulk) or mixed."""

    keys: tuple[Hashable, ...]
    ship_by: date
    why: str
    is_single: bool


def propose(ready: Iterable[Ready], today: date, size: int) -> list[Proposal]:
    """Waves of at most `size`, the most pressing first; nothing before its day, of later days only once nothing presses.

    Orders of one sku go together: they are picked in bulk and need no sorting. Deterministic: by day, then as handed in.
    """
    allowed = [one for one in ready if one.not_before is None or one.not_before <= today]
    pressing = [one for one in allowed if one.ship_by <= today]
    ahead = [one for one in allowed if one.ship_by > today]
    chosen = pressing or [one for one in ahead if one.ship_by == min(other.ship_by for other in ahead)]
    proposals = []
    for is_single in (False, True):
        group = sorted((one for one in chosen if one.is_single is is_single), key=lambda one: one.ship_by)
        for start in range(0, len(group), size):
            part = group[start : start + size]
            day = part[0].ship_by
            why = "overdue" if day < today else "today" if day == today else "ahead"
            proposals.append(Proposal(tuple(one.key for one in part), day, why, is_single))
    return sorted(proposals, key=lambda proposal: proposal.ship_by)
