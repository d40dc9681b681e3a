"""When what lines wait for is there: by what is made and bought for them, else by how long that usually takes. Pure."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from openoms.domains.supply.replanning import Item
from openoms.domains.supply.states import ExpectedBy

ZERO = Decimal(0)
Key: TypeAlias = Hashable


@dataclass(frozen=True, slots=True)
class Want:
    """What a line lacks. `estimate` is the day its lead time gave before, None where none did."""

    key: Key
    line: Key
    sku: Key
    quantity: Decimal
    needed_by: date | None = None
    priority: int = 0
    estimate: date | None = None

    @property
    def rank(self) -> tuple[date, int, str]:
        """Smaller is served first."""
        return self.needed_by or date.max, -self.priority, str(self.key)


@dataclass(frozen=True, slots=True)
class Source:
    """What is still to come of a document on a day, and of it how much for which line (`pegs`)."""

    document: str
    sku: Key
    quantity: Decimal
    day: date
    pegs: tuple[tuple[Key, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Expected:
    """When a want is there and by what: a document, or a code of ExpectedBy: its lead time, or no source and no day."""

    day: date | None
    source: str


def expect(
    wants: Sequence[Want],
    sources: Sequence[Source],
    lead: Callable[[Any, Decimal], int | None],
    today: date,
) -> dict[Key, Expected]:
    """By the key of each want when the last of it is there.

    What a document is for is served from it first, the earliest need before the later; what it brings beyond goes to who
    still lacks something. The rest takes its lead time (`lead(sku, quantity)`, None: nobody makes or sells it) from
    today; an estimate made before stands until it is over, so that it does not move by a day each day.
    """
    ranked = sorted(wants, key=lambda want: want.rank)
    missing = {want.key: want.quantity for want in ranked}
    found: dict[Key, Expected] = {}
    spare = _by_pegs(ranked, sources, missing, found)
    _from_spare(ranked, spare, missing, found)
    lacking: defaultdict[Key, Decimal] = defaultdict(Decimal)
    for want in ranked:
        lacking[want.sku] += missing[want.key]
    for want in ranked:
        if missing[want.key] > 0:
            days = lead(want.sku, lacking[want.sku])
            found[want.key] = _later(found.get(want.key), _estimated(want, days, today))
    return found


def lead_days(
    sku: Key,
    quantity: Decimal,
    items: Mapping[Any, Item],
    free: Mapping[Any, Decimal],
    above: frozenset[Key] = frozenset(),
) -> int | None:
    """How many days it takes to come by so many of a sku: its own time, and that of what it is made of and is not free.

    None where it, or a part that lacks, is neither made nor bought.
    """
    item = items.get(sku)
    if item is None or sku in above:
        return None
    longest = 0
    for part, each in item.components:
        lacks = each * quantity - free.get(part, ZERO)
        if lacks > 0:
            days = lead_days(part, lacks, items, free, above | {sku})
            if days is None:
                return None
            longest = max(longest, days)
    return item.lead_days + longest


def _by_pegs(
    wants: Sequence[Want], sources: Sequence[Source], missing: dict[Key, Decimal], found: dict[Key, Expected]
) -> list[tuple[Source, Decimal]]:
    """Serve what documents are for; what each brings beyond, the earliest first."""
    spare = []
    for source in sorted(sources, key=lambda one: (one.day, one.document)):
        pegged: defaultdict[Key, Decimal] = defaultdict(Decimal)
        for line, quantity in source.pegs:
            pegged[line] += quantity
        left = source.quantity
        for want in wants:
            if want.sku == source.sku and want.line in pegged:
                left -= _serve(want, source, min(pegged[want.line], left), missing, found)
        if left > 0:
            spare.append((source, left))
    return spare


def _from_spare(
    wants: Sequence[Want],
    spare: Sequence[tuple[Source, Decimal]],
    missing: dict[Key, Decimal],
    found: dict[Key, Expected],
) -> None:
    by_sku: defaultdict[Key, list[Want]] = defaultdict(list)
    for want in wants:
        by_sku[want.sku].append(want)
    for source, beyond in spare:
        left = beyond
        for want in by_sku[source.sku]:
            left -= _serve(want, source, left, missing, found)


def _serve(
    want: Want, source: Source, most: Decimal, missing: dict[Key, Decimal], found: dict[Key, Expected]
) -> Decimal:
    """Let a source serve so much at most; what it serves. The day of the last part is that of the whole."""
    taken = min(most, missing[want.key])
    if taken <= 0:
        return ZERO
    missing[want.key] -= taken
    found[want.key] = _later(found.get(want.key), Expected(source.day, source.document))
    return taken


def _estimated(want: Want, days: int | None, today: date) -> Expected:
    if days is None:
        return Expected(None, ExpectedBy.NO_SOURCE)
    stands = want.estimate is not None and want.estimate >= today
    return Expected(want.estimate if stands else today + timedelta(days=days), ExpectedBy.LEAD_TIME)


def _later(one: Expected | None, other: Expected) -> Expected:
    """The later of two; no day is later than every day, the first of equals stays."""
    if one is None:
        return other
    return other if (other.day or date.max) > (one.day or date.max) else one
