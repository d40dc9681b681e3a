"""Changing a price list's head, and the contracts made with single customers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from openoms.core.db import flow
from openoms.core.errors import InvalidInput, NotFound
from openoms.core.money import step
from openoms.core.types import Actor
from openoms.domains.catalog.types import given
from openoms.domains.customers.models import Customer, CustomerTier
from openoms.domains.events.services import record
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.pricing import kinds
from openoms.domains.pricing import services as pricing
from openoms.domains.pricing.models import Contract, PriceList, PriceTier
from openoms.flows.steps import catalogue, shelves
from openoms.flows.steps.shelves import PriceRow


@dataclass(frozen=True, slots=True)
class PriceListChange:
    """What changes of a price list; None leaves a field as it is, an empty tier or day is none."""

    name: str | None = None
    name_zh: str | None = None
    tier: str | None = None
    tax_inclusive: bool | None = None
    priority: int | None = None
    is_active: bool | None = None
    tiering: str | None = None
    valid_from: date | Literal[""] | None = None
    valid_to: date | Literal[""] | None = None


@dataclass(frozen=True, slots=True)
class ContractInput:
    """A contract by its code; None leaves a field as it is. Customer and currency are those it was made with."""

    code: str
    customer: str | None = None
    currency: str | None = None
    name: str | None = None
    tax_inclusive: bool | None = None
    is_active: bool | None = None
    valid_from: date | Literal[""] | None = None
    valid_to: date | Literal[""] | None = None


@flow
def change_price_list(code: str, change: PriceListChange, *, actor: Actor) -> PriceList:
    """Change a price list's head; its currency stays. Raises NotFound, InvalidInput."""
    require(actor, Perm.PRICE_EDIT)
    row = shelves.lock("list", code)
    assert isinstance(row, PriceList), "a list was asked for"
    values = _values(change)
    if "tier" in values:
        values["tier_id"] = values.pop("tier") or None
        if values["tier_id"] and not CustomerTier.objects.filter(pk=values["tier_id"]).exists():
            raise InvalidInput(f"There is no customer tier {values['tier_id']!r}.", field="tier")
    before, after = _set(row, values)
    if not after:
        return row
    # A list that is off is in no offer: what is read again meanwhile loses its prices.
    prices = PriceTier.objects.filter(price_list=row) if "is_active" in after else PriceTier.objects.none()
    skus = set(prices.values_list("sku", flat=True))
    if skus:
        catalogue.reprice_skus(skus)
    else:
        pricing.bump_version()
    data = {"what": f"price list {code}", "before": before, "after": after}
    record(actor, kinds.RULES_CHANGED, row.pk, data=data)
    return row


@flow
def save_contract(
    value: ContractInput,
    prices: Sequence[PriceRow] = (),
    *,
    actor: Actor,
    new: bool | None = None,
    once: Once | None = None,
) -> Contract:
    """Make (`new`) or change a contract with a customer; `prices` are put over those that begin at their quantity.

    Raises NotFound, InvalidInput.
    """
    require(actor, Perm.PRICE_EDIT)
    idempotency.begin(once)
    row = Contract.objects.select_for_update(of=("self",)).filter(code=value.code).first()
    if new and row is not None:
        raise InvalidInput(f"There is a contract {value.code!r} already.", field="code")
    if new is False and row is None:
        raise NotFound(f"There is no contract {value.code!r}.")
    values = _values(value)
    customer, currency = values.pop("customer", None), values.pop("currency", None)
    created = row is None
    if row is None:
        step(currency or "")
        row = Contract(code=value.code, customer=_customer(customer or ""), currency=currency or "")
    before, after = _set(row, values, force=created)
    if created:
        before, after = {}, {"currency": row.currency, **after}
    if created or after:
        shelves.tell_contract(row, before, after, actor)
    repriced = bool(prices and shelves.put_all(row, prices, actor))
    if created or after or repriced:
        pricing.bump_version()
    idempotency.finish(once, row)
    return row


def _customer(code: str) -> Customer:
    """The customer of that code, or the one it was merged into."""
    found = Customer.objects.select_related("merged_into").filter(code=code).first()
    if found is None:
        raise InvalidInput(f"There is no customer {code!r}.", field="customer")
    return found.merged_into or found


def _values(value: Any) -> dict[str, Any]:
    """What was given, empty days as none."""
    values = given(value)
    return values | {name: values[name] or None for name in ("valid_from", "valid_to") if name in values}


def _set(
    row: PriceList | Contract, values: dict[str, Any], *, force: bool = False
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set and save what differs; (before, after) by field. Raises InvalidInput for days in the wrong order."""
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    before = {name: _plain(getattr(row, name)) for name in changed}
    for name, value in changed.items():
        setattr(row, name, value)
    if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
        raise InvalidInput("The last day comes before the first.", field="valid_to")
    if changed or force:
        row.save(force_insert=force, update_fields=None if force else list(changed))
    return before, {name: _plain(value) for name, value in changed.items()}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
