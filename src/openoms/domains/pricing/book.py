"""What the engine prices with and what it is asked: frozen values, and their way to JSON and back.

A Book is the rules (lists, taxes, shipping, promotions) beside the offers (each sku's prices). The rules are stored once
for each version, the offers an order used are stored with the order: together they price it again exactly.
docs/adr/0003; the way to JSON and back is documents.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Literal
from uuid import UUID

from openoms.core.money import ZERO
from openoms.domains.pricing.choices import NO_MENU, Menu, Picked
from openoms.domains.pricing.costs import Cost
from openoms.domains.pricing.formulas import Formula
from openoms.domains.pricing.promotion_index import Index
from openoms.domains.pricing.promotions import Promotion


@dataclass(frozen=True, slots=True)
class Tier:
    """A unit price (6 decimals, in the list's currency) from a quantity on, on the days between (both included)."""

    min_quantity: Decimal
    unit_price: Decimal
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """One sku as pricing sees it; `prices` maps a price list's code to its tiers, ascending by quantity.

    A `pack_quantity` of 0 sells any quantity. `active_from` and `active_to` are days (UTC), both included. Names, unit
    and costs never move a price: they are no part of what an offer equals, nor of what is stored with an order.
    `categories` holds the wider ones too; `floors` is the unit price no promotion goes below, by list: what only promotions
    look at is stored with an order where there are some.
    """

    sku: str
    sku_id: UUID
    tax_class: str
    prices: Mapping[str, tuple[Tier, ...]]
    name: str = field(default="", compare=False)
    name_zh: str = field(default="", compare=False)
    unit: str = field(default="piece", compare=False)
    is_service: bool = False
    menu: Menu = NO_MENU
    pack_quantity: Decimal = ZERO
    min_quantity: Decimal = ZERO
    active_from: date | None = None
    active_to: date | None = None
    costs: tuple[Cost, ...] = field(default=(), compare=False)
    product: str = field(default="", compare=False)
    categories: tuple[str, ...] = field(default=(), compare=False)
    floors: Mapping[str, Decimal] = field(default_factory=dict, compare=False)
    formula: Formula | None = None

    def is_on_sale(self, day: date) -> bool:
        """Whether the sku is sold on the day."""
        begun = self.active_from is None or self.active_from <= day
        return begun and (self.active_to is None or day <= self.active_to)


@dataclass(frozen=True, slots=True)
class ListRule:
    """A price list: whose it is (`tier` None is everybody) and whether its prices contain the tax.

    `tiering` "volume" prices every unit at the tier reached, "graduated" each slice at its own.
    """

    code: str
    currency: str
    tier: str | None
    tax_inclusive: bool
    priority: int
    tiering: Literal["volume", "graduated"] = "volume"
    valid_from: date | None = None
    valid_to: date | None = None

    def runs_on(self, day: date) -> bool:
        """Whether it holds on the day."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class TaxRule:
    """A tax rate as a share (0.13); an empty country or region matches any.

    `parts` are the taxes it is the sum of, by name, where it is of several (a federal one and a province's).
    """

    tax_class: str
    country: str
    region: str
    rate: Decimal
    parts: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class ShippingRule:
    """A shipping fee of a delivery method; an empty country or region matches any."""

    code: str
    name: str
    name_zh: str
    currency: str
    country: str
    region: str
    fee: Decimal
    free_from: Decimal | None
    tax_class: str
    method: str = ""


@dataclass(frozen=True)
class Rules:
    """Everything pricing goes by except the skus' own prices. Hashed by content."""

    lists: tuple[ListRule, ...] = ()
    taxes: tuple[TaxRule, ...] = ()
    shipping: tuple[ShippingRule, ...] = ()
    tax_rounding: str = "line"
    # Where an order without an address is taken to go: taxes and fees of home, not of nowhere.
    home_country: str = ""
    promotions: tuple[Promotion, ...] = ()


@dataclass(frozen=True)
class Book:
    """Rules and offers of one configuration version, with what look-ups need worked out once."""

    rules: Rules
    offers: Mapping[str, Offer]
    version: int = 0
    # Whether any customer has contract prices, which are read with the customer.
    contracted: bool = False
    _lists: dict[tuple[str, str | None], tuple[ListRule, ...]] = field(default_factory=dict, compare=False)
    _rates: dict[tuple[str, str, str], TaxRule | None] = field(default_factory=dict, compare=False)

    @cached_property
    def index(self) -> Index:
        """The promotions by what a basket must have for them to matter."""
        return Index(self.rules.promotions)

    def lists_for(self, currency: str, tier: str | None) -> tuple[ListRule, ...]:
        """Lists a customer of `tier` buys from in `currency`: the tier's own first, then by priority, then code."""
        key = (currency, tier)
        found = self._lists.get(key)
        if found is None:
            fitting = [r for r in self.rules.lists if r.currency == currency and r.tier in (None, tier)]
            fitting.sort(key=lambda r: (r.tier is None, -r.priority, r.code))
            found = self._lists[key] = tuple(fitting)
        return found

    def tax_rule(self, tax_class: str, country: str, region: str) -> TaxRule | None:
        """The most particular tax rule of the class at the destination, or None: untaxed."""
        key = (tax_class, country, region)
        if key not in self._rates:
            fitting = [
                r for r in self.rules.taxes if r.tax_class == tax_class and _covers(r, country, region)
            ]
            self._rates[key] = max(fitting, key=_particularity, default=None)
        return self._rates[key]

    def shipping_rule(
        self, currency: str, country: str, region: str, method: str = ""
    ) -> ShippingRule | None:
        """The most particular shipping rule of the method for the destination (the cheaper of two alike), or None.

        No method asked for takes any: the firm's usual one.
        """
        fitting = [
            r
            for r in self.rules.shipping
            if r.currency == currency and method in ("", r.method) and _covers(r, country, region)
        ]
        return max(fitting, key=lambda r: (*_particularity(r), -r.fee, r.code), default=None)


@dataclass(frozen=True, slots=True)
class Discount:
    """A reduction given by hand: `percent` of (value 10 is 10 %) or `amount` off; `label` says why."""

    kind: str
    value: Decimal
    label: str = ""


@dataclass(frozen=True, slots=True)
class BasketLine:
    """What is asked for. `unit_price` set means typed by hand or agreed before, `price_reason` why.

    `options` are the values chosen for each extra, `parts` the skus chosen from each group of a bundle, `inputs` what
    a formula goes by.
    """

    sku: str
    quantity: Decimal
    unit_price: Decimal | None = None
    price_reason: str = ""
    discount: Discount | None = None
    options: Picked = field(default_factory=dict)
    parts: Picked = field(default_factory=dict)
    inputs: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One way in which goods are sent, by its method's code; `fee` set is agreed, else the rules say."""

    method: str = ""
    fee: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Basket:
    """A basket in one currency; `shipping` set is an agreed fee instead of the rules'.

    `deliveries` are the ways asked for (none: the usual one). Without `automatic` only coupons' promotions take part.
    """

    currency: str
    lines: tuple[BasketLine, ...]
    discount: Discount | None = None
    country: str = ""
    region: str = ""
    shipping: Decimal | None = None
    deliveries: tuple[Delivery, ...] = ()
    automatic: bool = True


@dataclass(frozen=True, slots=True)
class CouponFact:
    """What is known of a coupon code that was typed: whose promotion it opens ("": nobody's), when, and how often still."""

    code: str
    promotion: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    left: int | None = None
    left_for_customer: int | None = None


@dataclass(frozen=True, slots=True)
class Uses:
    """How often and how much a promotion was given before: in all, and to this customer."""

    times: int = 0
    by_customer: int = 0
    given: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Agreement:
    """A customer's contract price of a sku: tiers ascending by quantity, in one currency, of the contract of that code."""

    contract: str
    currency: str
    tax_inclusive: bool
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What pricing must know of the customer and the order, read beforehand.

    `as_agreed`: the amounts are those of the past, so tax is neither added to them nor taken out. `orders_before` counts
    the customer's orders that were not cancelled (None: not known). `uses` is by promotion, `gift_stock` and the
    customer's contract prices by sku; what they do not name is not known, and not in the way.
    """

    tier: str | None = None
    tax_exempt: bool = False
    as_agreed: bool = False
    customer: str = ""
    segments: tuple[str, ...] = ()
    channel: str = ""
    order_type: str = ""
    terms: str = ""
    orders_before: int | None = None
    coupons: tuple[CouponFact, ...] = ()
    uses: Mapping[str, Uses] = field(default_factory=dict)
    gift_stock: Mapping[str, Decimal] = field(default_factory=dict)
    agreements: Mapping[str, tuple[Agreement, ...]] = field(default_factory=dict)


def _covers(rule: TaxRule | ShippingRule, country: str, region: str) -> bool:
    return rule.country in ("", country) and rule.region in ("", region)


def _particularity(rule: TaxRule | ShippingRule) -> tuple[bool, bool]:
    return bool(rule.country), bool(rule.region)


def unit_price_at(tiers: tuple[Tier, ...], quantity: Decimal) -> Decimal:
    """The unit price `quantity` reaches; below the first tier the first holds. `tiers` ascend and are not empty."""
    reached = tiers[0].unit_price
    for tier in tiers:
        if quantity < tier.min_quantity:
            break
        reached = tier.unit_price
    return reached
