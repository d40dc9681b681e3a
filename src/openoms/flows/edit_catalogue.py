"""Changing the catalogue: categories, products, skus with their prices."""

from collections.abc import Sequence

from openoms.core.db import flow
from openoms.core.types import Actor
from openoms.domains.catalog.models import Category, Product, Sku
from openoms.domains.catalog.types import CategoryInput, ProductInput, SkuInput
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.pricing.types import Floors, PriceInput
from openoms.flows.steps import catalogue


@flow
def save_category(
    value: CategoryInput, *, actor: Actor, new: bool | None = None, once: Once | None = None
) -> Category:
    """Make (`new`) or change a category."""
    require(actor, Perm.CATALOG_EDIT)
    idempotency.begin(once)
    row = catalogue.save_category(value, actor, new=new).row
    idempotency.finish(once, row)
    return row


@flow
def remove_category(code: str, *, actor: Actor) -> None:
    """Remove a category that nothing lies in. Raises NoSuch, InUse."""
    require(actor, Perm.CATALOG_EDIT)
    catalogue.remove_category(code, actor)


@flow
def save_product(
    value: ProductInput, *, actor: Actor, new: bool | None = None, once: Once | None = None
) -> Product:
    """Make (`new`) or change a product."""
    require(actor, Perm.CATALOG_EDIT)
    idempotency.begin(once)
    row = catalogue.save_product(value, actor, new=new).row
    idempotency.finish(once, row)
    return row


@flow
def save_sku(
    value: SkuInput,
    prices: Sequence[PriceInput] = (),
    *,
    actor: Actor,
    floors: Floors | None = None,
    new: bool | None = None,
    once: Once | None = None,
) -> Sku:
    """Make (`new`) or change a sku; prices replace those on the lists they name and need the permission to, as floors do.

    Costs need the permission to see them.
    """
    require(actor, Perm.CATALOG_EDIT)
    if prices or floors or value.formula is not None:
        require(actor, Perm.PRICE_EDIT)
    if value.costs:
        require(actor, Perm.COST_VIEW)
    idempotency.begin(once)
    row = catalogue.save_sku(value, prices, actor, new=new, floors=floors).row
    idempotency.finish(once, row)
    return row
