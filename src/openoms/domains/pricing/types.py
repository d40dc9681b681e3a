"""What the pricing domain is told: frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

# The unit price no promotion goes below, by price list; None takes it away.
Floors: TypeAlias = Mapping[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class PriceInput:
    """A unit price on the list (or under the contract) with that code, from a quantity on, on the days between."""

    price_list: str
    unit_price: Decimal
    min_quantity: Decimal = Decimal(1)
    valid_from: date | None = None
    valid_to: date | None = None
