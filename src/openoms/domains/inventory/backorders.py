"""Who gets the goods that arrive: the earliest promise first, then priority, then who waits longest. Pure.

An order that must ship complete gets goods once all that it waits for is there; what nobody else can use is set aside for it, in
whole lines. A policy may let nobody overtake it: then it keeps whole lines as they come.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from openoms.domains.inventory.steps import Step

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a line of an order still lacks. `priority` 1 goes before 2; `complete`: its order must ship complete."""

    key: str
    order: str
    sku: str
    quantity: Decimal
    since: datetime
    promised: date | None = None
    priority: int = 1
    complete: bool = False

    @property
    def rank(self) -> tuple[date, int, datetime, str]:
        """Smaller is served first; no promise comes after every promise."""
        return self.promised or date.max, self.priority, self.since, self.key


@dataclass(frozen=True, slots=True)
class Given:
    """So much for a line. Why: `whole`, `partly` (there is no more), `set_aside` (its order waits for something else still)."""

    key: str
    order: str
    sku: str
    quantity: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class Shared:
    """What was given, in the order it was given, what is left by sku (only what is above nought), and why."""

    given: tuple[Given, ...]
    left: tuple[tuple[str, Decimal], ...]
    trace: tuple[Step, ...]


def share(arrived: Mapping[str, Decimal], waiting: Sequence[Waiting], *, may_overtake: bool = True) -> Shared:
    """Goods by sku over the lines that wait for them. The order of `waiting` does not matter."""
    desk = _Desk(dict(arrived))
    held = [unit for unit in _units(waiting) if not desk.serve(unit, may_overtake)]
    for unit in held:
        desk.set_aside(unit)
    for unit in held:
        desk.tell_of(unit)
    left = tuple((sku, amount) for sku, amount in sorted(desk.left.items()) if amount > 0)
    desk.trace += [Step("left", sku, {"quantity": str(amount)}) for sku, amount in left]
    return Shared(tuple(desk.given), left, tuple(desk.trace))


def _units(waiting: Sequence[Waiting]) -> list[list[Waiting]]:
    """What is served at once, in turn: a line, or all lines of an order that must ship complete."""
    orders: defaultdict[str, list[Waiting]] = defaultdict(list)
    units = []
    for line in sorted(waiting, key=lambda one: one.rank):
        if not line.complete:
            units.append([line])
            continue
        if line.order not in orders:
            units.append(orders[line.order])
        orders[line.order].append(line)
    return units


class _Desk:
    """What is left while it is given out."""

    def __init__(self, left: dict[str, Decimal]) -> None:
        self.left = left
        self.given: list[Given] = []
        self.trace: list[Step] = []
        self.kept: set[str] = set()

    def serve(self, unit: Sequence[Waiting], may_overtake: bool) -> bool:
        """Give a unit its turn; False when it is to wait for what the others leave."""
        if not unit[0].complete:
            line = unit[0]
            amount = min(self.left.get(line.sku, ZERO), line.quantity)
            if amount > 0:
                self._give(line, amount, "whole" if amount == line.quantity else "partly")
            else:
                self.trace.append(Step("nothing_left", line.key, {"sku": line.sku}))
            return True
        if not self._lacking(unit):
            for line in unit:
                self._give(line, line.quantity, "whole")
            return True
        if not may_overtake:
            self.set_aside(unit)
        return False

    def set_aside(self, unit: Sequence[Waiting]) -> None:
        """Whole lines of an order that cannot leave yet."""
        for line in unit:
            if line.key not in self.kept and self.left.get(line.sku, ZERO) >= line.quantity:
                self._give(line, line.quantity, "set_aside")
                self.kept.add(line.key)

    def tell_of(self, unit: Sequence[Waiting]) -> None:
        """Why the rest of an order that ships complete got nothing."""
        for line in unit:
            if line.key not in self.kept:
                has = self.left.get(line.sku, ZERO)
                self.trace.append(
                    Step("not_whole", line.key, {"sku": line.sku, "lacks": str(line.quantity - has)})
                )

    def _lacking(self, unit: Sequence[Waiting]) -> bool:
        wanted: defaultdict[str, Decimal] = defaultdict(Decimal)
        for line in unit:
            wanted[line.sku] += line.quantity
        return any(self.left.get(sku, ZERO) < amount for sku, amount in wanted.items())

    def _give(self, line: Waiting, amount: Decimal, reason: str) -> None:
        self.left[line.sku] -= amount
        self.given.append(Given(line.key, line.order, line.sku, amount, reason))
        data = {"sku": line.sku, "quantity": str(amount), "of": str(line.quantity)}
        self.trace.append(Step(reason, line.key, data))
