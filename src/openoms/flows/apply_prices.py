"""Changing prices of a list or a contract: many at once from a pasted or edited sheet, or all of one sku."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from openoms.core.db import flow
from openoms.core.errors import Conflict, DomainError, InvalidInput
from openoms.core.types import Actor
from openoms.domains.catalog.errors import NoSuch
from openoms.domains.catalog.models import Sku
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.pricing import list_services
from openoms.domains.pricing.models import Contract, PriceList
from openoms.domains.pricing.tiers import TierRow, Tiers, add, put
from openoms.flows.steps import catalogue, shelves
from openoms.flows.steps.rehearsal import Outcome, Rehearsed, RowResult
from openoms.flows.steps.shelves import Kind, PriceRow

MOST_ROWS = 5000


@dataclass(frozen=True, slots=True)
class PriceResult(RowResult):
    """What became of a row, and the price that stood there before ("" for none)."""

    before: str = ""


class StalePrice(Conflict):
    """Somebody changed the price since the difference was looked at."""

    code = "stale_price"

    def __init__(self, sku: str) -> None:
        super().__init__(f"Somebody changed the prices of {sku} meanwhile.", sku=sku)


def apply_prices(
    kind: Kind, code: str, rows: Sequence[PriceRow], *, actor: Actor, dry_run: bool = False
) -> Sequence[PriceResult]:
    """What became of each row, in order; refused ones are left out, `dry_run` keeps nothing. Raises NotFound, InvalidInput."""
    if len(rows) > MOST_ROWS:
        raise InvalidInput(f"A list has at most {MOST_ROWS} prices at once.", field="prices")
    try:
        return _apply(kind, code, rows, actor=actor, dry_run=dry_run)
    except Rehearsed as rehearsed:
        return [result for result in rehearsed.results if isinstance(result, PriceResult)]


@flow
def _apply(
    kind: Kind, code: str, rows: Sequence[PriceRow], *, actor: Actor, dry_run: bool
) -> Sequence[PriceResult]:
    require(actor, Perm.PRICE_EDIT)
    owner = shelves.lock(kind, code)
    skus = dict(Sku.objects.filter(code__in={row.sku for row in rows}).values_list("code", "pk"))
    tiers = list_services.tiers_of(owner, skus.values())
    results = [_take(row, skus, tiers, dated=kind == "list") for row in rows]
    shelves.have_known(owner, shelves.write(owner, tiers, actor))
    if dry_run:
        raise Rehearsed(results)
    return results


def _take(row: PriceRow, skus: dict[str, UUID], tiers: dict[UUID, Tiers], *, dated: bool) -> PriceResult:
    """Put one row among the tiers; the problem that refuses it otherwise."""
    if row.sku not in skus:
        return PriceResult(problem=NoSuch("sku", row.sku))
    own = tiers[skus[row.sku]]
    wanted = dict(own)
    before = shelves.standing(own, row)
    try:
        put(wanted, row.tier(), (), dated=dated)
        if wanted == own:
            return PriceResult(Outcome.SAME, before=before)
        if row.seen is not None and row.seen != before:
            raise StalePrice(row.sku)
    except DomainError as problem:
        return PriceResult(problem=problem, before=before)
    tiers[skus[row.sku]] = wanted
    return PriceResult(Outcome.CHANGED if before else Outcome.NEW, before=before)


@flow
def set_prices_of(
    kind: Kind,
    code: str,
    sku: str,
    rows: Sequence[TierRow],
    *,
    actor: Actor,
    floor: Decimal | None = None,
) -> None:
    """Make these all the prices of a sku on a list or under a contract; on a list `floor` too, None for no floor.

    Raises NotFound, InvalidInput with the row's place.
    """
    require(actor, Perm.PRICE_EDIT)
    owner = shelves.lock(kind, code)
    key = Sku.objects.filter(code=sku).values_list("pk", flat=True).first()
    if key is None:
        raise NoSuch("sku", sku)
    wanted: Tiers = {}
    for index, row in enumerate(rows):
        add(wanted, row, ("prices", index), dated=not isinstance(owner, Contract))
    changed = shelves.write(owner, {key: wanted}, actor)
    if isinstance(owner, PriceList) and catalogue.save_floors(
        Sku.objects.get(pk=key), {owner.code: floor}, actor
    ):
        changed.add(key)
    shelves.have_known(owner, changed)
