"""Available to promise: how much of a sku may be promised for which day without breaking what is promised already. Pure."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from openoms.domains.inventory.steps import Step

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Dated:
    """A quantity on a day: goods that come, or that somebody wants; `source` names what it is of (a purchase order, a line)."""

    day: date
    quantity: Decimal
    source: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a sku stands. `reserved` is taken from what is on hand; `demands` are those not reserved yet."""

    on_hand: Decimal
    reserved: Decimal = ZERO
    safety: Decimal = ZERO
    incoming: tuple[Dated, ...] = ()
    demands: tuple[Dated, ...] = ()


@dataclass(frozen=True, slots=True)
class Day:
    """A day on which something changes: what comes and is wanted, what is then left, and what may be promised for it."""

    day: date
    incoming: Decimal
    demand: Decimal
    projected: Decimal
    available: Decimal


@dataclass(frozen=True, slots=True)
class Availability:
    """The days from today on, ascending; between them nothing changes. `available` never falls: what is kept for a later
    promise is not available before.
    """

    days: tuple[Day, ...]
    trace: tuple[Step, ...]

    def on(self, day: date) -> Decimal:
        """What may be promised for a day; nothing before today."""
        place = bisect_right(self.days, day, key=lambda one: one.day)
        return self.days[place - 1].available if place else ZERO

    def promise(self, quantity: Decimal) -> date | None:
        """The first day for which so much may be promised, None when goods on their way do not suffice."""
        return next((one.day for one in self.days if one.available >= quantity), None)

    def parts(self, quantity: Decimal) -> tuple[tuple[date, Decimal], ...]:
        """From which day how much of a quantity may be promised, ascending; less in all where it never suffices."""
        found, before = [], ZERO
        for one in self.days:
            upto = min(one.available, quantity)
            if upto > before:
                found.append((one.day, upto - before))
                before = upto
        return tuple(found)

    def why(self, quantity: Decimal) -> Step:
        """The promise of a quantity, explained: from stock, by which arrival, or how much is lacking in the end."""
        day, first, last = self.promise(quantity), self.days[0], self.days[-1]
        if day is None:
            lacking = {"quantity": str(quantity), "lacks": str(quantity - last.available)}
            return Step("never", "", lacking)
        if day == first.day:
            return Step("from_stock", "", {"quantity": str(quantity), "available": str(first.available)})
        data = {"quantity": str(quantity), "day": day.isoformat(), "available": str(self.on(day))}
        return Step("from_incoming", "", data | {"today": str(first.available)})


def availability(position: Position, today: date) -> Availability:
    """What may be promised by day. Goods that were due before today are late, and nothing is promised on them; what was
    wanted before today is still wanted.
    """
    late = [one for one in position.incoming if one.day < today]
    comes = _by_day([one for one in position.incoming if one.day >= today], today)
    wanted = _by_day(position.demands, today)
    left = position.on_hand - position.reserved - position.safety
    rows = []
    for day in sorted({today, *comes, *wanted}):
        left += comes.get(day, ZERO) - wanted.get(day, ZERO)
        rows.append((day, comes.get(day, ZERO), wanted.get(day, ZERO), left))
    days, lowest = [], None
    for day, coming, wants, projected in reversed(rows):
        lowest = projected if lowest is None else min(lowest, projected)
        days.append(Day(day, coming, wants, projected, max(lowest, ZERO)))
    data = {
        "on_hand": str(position.on_hand),
        "reserved": str(position.reserved),
        "safety": str(position.safety),
    }
    trace = [Step("stock", "", data)]
    trace += [
        Step("overdue", one.source, {"day": one.day.isoformat(), "quantity": str(one.quantity)})
        for one in sorted(late, key=lambda one: (one.day, one.source))
    ]
    return Availability(tuple(reversed(days)), tuple(trace))


def together(parts: Sequence[tuple[Availability, Decimal]]) -> Availability:
    """What may be promised of a set that takes so much of each part; sets are whole, `parts` are not empty."""
    days = sorted({one.day for known, _each in parts for one in known.days})
    rows = []
    for day in days:
        sets = min(known.on(day) // each for known, each in parts)
        rows.append(Day(day, ZERO, ZERO, sets, sets))
    return Availability(tuple(rows), ())


def _by_day(rows: Sequence[Dated], today: date) -> dict[date, Decimal]:
    sums: defaultdict[date, Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[max(row.day, today)] += row.quantity
    return dict(sums)
