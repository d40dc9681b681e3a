"""May an order be cancelled, how far is it, and what is let go of with it (pure); the preview is this very quote.

Today's rule: the whole order, without a fee, until anything of it was shipped, delivered or performed.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from openoms.domains.orders.states import FulfilmentState, Stage, Status

ZERO = Decimal(0)
# How far the goods are → the stage of the clock that is reached with it; else nothing was begun yet.
_REACHED = {
    FulfilmentState.IN_PRODUCTION: Stage.PRODUCTION,
    FulfilmentState.PICKING: Stage.PICKING,
    FulfilmentState.PACKED: Stage.PACKING,
    FulfilmentState.PARTIALLY_SHIPPED: Stage.SHIPPING,
    FulfilmentState.SHIPPED: Stage.SHIPPING,
    FulfilmentState.DELIVERED: Stage.DELIVERY,
    FulfilmentState.PERFORMED: Stage.DELIVERY,
    FulfilmentState.RETURNED: Stage.DELIVERY,
}
# From there on goods are with the carrier or the customer: what is sent back is a return.
_GONE = {
    FulfilmentState.PARTIALLY_SHIPPED: "shipped",
    FulfilmentState.SHIPPED: "shipped",
    FulfilmentState.DELIVERED: "delivered",
    FulfilmentState.PERFORMED: "performed",
    FulfilmentState.RETURNED: "returned",
}
REFUSALS = ("cancelled", "completed", "shipped", "delivered", "performed", "returned")


@dataclass(frozen=True, slots=True)
class Kept:
    """Goods kept for the order at a warehouse."""

    warehouse: str
    sku: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Work:
    """What is made (`production`) or bought (`purchase`) for the order; what `is_begun` is told to stop, the rest shrinks."""

    kind: str
    number: str
    sku: str
    quantity: Decimal
    is_begun: bool


@dataclass(frozen=True, slots=True)
class Released:
    """What is let go of: goods, what is short (sku, how many), work, the steps of approval that are asked, kinds of holds,
    roles whose remarks wait, promotions given (with their coupon, "" without one), services that were to be performed
    by somebody (keys of people, "" for nobody), and whether the warehouse has the order.

    `paid` is not let go of: it stays on the customer's account.
    """

    goods: tuple[Kept, ...] = ()
    short: tuple[tuple[str, Decimal], ...] = ()
    work: tuple[Work, ...] = ()
    approval: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    offers: tuple[tuple[str, str], ...] = ()
    services: tuple[str, ...] = ()
    is_released: bool = False
    paid: Decimal = ZERO

    @property
    def shrinking(self) -> tuple[Work, ...]:
        """Work nobody has begun: it shrinks, or goes."""
        return tuple(work for work in self.work if not work.is_begun)


@dataclass(frozen=True, slots=True)
class CancellationFacts:
    """How an order stands. `is_performed`: something of it was; `awaits_payment`: it is kept from going on for its money."""

    status: str
    fulfilment_state: str
    is_performed: bool = False
    awaits_payment: bool = False
    released: Released = field(default_factory=Released)


@dataclass(frozen=True, slots=True)
class CancellationQuote:
    """Whether an order may be cancelled ("" is no `refusal`, else one of REFUSALS), its stage, and what is let go of."""

    refusal: str
    stage: Stage
    released: Released

    @property
    def is_allowed(self) -> bool:
        """Whether it may be cancelled."""
        return not self.refusal

    @property
    def stop_work(self) -> tuple[Work, ...]:
        """Begun work that departments are told to stop."""
        return tuple(work for work in self.released.work if work.is_begun)

    @property
    def departments(self) -> tuple[str, ...]:
        """The roles that hold a task on the order, each once: they are told."""
        kinds = {work.kind for work in self.released.work}
        found = ["warehouse"] if self.released.is_released else []
        found += ["production"] if "production" in kinds else []
        found += ["purchasing"] if "purchase" in kinds else []
        return tuple(dict.fromkeys([*found, *self.released.remarks]))


def quote(facts: CancellationFacts) -> CancellationQuote:
    """What cancelling an order now would be; one that may not be cancelled lets go of nothing."""
    refusal = _refusal(facts)
    return CancellationQuote(refusal, _stage(facts), Released() if refusal else facts.released)


def _refusal(facts: CancellationFacts) -> str:
    if facts.status in {Status.CANCELLED, Status.COMPLETED}:
        return str(facts.status)
    gone = _GONE.get(FulfilmentState(facts.fulfilment_state), "")
    return gone or ("performed" if facts.is_performed else "")


def _stage(facts: CancellationFacts) -> Stage:
    """The stage of the clock the order is at."""
    reached = _REACHED.get(FulfilmentState(facts.fulfilment_state))
    if reached is not None:
        return reached
    if facts.is_performed:
        return Stage.DELIVERY
    if facts.status == Status.DRAFT:
        return Stage.SUBMISSION
    if facts.status == Status.SUBMITTED:
        return Stage.APPROVAL
    if facts.awaits_payment:
        return Stage.PAYMENT
    begun = any(work.is_begun for work in facts.released.work)
    return Stage.PRODUCTION if begun else Stage.ALLOCATION
