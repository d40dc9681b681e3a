"""Which units form sets and which of them are rewarded: counting only, in runs of equal units. Pure.

A cart of ten thousand pieces is a few runs, so that the cost grows with its lines, not with its pieces.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from openoms.domains.pricing.promotions import Units


@dataclass(frozen=True, slots=True)
class Run:
    """`count` units alike, at `price` each, of one `key` (product or sku).

    `at` is their place in the basket, `line` the line they are of; `turn` orders those of one price.
    """

    at: int
    line: int
    key: str
    price: Decimal
    count: int
    turn: int = 0

    def part(self, count: int) -> "Run":
        """So many of it."""
        return (
            self if count == self.count else Run(self.at, self.line, self.key, self.price, count, self.turn)
        )


@dataclass(frozen=True, slots=True)
class Taken:
    """What was chosen: units `rewarded` and all those `used` (the rewarded included), and how many full sets there are."""

    rewarded: tuple[Run, ...] = ()
    used: tuple[Run, ...] = ()
    sets: int = 0


def form_sets(runs: Sequence[Run], units: Units) -> Taken:
    """The sets that the runs form under `units`, and the units rewarded of them.

    Where sets are limited and all `same`, the keys whose units are picked first form theirs first.
    """
    left = _most_sets(units)
    taken: list[Taken] = []
    if units.mode == "distinct":
        taken = [_distinct(_by_key(runs), units, left)]
    else:
        pools = [list(runs)] if units.mode == "any" else _by_key(_ordered(runs, units.pick))
        for pool in pools:
            taken.append(_pooled(pool, units, left))
            left = None if left is None else left - taken[-1].sets
    kept = _capped([run for one in taken for run in one.rewarded], units)
    return Taken(
        tuple(kept),
        tuple(run for one in taken for run in _spent(one, kept, units)),
        sum(one.sets for one in taken),
    )


def _by_key(runs: Iterable[Run]) -> list[list[Run]]:
    """The runs of each key, in the order in which keys first come."""
    by_key: dict[str, list[Run]] = defaultdict(list)
    for run in runs:
        by_key[run.key].append(run)
    return list(by_key.values())


def _most_sets(units: Units) -> int | None:
    """How many sets can be rewarded at all; None is any number."""
    if not units.rewarded:
        return None
    limits = [units.most_sets] if units.most_sets else []
    limits += [-(-units.most // units.rewarded)] if units.most else []
    return min(limits, default=None)


def _spent(one: Taken, kept: Sequence[Run], units: Units) -> list[Run]:
    """The units that the rewarded ones took to earn: what a cap left unrewarded earned nothing and is not used."""
    rewarded: dict[int, int] = defaultdict(int)
    own = {run.at for run in one.used}
    for run in kept:
        if run.at in own:
            rewarded[run.at] += run.count
    whole = sum(rewarded.values()) == sum(run.count for run in one.rewarded)
    if whole or units.worth is not None or units.mode == "distinct":
        return list(one.used)
    sets = -(-sum(rewarded.values()) // units.rewarded) if units.rewarded else 1
    needed = sets * units.size
    used = [run.part(rewarded[run.at]) for run in one.used if rewarded[run.at]]
    others = [run.part(run.count - rewarded[run.at]) for run in one.used if run.count > rewarded[run.at]]
    return used + _take(others, needed - sum(run.count for run in used))


def earn(bought: Sequence[Run], given: Sequence[Run], units: Units) -> Taken:
    """What buying earns: `given` units for those `bought`; a unit that lies in both serves one end only.

    Units that cannot be given qualify first, then the dearest; as many are given as can be.
    """
    rule = units.bought
    assert rule is not None, "earned by what was bought"
    both = {run.at for run in bought} & {run.at for run in given}
    only = sum(run.count for run in bought if run.at not in both)
    shared = sum(run.count for run in bought if run.at in both)
    free = sum(run.count for run in given if run.at not in both)
    times = (only + shared) // rule.quantity
    if units.most_sets:
        times = min(times, units.most_sets)
    if units.most:
        times = min(times, -(-units.most // rule.get))
    times, count = _most_earned(times, rule.quantity, rule.get, only, shared, free)
    if not count:
        return Taken()
    order = sorted(bought, key=lambda run: (run.at in both, -run.price, run.turn))
    qualified = _take(order, times * rule.quantity)
    spent = {run.at: run.count for run in qualified}
    left = [run.part(run.count - spent.get(run.at, 0)) for run in given if run.count > spent.get(run.at, 0)]
    rewarded = _capped(_take(_ordered(left, units.pick), count), units)
    times = -(-sum(run.count for run in rewarded) // rule.get)
    return Taken(tuple(rewarded), (*_take(order, times * rule.quantity), *rewarded), times)


def _most_earned(times: int, quantity: int, get: int, only: int, shared: int, free: int) -> tuple[int, int]:
    """How often to earn for the most units given, and how many: each time takes from what could be given itself."""

    def given(t: int) -> int:
        return min(t * get, free + shared - max(0, t * quantity - only))

    low, high = 0, times
    while low < high:
        middle = (low + high + 1) // 2
        if middle * get <= free + shared - max(0, middle * quantity - only):
            low = middle
        else:
            high = middle - 1
    # Past `low` one more time may still give a part of its units.
    best = max((t for t in (low, min(low + 1, times))), key=given)
    return (best, given(best)) if given(best) > 0 else (0, 0)


def _pooled(pool: Sequence[Run], units: Units, most: int | None) -> Taken:
    """Sets of any units of one pool, at `most` so many."""
    count = sum(run.count for run in pool)
    sets = count // units.size if units.size else 1
    sets = sets if most is None else min(sets, most)
    if not sets or not count or not _is_worth(pool, units.worth):
        return Taken()
    ordered = _ordered(pool, units.pick)
    if not units.rewarded:
        return Taken(tuple(ordered), tuple(ordered), sets)
    return Taken(tuple(_take(ordered, sets * units.rewarded)), tuple(_take(ordered, sets * units.size)), sets)


def _distinct(pools: Sequence[Sequence[Run]], units: Units, most: int | None) -> Taken:
    """Sets of units that all differ in key: no key gives more units than there are sets."""
    counts = [sum(run.count for run in pool) for pool in pools]
    sets = most_distinct_sets(counts, units.size)
    sets = sets if most is None else min(sets, most)
    if not sets:
        return Taken()
    able = [run for pool in pools for run in _take(_ordered(pool, units.pick), sets)]
    if not _is_worth(able, units.worth):
        return Taken()
    ordered = _ordered(able, units.pick)
    if not units.rewarded:
        return Taken(tuple(ordered), tuple(ordered), sets)
    return Taken(tuple(_take(ordered, sets * units.rewarded)), tuple(_take(ordered, sets * units.size)), sets)


def most_distinct_sets(counts: Sequence[int], size: int) -> int:
    """The most sets of `size` units of different keys that keys of such counts form.

    `g` sets can be formed exactly when Σ min(count, g) ≥ g·size: each key gives each set one unit at most.
    """
    low, high = 0, sum(counts) // max(size, 1)
    while low < high:
        middle = (low + high + 1) // 2
        if sum(min(count, middle) for count in counts) >= middle * size:
            low = middle
        else:
            high = middle - 1
    return low


def _is_worth(runs: Iterable[Run], worth: Decimal | None) -> bool:
    return worth is None or sum((run.price * run.count for run in runs), Decimal(0)) >= worth


def _ordered(runs: Iterable[Run], pick: str) -> list[Run]:
    if pick == "first":
        return sorted(runs, key=lambda run: run.at)
    sign = -1 if pick == "dearest" else 1
    return sorted(runs, key=lambda run: (sign * run.price, run.turn))


def _take(runs: Iterable[Run], count: int) -> list[Run]:
    """The first `count` units of the runs."""
    taken: list[Run] = []
    for run in runs:
        if count <= 0:
            break
        taken.append(run.part(min(run.count, count)))
        count -= run.count
    return taken


def _capped(runs: Sequence[Run], units: Units) -> list[Run]:
    """The rewarded units within the caps, in the order of choice."""
    kept = list(runs)
    if units.most_per_line:
        by_line: dict[int, int] = defaultdict(lambda: units.most_per_line)
        kept = []
        for run in runs:
            part = run.part(min(run.count, by_line[run.line]))
            by_line[run.line] -= part.count
            kept += [part] if part.count else []
    return _take(_ordered(kept, units.pick), units.most) if units.most else kept
