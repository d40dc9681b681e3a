"""Steps of approval: what an order that is submitted needs, asking for it, and what a decision brings about."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from openoms.core import db
from openoms.core.types import Actor
from openoms.domains.approvals import kinds, process, queries
from openoms.domains.approvals import services as approvals
from openoms.domains.approvals.fact_documents import digest_of
from openoms.domains.approvals.models import ApprovalRequest, ApprovalStep
from openoms.domains.approvals.process import (
    Request,
    RequestState,
    Step,
    StepState,
    begin,
    taken_over,
    withdraw,
)
from openoms.domains.approvals.rules import OrderFacts, Requirement
from openoms.domains.approvals.services import NewRequest
from openoms.domains.customers.models import Customer
from openoms.domains.events.services import record
from openoms.domains.orders.models import Hold, Order
from openoms.domains.orders.states import HoldKind, Stage
from openoms.domains.orders.types import NewHold
from openoms.flows.steps import holds, office

CAUSE = "approval:request"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an order needs, and what it looked like to the rules; `note` is the requester's to those who decide."""

    requirement: Requirement
    facts: OrderFacts
    note: str = ""


@dataclass(frozen=True, slots=True)
class Open:
    """A pending request of a locked order with its rows, and as process.py knows it."""

    order: Order
    row: ApprovalRequest
    steps: Sequence[ApprovalStep]
    value: Request

    @property
    def open_row(self) -> ApprovalStep:
        """The row of the step that can be decided."""
        return next(row for row in self.steps if row.state == StepState.OPEN)


def request(order: Order, wanted: Wanted, actor: Actor, at: datetime, *, fresh: bool = False) -> Hold | None:
    """Ask for what a submitted, locked order needs and hold it until then; the hold, None where all was agreed before.

    What the same people agreed to on the same facts stands; an order being placed (`fresh`) has nothing before it.
    """
    steps = _steps(order, wanted, actor)
    before = None if fresh else queries.latest_of(order.id)
    if before is None:
        value = begin(actor.user_id, steps)
    else:
        known = queries.value_of(before, queries.steps_of(before))
        value = taken_over(replace(known, requester=actor.user_id), steps)
    new = NewRequest(order.id, order.revision, value, wanted.requirement, wanted.facts, wanted.note)
    row, step_rows = approvals.create(new, at, office.calendar())
    names = [needed.step.name for needed in wanted.requirement.steps]
    data = {"number": order.number, "revision": order.revision, "request": str(row.id)}
    rules = [reason.rule for reason in wanted.requirement.reasons]
    record(actor, kinds.APPROVAL_REQUESTED, order.id, data={**data, "rules": rules, "steps": names})
    if value.state == RequestState.APPROVED:
        tell_granted(order, row, actor)
        return None
    new_hold = NewHold(HoldKind.APPROVAL, Stage.APPROVAL, CAUSE, " → ".join(names)[:500])
    hold = holds.raise_hold(order, new_hold, actor, at, fresh=fresh)
    tell_opened(order, row, step_rows, value, actor)
    return hold


def stands(order: Order, wanted: Wanted) -> bool:
    """Whether what a locked order needs is what was asked for it, or agreed, already: nobody need look again."""
    before = queries.latest_of(order.id)
    live = before is not None and before.state in (RequestState.PENDING, RequestState.APPROVED)
    if before is None or not live:
        return not wanted.requirement.steps
    reasons = wanted.requirement.reasons
    needed = {digest_of(one, reasons) for one in wanted.requirement.steps}
    asked = {row.digest for row in before.steps.all()}
    return needed == asked or (before.state == RequestState.APPROVED and needed <= asked)


def end(order: Order, actor: Actor, at: datetime) -> None:
    """Take back what a locked order's pending request asks, and let go of it; nothing where none is pending."""
    found = pending(order)
    if found is not None:
        told = {
            str(user)
            for row in found.steps
            for seat in row.seats.all()
            if seat.is_open
            for user in [seat.user_id]
        }
        save(found, withdraw(found.value), at)
        data = {"number": order.number, "request": str(found.row.id), "people": sorted(told)}
        record(actor, kinds.APPROVAL_WITHDRAWN, order.id, data=data)
    settle(order, actor)


def settle(order: Order, actor: Actor) -> None:
    """Let a locked order go that was held for its approval."""
    holds.settle(order, CAUSE, actor)


def pending(order: Order) -> Open | None:
    """The pending request of a locked order, itself locked."""
    row = approvals.lock_pending(order.id)
    if row is None:
        return None
    steps = queries.steps_of(row)
    return Open(order, row, steps, queries.value_of(row, steps))


def refreshed(found: Open, after: Request) -> Request:
    """The request with the people its newly opened step asks today: roles have changed hands since it was asked for."""
    while process.is_next(found.value, after):
        step = after.open_step
        assert step is not None, "the next step is open"
        people, above = people_now(found.order, found.row.requester_id, step)
        if (people, above) == (step.people, step.above):
            return after
        again = process.asked_again(after, people, above)
        if process.is_next(after, again):
            after = again
            continue
        return again
    return after


def people_now(order: Order, requester: UUID | None, step: Step) -> tuple[frozenset[UUID], frozenset[UUID]]:
    """Whom a step asks as things are, and the next authority: administrators where there is nobody else."""
    owner = _customer_owner(order.customer_id) if step.rule.owner else None
    [asked] = queries.people_of([step.rule], requester, owner)
    alone = frozenset({requester}) if requester else frozenset[UUID]()
    instead = frozenset[UUID]() if asked - alone else queries.administrators() - alone
    return asked - alone, step.above | instead


def save(found: Open, after: Request, at: datetime) -> None:
    """Bring the rows of a locked request to its next value."""
    approvals.save(found.row, found.steps, found.value, after, at, office.calendar())


def tell_opened(
    order: Order, row: ApprovalRequest, steps: Sequence[ApprovalStep], value: Request, actor: Actor
) -> None:
    """Tell those whose turn it is."""
    for step_row, step in zip(steps, value.steps, strict=True):
        if step.state == StepState.OPEN:
            data = told(order, row, step_row) | {
                "people": sorted(map(str, step.waiting_for)),
                "due": step_row.due_at.isoformat() if step_row.due_at else "",
            }
            record(actor, kinds.STEP_OPENED, order.id, data=data)


def tell_granted(order: Order, row: ApprovalRequest, actor: Actor) -> None:
    """Tell whoever asked that all agreed."""
    data = {"number": order.number, "request": str(row.id), "requester": str(row.requester_id or "")}
    record(actor, kinds.APPROVAL_GRANTED, order.id, data=data)


def told(order: Order, row: ApprovalRequest, step: ApprovalStep) -> dict[str, object]:
    """What an event of a step names."""
    return {"number": order.number, "request": str(row.id), "step": str(step.id), "name": step.name}


def _steps(order: Order, wanted: Wanted, actor: Actor) -> list[Step]:
    """The steps with the people they ask; where a step finds nobody, administrators are asked instead."""
    needed = wanted.requirement.steps
    if not needed:
        return []
    owner = _customer_owner(order.customer_id) if any(one.step.owner for one in needed) else None
    people = queries.people_of([one.step for one in needed], actor.user_id, owner)
    alone = frozenset({actor.user_id}) if actor.user_id else frozenset[UUID]()
    nobody = any(not (asked - alone) for asked in people)
    instead = queries.administrators() - alone if nobody else frozenset[UUID]()
    return [
        Step(
            one.step,
            asked - alone,
            digest_of(one, wanted.requirement.reasons),
            above=frozenset() if asked - alone else instead,
        )
        for one, asked in zip(needed, people, strict=True)
    ]


def _customer_owner(customer: UUID) -> UUID | None:
    db.require_atomic()
    return Customer.objects.filter(pk=customer).values_list("owner", flat=True).first()
