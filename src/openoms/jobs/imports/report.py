"""What an import came to: counts, sums in each currency, and whatever a person should look at."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from openoms.core.money import ZERO, step

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to look at: where, of what, and what about it. `amounts` are (in the file, as stored), for roundings."""

    place: str
    key: str
    what: str
    amounts: tuple[Decimal, Decimal] | None = None


@dataclass(slots=True)
class Sums:
    """Amounts of one currency: shipping, the goods as the file has them, and as they are kept."""

    shipping: Decimal = ZERO
    exact: Decimal = ZERO
    stored: Decimal = ZERO
    rounded: int = 0
    largest: Decimal = ZERO
    beyond: int = 0

    def add_line(self, exact: Decimal, stored: Decimal, minor: Decimal) -> bool:
        """Add a line; whether its amount had to be rounded."""
        self.exact += exact
        self.stored += stored
        off = abs(stored - exact)
        self.rounded += off != 0
        self.largest = max(self.largest, off)
        self.beyond += off > minor / 2
        return off != 0


@dataclass(slots=True)
class Report:
    """Counts in the units of `noun` (skus, customers, orders); `rows` and `rejected_rows` are rows of the file.

    Roundings are only listed when `lists_roundings`: there are as many as lines.
    """

    noun: str
    file: str
    lists_roundings: bool = False
    about: str = ""
    dry_run: bool = False
    rows: int = 0
    read: int = 0
    accepted: int = 0
    changed: int = 0
    same: int = 0
    rejected: int = 0
    rejected_rows: int = 0
    repeated: int = 0
    lines: int = 0
    left_lines: int = 0
    sums: dict[str, Sums] = field(default_factory=dict)
    roundings: list[Note] = field(default_factory=list)
    differing: list[Note] = field(default_factory=list)

    def sentences(self) -> Iterator[str]:
        """The report, a line at a time."""
        if self.dry_run:
            yield "Dry run: nothing was written. What follows is what an import would do."
        yield f"{self.file}: {self.rows:,} rows read ({self.about})"
        yield ", ".join(self._counts())
        if self.repeated:
            yield f"{self.repeated:,} rows repeat an earlier one and were counted once"
        if self.noun == "orders":
            yield f"{self.lines:,} lines in these orders"
        if self.left_lines:
            yield f"{self.left_lines:,} lines left out with their rejected orders"
        for currency, sums in sorted(self.sums.items()):
            yield from _sum_sentences(currency, sums)
        if self.differing:
            yield f"{len(self.differing):,} are not as the file says; what is stored was left as it is:"
            yield from (f"  {note.key} ({note.place}): {note.what}" for note in self.differing[:_SHOWN])
            if len(self.differing) > _SHOWN:
                yield f"  and {len(self.differing) - _SHOWN:,} more: all are in the file of --report"

    def _counts(self) -> Iterator[str]:
        yield f"{self.noun}: {self.read:,} read"
        yield f"{self.accepted:,} accepted"
        if self.noun != "orders":
            yield f"{self.changed:,} changed"
        yield f"{self.same:,} already there"
        rows = f" ({self.rejected_rows:,} rows)" if self.rejected_rows != self.rejected else ""
        yield f"{self.rejected:,} rejected{rows}"


def _sum_sentences(currency: str, sums: Sums) -> Iterator[str]:
    minor = step(currency)
    difference = sums.stored - sums.exact
    yield f"{currency} shipping          {_amount(sums.shipping, minor)}"
    yield f"{currency} net, not rounded  {_amount(sums.exact, minor)} (exactly {sums.exact.normalize():,f})"
    yield f"{currency} net, stored       {_amount(sums.stored, minor)}"
    if not difference and not sums.rounded:
        yield f"{currency} difference        0"
        return
    limit = (
        f"at most half of {minor}"
        if not sums.beyond
        else f"{sums.beyond:,} of them more than half of {minor}"
    )
    yield (
        f"{currency} difference        {difference.normalize():,f}: "
        f"{sums.rounded:,} lines rounded to {minor}, {limit} each, the largest by {sums.largest.normalize():f}"
    )


def _amount(amount: Decimal, minor: Decimal) -> str:
    return f"{amount.quantize(minor):,}"
