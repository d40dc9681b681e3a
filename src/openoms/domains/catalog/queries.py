"""Reading the catalogue."""

from collections.abc import Collection
from typing import TypeVar

from django.db.models import Prefetch, Q, QuerySet

from openoms.core.searching import needles
from openoms.core.types import Actor
from openoms.domains.catalog.documents import BUNDLE_PARTS
from openoms.domains.catalog.models import Product, Sku, SkuValue
from openoms.domains.identity.permissions import Perm


def products_visible_to(actor: Actor) -> QuerySet[Product]:
    """Products the actor may see, complete for a list."""
    rows = Product.objects.select_related("category")
    return rows if actor.may(Perm.CATALOG_VIEW) else rows.none()


def skus_visible_to(actor: Actor) -> QuerySet[Sku]:
    """Skus the actor may see, complete for a list."""
    rows = Sku.objects.select_related("product__category")
    return rows if actor.may(Perm.CATALOG_VIEW) else rows.none()


def complete_skus(rows: QuerySet[Sku]) -> QuerySet[Sku]:
    """With variant values, bundle, formula and costs."""
    values = Prefetch("values", SkuValue.objects.select_related("option", "value"))
    return rows.select_related("bundle", "formula").prefetch_related(values, *BUNDLE_PARTS, "costs")


def matching_skus(rows: QuerySet[Sku], text: str) -> QuerySet[Sku]:
    """Those found by every word of `text`: a part of a code, barcode or name, pinyin, or its initials."""
    return _found_by(rows, text)


def matching_products(rows: QuerySet[Product], text: str) -> QuerySet[Product]:
    """Those found likewise, by themselves or by one of their skus."""
    by_sku = _found_by(Sku.objects.all(), text).order_by().values("product")
    own = _found_by(Product.objects.all(), text).order_by().values("pk")
    # Each half by its index: an OR of the two conditions themselves would read every product.
    return rows.filter(pk__in=own.union(by_sku))


def skus_by_code(codes: Collection[str]) -> dict[str, Sku]:
    """The skus that labels name: each by its code, else by its barcode; what nothing has is left out."""
    rows = Sku.objects.select_related("product").filter(Q(code__in=codes) | Q(barcode__in=codes))
    found = list(rows) if codes else []
    by_barcode = {sku.barcode: sku for sku in found if sku.barcode in codes and sku.barcode}
    return by_barcode | {sku.code: sku for sku in found if sku.code in codes}


R = TypeVar("R", Sku, Product)


def _found_by(rows: QuerySet[R], text: str) -> QuerySet[R]:
    words = needles(text)
    for word in words:
        rows = rows.filter(search__contains=word)
    return rows if words else rows.none()
