"""What the API answers about the catalogue: schemas for the published description, and the functions that fill them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from ninja import Schema

from openoms.core.money import plain
from openoms.core.types import Actor
from openoms.domains.catalog.barcodes import warnings_of
from openoms.domains.catalog.documents import (
    bundle_document,
    conflicts_document,
    formula_document,
    options_document,
)
from openoms.domains.catalog.models import Category, Product, Sku
from openoms.domains.identity.permissions import Perm
from openoms.domains.pricing.models import PriceList
from openoms.interfaces.api.amounts import unit_price


class CategoryOut(Schema):
    code: str
    name: str
    name_zh: str
    parent: str | None


class CategoryPage(Schema):
    items: list[CategoryOut]
    next_cursor: str | None


class ValueOut(Schema):
    code: str
    name: str
    name_zh: str
    is_active: bool
    deltas: dict[str, str]
    percent: str


class OptionOut(Schema):
    code: str
    name: str
    name_zh: str
    kind: str
    required: bool
    many: bool
    values: list[ValueOut]


class ChoiceOut(Schema):
    option: str
    value: str


class ConflictOut(Schema):
    one: ChoiceOut
    other: ChoiceOut


class PartOut(Schema):
    sku: str
    quantity: str
    surcharges: dict[str, str]


class GroupOut(Schema):
    code: str
    name: str
    name_zh: str
    fixed: bool
    least: int
    most: int
    parts: list[PartOut]


class BundleOut(Schema):
    policy: str
    percent: str
    groups: list[GroupOut]


class CostOut(Schema):
    currency: str
    unit_cost: str
    valid_from: date


class ProductOut(Schema):
    id: UUID
    code: str
    name: str
    name_zh: str
    kind: str
    category: str | None
    description: str
    is_active: bool
    skus: list[str]
    options: list[OptionOut]
    conflicts: list[ConflictOut]


class ProductPage(Schema):
    items: list[ProductOut]
    next_cursor: str | None


class PriceOut(Schema):
    price_list: str
    currency: str
    min_quantity: str
    unit_price: str
    valid_from: date | None
    valid_to: date | None


class MeasureOut(Schema):
    code: str
    least: str
    most: str
    name: str
    name_zh: str
    unit: str
    step: str


class FormulaOut(Schema):
    inputs: list[MeasureOut]
    expressions: dict[str, str]


class SkuOut(Schema):
    code: str
    product: str
    name: str
    name_zh: str
    unit: str
    barcode: str
    weight_g: int
    tax_class: str
    is_active: bool
    active_from: date | None
    active_to: date | None
    pack_quantity: str
    min_order_quantity: str
    tracks_lots: bool
    duration_minutes: int
    options: dict[str, str]
    bundle: BundleOut | None
    formula: FormulaOut | None
    prices: list[PriceOut]
    floors: dict[str, str]
    costs: list[CostOut] | None
    warnings: list[str]


class SkuPage(Schema):
    items: list[SkuOut]
    next_cursor: str | None


class PriceListOut(Schema):
    code: str
    name: str
    name_zh: str
    currency: str
    tier: str | None
    tax_inclusive: bool
    priority: int
    is_active: bool
    tiering: str
    valid_from: date | None
    valid_to: date | None


class PriceListPage(Schema):
    items: list[PriceListOut]
    next_cursor: str | None


def category_document(row: Category) -> dict[str, Any]:
    parent = row.parent.code if row.parent else None
    return {"code": row.code, "name": row.name, "name_zh": row.name_zh, "parent": parent}


def product_document(row: Product) -> dict[str, Any]:
    return {
        "id": row.pk,
        "code": row.code,
        "name": row.name,
        "name_zh": row.name_zh,
        "kind": str(row.kind),
        "category": row.category.code if row.category else None,
        "description": row.description,
        "is_active": row.is_active,
        "skus": sorted(sku.code for sku in row.skus.all()),
        "options": options_document(row.options.all()),
        "conflicts": conflicts_document(row.options.all()),
    }


def sku_document(
    row: Sku, prices: list[dict[str, Any]], floors: Mapping[str, Decimal], actor: Actor
) -> dict[str, Any]:
    return {
        "code": row.code,
        "product": row.product.code,
        "name": row.name,
        "name_zh": row.name_zh,
        "unit": row.unit,
        "barcode": row.barcode,
        "weight_g": row.weight_g,
        "tax_class": row.tax_class,
        "is_active": row.is_active,
        "active_from": row.active_from,
        "active_to": row.active_to,
        "pack_quantity": plain(row.pack_quantity),
        "min_order_quantity": plain(row.min_order_quantity),
        "tracks_lots": row.tracks_lots,
        "duration_minutes": row.duration_minutes,
        "options": {one.option.code: one.value.code for one in row.values.all()},
        "bundle": bundle_document(getattr(row, "bundle", None)),
        "formula": formula_document(getattr(row, "formula", None)),
        "floors": {code: plain(price) for code, price in sorted(floors.items())},
        "costs": _costs(row) if actor.may(Perm.COST_VIEW) else None,
        "warnings": warnings_of(row.barcode),
        "prices": [
            {
                "price_list": p["price_list"],
                "currency": p["currency"],
                "min_quantity": plain(p["min_quantity"]),
                "unit_price": unit_price(p["unit_price"], p["currency"]),
                "valid_from": p["valid_from"],
                "valid_to": p["valid_to"],
            }
            for p in prices
        ],
    }


def _costs(row: Sku) -> list[dict[str, Any]]:
    return [
        {"currency": c.currency, "unit_cost": plain(c.unit_cost), "valid_from": c.valid_from}
        for c in row.costs.all()
    ]


def price_list_document(row: PriceList) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "name_zh": row.name_zh,
        "currency": row.currency,
        "tier": row.tier_id,
        "tax_inclusive": row.tax_inclusive,
        "priority": row.priority,
        "is_active": row.is_active,
        "tiering": str(row.tiering),
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }
