"""Writing the prices of a list or a contract, and the unit prices no promotion goes below."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID

from openoms.core.db import require_atomic
from openoms.core.errors import InvalidInput
from openoms.core.money import UNIT_PRICE_STEP
from openoms.domains.catalog.models import Sku
from openoms.domains.pricing.models import Contract, ContractPrice, PriceFloor, PriceList, PriceTier
from openoms.domains.pricing.tiers import LARGEST, Tiers, spelled
from openoms.domains.pricing.types import Floors

Owner: TypeAlias = PriceList | Contract


@dataclass(frozen=True, slots=True)
class TierChange:
    """What became of a sku's prices, as tiers.spelled has them."""

    sku_id: UUID
    before: list[Any]
    after: list[Any]


def tiers_of(owner: Owner, skus: Collection[UUID]) -> dict[UUID, Tiers]:
    """The prices that each of these skus has there; all of them, those without any empty."""
    found: dict[UUID, Tiers] = {sku: {} for sku in skus}
    for row in _rows(owner).filter(sku__in=skus):
        found[row.sku_id][row.min_quantity, getattr(row, "valid_from", None)] = (
            row.unit_price,
            getattr(row, "valid_to", None),
        )
    return found


def write_tiers(owner: Owner, wanted: Mapping[UUID, Tiers]) -> list[TierChange]:
    """Make these all the prices that the skus have there; what changed, by sku."""
    require_atomic()
    before = tiers_of(owner, wanted)
    changed = [sku for sku, tiers in wanted.items() if before[sku] != tiers]
    if any(before[sku] for sku in changed):
        _rows(owner).filter(sku__in=changed).delete()
    if isinstance(owner, PriceList):
        PriceTier.objects.bulk_create(
            PriceTier(
                price_list=owner, sku_id=sku, min_quantity=quantity, unit_price=price,
                valid_from=since, valid_to=until,
            )
            for sku in changed
            for (quantity, since), (price, until) in wanted[sku].items()
        )  # fmt: skip
    else:
        ContractPrice.objects.bulk_create(
            ContractPrice(contract=owner, sku_id=sku, min_quantity=quantity, unit_price=price)
            for sku in changed
            for (quantity, _), (price, _) in wanted[sku].items()
        )
    return [TierChange(sku, spelled(before[sku]), spelled(wanted[sku])) for sku in changed]


def set_floors(sku: Sku, floors: Floors) -> tuple[dict[str, str | None], dict[str, str | None]]:
    """Say below which unit price no promotion takes the sku on a list; (before, after) of the lists that changed.

    Raises InvalidInput for an unknown list or a price out of range.
    """
    require_atomic()
    lists = {row.code: row for row in PriceList.objects.filter(code__in=floors)}
    rows = PriceFloor.objects.filter(sku=sku, price_list__in=lists.values())
    there = dict(rows.values_list("price_list__code", "unit_price"))
    before: dict[str, str | None] = {}
    after: dict[str, str | None] = {}
    for code, price in floors.items():
        if code not in lists:
            raise InvalidInput(f"There is no price list {code!r}.", field=("floors", code))
        if price is not None and not 0 <= price <= LARGEST:
            raise InvalidInput("A unit price lies between 0 and 999,999,999,999.", field=("floors", code))
        wanted = None if price is None else price.quantize(UNIT_PRICE_STEP)
        if wanted == there.get(code):
            continue
        before[code], after[code] = _plain(there.get(code)), _plain(wanted)
        if wanted is None:
            rows.filter(price_list=lists[code]).delete()
        else:
            PriceFloor.objects.update_or_create(
                sku=sku, price_list=lists[code], defaults={"unit_price": wanted}
            )
    return before, after


def _rows(owner: Owner) -> Any:
    if isinstance(owner, PriceList):
        return PriceTier.objects.filter(price_list=owner)
    return ContractPrice.objects.filter(contract=owner)


def _plain(price: Decimal | None) -> str | None:
    return None if price is None else f"{price.normalize():f}"
