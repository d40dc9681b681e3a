"""Steps of changing the catalogue: save, tell, and have pricing read again what it must."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from openoms.core.clock import now
from openoms.core.errors import InvalidInput
from openoms.core.money import CURRENCIES
from openoms.core.types import Actor
from openoms.domains.catalog import kinds
from openoms.domains.catalog import services as catalog
from openoms.domains.catalog.formula_rows import document_of
from openoms.domains.catalog.models import Category, Product, Sku
from openoms.domains.catalog.types import CategoryInput, FormulaInput, ProductInput, SkuInput
from openoms.domains.catalog.writing import Saved
from openoms.domains.events.kinds import EventKind
from openoms.domains.events.services import record
from openoms.domains.pricing import list_services as lists
from openoms.domains.pricing import services as pricing
from openoms.domains.pricing.documents import formula_from
from openoms.domains.pricing.errors import FormulaRefused
from openoms.domains.pricing.formulas import check_formula
from openoms.domains.pricing.types import Floors, PriceInput
from openoms.flows.steps import lots


def save_category(value: CategoryInput, actor: Actor, *, new: bool | None = None) -> Saved[Category]:
    """Save a category and tell of it; one that moved takes what lies beneath it to other promotions."""
    saved = catalog.save_category(value, new=new)
    _tell(kinds.CATEGORY_SAVED, saved, value.code, actor)
    if "parent" in saved.after and not saved.created:
        reprice_skus(catalog.skus_beneath(saved.row))
    return saved


def remove_category(code: str, actor: Actor) -> None:
    """Remove an empty category and tell of it."""
    row = catalog.remove_category(code)
    record(actor, kinds.CATEGORY_REMOVED, row.pk, data={"code": code, "name": row.name})


def save_product(value: ProductInput, actor: Actor, *, new: bool | None = None) -> Saved[Product]:
    """Save a product and tell of it; its skus are priced anew when their names or activity may have changed."""
    saved = catalog.save_product(value, new=new)
    _tell(kinds.PRODUCT_SAVED, saved, value.code, actor)
    if saved.changed and not saved.created:
        skus = list(Sku.objects.filter(product=saved.row).values_list("pk", flat=True))
        reprice_skus(skus)
    return saved


def save_sku(
    value: SkuInput,
    prices: Sequence[PriceInput],
    actor: Actor,
    *,
    new: bool | None = None,
    reprice: bool = True,
    floors: Floors | None = None,
) -> Saved[Sku]:
    """Save a sku with its prices on the lists named, its floors and its costs, and tell of what changed: all are part of it.

    Without `reprice` the caller calls `reprice_skus` for the changed ones before the flow ends.
    """
    if value.formula is not None:
        check(value.formula)
    saved = catalog.save_sku(value, new=new)
    _tell(kinds.SKU_SAVED, saved, value.code, actor)
    if "tracks_lots" in saved.after and not saved.created:
        lots.switch(saved.row, actor, now())
    changes = pricing.set_prices(saved.row, prices)
    for code, before, after in changes:
        data = {"code": saved.row.code, "list": code, "before": before, "after": after}
        record(actor, kinds.PRICES_SET, saved.row.pk, data=data)
    more: dict[str, Any] = {f"prices:{code}": after for code, _, after in changes}
    if floors:
        more |= {f"floor:{code}": p for code, p in save_floors(saved.row, floors, actor).items()}
    costs_before, costs_after = catalog.set_costs(saved.row, value.costs) if value.costs else ([], [])
    if costs_before or costs_after:
        # An event of their own: costs are not for everybody who may see the rest.
        cost_data = {"code": saved.row.code, "before": costs_before, "after": costs_after}
        record(actor, kinds.COSTS_SET, saved.row.pk, data=cost_data)
        more["costs"] = costs_after
    if reprice and (saved.changed or more):
        reprice_skus([saved.row.pk])
    return replace(saved, after={**saved.after, **more})


def save_floors(sku: Sku, floors: Floors, actor: Actor) -> dict[str, str | None]:
    """Say below which price no promotion takes the sku and tell of it; the floors that changed, by list.

    The caller calls `reprice_skus` where there are some.
    """
    before, after = lists.set_floors(sku, floors)
    if after:
        record(actor, kinds.FLOORS_SET, sku.pk, data={"code": sku.code, "before": before, "after": after})
    return after


def check(formula: FormulaInput) -> None:
    """Refuse a formula that could not price; raises FormulaRefused, which names the currency's text or an input."""
    if not formula.inputs and not formula.expressions:
        return
    document: Any = document_of(formula)
    if not formula.expressions:
        raise FormulaRefused("Write a formula.", field=("formula", "expressions"))
    for currency, text in formula.expressions:
        if currency not in CURRENCIES:
            raise InvalidInput(
                f"{currency!r} is not an ISO 4217 currency code.", field=("formula", "expressions", currency)
            )
        try:
            check_formula(formula_from(document["inputs"], {currency: text}))
        except FormulaRefused as error:
            at = "inputs" if error.problems[0].loc == ("inputs",) else "expressions"
            raise FormulaRefused(
                error.detail,
                field=("formula", at) if at == "inputs" else ("formula", at, currency),
                at=error.data.get("at"),
            ) from error


def reprice_skus(skus: Collection[UUID]) -> None:
    """Have pricing read these skus again."""
    if skus:
        catalog.mark_repriced(skus, pricing.bump_version())


def _tell(kind: EventKind, saved: Saved[Any], code: str, actor: Actor) -> None:
    if saved.changed:
        data = {"code": code, "before": dict(saved.before), "after": dict(saved.after)}
        record(actor, kind, saved.row.pk, data=data)
