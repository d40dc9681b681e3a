"""What time and changed roles do to approvals that wait: reminders, the next authority, others who are asked."""

from collections.abc import Sequence
from uuid import UUID

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.domains.approvals import kinds, process, queries, timing
from openoms.domains.approvals import services as approvals
from openoms.domains.approvals.fact_documents import facts_from
from openoms.domains.approvals.process import StepState
from openoms.domains.approvals.timing import Nudge
from openoms.domains.events.kinds import EventKind
from openoms.domains.events.models import Event
from openoms.domains.events.services import record
from openoms.domains.identity.kinds import USER_CHANGED, USER_CREATED
from openoms.domains.identity.rules import system
from openoms.domains.orders import services as orders
from openoms.flows.steps import approving, office, submitting
from openoms.flows.steps.approving import Open

_CLOCK = system("clock")
BATCH = 100
KINDS = frozenset({USER_CREATED.code, USER_CHANGED.code})


def nudge_due() -> int:
    """Look at every step that is due, each in a transaction of its own; how many were."""
    looked_at = 0
    while due := queries.due_steps(now(), BATCH):
        looked_at += sum(nudge(step, number) for step, number in due)
    return looked_at


@flow
def nudge(step: UUID, number: str) -> bool:
    """Remind those who are asked at a step, or go to the next authority; whether it still was due."""
    found, at = _open(step, number), now()
    if found is None or found.open_row.next_at is None or found.open_row.next_at > at:
        return False
    row = found.open_row
    what, next_at = timing.due(row.due_at, row.escalated_at is not None, at, office.calendar())
    if what is Nudge.ESCALATE:
        _escalate(found)
        approvals.set_next(row, next_at, escalated=at)
    else:
        approvals.set_next(row, next_at, reminded=True)
        people = {seat.user_id for seat in row.seats.all() if seat.is_open}
        _tell(found, kinds.APPROVAL_REMINDED, people | queries.stand_ins(people, at))
    return True


def _escalate(found: Open) -> None:
    """Ask the next authority too, or remind those who are asked where there is none."""
    step, row = found.value.open_step, found.row
    assert step is not None, "a pending request has an open step"
    barred = [row.requester_id] if row.requester_id else []
    found_above = queries.next_authority(step.people | step.above, facts_from(row.facts), barred)
    if not found_above:
        _tell(found, kinds.APPROVAL_REMINDED, set(step.waiting_for))
        return
    after = process.asked_again(found.value, step.people, step.above | found_above)
    approving.save(found, after, now())
    _tell(found, kinds.APPROVAL_ESCALATED, set(found_above))


def reseat_people(events: Sequence[Event]) -> None:
    """Consumer of `KINDS`: whoever changed roles is asked, or no longer asked, at the steps that wait."""
    for user in sorted({event.subject_id for event in events}):
        reseat_for(user)


def reseat_for(user: UUID) -> int:
    """Ask anew at each open step that asks this person, or a role they have: their roles changed; how many changed."""
    changed, after = 0, None
    while steps := queries.steps_asking(user, BATCH, after):
        changed += sum(reseat(step, number) for step, number in steps)
        after = steps[-1][0]
    return changed


@flow
def reseat(step: UUID, number: str) -> bool:
    """Ask those at an open step whom it asks as things are; whether that are others than before."""
    found, at = _open(step, number), now()
    if found is None:
        return False
    was = found.value.open_step
    assert was is not None, "a pending request has an open step"
    people, above = approving.people_now(found.order, found.row.requester_id, was)
    if (people, above) == (was.people, was.above):
        return False
    after = approving.refreshed(found, process.asked_again(found.value, people, above))
    approving.save(found, after, at)
    fresh = (people | above) - was.people - was.above
    if process.is_next(found.value, after) or after.open_step is None:
        submitting.follow(found, after, _CLOCK, at)
    elif fresh:
        _tell(found, kinds.STEP_OPENED, set(fresh))
    return True


def _open(step: UUID, number: str) -> Open | None:
    """The pending request whose open step it is, locked with its order; None when it was decided meanwhile."""
    found = approving.pending(orders.lock(number))
    if found is None or not any(row.pk == step and row.state == StepState.OPEN for row in found.steps):
        return None
    return found


def _tell(found: Open, kind: EventKind, people: set[UUID]) -> None:
    row = found.open_row
    data = approving.told(found.order, found.row, row) | {
        "people": sorted(map(str, people)),
        "due": row.due_at.isoformat() if row.due_at else "",
    }
    record(_CLOCK, kind, found.order.id, data=data)
