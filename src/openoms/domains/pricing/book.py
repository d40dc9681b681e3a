"""What the engine prices with and what it is asked: frozen values, and their way to JSON and back.

A Book is the rules (lists, taxes, shipping) beside the offers (each sku's prices). The rules are stored once for each
version, the offers an order used are stored with the order: together they price it again exactly. docs/adr/0003.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

import orjson

from openoms.core.money import ZERO
from openoms.domains.pricing.choices import NO_MENU, Menu, Picked, menu_document, menu_from
from openoms.domains.pricing.costs import Cost


@dataclass(frozen=True, slots=True)
class Tier:
    """A unit price (6 decimals, in the list's currency) from a quantity on."""

    min_quantity: Decimal
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class Offer:
    """One sku as pricing sees it; `prices` maps a price list's code to its tiers, ascending by quantity.

    A `pack_quantity` of 0 sells any quantity. `active_from` and `active_to` are days (UTC), both included. Names, unit
    and costs never move a price: they are no part of what an offer equals, nor of what is stored with an order.
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

    def is_on_sale(self, day: date) -> bool:
        """Whether the sku is sold on the day."""
        begun = self.active_from is None or self.active_from <= day
        return begun and (self.active_to is None or day <= self.active_to)


@dataclass(frozen=True, slots=True)
class ListRule:
    """A price list: whose it is (`tier` None is everybody) and whether its prices contain the tax."""

    code: str
    currency: str
    tier: str | None
    tax_inclusive: bool
    priority: int


@dataclass(frozen=True, slots=True)
class TaxRule:
    """A tax rate as a share (0.13); an empty country or region matches any."""

    tax_class: str
    country: str
    region: str
    rate: Decimal


@dataclass(frozen=True, slots=True)
class ShippingRule:
    """A shipping fee; an empty country or region matches any."""

    code: str
    name: str
    name_zh: str
    currency: str
    country: str
    region: str
    fee: Decimal
    free_from: Decimal | None
    tax_class: str


@dataclass(frozen=True)
class Rules:
    """Everything pricing goes by except the skus' own prices. Hashed by content."""

    lists: tuple[ListRule, ...] = ()
    taxes: tuple[TaxRule, ...] = ()
    shipping: tuple[ShippingRule, ...] = ()
    tax_rounding: str = "line"
    # Where an order without an address is taken to go: taxes and fees of home, not of nowhere.
    home_country: str = ""

    def document(self) -> dict[str, Any]:
        """Itself as plain JSON values, amounts as strings."""
        return {
            "lists": [_plain(rule) for rule in self.lists],
            "taxes": [_plain(rule) for rule in self.taxes],
            "shipping": [_plain(rule) for rule in self.shipping],
            "tax_rounding": self.tax_rounding,
            "home_country": self.home_country,
        }

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON, hexadecimal."""
        return hashlib.sha256(orjson.dumps(self.document(), option=orjson.OPT_SORT_KEYS)).hexdigest()

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Rules":
        """The rules a document of `document()` was made from."""
        return cls(
            lists=tuple(ListRule(**rule) for rule in document["lists"]),
            taxes=tuple(TaxRule(**rule | {"rate": Decimal(rule["rate"])}) for rule in document["taxes"]),
            shipping=tuple(
                ShippingRule(
                    **rule
                    | {
                        "fee": Decimal(rule["fee"]),
                        "free_from": None if rule["free_from"] is None else Decimal(rule["free_from"]),
                    }
                )
                for rule in document["shipping"]
            ),
            tax_rounding=document["tax_rounding"],
            home_country=document["home_country"],
        )


@dataclass(frozen=True)
class Book:
    """Rules and offers of one configuration version, with what look-ups need worked out once."""

    rules: Rules
    offers: Mapping[str, Offer]
    version: int = 0
    _lists: dict[tuple[str, str | None], tuple[ListRule, ...]] = field(default_factory=dict, compare=False)
    _rates: dict[tuple[str, str, str], TaxRule | None] = field(default_factory=dict, compare=False)

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

    def shipping_rule(self, currency: str, country: str, region: str) -> ShippingRule | None:
        """The most particular shipping rule for the destination (the cheaper of two alike), or None."""
        fitting = [r for r in self.rules.shipping if r.currency == currency and _covers(r, country, region)]
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

    `options` are the values chosen for each extra, `parts` the skus chosen from each group of a bundle.
    """

    sku: str
    quantity: Decimal
    unit_price: Decimal | None = None
    price_reason: str = ""
    discount: Discount | None = None
    options: Picked = field(default_factory=dict)
    parts: Picked = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Basket:
    """A basket in one currency; `shipping` set is an agreed fee instead of the rules'."""

    currency: str
    lines: tuple[BasketLine, ...]
    discount: Discount | None = None
    country: str = ""
    region: str = ""
    shipping: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What pricing must know of the customer, read beforehand.

    `as_agreed`: the amounts are those of the past, so tax is neither added to them nor taken out.
    """

    tier: str | None = None
    tax_exempt: bool = False
    as_agreed: bool = False


def offer_document(offer: Offer) -> dict[str, Any]:
    """An offer as plain JSON values; what is as it mostly is (no pack, no dates, nothing to choose) is left out."""
    document: dict[str, Any] = {
        "sku_id": str(offer.sku_id),
        "tax_class": offer.tax_class,
        "prices": {
            code: [[str(t.min_quantity), str(t.unit_price)] for t in tiers]
            for code, tiers in offer.prices.items()
        },
    }
    if offer.is_service:
        document["is_service"] = True
    for name in ("pack_quantity", "min_quantity", "active_from", "active_to"):
        if value := getattr(offer, name):
            document[name] = str(value)
    if offer.menu is not NO_MENU:
        document |= menu_document(offer.menu)
    return document


def offer_from(sku: str, document: Mapping[str, Any]) -> Offer:
    """The offer a document of `offer_document` was made from (without its names)."""
    prices = {
        code: tuple(Tier(Decimal(quantity), Decimal(price)) for quantity, price in tiers)
        for code, tiers in document["prices"].items()
    }
    return Offer(
        sku,
        UUID(document["sku_id"]),
        document["tax_class"],
        prices,
        is_service=document.get("is_service", False),
        menu=menu_from(document),
        pack_quantity=Decimal(document.get("pack_quantity", 0)),
        min_quantity=Decimal(document.get("min_quantity", 0)),
        active_from=_day_from(document.get("active_from")),
        active_to=_day_from(document.get("active_to")),
    )


def basket_document(basket: Basket, facts: Facts) -> dict[str, Any]:
    """A basket and its facts as plain JSON values; absent parts are left out."""
    return {
        "currency": basket.currency,
        "country": basket.country,
        "region": basket.region,
        "shipping": None if basket.shipping is None else str(basket.shipping),
        "discount": basket.discount and _plain(basket.discount),
        "lines": [
            {name: value for name, value in _plain(line).items() if value not in (None, "", {})}
            for line in basket.lines
        ],
        "facts": {"tier": facts.tier, "tax_exempt": facts.tax_exempt, "as_agreed": facts.as_agreed},
    }


def basket_from(document: Mapping[str, Any]) -> tuple[Basket, Facts]:
    """The basket and facts a document of `basket_document` was made from."""
    lines = tuple(
        BasketLine(
            sku=line["sku"],
            quantity=Decimal(line["quantity"]),
            unit_price=Decimal(line["unit_price"]) if "unit_price" in line else None,
            price_reason=line.get("price_reason", ""),
            discount=_discount_from(line.get("discount")),
            options=_picked_from(line.get("options")),
            parts=_picked_from(line.get("parts")),
        )
        for line in document["lines"]
    )
    shipping = document["shipping"]
    basket = Basket(
        currency=document["currency"],
        lines=lines,
        discount=_discount_from(document["discount"]),
        country=document["country"],
        region=document["region"],
        shipping=None if shipping is None else Decimal(shipping),
    )
    return basket, Facts(**document["facts"])


def _discount_from(document: Mapping[str, Any] | None) -> Discount | None:
    if not document:
        return None
    return Discount(document["kind"], Decimal(document["value"]), document["label"])


def _day_from(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _picked_from(document: Mapping[str, Any] | None) -> Picked:
    return {code: tuple(chosen) for code, chosen in document.items()} if document else {}


def _plain(value: Any) -> dict[str, Any]:
    """A slotted dataclass as JSON values: Decimals become strings, nested ones dictionaries."""
    plain: dict[str, Any] = {}
    for name in value.__slots__:
        part = getattr(value, name)
        if isinstance(part, Decimal):
            part = str(part)
        elif isinstance(part, Discount):
            part = _plain(part)
        elif isinstance(part, Mapping):
            part = {code: list(chosen) for code, chosen in part.items()}
        plain[name] = part
    return plain


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
