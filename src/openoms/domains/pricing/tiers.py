"""A sku's prices on one list or under one contract: by quantity and first day; put together and told as plain values. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from openoms.core.errors import InvalidInput
from openoms.core.money import UNIT_PRICE_STEP

LARGEST = Decimal("999999999999")
# Where a price begins: from a quantity on, from a day on (None: always).
Start: TypeAlias = tuple[Decimal, date | None]
# Where each price begins → (unit price, last day).
Tiers: TypeAlias = dict[Start, tuple[Decimal, date | None]]
Loc: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class TierRow:
    """A price of a sku; `unit_price` None takes the one away that begins there."""

    unit_price: Decimal | None
    min_quantity: Decimal = Decimal(1)
    valid_from: date | None = None
    valid_to: date | None = None


def put(tiers: Tiers, row: TierRow, loc: Loc, *, dated: bool = True) -> None:
    """Put a price among the tiers, over the one that begins there. Raises InvalidInput, each part named below `loc`."""
    start = row.min_quantity.quantize(UNIT_PRICE_STEP), row.valid_from
    if row.unit_price is None:
        tiers.pop(start, None)
        return
    if not 0 <= row.unit_price <= LARGEST:
        raise InvalidInput("A unit price lies between 0 and 999,999,999,999.", field=(*loc, "unit_price"))
    if not 0 < row.min_quantity <= LARGEST or not start[0]:
        raise InvalidInput("A minimum quantity is above 0.", field=(*loc, "min_quantity"))
    if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
        raise InvalidInput("The last day of a price comes before its first.", field=(*loc, "valid_to"))
    if not dated and (row.valid_from or row.valid_to):
        raise InvalidInput(
            "Prices of a contract hold as long as it does: give the contract its dates.",
            field=(*loc, "valid_from"),
        )
    tiers[start] = row.unit_price.quantize(UNIT_PRICE_STEP), row.valid_to


def add(tiers: Tiers, row: TierRow, loc: Loc, *, dated: bool = True) -> None:
    """As `put`, but refuse a second price that begins where another one does."""
    if (row.min_quantity.quantize(UNIT_PRICE_STEP), row.valid_from) in tiers:
        raise InvalidInput("Two prices start at one quantity.", field=(*loc, "min_quantity"))
    put(tiers, row, loc, dated=dated)


def spelled(tiers: Mapping[Start, tuple[Decimal, date | None]]) -> list[Any]:
    """The prices as [from quantity, unit price] strings, dated ones with their first and last day, in order."""
    rows = sorted(tiers.items(), key=lambda item: (item[0][0], item[0][1] or date.min))
    return [
        [f"{quantity.normalize():f}", f"{price.normalize():f}", *_days(since, until)]
        for (quantity, since), (price, until) in rows
    ]


def _days(since: date | None, until: date | None) -> list[str]:
    return [day.isoformat() if day else "" for day in (since, until)] if since or until else []
