"""What supply must do for demand: which stock and orders cover what, what is to be made or bought, what is too much (pure).

Goods are taken level by level, products before their components, so that what a product no longer needs is not bought
either. Within a sku the earliest need is served first: from stock, then from orders that stand, then by new ones.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from openoms.domains.supply.rules import lot_size

ZERO = Decimal(0)
FAR = date.max
Key: TypeAlias = Hashable


@dataclass(frozen=True, slots=True)
class Need:
    """So many of a sku by a day (None: some time); `source` is the line it is for, None for stock."""

    sku: Key
    quantity: Decimal
    needed_by: date | None = None
    priority: int = 0
    source: Key | None = None


@dataclass(frozen=True, slots=True)
class Supply:
    """An order that stands and what is still to come of it.

    What `follows` demand shrinks and grows with it; of what is `fixed` (begun, sent) only a notice tells.
    """

    key: Key
    sku: Key
    quantity: Decimal
    due: date
    fixed: bool = False
    follows: bool = True
    # (component, how many of it for each unit), as the order itself has them.
    components: tuple[tuple[Key, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """How a sku is come by: made of components or bought; `lead_days` is how long that takes."""

    sku: Key
    is_made: bool
    lead_days: int = 0
    minimum: Decimal = ZERO
    lot: Decimal = ZERO
    components: tuple[tuple[Key, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Peg:
    """That a supply covers so much of what a source needs."""

    source: Key | None
    quantity: Decimal
    needed_by: date | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A new order: so many of a sku by a day, for what."""

    sku: Key
    quantity: Decimal
    due: date
    is_made: bool
    pegs: tuple[Peg, ...]

    @property
    def is_late(self) -> bool:
        """Whether it comes after the first day it is needed."""
        days = [peg.needed_by for peg in self.pegs if peg.needed_by is not None]
        return bool(days) and self.due > min(days)


@dataclass(slots=True)
class Plan:
    """What to do. `changes` are new quantities of unfixed orders (0: drop), `surplus` what fixed ones bring too much.

    `unsourced` are needs of skus that are neither made nor bought.
    """

    pegs: dict[Key, list[Peg]] = field(default_factory=dict)
    proposals: list[Proposal] = field(default_factory=list)
    changes: dict[Key, Decimal] = field(default_factory=dict)
    surplus: dict[Key, Decimal] = field(default_factory=dict)
    unsourced: list[Need] = field(default_factory=list)


def plan(
    needs: Iterable[Need],
    free: Mapping[Any, Decimal],
    supplies: Iterable[Supply],
    items: Mapping[Any, Item],
    today: date,
) -> Plan:
    """The plan for all needs; `free` is what lies unreserved above safety stock, by sku. Deterministic."""
    made = Plan()
    wanted: dict[Key, list[Need]] = {}
    for need in needs:
        wanted.setdefault(need.sku, []).append(need)
    standing: dict[Key, list[Supply]] = {}
    for supply in supplies:
        standing.setdefault(supply.sku, []).append(supply)
    for sku in _levels({*wanted, *standing}, standing, items):
        _plan_sku(sku, wanted, free.get(sku, ZERO), standing.get(sku, ()), items, today, made)
    return made


def _levels(skus: set[Key], standing: Mapping[Key, Sequence[Supply]], items: Mapping[Key, Item]) -> list[Key]:
    """All skus concerned, each after everything it is a component of; a circle is cut where it closes."""
    done: dict[Key, None] = {}
    open_: set[Key] = set()

    def parts(sku: Key) -> list[Key]:
        own = [part for part, _each in items[sku].components] if sku in items else []
        return own + [part for supply in standing.get(sku, ()) for part, _each in supply.components]

    for start in sorted(skus, key=str):
        waiting: list[tuple[Key, bool]] = [(start, False)]
        while waiting:
            sku, is_left = waiting.pop()
            if is_left:
                done[sku] = None
            elif sku not in done and sku not in open_:
                open_.add(sku)
                waiting.append((sku, True))
                waiting.extend((part, False) for part in parts(sku) if part not in open_)
    return list(reversed(done))


def _plan_sku(
    sku: Key,
    wanted: dict[Key, list[Need]],
    stock: Decimal,
    supplies: Sequence[Supply],
    items: Mapping[Key, Item],
    today: date,
    made: Plan,
) -> None:
    needs = sorted(wanted.get(sku, ()), key=lambda n: (n.needed_by or FAR, -n.priority, str(n.source)))
    left = _from_stock(needs, stock)
    ranked = sorted(supplies, key=lambda s: (not s.fixed, not s.follows, s.due, str(s.key)))
    left = _from_supplies(left, ranked, made)
    item = items.get(sku)
    _fit(ranked, item, made)
    new: list[Proposal] = []
    if item is None:
        made.unsourced += left
    else:
        new = _propose(_grow(left, ranked, item, made), item, today)
    made.proposals += new
    _explode(ranked, new, item, wanted, made)


def _from_stock(needs: Sequence[Need], stock: Decimal) -> list[Need]:
    """What stock leaves of the needs."""
    left = []
    for need in needs:
        taken = min(max(stock, ZERO), need.quantity)
        stock -= taken
        if need.quantity > taken:
            left.append(_less(need, taken))
    return left


def _from_supplies(needs: Sequence[Need], supplies: Sequence[Supply], made: Plan) -> list[Need]:
    """What orders that stand leave of the needs; which covers what goes into the plan's pegs."""
    left, rest = [], [(supply, supply.quantity) for supply in supplies if supply.quantity > 0]
    rest.reverse()
    for need in needs:
        missing = need.quantity
        while missing > 0 and rest:
            supply, there = rest.pop()
            taken = min(there, missing)
            missing -= taken
            made.pegs.setdefault(supply.key, []).append(Peg(need.source, taken, need.needed_by))
            if there > taken:
                rest.append((supply, there - taken))
        if missing > 0:
            left.append(_less(need, need.quantity - missing))
    return left


def _fit(supplies: Sequence[Supply], item: Item | None, made: Plan) -> None:
    """Note which orders that follow demand bring more than is needed, lots and minimum allowed for."""
    for supply in supplies:
        if not supply.follows:
            continue
        used = sum((peg.quantity for peg in made.pegs.get(supply.key, ())), ZERO)
        enough = lot_size(used, item.minimum, item.lot) if used > 0 and item else used
        if enough < supply.quantity:
            (made.surplus if supply.fixed else made.changes)[supply.key] = (
                supply.quantity - enough if supply.fixed else enough
            )


def _grow(needs: Sequence[Need], supplies: Sequence[Supply], item: Item, made: Plan) -> list[Need]:
    """Let an unfixed order grow: of bought goods any, of made ones that which works for the same source; what remains."""
    left = []
    # The last in rank grows: what its lot brings beyond the need must not make another one superfluous next time.
    open_ = [s for s in reversed(supplies) if s.follows and not s.fixed and made.changes.get(s.key) != 0]
    for need in needs:
        fitting = (
            supply
            for supply in open_
            if not item.is_made or any(p.source == need.source for p in made.pegs.get(supply.key, ()))
        )
        supply = next(fitting, None)
        if supply is None:
            left.append(need)
            continue
        made.pegs.setdefault(supply.key, []).append(Peg(need.source, need.quantity, need.needed_by))
        used = sum((peg.quantity for peg in made.pegs[supply.key]), ZERO)
        made.changes[supply.key] = lot_size(used, item.minimum, item.lot)
    return left


def _propose(needs: Sequence[Need], item: Item, today: date) -> list[Proposal]:
    """New orders for the needs: made by the day they are needed, bought together."""
    earliest = today + timedelta(days=item.lead_days)
    groups: dict[date | None, list[Need]] = {}
    for need in needs:
        groups.setdefault(need.needed_by if item.is_made else None, []).append(need)
    proposals: list[Proposal] = []
    spare = ZERO
    for group in groups.values():
        quantity = sum((need.quantity for need in group), ZERO)
        days = [need.needed_by for need in group if need.needed_by is not None]
        pegs = tuple(Peg(need.source, need.quantity, need.needed_by) for need in group)
        missing = quantity - spare
        if missing <= 0 and proposals:
            # The lot of the one before holds these too.
            last = proposals[-1]
            proposals[-1] = Proposal(last.sku, last.quantity, last.due, last.is_made, last.pegs + pegs)
            spare = -missing
            continue
        made = lot_size(max(missing, ZERO), item.minimum, item.lot)
        spare = made - missing
        due = max(min(days), earliest) if days else earliest
        proposals.append(Proposal(item.sku, made, due, item.is_made, pegs))
    return proposals


def _explode(
    supplies: Sequence[Supply],
    new: Sequence[Proposal],
    item: Item | None,
    wanted: dict[Key, list[Need]],
    made: Plan,
) -> None:
    """What orders of a sku, old and new, need of its components, each for the source it is made for."""
    for supply in supplies:
        quantity = made.changes.get(supply.key, supply.quantity)
        _want(supply.components, quantity, made.pegs.get(supply.key, ()), supply.due, wanted)
    if item is None or not item.is_made:
        return
    for proposal in new:
        begin = proposal.due - timedelta(days=item.lead_days)
        _want(item.components, proposal.quantity, proposal.pegs, begin, wanted)


def _want(
    components: Sequence[tuple[Key, Decimal]],
    quantity: Decimal,
    pegs: Sequence[Peg],
    day: date,
    wanted: dict[Key, list[Need]],
) -> None:
    rest = quantity
    parts: list[tuple[Key | None, Decimal]] = []
    for peg in pegs:
        share = min(peg.quantity, rest)
        rest -= share
        if share > 0:
            parts.append((peg.source, share))
    if rest > 0:
        parts.append((None, rest))
    for component, each in components:
        for source, share in parts:
            wanted.setdefault(component, []).append(Need(component, share * each, day, 0, source))


def _less(need: Need, taken: Decimal) -> Need:
    return Need(need.sku, need.quantity - taken, need.needed_by, need.priority, need.source)
