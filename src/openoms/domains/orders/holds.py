"""What keeps an order from a stage, who may say so and what ends it (pure)."""

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from openoms.core.errors import Conflict
from openoms.domains.orders.states import HoldKind, Stage, Status

# The stage each kind keeps an order from, where nobody says another.
DEFAULT_STAGE: Mapping[HoldKind, Stage] = {
    HoldKind.APPROVAL: Stage.APPROVAL,
    HoldKind.RISK: Stage.APPROVAL,
    HoldKind.PAYMENT: Stage.PAYMENT,
    HoldKind.CREDIT: Stage.PAYMENT,
    HoldKind.ADDRESS: Stage.ALLOCATION,
    HoldKind.STOCK: Stage.ALLOCATION,
    HoldKind.MANUAL: Stage.ALLOCATION,
    HoldKind.INSTRUCTION: Stage.PACKING,
}
# What people place and release; every other kind begins and ends with its cause.
BY_HAND = frozenset({HoldKind.MANUAL, HoldKind.ADDRESS, HoldKind.RISK})
CLOSED = frozenset({Status.COMPLETED, Status.CANCELLED})
_ORDER = {stage: position for position, stage in enumerate(Stage)}


class Blocking(Protocol):
    """A hold as far as blocking goes; `stage` is a Stage's code."""

    @property
    def stage(self) -> str: ...


H = TypeVar("H", bound=Blocking)


class SystemHold(Conflict):
    """A hold of that kind begins and ends with its cause; data names the kind."""

    code = "system_hold"

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"A hold of kind {kind} is placed and released by the system: {ENDS_WITH[HoldKind(kind)]}.",
            kind=kind,
        )


class OrderOnHold(Conflict):
    """Open holds keep the order from a stage; data names their kinds."""

    code = "on_hold"

    def __init__(self, number: str, stage: str, kinds: list[str]) -> None:
        super().__init__(
            f"Order {number} is on hold ({', '.join(kinds)}) and cannot pass {stage}.",
            stage=stage,
            holds=kinds,
        )


ENDS_WITH: Mapping[HoldKind, str] = {
    HoldKind.APPROVAL: "it ends when the approval is decided",
    HoldKind.PAYMENT: "it ends when the payment arrives",
    HoldKind.STOCK: "it ends when the goods are in stock",
    HoldKind.CREDIT: "it ends when the customer's credit suffices",
    HoldKind.INSTRUCTION: "it ends when the remark is acknowledged",
    HoldKind.ADDRESS: "it ends when the address is corrected or somebody says it is right",
    HoldKind.RISK: "it ends when somebody releases it",
    HoldKind.MANUAL: "it ends when somebody releases it",
}


def blocking(holds: Iterable[H], stage: Stage) -> list[H]:
    """Those of the open holds that keep an order from `stage`: of that stage or of one before it."""
    return [hold for hold in holds if _ORDER[Stage(hold.stage)] <= _ORDER[stage]]


def check_by_hand(kind: HoldKind) -> None:
    """Raise SystemHold for a kind people neither place nor release."""
    if kind not in BY_HAND:
        raise SystemHold(kind)
