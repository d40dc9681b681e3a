"""What the orders domain is told: frozen values."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from openoms.domains.orders.states import FulfilmentState, HoldKind, PaymentState, Stage, Status, Terms


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
    owner: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewHold:
    """A hold to be placed. `cause` is a code of what ends it, unique among the order's open holds of that kind."""

    kind: HoldKind
    stage: Stage
    cause: str
    reason: str = ""
    line: UUID | None = None


@dataclass(frozen=True, slots=True)
class PhraseInput:
    """A ready remark as it is to be kept."""

    text: str
    text_zh: str
    audience: str
    stage: Stage
    blocking: bool = False


@dataclass(frozen=True, slots=True)
class CreditFacts:
    """What a customer may owe, and owes: `exposure` in `currency`, the limit's; no `limit` is no bound.

    `terms` and `days` are those agreed, "" and None where nothing was. `overdue` says that something is past its due date.
    """

    customer_id: UUID
    terms: str = ""
    limit: Decimal | None = None
    currency: str = ""
    days: int | None = None
    exposure: Decimal = Decimal(0)
    overdue: bool = False
