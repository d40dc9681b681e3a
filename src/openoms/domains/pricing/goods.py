"""Which lines an offer speaks of. Pure."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from openoms.core.shapes import Amount, Flag, Words


class Ware(Protocol):
    """What a line's sku is to an offer: itself, its product, and every category it lies in, the wider ones too."""

    @property
    def sku(self) -> str: ...
    @property
    def product(self) -> str: ...
    @property
    def categories(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Goods:
    """Lines that have one of the skus, products or categories named (none named: all), less the exceptions.

    `price_from` and `price_to` (both included) go by the unit price before promotions. `reduced` also takes lines that
    a sale price already holds for, `agreed` those whose price was typed or contracted.
    """

    skus: tuple[Words, ...] = ()
    products: tuple[Words, ...] = ()
    categories: tuple[Words, ...] = ()
    except_skus: tuple[Words, ...] = ()
    except_categories: tuple[Words, ...] = ()
    price_from: Amount | None = None
    price_to: Amount | None = None
    reduced: Flag = True
    agreed: Flag = False

    @property
    def named(self) -> bool:
        """Whether it speaks of some goods only."""
        return bool(self.skus or self.products or self.categories)

    def names(self, ware: Ware) -> bool:
        """Whether the ware is among those named and no exception."""
        if self.named and not (
            ware.sku in self.skus
            or ware.product in self.products
            or not set(self.categories).isdisjoint(ware.categories)
        ):
            return False
        if ware.sku in self.except_skus:
            return False
        return not self.except_categories or set(self.except_categories).isdisjoint(ware.categories)

    def prices(self, unit_price: Decimal) -> bool:
        """Whether the unit price lies within its bounds."""
        above = self.price_from is None or unit_price >= self.price_from
        return above and (self.price_to is None or unit_price <= self.price_to)


ALL_GOODS = Goods()
