"""What the pricing domain is told: frozen values."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class PriceInput:
    """A unit price on the list with that code, from a quantity on."""

    price_list: str
    unit_price: Decimal
    min_quantity: Decimal = Decimal(1)
