"""Rules, offers, baskets and facts as plain JSON values (amounts and instants as strings), and back, exactly."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from pydantic import TypeAdapter

from openoms.domains.pricing.book import (
    Agreement,
    Basket,
    BasketLine,
    CouponFact,
    Delivery,
    Discount,
    Facts,
    ListRule,
    Offer,
    Rules,
    ShippingRule,
    TaxRule,
    Tier,
    Uses,
)
from openoms.domains.pricing.choices import NO_MENU, Picked, menu_document, menu_from
from openoms.domains.pricing.formulas import Formula
from openoms.domains.pricing.promotions import Promotion

PROMOTION = TypeAdapter(Promotion)
_LISTS = TypeAdapter(tuple[ListRule, ...])
_TAXES = TypeAdapter(tuple[TaxRule, ...])
_SHIPPING = TypeAdapter(tuple[ShippingRule, ...])
_PROMOTIONS = TypeAdapter(tuple[Promotion, ...])
_COUPONS = TypeAdapter(tuple[CouponFact, ...])
_USES = TypeAdapter(dict[str, Uses])
_AGREEMENTS = TypeAdapter(dict[str, tuple[Agreement, ...]])
_FORMULA = TypeAdapter(Formula)


def promotion_document(promotion: Promotion) -> dict[str, Any]:
    """A promotion as plain JSON values."""
    return dict(PROMOTION.dump_python(promotion, mode="json"))


def promotion_from(document: Mapping[str, Any]) -> Promotion:
    """The promotion a document of `promotion_document` was made from; raises pydantic's ValidationError."""
    return PROMOTION.validate_python(document)


def formula_from(inputs: Sequence[Mapping[str, Any]], expressions: Mapping[str, str]) -> Formula:
    """The formula of these documents; raises pydantic's ValidationError."""
    return _FORMULA.validate_python({"inputs": inputs, "expressions": expressions})


def rules_document(rules: Rules) -> dict[str, Any]:
    """The rules as plain JSON values."""
    document: dict[str, Any] = {
        "lists": _LISTS.dump_python(rules.lists, mode="json"),
        "taxes": _TAXES.dump_python(rules.taxes, mode="json"),
        "shipping": _SHIPPING.dump_python(rules.shipping, mode="json"),
        "tax_rounding": rules.tax_rounding,
        "home_country": rules.home_country,
    }
    if rules.promotions:
        document["promotions"] = _PROMOTIONS.dump_python(rules.promotions, mode="json")
    return document


def rules_from(document: Mapping[str, Any]) -> Rules:
    """The rules a document of `rules_document` was made from."""
    return Rules(
        lists=_LISTS.validate_python(document["lists"]),
        taxes=_TAXES.validate_python(document["taxes"]),
        shipping=_SHIPPING.validate_python(document["shipping"]),
        tax_rounding=document["tax_rounding"],
        home_country=document["home_country"],
        promotions=_PROMOTIONS.validate_python(document.get("promotions", ())),
    )


def digest_of(rules: Rules) -> str:
    """SHA-256 of the rules' canonical JSON, hexadecimal; worked out once for each rules' value."""
    known: str | None = rules.__dict__.get("_digest")
    if known is None:
        canonical = orjson.dumps(rules_document(rules), option=orjson.OPT_SORT_KEYS)
        known = rules.__dict__["_digest"] = hashlib.sha256(canonical).hexdigest()
    return known


def offer_document(offer: Offer, *, promoted: bool = True) -> dict[str, Any]:
    """An offer as plain JSON values; what is as it mostly is (no pack, no dates, nothing to choose) is left out.

    What only promotions look at is left out where there are none (`promoted` False).
    """
    document: dict[str, Any] = {
        "sku_id": str(offer.sku_id),
        "tax_class": offer.tax_class,
        "prices": {code: [_tier_document(tier) for tier in tiers] for code, tiers in offer.prices.items()},
    }
    if offer.is_service:
        document["is_service"] = True
    for name in ("pack_quantity", "min_quantity", "active_from", "active_to"):
        if value := getattr(offer, name):
            document[name] = str(value)
    if offer.menu is not NO_MENU:
        document |= menu_document(offer.menu)
    if offer.formula is not None:
        document["formula"] = _FORMULA.dump_python(offer.formula, mode="json")
    if promoted:
        document |= {
            name: value
            for name, value in (
                ("product", offer.product),
                ("categories", list(offer.categories)),
                ("floors", _spelled(offer.floors)),
            )
            if value
        }
    return document


def offer_from(sku: str, document: Mapping[str, Any]) -> Offer:
    """The offer a document of `offer_document` was made from (without its names)."""
    prices = {code: tuple(_tier_from(tier) for tier in tiers) for code, tiers in document["prices"].items()}
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
        product=document.get("product", ""),
        categories=tuple(document.get("categories", ())),
        floors={code: Decimal(price) for code, price in document.get("floors", {}).items()},
        formula=_FORMULA.validate_python(document["formula"]) if "formula" in document else None,
    )


def _tier_document(tier: Tier) -> list[str | None]:
    plain: list[str | None] = [str(tier.min_quantity), str(tier.unit_price)]
    if tier.valid_from or tier.valid_to:
        plain += [day.isoformat() if day else None for day in (tier.valid_from, tier.valid_to)]
    return plain


def _tier_from(plain: Sequence[str | None]) -> Tier:
    quantity, price, *days = plain
    return Tier(Decimal(quantity or 0), Decimal(price or 0), *map(_day_from, days))


def basket_document(basket: Basket, facts: Facts) -> dict[str, Any]:
    """A basket and its facts as plain JSON values; what is absent or as usual is left out."""
    document: dict[str, Any] = {
        "currency": basket.currency,
        "country": basket.country,
        "region": basket.region,
        "shipping": None if basket.shipping is None else str(basket.shipping),
        "discount": basket.discount and _plain(basket.discount),
        "lines": [
            {name: value for name, value in _plain(line).items() if value not in (None, "", {})}
            for line in basket.lines
        ],
        "facts": facts_document(facts),
    }
    if basket.deliveries:
        document["deliveries"] = [
            {"method": d.method, "fee": None if d.fee is None else str(d.fee)} for d in basket.deliveries
        ]
    if not basket.automatic:
        document["automatic"] = False
    return document


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
            inputs={code: Decimal(value) for code, value in line.get("inputs", {}).items()},
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
        deliveries=tuple(
            Delivery(d["method"], None if d["fee"] is None else Decimal(d["fee"]))
            for d in document.get("deliveries", ())
        ),
        automatic=document.get("automatic", True),
    )
    return basket, facts_from(document["facts"])


_FACTS = ("customer", "channel", "order_type", "terms", "orders_before")


def facts_document(facts: Facts) -> dict[str, Any]:
    """Facts as plain JSON values."""
    document: dict[str, Any] = {
        "tier": facts.tier,
        "tax_exempt": facts.tax_exempt,
        "as_agreed": facts.as_agreed,
    }
    document |= {name: getattr(facts, name) for name in _FACTS if getattr(facts, name) not in ("", None)}
    if facts.segments:
        document["segments"] = list(facts.segments)
    if facts.coupons:
        document["coupons"] = _COUPONS.dump_python(facts.coupons, mode="json")
    if facts.uses:
        document["uses"] = _USES.dump_python(dict(facts.uses), mode="json")
    if facts.gift_stock:
        document["gift_stock"] = _spelled(facts.gift_stock)
    if facts.agreements:
        document["agreements"] = _AGREEMENTS.dump_python(dict(facts.agreements), mode="json")
    return document


def facts_from(document: Mapping[str, Any]) -> Facts:
    """The facts a document of `facts_document` was made from."""
    return Facts(
        tier=document["tier"],
        tax_exempt=document["tax_exempt"],
        as_agreed=document["as_agreed"],
        segments=tuple(document.get("segments", ())),
        coupons=_COUPONS.validate_python(document.get("coupons", ())),
        uses=_USES.validate_python(document.get("uses", {})),
        gift_stock={sku: Decimal(left) for sku, left in document.get("gift_stock", {}).items()},
        agreements=_AGREEMENTS.validate_python(document.get("agreements", {})),
        **{name: document[name] for name in _FACTS if name in document},
    )


def _spelled(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    return {code: str(amount) for code, amount in amounts.items()}


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
            part = {
                code: str(said) if isinstance(said, Decimal) else list(said) for code, said in part.items()
            }
        plain[name] = part
    return plain
