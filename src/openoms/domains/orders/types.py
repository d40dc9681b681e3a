"""What the orders domain is told: frozen values."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from openoms.domains.orders.states import FulfilmentState, PaymentState, Status, Terms


@dataclass(frozen=True, slots=True)
class NewInstruction:
    """A remark for a role (`audience`, a role's code) at a stage."""

    text: str
    audience: str = "warehouse"
    stage: str = "packing"
    blocking: bool = False
    due: date | None = None


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order's head as it is to be written. `placed_at` is the original instant for history."""

    number: str
    channel: str
    external_id: str
    order_type: str
    customer_id: UUID
    created_by: UUID | None
    status: Status
    placed_at: datetime
    submitted_at: datetime | None
    ship_to: dict[str, Any]
    bill_to: dict[str, Any] | None = None
    terms: Terms = Terms.PREPAID
    requested_date: date | None = None
    historical: bool = False
    payment_state: PaymentState = PaymentState.UNPAID
    fulfilment_state: FulfilmentState = FulfilmentState.UNALLOCATED
    instructions: tuple[NewInstruction, ...] = ()
