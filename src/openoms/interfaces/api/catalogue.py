"""Catalogue and price lists over REST."""

from typing import Annotated, Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from openoms.core.errors import NotFound
from openoms.core.paging import MOST, page_by_id
from openoms.core.types import Actor
from openoms.domains.catalog import queries as catalog
from openoms.domains.catalog.documents import OPTION_PARTS
from openoms.domains.catalog.models import Category, Product, Sku
from openoms.domains.catalog.types import CategoryInput
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.pricing.models import PriceList
from openoms.domains.pricing.queries import floors_of, prices_of
from openoms.domains.pricing.types import PriceInput
from openoms.flows.edit_catalogue import save_category, save_product, save_sku
from openoms.flows.edit_pricing import create_price_list
from openoms.interfaces.api.answers import REFUSALS, ApiRequest, answer, do_once, encode
from openoms.interfaces.api.catalogue_inputs import (
    CategoryIn,
    PriceIn,
    PriceListIn,
    ProductIn,
    ProductPatch,
    SkuIn,
    SkuPatch,
)
from openoms.interfaces.api.catalogue_outputs import (
    CategoryOut,
    CategoryPage,
    PriceListOut,
    PriceListPage,
    ProductOut,
    ProductPage,
    SkuOut,
    SkuPage,
    category_document,
    price_list_document,
    product_document,
    sku_document,
)

_PRODUCT_PARTS = ("skus", *OPTION_PARTS)
router = Router(tags=["catalogue"])
Plain = Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00]*$")]


class PageQuery(Schema):
    """How a list is searched and paged."""

    q: Plain = ""
    limit: int = Field(default=50, ge=1, le=MOST)
    cursor: Plain = ""


class ListQuery(PageQuery):
    """How a list of what can be active or not is narrowed too."""

    active: bool | None = None


@router.get("/categories", response={200: CategoryPage, **REFUSALS}, operation_id="list_categories")
def get_categories(request: ApiRequest, query: Query[PageQuery]) -> HttpResponse:
    """Categories of the catalogue's tree."""
    require(request.auth, Perm.CATALOG_VIEW)
    rows = Category.objects.select_related("parent")
    page = page_by_id(rows.filter(name__icontains=query.q) if query.q else rows, query.cursor, query.limit)
    items = [category_document(row) for row in page.items]
    return answer(encode({"items": items, "next_cursor": page.next_cursor}))


@router.post("/categories", response={201: CategoryOut, **REFUSALS}, operation_id="create_category")
def post_category(request: ApiRequest, body: CategoryIn) -> HttpResponse:
    """Make a category."""
    value = CategoryInput(**body.model_dump())
    return do_once(
        request,
        request.auth,
        lambda once: save_category(value, actor=request.auth, new=True, once=once),
        lambda row: (201, category_document(row)),
    )


@router.get("/products", response={200: ProductPage, **REFUSALS}, operation_id="list_products")
def get_products(request: ApiRequest, query: Query[ListQuery]) -> HttpResponse:
    """Products, newest first."""
    require(request.auth, Perm.CATALOG_VIEW)
    rows = catalog.products_visible_to(request.auth).prefetch_related(*_PRODUCT_PARTS)
    if query.q:
        rows = catalog.matching_products(rows, query.q)
    if query.active is not None:
        rows = rows.filter(is_active=query.active)
    page = page_by_id(rows, query.cursor, query.limit)
    items = [product_document(row) for row in page.items]
    return answer(encode({"items": items, "next_cursor": page.next_cursor}))


@router.post("/products", response={201: ProductOut, **REFUSALS}, operation_id="create_product")
def post_product(request: ApiRequest, body: ProductIn) -> HttpResponse:
    """Make a product."""
    value = body.value_object()
    return do_once(
        request,
        request.auth,
        lambda once: save_product(value, actor=request.auth, new=True, once=once),
        lambda row: (201, product_document(_read_product(row))),
    )


@router.get("/products/{product_id}", response={200: ProductOut, **REFUSALS}, operation_id="get_product")
def get_product(request: ApiRequest, product_id: UUID) -> HttpResponse:
    """One product with the codes of its skus."""
    require(request.auth, Perm.CATALOG_VIEW)
    return answer(encode(product_document(_product_row(request, product_id))))


@router.patch("/products/{product_id}", response={200: ProductOut, **REFUSALS}, operation_id="change_product")
def patch_product(request: ApiRequest, product_id: UUID, body: ProductPatch) -> HttpResponse:
    """Change what is given of a product."""
    require(request.auth, Perm.CATALOG_VIEW)
    row = _product_row(request, product_id)
    save_product(body.value_object(row.code), actor=request.auth, new=False)
    return answer(encode(product_document(_product_row(request, product_id))))


@router.get("/skus", response={200: SkuPage, **REFUSALS}, operation_id="list_skus")
def get_skus(request: ApiRequest, query: Query[ListQuery]) -> HttpResponse:
    """Skus with their prices, newest first."""
    require(request.auth, Perm.CATALOG_VIEW)
    rows = catalog.complete_skus(catalog.skus_visible_to(request.auth))
    if query.q:
        rows = catalog.matching_skus(rows, query.q)
    if query.active is not None:
        rows = rows.filter(is_active=query.active)
    page = page_by_id(rows, query.cursor, query.limit)
    keys = [row.pk for row in page.items]
    prices, floors = prices_of(keys), floors_of(keys)
    items = [
        sku_document(row, prices.get(row.pk, []), floors.get(row.pk, {}), request.auth) for row in page.items
    ]
    return answer(encode({"items": items, "next_cursor": page.next_cursor}))


@router.post("/skus", response={201: SkuOut, **REFUSALS}, operation_id="create_sku")
def post_sku(request: ApiRequest, body: SkuIn) -> HttpResponse:
    """Make a sku with its prices."""
    value = body.value_object()
    return do_once(
        request,
        request.auth,
        lambda once: save_sku(
            value, _prices(body.prices), actor=request.auth, floors=body.floors, new=True, once=once
        ),
        lambda row: (201, _sku(Sku.objects.all(), row.code, request.auth)),
    )


@router.get("/skus/{code}", response={200: SkuOut, **REFUSALS}, operation_id="get_sku")
def get_sku(request: ApiRequest, code: Plain) -> HttpResponse:
    """One sku with its prices."""
    require(request.auth, Perm.CATALOG_VIEW)
    return answer(encode(_sku(catalog.skus_visible_to(request.auth), code, request.auth)))


@router.patch("/skus/{code}", response={200: SkuOut, **REFUSALS}, operation_id="change_sku")
def patch_sku(request: ApiRequest, code: Plain, body: SkuPatch) -> HttpResponse:
    """Change what is given of a sku; prices replace those on the lists they name."""
    save_sku(body.value_object(code), _prices(body.prices), actor=request.auth, floors=body.floors, new=False)
    return answer(encode(_sku(Sku.objects.all(), code, request.auth)))


@router.get("/price-lists", response={200: PriceListPage, **REFUSALS}, operation_id="list_price_lists")
def get_price_lists(request: ApiRequest, query: Query[ListQuery]) -> HttpResponse:
    """Price lists."""
    require(request.auth, Perm.CATALOG_VIEW)
    rows = PriceList.objects.all()
    if query.q:
        rows = rows.filter(
            Q(code__istartswith=query.q) | Q(name__icontains=query.q) | Q(name_zh__icontains=query.q)
        )
    if query.active is not None:
        rows = rows.filter(is_active=query.active)
    page = page_by_id(rows, query.cursor, query.limit)
    return answer(
        encode({"items": [price_list_document(row) for row in page.items], "next_cursor": page.next_cursor})
    )


@router.post("/price-lists", response={201: PriceListOut, **REFUSALS}, operation_id="create_price_list")
def post_price_list(request: ApiRequest, body: PriceListIn) -> HttpResponse:
    """Make a price list in one currency, for everybody or one customer tier."""
    return do_once(
        request,
        request.auth,
        lambda once: create_price_list(**body.model_dump(), actor=request.auth, once=once),
        lambda row: (201, price_list_document(row)),
    )


def _prices(prices: list[PriceIn]) -> list[PriceInput]:
    return [PriceInput(**price.model_dump()) for price in prices]


def _product_row(request: ApiRequest, product_id: UUID) -> Product:
    rows = catalog.products_visible_to(request.auth).prefetch_related(*_PRODUCT_PARTS)
    row = rows.filter(pk=product_id).first()
    if row is None:
        raise NotFound("There is no such product.")
    return row


def _read_product(row: Product) -> Product:
    """A product just written, with its parts."""
    return Product.objects.select_related("category").prefetch_related(*_PRODUCT_PARTS).get(pk=row.pk)


def _sku(rows: QuerySet[Sku], code: str, actor: Actor) -> dict[str, Any]:
    row = catalog.complete_skus(rows.select_related("product")).filter(code=code).first()
    if row is None:
        raise NotFound(f"There is no sku {code!r}.")
    prices, floors = prices_of([row.pk]), floors_of([row.pk])
    return sku_document(row, prices.get(row.pk, []), floors.get(row.pk, {}), actor)
