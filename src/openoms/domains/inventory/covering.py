"""The cheapest set of warehouses that meets every need, exactly: weighted set cover by branch and bound. Pure.

Sites are numbered by ascending weight and sets of them are bit masks, so that the lightest of a set is its lowest bit. A node
branches on the need with the fewest sites left: the i-th branch takes the i-th of them and gives up those before it, so
that no set is looked at twice. What a node must still weigh at least is bounded by needs that share no site, and by how many
needs the best site meets. A search that takes too long ends with the best found, never worse than the greedy one it began with.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

# Enough for thirty sites and twenty lines many times over; an end for stock made to be hard.
NODE_LIMIT = 3_000


@dataclass(frozen=True, slots=True)
class Together:
    """A need that several sites meet jointly: what they give (by number, whole units) must sum to `wanted`, and `fits(mask)`
    must say yes; more sites never make it say no.
    """

    gives: tuple[int, ...]
    wanted: int
    fits: Callable[[int], bool] | None = None

    @property
    def sites(self) -> int:
        """Those that give anything."""
        return sum(1 << i for i, given in enumerate(self.gives) if given)

    def is_met(self, mask: int) -> bool:
        """Whether these sites meet it."""
        given = sum(self.gives[site] for site in bits(mask))
        return given >= self.wanted and (self.fits is None or self.fits(mask))


@dataclass(frozen=True, slots=True)
class Cover:
    """The chosen sites as a mask; `proven` when nothing lighter exists, `nodes` is how many were looked at."""

    mask: int
    proven: bool
    nodes: int


def bits(mask: int) -> list[int]:
    """The numbers of the bits that are set, ascending."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found


def cheapest_cover(
    weights: Sequence[int], any_of: Sequence[int], together: Sequence[Together], node_limit: int = NODE_LIMIT
) -> Cover:
    """The lightest set that has a site of each mask of `any_of` and meets all of `together`.

    `weights` ascend and are above nought. All sites at once must meet all needs.
    """
    search = _Search(weights, any_of, together, node_limit)
    return search.run()


class _Search:
    """One search: the needs, the best found, and how many nodes are left."""

    def __init__(
        self, weights: Sequence[int], any_of: Sequence[int], together: Sequence[Together], node_limit: int
    ) -> None:
        self.weights = weights
        self.together = [(need, need.sites) for need in together]
        self.needs = _without_implied(any_of)
        self.nodes = 0
        self.node_limit = node_limit
        self.meets = [0] * len(weights)
        for turn, need in enumerate(self.needs):
            for site in bits(need):
                self.meets[site] |= 1 << turn
        self.allowed = self._worth_having()
        self.best_mask = 0
        self.best_weight = 0

    def run(self) -> Cover:
        """Greedy first, then whatever is lighter."""
        self.best_mask = self._greedy()
        self.best_weight = self._weigh(self.best_mask)
        self._look(0, 0, (1 << len(self.needs)) - 1, self.allowed)
        return Cover(self.best_mask, self.nodes <= self.node_limit, self.nodes)

    def _weigh(self, mask: int) -> int:
        return sum(self.weights[site] for site in bits(mask))

    def _worth_having(self) -> int:
        """All sites but those for which a lighter one meets all that they do."""
        joint = 0
        for _, sites in self.together:
            joint |= sites
        kept: list[int] = []
        allowed = 0
        for site, met in enumerate(self.meets):
            is_joint = joint >> site & 1
            if not is_joint and (not met or any(met | self.meets[k] == self.meets[k] for k in kept)):
                continue
            kept.append(site)
            allowed |= 1 << site
        return allowed

    def _greedy(self) -> int:
        """A set that meets all: the most needs for the weight each time, then without those it can spare."""
        mask, unmet, rest = 0, (1 << len(self.needs)) - 1, bits(self.allowed)
        while unmet:
            site = min(rest, key=lambda s: (-(self.meets[s] & unmet).bit_count(), self.weights[s]))
            mask |= 1 << site
            unmet &= ~self.meets[site]
            rest.remove(site)
        for need, sites in self.together:
            for site in sorted(bits(sites & ~mask), key=lambda s: (-need.gives[s], s)):
                if need.is_met(mask):
                    break
                mask |= 1 << site
        for site in reversed(bits(mask)):
            if self._suffices(mask & ~(1 << site)):
                mask &= ~(1 << site)
        return mask

    def _suffices(self, mask: int) -> bool:
        return all(need & mask for need in self.needs) and all(need.is_met(mask) for need, _ in self.together)

    def _look(self, mask: int, weight: int, unmet: int, allowed: int) -> None:
        """All sets that hold `mask` and otherwise only `allowed`; `unmet` are needs as bits."""
        self.nodes += 1
        if self.nodes > self.node_limit:
            return
        joint = [(need, sites & allowed) for need, sites in self.together if not need.is_met(mask)]
        if not unmet and not joint:
            if weight < self.best_weight:
                self.best_mask, self.best_weight = mask, weight
            return
        room = self.best_weight - weight
        if joint and self._joint_bound(joint, mask, allowed) >= room:
            return
        candidates = self._pivot(unmet, allowed, room)
        if candidates is None:
            return
        order = bits(candidates)
        if unmet:
            order.sort(key=lambda s: -(self.meets[s] & unmet).bit_count())
        else:
            need, candidates = min(joint, key=lambda one: one[1].bit_count())
            order = sorted(bits(candidates), key=lambda s: -need.gives[s])
        self._branch(mask, weight, unmet, allowed, order)

    def _branch(self, mask: int, weight: int, unmet: int, allowed: int, order: Sequence[int]) -> None:
        for site in order:
            bit = 1 << site
            allowed &= ~bit
            heavier = weight + self.weights[site]
            if heavier < self.best_weight:
                self._look(mask | bit, heavier, unmet & ~self.meets[site], allowed)

    def _joint_bound(self, joint: Sequence[tuple[Together, int]], mask: int, allowed: int) -> int:
        """What the sites that joint needs still want weigh at least; more than any set when they cannot be met."""
        useful = dict.fromkeys(bits(allowed), 0)
        chosen, lacking = bits(mask), 0
        for need, sites in joint:
            short = max(need.wanted - sum(need.gives[site] for site in chosen), 0)
            lacking += short
            for site in bits(sites):
                useful[site] += min(need.gives[site], short)
            if not need.is_met(mask | allowed):
                return self.best_weight
        number = 0
        for most in sorted(useful.values(), reverse=True):
            if lacking <= 0:
                break
            lacking -= most
            number += 1
        return sum(self.weights[site] for site in list(useful)[:number])

    def _pivot(self, unmet: int, allowed: int, room: int) -> int | None:
        """The sites of the need that has the fewest left; None when no set within `room` can meet the rest."""
        weights, masks = self.weights, []
        while unmet:
            low = unmet & -unmet
            left = self.needs[low.bit_length() - 1] & allowed
            if not left:
                return None
            masks.append((left.bit_count(), left))
            unmet ^= low
        if not masks:
            low = allowed & -allowed
            return 0 if low and weights[low.bit_length() - 1] < room else None
        masks.sort()
        bound, used = 0, 0
        for _, left in masks:
            if not left & used:
                used |= left
                bound += weights[(left & -left).bit_length() - 1]
                if bound >= room:
                    return None
        return None if self._count_bound(masks, allowed) >= room else masks[0][1]

    def _count_bound(self, masks: list[tuple[int, int]], allowed: int) -> int:
        """The weight of the lightest sites, as many as are needed at least when each meets as many needs as the best does."""
        counts = dict.fromkeys(bits(allowed), 0)
        for _, left in masks:
            for site in bits(left):
                counts[site] += 1
        tops = sorted(counts.values(), reverse=True)
        lacking, number = len(masks), 0
        while lacking > 0:
            lacking -= tops[number]
            number += 1
        return sum(self.weights[site] for site in list(counts)[:number])


def _without_implied(any_of: Sequence[int]) -> list[int]:
    """The needs, less those met whenever a narrower one is."""
    needs: list[int] = []
    for need in sorted(set(any_of), key=lambda mask: (mask.bit_count(), mask)):
        if not any(narrow & need == narrow for narrow in needs):
            needs.append(need)
    return needs
