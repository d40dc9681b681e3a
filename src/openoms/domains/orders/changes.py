"""What two contents of an order differ in (pure): for the one who edited an older one, and for the record."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

# A revision's priced inputs keep each line as plain values; these make a line what it is besides its quantity.
_APART = ("unit_price", "price_reason", "discount", "options", "parts", "inputs")


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line that came (`before` None), went (`after` None), has another quantity, or (`reworked`) other particulars."""

    sku: str
    before: Decimal | None
    after: Decimal | None
    reworked: bool = False

    def document(self) -> dict[str, Any]:
        """Itself as JSON values."""
        return {
            "sku": self.sku,
            "before": None if self.before is None else f"{self.before.normalize():f}",
            "after": None if self.after is None else f"{self.after.normalize():f}",
            "reworked": self.reworked,
        }


def line_changes(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> tuple[LineChange, ...]:
    """The difference between two lists of lines as `basket_document` writes them, by sku in order of appearance.

    Lines of one sku are paired in their order; sorting alone is no change.
    """
    old, new = _by_sku(before), _by_sku(after)
    found: list[LineChange] = []
    for sku in dict.fromkeys([*old, *new]):
        pairs = max(len(old[sku]), len(new[sku]))
        for i in range(pairs):
            was = old[sku][i] if i < len(old[sku]) else None
            now = new[sku][i] if i < len(new[sku]) else None
            change = LineChange(sku, _quantity(was), _quantity(now), _particulars(was) != _particulars(now))
            if was is None or now is None:
                found.append(LineChange(sku, change.before, change.after))
            elif change.reworked or change.before != change.after:
                found.append(change)
    return tuple(found)


def _by_sku(lines: Sequence[Mapping[str, Any]]) -> defaultdict[str, list[Mapping[str, Any]]]:
    rows: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for line in lines:
        rows[str(line["sku"])].append(line)
    return rows


def _quantity(line: Mapping[str, Any] | None) -> Decimal | None:
    return None if line is None else Decimal(str(line["quantity"]))


def _particulars(line: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: line[name] for name in _APART if line and line.get(name)}
