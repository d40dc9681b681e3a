"""The lifecycle of an order (pure)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from openoms.core.errors import Conflict
from openoms.domains.orders.errors import NotADraft, QuotationExpired
from openoms.domains.orders.states import FulfilmentState, Status

NEXT: dict[str, frozenset[str]] = {
    Status.DRAFT: frozenset({Status.SUBMITTED, Status.CANCELLED}),
    Status.SUBMITTED: frozenset({Status.DRAFT, Status.APPROVED, Status.CANCELLED}),
    Status.APPROVED: frozenset({Status.DRAFT, Status.SUBMITTED, Status.COMPLETED, Status.CANCELLED}),
    Status.COMPLETED: frozenset(),
    Status.CANCELLED: frozenset(),
}

_NOT_BEGUN = {FulfilmentState.UNALLOCATED, FulfilmentState.BACKORDERED, FulfilmentState.ALLOCATED}
_NEEDS = {
    "submit": "order.submit",
    "withdraw": "order.submit",
    "edit": "order.create",
    "quote": "order.create",
    "cancel": "order.cancel",
    "split": "order.split",
}
_LEFT = {
    FulfilmentState.PARTIALLY_SHIPPED,
    FulfilmentState.SHIPPED,
    FulfilmentState.DELIVERED,
    FulfilmentState.PERFORMED,
    FulfilmentState.RETURNED,
}


class IllegalMove(Conflict):
    """The order's status does not allow that."""

    code = "illegal_move"

    def __init__(self, number: str, status: str, target: str) -> None:
        super().__init__(
            f"Order {number} is {status}; it cannot become {target}.", current=status, target=target
        )


def earliest_today(now: datetime) -> date:
    """The day it is where it is still earliest: only what lies before it is past for everybody."""
    return now.astimezone(ZoneInfo("Etc/GMT+12")).date()


def check_move(number: str, status: str, target: str) -> None:
    """Raise IllegalMove unless `target` may follow `status`."""
    if target not in NEXT[status]:
        raise IllegalMove(number, status, target)


def check_draft(number: str, status: str) -> None:
    """Raise NotADraft unless the order's content may be replaced as it is."""
    if status != Status.DRAFT:
        raise NotADraft(number, status)


def check_quotation(number: str, valid_until: date | None, today: date) -> None:
    """Raise QuotationExpired when a quotation's last day is over; `today` is the firm's."""
    if valid_until is not None and valid_until < today:
        raise QuotationExpired(number, valid_until)


def is_begun(fulfilment_state: str) -> bool:
    """Whether somebody has laid hands on an order: goods that are only kept for it can be let go of."""
    return fulfilment_state not in _NOT_BEGUN


def check_withdrawal(number: str, status: str, fulfilment_state: str) -> None:
    """Raise IllegalMove for an order that cannot become a draft again: one that somebody has begun to carry out."""
    check_move(number, status, Status.DRAFT)
    if is_begun(fulfilment_state):
        raise IllegalMove(number, status, Status.DRAFT)


def next_actions(status: str, fulfilment_state: str, permissions: frozenset[str]) -> tuple[str, ...]:
    """The verbs that can be done now by somebody with `permissions`, most natural first."""
    verbs = {
        Status.DRAFT: ("submit", "edit", "quote"),
        Status.SUBMITTED: ("withdraw",),
        Status.APPROVED: () if is_begun(fulfilment_state) else ("withdraw", "split"),
    }.get(Status(status), ())
    if Status.CANCELLED in NEXT[status] and fulfilment_state not in _LEFT:
        verbs = (*verbs, "cancel")
    return tuple(verb for verb in verbs if _NEEDS[verb] in permissions)
