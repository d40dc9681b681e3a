"""What comes before what: an order in which everything follows what it needs, or the circle that forbids one. Pure."""

from collections.abc import Callable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import Any

from openoms.domains.supply.errors import Circular


def in_turn(needs: Mapping[str, Sequence[str]], rank: Callable[[str], Any]) -> list[str]:
    """All keys of `needs`, each after those it needs, otherwise by rank; raises Circular. All that is needed must be a key.

    The order of `needs` does not matter where ranks differ.
    """
    left = {key: len(set(wanted)) for key, wanted in needs.items()}
    needed_by: dict[str, list[str]] = {}
    for key, wanted in needs.items():
        for one in set(wanted):
            needed_by.setdefault(one, []).append(key)
    heap = [(rank(key), key) for key, count in left.items() if not count]
    heapify(heap)
    turn = []
    while heap:
        _, key = heappop(heap)
        turn.append(key)
        for other in needed_by.get(key, ()):
            left[other] -= 1
            if not left[other]:
                heappush(heap, (rank(other), other))
    if len(turn) < len(left):
        raise Circular(_cycle(needs, set(left) - set(turn)))
    return turn


def _cycle(needs: Mapping[str, Sequence[str]], stuck: set[str]) -> list[str]:
    """A circle among keys that each need another of them, from its smallest key."""
    path: list[str] = []
    key = min(stuck)
    while key not in path:
        path.append(key)
        key = min(one for one in needs[key] if one in stuck)
    circle = path[path.index(key) :]
    first = circle.index(min(circle))
    circle = circle[first:] + circle[:first]
    return [*circle, circle[0]]
