"""Steps of an order that is submitted: the holds its terms ask for, the approval it needs, its release; and back."""

from collections.abc import Sequence
from datetime import datetime

from openoms.core.clock import now
from openoms.core.types import Actor
from openoms.domains.approvals import kinds as approval_kinds
from openoms.domains.approvals import process
from openoms.domains.approvals.process import Request, RequestState
from openoms.domains.events.services import record
from openoms.domains.orders import kinds, rules
from openoms.domains.orders import services as orders
from openoms.domains.orders.holds import blocking
from openoms.domains.orders.models import Hold, Order
from openoms.domains.orders.states import HoldKind, Stage, Status
from openoms.domains.orders.types import CreditFacts
from openoms.flows.steps import allocating, approving, holds, paying, releasing, weighing
from openoms.flows.steps.approving import Open, Wanted


def submit(order: Order, credit: CreditFacts | None, actor: Actor, note: str = "") -> None:
    """Submit a locked draft and tell of it; `credit` is what its locked customer may owe.

    Raises OrderOnHold, IllegalMove, QuotationExpired.
    """
    if order.status != Status.DRAFT:
        raise rules.IllegalMove(order.number, order.status, Status.SUBMITTED)
    holds.demand_free(order, Stage.SUBMISSION)
    instant = now()
    rules.check_quotation(order.number, order.quote_valid_until, rules.earliest_today(instant))
    orders.move(order, Status.SUBMITTED, instant)
    record(actor, kinds.ORDER_SUBMITTED, order.id, data={"number": order.number, "revision": order.revision})
    allocating.allocate(order, actor, instant)
    arrive(order, weighing.weigh_order(order, credit, note), credit, actor, instant)


def arrive(
    order: Order,
    wanted: Wanted,
    credit: CreditFacts | None,
    actor: Actor,
    at: datetime,
    *,
    fresh: bool = False,
    held: Sequence[Hold] = (),
) -> list[Hold]:
    """Hold a submitted order for its terms, ask for the approval it needs, or approve it; the holds it then has.

    `fresh` is one being placed, which has the holds `held` so far; of another they are not returned.
    """
    raised = [*held, *paying.term_holds(order, credit, actor, at, fresh=fresh)]
    if wanted.requirement.steps:
        asked = approving.request(order, wanted, actor, at, fresh=fresh)
        if asked is not None:
            return [*raised, asked]
    approve(order, actor, at, fresh=fresh, held=raised, automatic=not wanted.requirement.steps)
    return raised


def approve(
    order: Order,
    actor: Actor,
    at: datetime,
    *,
    automatic: bool = False,
    fresh: bool = False,
    held: Sequence[Hold] = (),
) -> None:
    """Approve a submitted, locked order, tell what it still waits for, and release it when that is nothing."""
    orders.move(order, Status.APPROVED, at, fresh=fresh)
    keeping = blocking(held if fresh else holds.of_order(order), Stage.ALLOCATION)
    data = {"number": order.number, "revision": order.revision, "automatic": automatic}
    waits = sorted({str(HoldKind(hold.kind)) for hold in keeping})
    record(actor, kinds.ORDER_APPROVED, order.id, data={**data, "waits_for": waits})
    releasing.release_if_free(order, actor, at, fresh=fresh, held=held)


def follow(found: Open, after: Request, actor: Actor, at: datetime, reason: str = "", name: str = "") -> None:
    """What a decision on a locked request brings about: the next step's turn, the order approved, or a draft again.

    `reason` and the step's `name` are told of a rejection.
    """
    order = found.order
    if after.state == RequestState.APPROVED:
        approving.tell_granted(order, found.row, actor)
        approving.settle(order, actor)
        approve(order, actor, at)
    elif after.state == RequestState.REJECTED:
        data = {"number": order.number, "request": str(found.row.id), "name": name, "reason": reason}
        requester = str(found.row.requester_id or "")
        record(actor, approval_kinds.APPROVAL_REJECTED, order.id, data={**data, "requester": requester})
        take_back(order, actor, at)
    elif process.is_next(found.value, after):
        approving.tell_opened(order, found.row, found.steps, after, actor)


def take_back(order: Order, actor: Actor, at: datetime) -> None:
    """Make a locked order a draft again: taken back from the warehouse, its approval and terms ask nothing any longer.

    Raises IllegalMove.
    """
    rules.check_withdrawal(order.number, order.status, order.fulfilment_state)
    releasing.recall(order, actor)
    orders.move(order, Status.DRAFT, at)
    approving.end(order, actor, at)
    paying.end_term_holds(order, actor)
    allocating.free(order, actor, at, "")


def review(order: Order, credit: CreditFacts | None, actor: Actor, at: datetime) -> None:
    """Look again at a locked order under way that was changed: steps whose facts changed are asked anew, the others stand."""
    if order.historical or order.status not in {Status.SUBMITTED, Status.APPROVED}:
        return
    wanted = weighing.weigh_order(order, credit)
    if approving.stands(order, wanted):
        return
    approving.end(order, actor, at)
    if order.status == Status.APPROVED:
        releasing.recall(order, actor)
        orders.move(order, Status.SUBMITTED, at)
    if wanted.requirement.steps and approving.request(order, wanted, actor, at) is not None:
        return
    approve(order, actor, at, automatic=not wanted.requirement.steps)
