"""Dealing the lines of one sku out over warehouses: whole lines first, the rest in as few pieces as possible. Pure.

The most lines that can come whole are always some of the smallest: were a larger one whole in their place, the smaller would
fit where it lies. So the k smallest are packed, for the largest k that goes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from openoms.domains.inventory.covering import Together, bits
from openoms.domains.inventory.sites import DemandLine

ZERO = Decimal(0)
PACKING_LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class Piece:
    """So much of a line from one site (by its number)."""

    line: DemandLine
    site: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Group:
    """All lines that want one sku, the smallest first, and what each site has of it (by number, none below nought).

    `by_liking`: what nobody has whole comes from the best liked sites first, not from those that have most.
    """

    lines: tuple[DemandLine, ...]
    gives: tuple[Decimal, ...]
    may_split: bool
    by_liking: bool = False

    def needs(self) -> tuple[list[int], list[Together]]:
        """What a set of sites must hold so that as much is served, in as many whole lines, as by all sites at once."""
        holders = sum(1 << i for i, has in enumerate(self.gives) if has)
        if not holders:
            return [], []
        if len(self.lines) == 1:
            return self._needs_of_one(self.lines[0].quantity, holders)
        full = self._rate(holders)
        # Alone each may be enough: then the search need not ask about sets.
        if all(self._rate(1 << site) == full for site in bits(holders)):
            return [holders], []
        packed = self._pack({site: self.gives[site] for site in bits(holders)})
        quantities = [line.quantity for line in self.lines][: len(packed)]
        known: dict[int, bool] = {}

        def fits(mask: int) -> bool:
            mask &= holders
            if mask not in known:
                left = {site: self.gives[site] for site in bits(mask)}
                fit = not packed or bool(_packed(quantities, left))
                known[mask] = fit and (self.may_split or self._rate(mask) >= full)
            return known[mask]

        return [], [self._together(full[0], fits)]

    def _together(self, wanted: Decimal, fits: Callable[[int], bool] | None = None) -> Together:
        """A need of so much in all, in the smallest unit that its quantities have."""
        finest = min(int(one.as_tuple().exponent) for one in (wanted, *self.gives))
        return Together(
            tuple(int(one.scaleb(-finest)) for one in self.gives), int(wanted.scaleb(-finest)), fits
        )

    def _needs_of_one(self, quantity: Decimal, holders: int) -> tuple[list[int], list[Together]]:
        gives = self.gives
        whole = sum(1 << i for i, has in enumerate(gives) if has >= quantity)
        if whole:
            return [whole], []
        if not self.may_split:
            most = max(gives)
            return [sum(1 << i for i, has in enumerate(gives) if has == most)], []
        if sum(gives) <= quantity:
            return [1 << site for site in bits(holders)], []
        return [], [self._together(quantity)]

    def _rate(self, mask: int) -> tuple[Decimal, int]:
        """How much is served from these sites, and how many lines whole."""
        pieces = self.deal(mask)
        wholes = {(piece.line.key, piece.quantity) for piece in pieces}
        return sum((piece.quantity for piece in pieces), ZERO), sum(
            (line.key, line.quantity) in wholes for line in self.lines
        )

    def deal(self, mask: int) -> list[Piece]:
        """The pieces, line by line, from the sites of `mask`; a lower number is liked better."""
        left = {site: self.gives[site] for site in bits(mask) if self.gives[site]}
        pieces: list[Piece] = []
        packed = self._pack(left)
        for line, site in zip(self.lines, packed, strict=False):
            pieces.append(Piece(line, site, line.quantity))
            left[site] -= line.quantity
        for line in sorted(self.lines[len(packed) :], key=lambda one: one.key):
            pieces += self._in_pieces(line, left)
        return pieces

    def _in_pieces(self, line: DemandLine, left: dict[int, Decimal]) -> list[Piece]:
        """A line that nobody has whole: from whoever has most, or is liked best, first; from one alone when it may not be split."""
        pieces, wanted = [], line.quantity
        by_most = sorted((site for site in left if left[site]), key=lambda site: (-left[site], site))
        in_turn = sorted(by_most) if self.by_liking else by_most
        for site in in_turn if self.may_split else by_most[:1]:
            taken = min(wanted, left[site])
            pieces.append(Piece(line, site, taken))
            left[site] -= taken
            wanted -= taken
            if not wanted:
                break
        return pieces

    def _pack(self, left: dict[int, Decimal]) -> list[int]:
        """The sites that give the smallest lines whole, one for each, as many as can be."""
        if len(self.lines) == 1:
            wanted = self.lines[0].quantity
            return next(([site] for site, has in left.items() if has >= wanted), [])
        quantities = [line.quantity for line in self.lines]
        for count in range(len(quantities), 0, -1):
            if sum(quantities[:count]) > sum(left.values()):
                continue
            if found := _packed(quantities[:count], left):
                return found
        return []


def _packed(quantities: Sequence[Decimal], left: dict[int, Decimal]) -> list[int]:
    """A site for each of the ascending quantities so that none gives more than it has; empty when none is found."""
    room = dict(left)
    chosen = [-1] * len(quantities)
    tries = 0

    def place(turn: int) -> bool:
        """Quantity number `turn` and all below it, the largest first."""
        nonlocal tries
        tries += 1
        if turn < 0:
            return True
        seen: set[Decimal] = set()
        for site, has in list(room.items()):
            if has < quantities[turn] or has in seen or tries > PACKING_LIMIT:
                continue
            seen.add(has)
            room[site] = has - quantities[turn]
            chosen[turn] = site
            if place(turn - 1):
                return True
            room[site] = has
        return False

    return chosen if place(len(quantities) - 1) else []
