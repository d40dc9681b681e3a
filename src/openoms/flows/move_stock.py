"""Goods received, adjusted and counted by hand, and what is kept back: each a movement with its reason, told of."""

from dataclasses import dataclass
from decimal import Decimal

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.errors import InvalidInput
from openoms.core.money import UNIT_PRICE_STEP, plain
from openoms.core.types import Actor
from openoms.domains.catalog.models import Sku
from openoms.domains.events.services import record
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.inventory import kinds
from openoms.domains.inventory import services as inventory
from openoms.domains.inventory.errors import NoSuchWarehouse
from openoms.domains.inventory.lots import LotName
from openoms.domains.inventory.models import Movement, Stock, Warehouse
from openoms.domains.inventory.states import MovementKind
from openoms.flows.steps import lots, moving

LARGEST = Decimal(1_000_000_000)


@dataclass(frozen=True, slots=True)
class Moved:
    """A row of stock after a movement; no movement where a count found what was known."""

    stock: Stock
    movement: Movement | None


@flow
def receive_stock(
    warehouse: str,
    sku: str,
    quantity: Decimal,
    reason: str = "",
    *,
    actor: Actor,
    lot: LotName | None = None,
    once: Once | None = None,
) -> Moved:
    """Goods arrived that nobody ordered here, of a lot where the sku tracks them. Raises InvalidInput, NoSuchWarehouse."""
    require(actor, Perm.STOCK_VIEW, Perm.STOCK_ADJUST)
    idempotency.begin(once)
    if quantity <= 0:
        raise InvalidInput("A receipt is of more than nothing.", field="quantity")
    stock = _row(warehouse, sku, quantity)
    lots.demand_named(stock, lot)
    moved = Moved(
        stock, moving.move(stock, quantity, MovementKind.RECEIPT, actor, now(), reason=_text(reason), lot=lot)
    )
    idempotency.finish(once, moved)
    return moved


@flow
def adjust_stock(
    warehouse: str,
    sku: str,
    quantity: Decimal,
    reason: str,
    *,
    actor: Actor,
    lot: LotName | None = None,
    once: Once | None = None,
) -> Moved:
    """Correct what is on hand by so much, more or less. Raises InvalidInput, NoSuchWarehouse, StockReserved, LotsShort."""
    require(actor, Perm.STOCK_VIEW, Perm.STOCK_ADJUST)
    idempotency.begin(once)
    if quantity == 0:
        raise InvalidInput("An adjustment changes something.", field="quantity")
    if not reason.strip():
        raise InvalidInput("Say why.", field="reason")
    stock = _row(warehouse, sku, quantity)
    lots.demand_named(stock, lot)
    moved = Moved(
        stock,
        moving.move(stock, quantity, MovementKind.ADJUSTMENT, actor, now(), reason=_text(reason), lot=lot),
    )
    idempotency.finish(once, moved)
    return moved


@flow
def count_stock(
    warehouse: str,
    sku: str,
    counted: Decimal,
    reason: str = "",
    *,
    actor: Actor,
    lot: LotName | None = None,
    once: Once | None = None,
) -> Moved:
    """So much was counted, of the lot where the sku tracks them.

    Raises InvalidInput, NoSuchWarehouse, StockReserved where orders keep more than that.
    """
    require(actor, Perm.STOCK_VIEW, Perm.STOCK_ADJUST)
    idempotency.begin(once)
    if counted < 0:
        raise InvalidInput("A count is of nothing or more.", field="counted")
    stock = _row(warehouse, sku, counted)
    lots.demand_named(stock, lot)
    found = counted - (lots.on_hand_of(stock, lot) if lot else stock.on_hand)
    movement = None
    if found:
        movement = moving.move(stock, found, MovementKind.COUNT, actor, now(), reason=_text(reason), lot=lot)
    moved = Moved(stock, movement)
    idempotency.finish(once, moved)
    return moved


@flow
def set_safety(warehouse: str, sku: str, safety: Decimal, *, actor: Actor) -> Stock:
    """Keep so much back from being promised. Raises InvalidInput, NoSuchWarehouse."""
    require(actor, Perm.STOCK_VIEW, Perm.STOCK_MANAGE)
    if safety < 0:
        raise InvalidInput("A safety stock is nothing or more.", field="safety")
    stock = _row(warehouse, sku, safety)
    if stock.safety != safety:
        before = stock.safety
        inventory.set_safety(stock, safety)
        data = {"sku": stock.sku.code, "warehouse": stock.warehouse.code}
        told = {"before": plain(before), "after": plain(safety)}
        record(actor, kinds.SAFETY_SET, stock.pk, data={**data, **told})
    return stock


def _row(warehouse: str, sku: str, quantity: Decimal) -> Stock:
    place = Warehouse.objects.filter(code=warehouse).first()
    if place is None:
        raise NoSuchWarehouse(warehouse)
    goods = Sku.objects.select_related("product").filter(code=sku).first()
    if goods is None:
        raise InvalidInput(f"There is no sku {sku!r}.", field="sku")
    if goods.product.kind == "service":
        raise InvalidInput("Services are not kept in stock.", field="sku")
    if abs(quantity) > LARGEST or quantity != quantity.quantize(UNIT_PRICE_STEP):
        raise InvalidInput(
            "A quantity has at most 6 decimals and lies within 1,000,000,000.", field="quantity"
        )
    return inventory.stock_row(place.pk, goods.pk)


def _text(reason: str) -> str:
    return reason.strip()[:300]
