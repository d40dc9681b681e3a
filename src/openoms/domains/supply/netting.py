"""What must be made or bought, and when: demands against stock and what comes, level by level through bills of materials. Pure.

Each sku is netted day by day. A day's shortage is met by goods on their way where these come before anything ordered now
could, else by a proposal: its scrap added, rounded up to lots, at least the minimum, due when it is wanted or, when that is too
soon, after its lead time from today. What is proposed to be made needs its parts when work on it starts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from openoms.domains.inventory.steps import Step
from openoms.domains.supply.precedence import in_turn

ZERO, HUNDRED = Decimal(0), Decimal(100)
MICRO = Decimal("0.000001")
SAFETY = "safety"


@dataclass(frozen=True, slots=True)
class Demand:
    """So much of a sku wanted on a day; `key` names what wants it."""

    key: str
    sku: str
    day: date
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Arrival:
    """Goods on their way: of an open purchase or production order (`source`)."""

    day: date
    quantity: Decimal
    source: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A component: how much of it one of the parent needs."""

    sku: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Item:
    """How a sku is supplied. `on_hand` is free of reservations; quantities ordered are multiples of `lot`, at least `minimum`;
    `lead_days` are calendar days; `scrap_percent` (below 100) of what is begun or bought is no good. Bought items have no parts.
    """

    sku: str
    is_made: bool = False
    on_hand: Decimal = ZERO
    safety: Decimal = ZERO
    arrivals: tuple[Arrival, ...] = ()
    lot: Decimal = Decimal(1)
    minimum: Decimal = ZERO
    lead_days: int = 0
    scrap_percent: Decimal = ZERO
    parts: tuple[Part, ...] = ()

    def begun_for(self, good: Decimal) -> Decimal:
        """How much to begin or order so that `good` come out of it."""
        begun = max(good / (1 - self.scrap_percent / HUNDRED), self.minimum)
        if self.lot > 0:
            return (begun / self.lot).to_integral_value(ROUND_CEILING) * self.lot
        return begun.quantize(MICRO, ROUND_CEILING)

    def good_of(self, begun: Decimal) -> Decimal:
        """How much of what is begun is good."""
        return (begun * (1 - self.scrap_percent / HUNDRED)).quantize(MICRO, ROUND_FLOOR)


@dataclass(frozen=True, slots=True)
class Proposal:
    """An order to be made or bought: `quantity` to begin, of which `good` come out, started and due on days, wanted on one.

    `needs` says how much of it is for which demand, parent proposal or the safety stock; `demands` are the demands at the
    root of all these. What lots and minimum add is for nobody. `late_days` is how long after it is wanted it is due.
    """

    key: str
    sku: str
    is_made: bool
    quantity: Decimal
    good: Decimal
    start: date
    due: date
    wanted: date
    needs: tuple[tuple[str, Decimal], ...]
    demands: tuple[str, ...]

    @property
    def late_days(self) -> int:
        """Calendar days, 0 when it is in time."""
        return (self.due - self.wanted).days


@dataclass(frozen=True, slots=True)
class Netted:
    """The proposals, finished goods before their parts, each sku's by day; and why."""

    proposals: tuple[Proposal, ...]
    trace: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Need:
    key: str
    day: date
    quantity: Decimal
    roots: tuple[str, ...]


def net(demands: Sequence[Demand], items: Iterable[Item], today: date) -> Netted:
    """What to make and buy. A sku that no item describes is bought without delay or lots.

    Raises Circular, the circle named, where a sku is a part of itself, ValueError for a quantity not above nought. Neither the order of demands nor of items matters.
    """
    known = {item.sku: item for item in items}
    for sku in {d.sku for d in demands} | {
        p.sku for item in known.values() if item.is_made for p in item.parts
    }:
        known.setdefault(sku, Item(sku))
    wanted: defaultdict[str, list[_Need]] = defaultdict(list)
    for demand in demands:
        if demand.quantity <= 0:
            raise ValueError(f"{demand.key}: the quantity must be above nought")
        wanted[demand.sku].append(_Need(demand.key, demand.day, demand.quantity, (demand.key,)))
    proposals: list[Proposal] = []
    trace: list[Step] = []
    for sku in _parents_first(known):
        desk = _Desk(known[sku], today, trace)
        made = desk.net(sorted(wanted[sku], key=lambda need: (need.day, need.key, need.quantity)))
        proposals += made
        for one in made if known[sku].is_made else ():
            for part in known[sku].parts:
                need = _Need(one.key, one.start, one.quantity * part.quantity, one.demands)
                wanted[part.sku].append(need)
    return Netted(tuple(proposals), tuple(trace))


def _parents_first(known: Mapping[str, Item]) -> list[str]:
    """Every sku after all that it is a part of."""
    parents: dict[str, list[str]] = {sku: [] for sku in known}
    for sku, item in known.items():
        for part in item.parts if item.is_made else ():
            parents[part.sku].append(sku)
    return in_turn(parents, lambda sku: sku)


@dataclass(slots=True)
class _Desk:
    """One sku: what is free above its safety stock, day by day."""

    item: Item
    today: date
    trace: list[Step]
    free: Decimal = ZERO
    coming: list[Arrival] = field(default_factory=list)
    made: list[Proposal] = field(default_factory=list)

    def net(self, needs: Sequence[_Need]) -> list[Proposal]:
        """The proposals that meet its needs (ascending by day) and its safety stock."""
        self.free = self.item.on_hand - self.item.safety
        # What is late is expected any day: to order it again would be to have it twice.
        self.coming = sorted(
            (replace(one, day=max(one.day, self.today)) for one in self.item.arrivals),
            key=lambda one: (one.day, one.source, one.quantity),
            reverse=True,
        )
        by_day: defaultdict[date, list[_Need]] = defaultdict(list)
        for need in needs:
            by_day[max(need.day, self.today)].append(need)
        for day in sorted({self.today, *by_day}):
            self._receive(day)
            short = []
            if self.free < 0:
                short.append(_Need(SAFETY, day, -self.free, ()))
                self.free = ZERO
            short += [
                _Need(n.key, n.day, lack, n.roots) for n in by_day[day] if (lack := self._take(n.quantity))
            ]
            if short:
                self._meet(day, short)
        return self.made

    def _receive(self, day: date) -> None:
        while self.coming and self.coming[-1].day <= day:
            self.free += self.coming.pop().quantity

    def _take(self, quantity: Decimal) -> Decimal:
        """How much of a need is not there."""
        taken = min(self.free, quantity)
        self.free -= taken
        return quantity - taken

    def _meet(self, day: date, short: list[_Need]) -> None:
        """Meet a day's shortage by what comes before anything ordered now could, then by a proposal."""
        soonest = self.today + timedelta(days=self.item.lead_days)
        while self.coming and self.coming[-1].day <= soonest and short:
            arrival = self.coming.pop()
            self.free += arrival.quantity
            data = {"source": arrival.source, "day": arrival.day.isoformat(), "wanted": day.isoformat()}
            self.trace.append(Step("waits_for_arrival", self.item.sku, data))
            short = [replace(n, quantity=lack) for n in short if (lack := self._take(n.quantity))]
        if short:
            self._propose(max(day, soonest), short)

    def _propose(self, due: date, short: Sequence[_Need]) -> None:
        """A proposal for what is short, or more of the one that is due on that day already."""
        before = self.made.pop() if self.made and self.made[-1].due == due else None
        lacking = sum((need.quantity for need in short), ZERO)
        # All of an earlier one is used when something is short again.
        used = before.good if before else ZERO
        begun = self.item.begun_for(used + lacking)
        good = self.item.good_of(begun)
        if good < used + lacking:
            begun = self.item.begun_for(used + lacking + MICRO)
            good = self.item.good_of(begun)
        self.free = good - used - lacking
        made = Proposal(
            before.key if before else f"{self.item.sku}#{len(self.made) + 1}",
            self.item.sku,
            self.item.is_made,
            begun,
            good,
            due - timedelta(days=self.item.lead_days),
            due,
            before.wanted if before else min(need.day for need in short),
            (*(before.needs if before else ()), *((need.key, need.quantity) for need in short)),
            tuple(sorted({*(before.demands if before else ()), *(r for need in short for r in need.roots)})),
        )
        self.made.append(made)
        self.trace.append(self._told(made, lacking))

    def _told(self, made: Proposal, lacking: Decimal) -> Step:
        data: dict[str, Any] = {"sku": made.sku, "quantity": str(made.quantity), "lacks": str(lacking)}
        data |= {
            "due": made.due.isoformat(),
            "late_days": made.late_days,
            "for": [key for key, _ in made.needs],
        }
        return Step("make" if made.is_made else "buy", made.key, data)
