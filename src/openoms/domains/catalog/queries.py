"""Reading the catalogue."""

from django.db.models import Prefetch, Q, QuerySet

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
    """With variant values, bundle and costs."""
    values = Prefetch("values", SkuValue.objects.select_related("option", "value"))
    return rows.select_related("bundle").prefetch_related(values, *BUNDLE_PARTS, "costs")


def matching_skus(rows: QuerySet[Sku], text: str) -> QuerySet[Sku]:
    """Those whose code or barcode begins with `text` or whose names contain it."""
    return rows.filter(
        Q(code__istartswith=text)
        | Q(barcode=text)
        | Q(name__icontains=text)
        | Q(name_zh__icontains=text)
        | Q(product__name__icontains=text)
        | Q(product__name_zh__icontains=text)
    )


def matching_products(rows: QuerySet[Product], text: str) -> QuerySet[Product]:
    """Those whose code begins with `text` or whose names contain it."""
    return rows.filter(Q(code__istartswith=text) | Q(name__icontains=text) | Q(name_zh__icontains=text))
