"""Reading prices: the book of a configuration version, whole or only what changed since."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F

from openoms.domains.catalog.models import Category, Formula, Sku, SkuCost
from openoms.domains.pricing.book import Book, ListRule, Offer, Rules, ShippingRule, TaxRule, Tier
from openoms.domains.pricing.choices import NO_MENU, Menu
from openoms.domains.pricing.costs import Cost
from openoms.domains.pricing.documents import formula_from, promotion_from, rules_from
from openoms.domains.pricing.formulas import Formula as FormulaValue
from openoms.domains.pricing.menus import menus_of
from openoms.domains.pricing.models import (
    Contract,
    PriceFloor,
    PriceList,
    PriceTier,
    PricingPolicy,
    Promotion,
    RulesSnapshot,
    ShippingRate,
    TaxRate,
)
from openoms.domains.pricing.promotions import Promotion as PromotionValue

VERSION_STATEMENT = "SELECT version FROM pricing_pricingpolicy WHERE id = 1"


def version() -> int:
    """The present configuration version."""
    return PricingPolicy.objects.values_list("version", flat=True).get(pk=1)


def read_rules() -> Rules:
    """The rules as the tables have them now."""
    policy = PricingPolicy.objects.get(pk=1)
    return Rules(
        lists=tuple(
            ListRule(
                row.code, row.currency, row.tier_id, row.tax_inclusive, row.priority,
                "graduated" if row.tiering == PriceList.Tiering.GRADUATED else "volume",
                row.valid_from, row.valid_to,
            )
            for row in PriceList.objects.filter(is_active=True).order_by("code")
        ),
        taxes=_taxes(),
        shipping=tuple(
            ShippingRule(
                row.code, row.name, row.name_zh, row.currency, row.country, row.region,
                row.fee, row.free_from, row.tax_class, row.method,
            )
            for row in ShippingRate.objects.filter(is_active=True).order_by("code")
        ),
        tax_rounding=policy.tax_rounding,
        home_country=policy.home_country,
        promotions=tuple(
            promotion_of(row) for row in Promotion.objects.filter(is_active=True).order_by("code")
        ),
    )  # fmt: skip


def _taxes() -> tuple[TaxRule, ...]:
    """A rule for each class and place; several rates of one are its parts."""
    places: dict[tuple[str, str, str], list[tuple[str, Decimal]]] = defaultdict(list)
    for row in TaxRate.objects.order_by("tax_class", "country", "region", "name"):
        places[row.tax_class, row.country, row.region].append((row.name, row.rate.normalize()))
    return tuple(
        TaxRule(*place, sum((rate for _, rate in parts), Decimal(0)), tuple(parts) if len(parts) > 1 else ())
        for place, parts in places.items()
    )


def read_book(number: int, previous: Book | None) -> Book:
    """The book as it stands, known as version `number`; with a previous one only skus changed since are read again.

    `number` was read before: what changed meanwhile is in the book already and will be read once more.
    """
    rows = Sku.objects.select_related("product")
    if previous is not None:
        rows = rows.filter(book_version__gt=previous.version)
    skus = list(rows)
    changed = [sku.pk for sku in skus] if previous is not None else None
    prices, menus, costs = _prices(changed), menus_of(skus, changed), _costs(changed)
    floors, formulas, tree = _floors(changed), _formulas(changed), category_paths()
    offers = dict(previous.offers) if previous is not None else {}
    for sku in skus:
        if sku.is_active and sku.product.is_active:
            offers[sku.code] = replace(
                _offer(sku, prices[sku.pk], menus.get(sku.pk, NO_MENU), costs[sku.pk]),
                categories=tree.get(sku.product.category_id, ()),
                floors=floors.get(sku.pk, {}),
                formula=formulas.get(sku.pk),
            )
        else:
            offers.pop(sku.code, None)
    return Book(read_rules(), offers, number, contracted=Contract.objects.filter(is_active=True).exists())


def retired_offers(codes: Collection[str]) -> dict[str, Offer]:
    """Offers of skus that are no longer sold, by code: orders of the past name them still."""
    skus = Sku.objects.select_related("product").filter(code__in=codes)
    return {
        sku.code: _offer(sku, {}, NO_MENU, ())
        for sku in skus
        if not (sku.is_active and sku.product.is_active)
    }


def read_rules_snapshot(digest: str) -> Rules:
    """The rules stored under `digest`; raises RulesSnapshot.DoesNotExist."""
    return rules_from(RulesSnapshot.objects.values_list("rules", flat=True).get(pk=digest))


def prices_of(sku_ids: Collection[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """For each sku the prices on each list, as the API and pages show them; `list` is the list itself."""
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    rows = PriceTier.objects.filter(sku__in=sku_ids).select_related("price_list")
    for row in rows.order_by("price_list__code", "min_quantity", F("valid_from").asc(nulls_first=True)):
        found[row.sku_id].append(
            {
                "list": row.price_list,
                "price_list": row.price_list.code,
                "currency": row.price_list.currency,
                "min_quantity": row.min_quantity,
                "unit_price": row.unit_price,
                "valid_from": row.valid_from,
                "valid_to": row.valid_to,
            }
        )
    return found


def floors_of(sku_ids: Collection[UUID]) -> dict[UUID, dict[str, Decimal]]:
    """For each sku the unit price no promotion goes below, by list."""
    return _floors(sku_ids, active=False)


def _prices(sku_ids: Collection[UUID] | None) -> dict[UUID, dict[str, list[Tier]]]:
    rows = PriceTier.objects.filter(price_list__is_active=True)
    if sku_ids is not None:
        rows = rows.filter(sku__in=sku_ids)
    found: dict[UUID, dict[str, list[Tier]]] = defaultdict(lambda: defaultdict(list))
    values: Iterable[tuple[Any, ...]] = rows.order_by("min_quantity").values_list(
        "sku_id", "price_list__code", "min_quantity", "unit_price", "valid_from", "valid_to"
    )
    for sku_id, code, *tier in values:
        found[sku_id][code].append(Tier(*tier))
    return found


def _floors(sku_ids: Collection[UUID] | None, *, active: bool = True) -> dict[UUID, dict[str, Decimal]]:
    rows = PriceFloor.objects.all()
    if active:
        rows = rows.filter(price_list__is_active=True)
    if sku_ids is not None:
        rows = rows.filter(sku__in=sku_ids)
    found: dict[UUID, dict[str, Decimal]] = defaultdict(dict)
    for sku_id, code, unit_price in rows.order_by().values_list("sku_id", "price_list__code", "unit_price"):
        found[sku_id][code] = unit_price
    return found


def _formulas(sku_ids: Collection[UUID] | None) -> dict[UUID, FormulaValue]:
    rows = Formula.objects.all() if sku_ids is None else Formula.objects.filter(sku__in=sku_ids)
    return {row.sku_id: formula_from(row.inputs, row.expressions) for row in rows}


def category_paths() -> dict[UUID | None, tuple[str, ...]]:
    """For each category its own code and those of all above it."""
    rows = {row.pk: row for row in Category.objects.all()}
    paths: dict[UUID | None, tuple[str, ...]] = {}
    for row in rows.values():
        path: list[str] = []
        at: Category | None = row
        while at is not None and at.code not in path:
            path.append(at.code)
            at = rows.get(at.parent_id) if at.parent_id else None
        paths[row.pk] = tuple(path)
    return paths


def promotion_of(row: Promotion) -> PromotionValue:
    """A promotion as the engine knows it."""
    return promotion_from(
        {
            "code": row.code, "name": row.name, "name_zh": row.name_zh, "priority": row.priority,
            "stacking": row.stacking, "group": row.group, "currency": row.currency,
            "needs_coupon": row.needs_coupon, "is_sale": row.is_sale, "uses_up": row.uses_up,
            "most_uses": row.most_uses, "most_uses_each": row.most_uses_each, "budget": row.budget,
            "conditions": row.conditions, "benefits": row.benefits,
            "window": {
                "starts_at": row.starts_at, "ends_at": row.ends_at, "timezone": row.timezone, "hours": row.hours,
            },
        }
    )  # fmt: skip


def _costs(sku_ids: Collection[UUID] | None) -> dict[UUID, list[Cost]]:
    rows = SkuCost.objects.all() if sku_ids is None else SkuCost.objects.filter(sku__in=sku_ids)
    found: dict[UUID, list[Cost]] = defaultdict(list)
    for sku_id, currency, unit_cost, valid_from in rows.order_by().values_list(
        "sku_id", "currency", "unit_cost", "valid_from"
    ):
        found[sku_id].append(Cost(currency, unit_cost, valid_from))
    return found


def _offer(sku: Sku, prices: dict[str, list[Tier]], menu: Menu, costs: Sequence[Cost]) -> Offer:
    product = sku.product
    return Offer(
        sku=sku.code,
        sku_id=sku.pk,
        tax_class=sku.tax_class,
        prices={code: tuple(tiers) for code, tiers in prices.items()},
        name=" ".join(filter(None, [product.name, sku.name])),
        name_zh=" ".join(filter(None, [product.name_zh or product.name, sku.name_zh or sku.name])),
        unit=sku.unit,
        product=product.code,
        is_service=product.kind == "service",
        menu=menu,
        pack_quantity=sku.pack_quantity,
        min_quantity=sku.min_order_quantity,
        active_from=sku.active_from,
        active_to=sku.active_to,
        costs=tuple(costs),
    )
