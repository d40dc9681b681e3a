"""Reading the prices of a list or a contract for its page and for the sheet one takes away."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models import F, Q, QuerySet

from openoms.core.types import Actor
from openoms.domains.catalog.documents import spelled
from openoms.domains.catalog.models import Sku
from openoms.domains.catalog.queries import matching_skus, skus_visible_to
from openoms.domains.pricing.models import Contract, ContractPrice, PriceFloor, PriceList, PriceTier

Owner: TypeAlias = PriceList | Contract
COLUMNS = ("sku", "name", "min_quantity", "unit_price", "valid_from", "valid_to")
_MOST = 50_000


@dataclass(frozen=True, slots=True)
class ShownTier:
    """A price as a page shows it; `is_past` when its last day is over, `is_future` before its first."""

    min_quantity: Decimal
    unit_price: Decimal
    valid_from: date | None
    valid_to: date | None
    is_past: bool = False
    is_future: bool = False


def priced_skus(actor: Actor, owner: Owner, text: str = "") -> QuerySet[Sku]:
    """The skus that have a price there, narrowed by a search."""
    rows = skus_visible_to(actor)
    if text.strip():
        rows = matching_skus(rows, text)
    # A semi-join by key: the list is paged by the sku's code, and a sku has several prices.
    return rows.filter(pk__in=_rows(owner).order_by().values("sku"))


def contracts(text: str) -> QuerySet[Contract]:
    """Contracts of which each word is in the code, the name, or the customer's."""
    rows = Contract.objects.select_related("customer")
    for word in text.split():
        own = Q(code__icontains=word) | Q(name__icontains=word)
        rows = rows.filter(own | Q(customer__code__icontains=word) | Q(customer__name__icontains=word))
    return rows


def tiers(owner: Owner, skus: Collection[UUID], today: date) -> dict[UUID, list[ShownTier]]:
    """The prices of these skus there, by quantity and first day."""
    found: dict[UUID, list[ShownTier]] = defaultdict(list)
    dated = isinstance(owner, PriceList)
    order = ["min_quantity", F("valid_from").asc(nulls_first=True)] if dated else ["min_quantity"]
    for row in _rows(owner).filter(sku__in=skus).order_by(*order):
        since, until = (row.valid_from, row.valid_to) if dated else (None, None)
        found[row.sku_id].append(
            ShownTier(
                row.min_quantity, row.unit_price, since, until,
                is_past=until is not None and until < today, is_future=since is not None and since > today,
            )
        )  # fmt: skip
    return found


def floors(owner: Owner, skus: Collection[UUID]) -> dict[UUID, Decimal]:
    """The unit price no promotion goes below, of these skus on a list; a contract has none."""
    if isinstance(owner, Contract):
        return {}
    rows = PriceFloor.objects.filter(price_list=owner, sku__in=skus)
    return dict(rows.order_by().values_list("sku_id", "unit_price"))


def sheet(actor: Actor, owner: Owner, text: str = "") -> Iterator[list[str]]:
    """The cells of COLUMNS, a row for each price; up to 50,000."""
    wanted = priced_skus(actor, owner, text).order_by()
    rows = _rows(owner).filter(sku__in=wanted).select_related("sku__product")
    for row in rows.order_by("sku__code", "min_quantity")[:_MOST]:
        days = [getattr(row, name, None) for name in ("valid_from", "valid_to")]
        sku = row.sku
        yield [
            sku.code,
            " ".join(filter(None, [sku.product.name, sku.name])),
            spelled(row.min_quantity),
            spelled(row.unit_price),
            *(day.isoformat() if day else "" for day in days),
        ]


def contracts_of(customer: UUID) -> list[Contract]:
    """The contracts of a customer, by code."""
    return list(Contract.objects.filter(customer=customer).order_by("code"))


def _rows(owner: Owner) -> Any:
    if isinstance(owner, PriceList):
        return PriceTier.objects.filter(price_list=owner)
    return ContractPrice.objects.filter(contract=owner)
