"""The lifecycle of an order (pure)."""

from openoms.core.errors import Conflict
from openoms.domains.orders.states import Status

NEXT: dict[str, frozenset[str]] = {
    Status.DRAFT: frozenset({Status.SUBMITTED, Status.CANCELLED}),
    Status.SUBMITTED: frozenset({Status.DRAFT, Status.APPROVED, Status.CANCELLED}),
    Status.APPROVED: frozenset({Status.SUBMITTED, Status.COMPLETED, Status.CANCELLED}),
    Status.COMPLETED: frozenset(),
    Status.CANCELLED: frozenset(),
}


class IllegalMove(Conflict):
    """The order's status does not allow that."""

    code = "illegal_move"

    def __init__(self, number: str, status: str, target: str) -> None:
        super().__init__(
            f"Order {number} is {status}; it cannot become {target}.", current=status, target=target
        )


def check_move(number: str, status: str, target: str) -> None:
    """Raise IllegalMove unless `target` may follow `status`."""
    if target not in NEXT[status]:
        raise IllegalMove(number, status, target)


def next_actions(status: str, permissions: frozenset[str]) -> tuple[str, ...]:
    """The verbs that can be done now by somebody with `permissions`, most natural first."""
    verbs = {Status.DRAFT: ("submit",), Status.SUBMITTED: ("withdraw",)}.get(Status(status), ())
    return tuple(verb for verb in verbs if "order.submit" in permissions)
