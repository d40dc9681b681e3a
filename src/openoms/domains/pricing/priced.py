"""A basket's price: what the engine gives back, as frozen values."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from openoms.core.money import ZERO
from openoms.domains.pricing.book import Offer
from openoms.domains.pricing.choices import Chosen
from openoms.domains.pricing.formulas import Measure
from openoms.domains.pricing.steps import TraceStep
from openoms.domains.pricing.unit_price import Component

# The price source of a line that a promotion gives away, also of its row.
GIFT = "gift"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One signed amount in the list's tax basis, and where it comes from: `manual:…`, `promotion:CODE`, `tax:exempt`."""

    source: str
    label: str
    amount: Decimal
    label_zh: str = ""


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line's price. `list_unit_price` is None where only a typed price exists; `net` and `tax` follow discounts.

    `options` are what was chosen of the sku's extras, `components` what a bundle consists of, `measures` what was said of
    goods made to measure; `gift_of` names the promotion that gives it.
    """

    position: int
    offer: Offer
    quantity: Decimal
    list_unit_price: Decimal | None
    unit_price: Decimal
    price_source: str
    price_reason: str
    gross: Decimal
    adjustments: tuple[Adjustment, ...]
    tax_rate: Decimal
    net: Decimal
    tax: Decimal
    options: tuple[Chosen, ...] = ()
    components: tuple[Component, ...] = ()
    gift_of: str = ""
    tax_parts: tuple[tuple[str, Decimal], ...] = ()
    measures: tuple[Measure, ...] = ()

    @property
    def total(self) -> Decimal:
        """What the line costs with its tax."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class PricedDelivery:
    """A shipping fee: `gross` before promotions, `net` and `tax` after."""

    method: str
    gross: Decimal
    adjustments: tuple[Adjustment, ...]
    tax_rate: Decimal
    net: Decimal
    tax: Decimal
    tax_parts: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """What a promotion gave this basket, and by which coupon."""

    code: str
    name: str
    name_zh: str
    amount: Decimal
    coupon: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A promotion or coupon that gave nothing, and why: `reason` is a code of docs/pricing.md, `data` its figures."""

    code: str
    reason: str
    coupon: str = ""
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PricedBasket:
    """A basket's price in one currency; the identity in engine.py's docstring holds exactly.

    `refused` names coupons that gave nothing and gifts that could not be given; of other promotions only when asked.
    """

    currency: str
    tax_inclusive: bool
    lines: tuple[PricedLine, ...]
    adjustments: tuple[Adjustment, ...]
    items_total: Decimal
    discount_total: Decimal
    shipping_total: Decimal
    shipping_tax: Decimal
    tax_total: Decimal
    total: Decimal
    trace: tuple[TraceStep, ...]
    deliveries: tuple[PricedDelivery, ...] = ()
    shipping_discount: Decimal = ZERO
    given: tuple[Given, ...] = ()
    refused: tuple[Refused, ...] = ()
