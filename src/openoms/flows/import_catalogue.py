"""Taking a batch of catalogue rows: each makes or changes a sku with its product, categories and prices, or is refused."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from openoms.core import db
from openoms.core.db import flow
from openoms.core.errors import DomainError
from openoms.core.types import Actor
from openoms.domains.catalog.types import CategoryInput, ProductInput, SkuInput
from openoms.domains.events.services import record
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.pricing import kinds
from openoms.domains.pricing import services as pricing
from openoms.domains.pricing.models import PriceList
from openoms.domains.pricing.types import PriceInput
from openoms.flows.steps import catalogue
from openoms.flows.steps.rehearsal import Outcome, Rehearsed, RowResult


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """A sku and what it needs; `categories` parents first."""

    product: ProductInput
    sku: SkuInput
    categories: Sequence[CategoryInput] = ()
    prices: Sequence[PriceInput] = ()


@dataclass(frozen=True, slots=True)
class PriceListTerms:
    """The price list the rows' prices belong to, made when missing."""

    code: str
    currency: str
    name: str
    tax_inclusive: bool


def import_catalogue(
    rows: Sequence[CatalogueRow], price_list: PriceListTerms | None, *, actor: Actor, dry_run: bool = False
) -> Sequence[RowResult]:
    """What became of each row, in order; `dry_run` keeps nothing. Raises InvalidInput for a list in another currency."""
    try:
        return _import(rows, price_list, actor=actor, dry_run=dry_run)
    except Rehearsed as rehearsed:
        return rehearsed.results


@flow
def _import(
    rows: Sequence[CatalogueRow], price_list: PriceListTerms | None, *, actor: Actor, dry_run: bool
) -> Sequence[RowResult]:
    require(actor, Perm.ORDER_IMPORT, Perm.CATALOG_EDIT)
    if price_list is not None or any(row.prices for row in rows):
        require(actor, Perm.PRICE_EDIT)
    if any(row.sku.costs for row in rows):
        require(actor, Perm.COST_VIEW)
    if price_list is not None:
        _ensure_list(price_list, actor)
    batch = _Batch()
    results = [_take(row, batch, actor) for row in rows]
    catalogue.reprice_skus(batch.repriced)
    if dry_run:
        raise Rehearsed(results)
    return results


@dataclass(slots=True)
class _Batch:
    """What earlier rows said of categories and products, and the skus pricing must read again."""

    settled: set[CategoryInput | ProductInput] = field(default_factory=set)
    repriced: set[UUID] = field(default_factory=set)


def _take(row: CatalogueRow, batch: _Batch, actor: Actor) -> RowResult:
    """Save what the row holds, but for what an earlier row said already."""
    settled = batch.settled
    try:
        with db.part():
            saved = [catalogue.save_category(c, actor) for c in row.categories if c not in settled]
            products = [catalogue.save_product(row.product, actor)] if row.product not in settled else []
            sku = catalogue.save_sku(row.sku, row.prices, actor, reprice=False)
    except DomainError as problem:
        return RowResult(problem=problem)
    settled.update(row.categories)
    settled.add(row.product)
    if sku.changed:
        batch.repriced.add(sku.row.pk)
    if sku.created:
        return RowResult(Outcome.NEW)
    changed = sku.changed or any(p.changed for p in products) or any(c.changed for c in saved)
    return RowResult(Outcome.CHANGED if changed else Outcome.SAME)


def _ensure_list(terms: PriceListTerms, actor: Actor) -> None:
    existed = PriceList.objects.filter(code=terms.code).exists()
    row = pricing.price_list(terms.code, terms.currency, name=terms.name, tax_inclusive=terms.tax_inclusive)
    if existed:
        return
    pricing.bump_version()
    after = {"currency": row.currency, "tax_inclusive": row.tax_inclusive}
    record(
        actor,
        kinds.RULES_CHANGED,
        row.pk,
        data={"what": f"price list {row.code}", "before": {}, "after": after},
    )
