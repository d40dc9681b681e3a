"""How production and purchase orders live, and what they use (pure)."""

from collections.abc import Mapping
from decimal import ROUND_UP, Decimal

from openoms.domains.supply.states import ProductionState, PurchaseState

ZERO = Decimal(0)
HUNDRED = Decimal(100)
SIX = Decimal("0.000001")

PRODUCTION_NEXT: Mapping[ProductionState, frozenset[ProductionState]] = {
    ProductionState.PLANNED: frozenset({ProductionState.RELEASED, ProductionState.STOPPED}),
    ProductionState.RELEASED: frozenset(
        {ProductionState.PLANNED, ProductionState.STARTED, ProductionState.STOPPED}
    ),
    ProductionState.STARTED: frozenset({ProductionState.DONE, ProductionState.STOPPED}),
    ProductionState.DONE: frozenset(),
    ProductionState.STOPPED: frozenset(),
}
PURCHASE_NEXT: Mapping[PurchaseState, frozenset[PurchaseState]] = {
    PurchaseState.DRAFT: frozenset({PurchaseState.SENT, PurchaseState.CANCELLED}),
    PurchaseState.SENT: frozenset(
        {PurchaseState.PARTLY_RECEIVED, PurchaseState.RECEIVED, PurchaseState.CANCELLED}
    ),
    # What was received stays; cancelling gives up the rest.
    PurchaseState.PARTLY_RECEIVED: frozenset({PurchaseState.RECEIVED, PurchaseState.CANCELLED}),
    PurchaseState.RECEIVED: frozenset(),
    PurchaseState.CANCELLED: frozenset(),
}
OPEN_PRODUCTION = frozenset({ProductionState.PLANNED, ProductionState.RELEASED, ProductionState.STARTED})
# Goods of these will arrive: a draft nobody has sent promises nothing.
OPEN_PURCHASE = frozenset({PurchaseState.SENT, PurchaseState.PARTLY_RECEIVED})


def may_become(current: ProductionState, target: ProductionState) -> bool:
    """Whether a production order may go from one state to another."""
    return target in PRODUCTION_NEXT[current]


def purchase_may_become(current: PurchaseState, target: PurchaseState) -> bool:
    """Whether a purchase order may go from one state to another."""
    return target in PURCHASE_NEXT[current]


def received_state(lines: Mapping[object, tuple[Decimal, Decimal]]) -> PurchaseState:
    """What receipts make of a sent purchase order; `lines` are (ordered, received) by key."""
    if all(received >= ordered for ordered, received in lines.values()):
        return PurchaseState.RECEIVED
    if any(received > 0 for _ordered, received in lines.values()):
        return PurchaseState.PARTLY_RECEIVED
    return PurchaseState.SENT


def with_scrap(quantity: Decimal, scrap_percent: Decimal) -> Decimal:
    """What must be taken so that `quantity` remains where a share of it is spoiled; rounded up to 6 decimals."""
    return (quantity * HUNDRED / (HUNDRED - scrap_percent)).quantize(SIX, ROUND_UP)


def minutes(set_up: Decimal, per_unit: Decimal, quantity: Decimal) -> Decimal:
    """How long an operation takes for a quantity."""
    return set_up + per_unit * quantity


def lot_size(needed: Decimal, minimum: Decimal, lot: Decimal) -> Decimal:
    """The least that can be ordered and covers `needed`: not below the minimum, in whole lots (0 is any quantity)."""
    quantity = max(needed, minimum)
    if lot <= 0:
        return quantity
    lots = (quantity / lot).to_integral_value(ROUND_UP)
    return lots * lot
