"""Applying a sheet of skus brought back: each row changes its sku or is refused; a stale one is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from openoms.core import db
from openoms.core.db import flow
from openoms.core.errors import DomainError
from openoms.core.types import Actor
from openoms.domains.catalog.errors import NoSuch, StaleRow
from openoms.domains.catalog.models import Sku
from openoms.domains.catalog.types import SkuInput
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.pricing.types import PriceInput
from openoms.flows.steps import catalogue
from openoms.flows.steps.rehearsal import Outcome, Rehearsed, RowResult

BATCH = 500


@dataclass(frozen=True, slots=True)
class SheetRow:
    """What a row changes; `version` is the sku's when the sheet was taken away."""

    sku: SkuInput
    version: int
    prices: tuple[PriceInput, ...] = ()


def apply_sheet(rows: Sequence[SheetRow], *, actor: Actor, dry_run: bool = False) -> list[RowResult]:
    """What became of each row, in order, one transaction for each BATCH; `dry_run` keeps nothing.

    Safe to repeat: a row whose changes are there already is the same, however old its version.
    """
    results: list[RowResult] = []
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        try:
            results += _apply(batch, actor=actor, dry_run=dry_run)
        except Rehearsed as rehearsed:
            results += rehearsed.results
    return results


@flow
def _apply(rows: Sequence[SheetRow], *, actor: Actor, dry_run: bool) -> list[RowResult]:
    require(actor, Perm.CATALOG_EDIT)
    if any(row.prices for row in rows):
        require(actor, Perm.PRICE_EDIT)
    if any(row.sku.costs for row in rows):
        require(actor, Perm.COST_VIEW)
    changed: set[UUID] = set()
    # In the order of their keys, so that two sheets at once wait for each other instead of locking up.
    order = dict(Sku.objects.filter(code__in=[r.sku.code for r in rows]).values_list("code", "pk"))
    ranked = sorted(range(len(rows)), key=lambda i: str(order.get(rows[i].sku.code, "")))
    results = {index: _take(rows[index], actor, changed) for index in ranked}
    catalogue.reprice_skus(changed)
    told = [results[index] for index in range(len(rows))]
    if dry_run:
        raise Rehearsed(told)
    return told


def _take(row: SheetRow, actor: Actor, changed: set[UUID]) -> RowResult:
    try:
        with db.part():
            there = Sku.objects.select_for_update().filter(code=row.sku.code).first()
            if there is None:
                raise NoSuch("sku", row.sku.code)
            saved = catalogue.save_sku(row.sku, row.prices, actor, new=False, reprice=False)
            if saved.changed and there.book_version != row.version:
                raise StaleRow(row.sku.code)
    except DomainError as problem:
        return RowResult(problem=problem)
    if saved.changed:
        changed.add(saved.row.pk)
    return RowResult(Outcome.CHANGED if saved.changed else Outcome.SAME)
