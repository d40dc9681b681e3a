"""Steps of changing prices on a list or under a contract: find it, write what is wanted, tell, have pricing read again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeAlias
from uuid import UUID

from openoms.core.errors import InvalidInput, NotFound
from openoms.core.types import Actor
from openoms.domains.catalog import kinds as catalog_kinds
from openoms.domains.catalog.models import Sku
from openoms.domains.events.services import record
from openoms.domains.pricing import kinds, list_services
from openoms.domains.pricing import services as pricing
from openoms.domains.pricing.list_services import Owner
from openoms.domains.pricing.models import Contract, PriceList
from openoms.domains.pricing.tiers import TierRow, Tiers, put, spelled
from openoms.flows.steps import catalogue

Kind: TypeAlias = Literal["list", "contract"]


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A price to be put; None takes the one away that begins there.

    `seen` is the price that stood there when somebody looked ("" for none); None was not looked at.
    """

    sku: str
    unit_price: Decimal | None
    min_quantity: Decimal = Decimal(1)
    valid_from: date | None = None
    valid_to: date | None = None
    seen: str | None = None

    def tier(self) -> TierRow:
        """The price itself."""
        return TierRow(self.unit_price, self.min_quantity, self.valid_from, self.valid_to)


def lock(kind: Kind, code: str) -> Owner:
    """The list or contract of that code, its row locked so that two who change its prices take turns. Raises NotFound."""
    model: Any = PriceList if kind == "list" else Contract
    found: Owner | None = model.objects.select_for_update(of=("self",)).filter(code=code).first()
    if found is None:
        what = "price list" if kind == "list" else "contract"
        raise NotFound(f"There is no {what} {code!r}.")
    return found


def write(owner: Owner, wanted: Mapping[UUID, Tiers], actor: Actor) -> set[UUID]:
    """Make these the prices of the skus there and tell of what changed; the skus, of which pricing must be told."""
    changes = list_services.write_tiers(owner, wanted)
    if not changes:
        return set()
    codes = dict(Sku.objects.filter(pk__in=[c.sku_id for c in changes]).values_list("pk", "code"))
    if isinstance(owner, Contract):
        # The contract's own event: what was agreed with one customer is not for all who see the sku.
        before = {f"prices:{codes[change.sku_id]}": change.before for change in changes}
        after = {f"prices:{codes[change.sku_id]}": change.after for change in changes}
        tell_contract(owner, before, after, actor)
        return set(codes)
    for change in changes:
        data = {"code": codes[change.sku_id], "list": owner.code}
        told = data | {"before": change.before, "after": change.after}
        record(actor, catalog_kinds.PRICES_SET, change.sku_id, data=told)
    return set(codes)


def have_known(owner: Owner, changed: Collection[UUID]) -> None:
    """Have pricing know what changed: of a list its skus, of a contract only that something did."""
    if isinstance(owner, PriceList):
        catalogue.reprice_skus(changed)
    elif changed:
        pricing.bump_version()


def put_all(owner: Owner, rows: Sequence[PriceRow], actor: Actor) -> set[UUID]:
    """Put every row, or refuse them all; the skus that changed. Raises InvalidInput with the row's place."""
    skus = dict(Sku.objects.filter(code__in={row.sku for row in rows}).values_list("code", "pk"))
    tiers = list_services.tiers_of(owner, skus.values())
    for index, row in enumerate(rows):
        if row.sku not in skus:
            raise InvalidInput(f"There is no sku {row.sku!r}.", field=("prices", index, "sku"))
        put(tiers[skus[row.sku]], row.tier(), ("prices", index), dated=not isinstance(owner, Contract))
    return write(owner, tiers, actor)


def standing(tiers: Tiers, row: PriceRow) -> str:
    """The price that begins where the row's does, with its days, as text; "" for none."""
    start = row.min_quantity, row.valid_from
    found = {key: price for key, price in tiers.items() if key == start}
    return " ".join(filter(None, spelled(found)[0][1:])) if found else ""


def tell_contract(row: Contract, before: Mapping[str, Any], after: Mapping[str, Any], actor: Actor) -> None:
    """Tell of what changed of a contract."""
    data = {
        "code": row.code,
        "customer": row.customer.code,
        "before": dict(before),
        "after": dict(after),
    }
    record(actor, kinds.CONTRACT_SAVED, row.pk, data=data)
