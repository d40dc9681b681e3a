"""Writing requests for approval: rows from the values of process.py, and what became of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from openoms.core import db
from openoms.core.clock import Calendar
from openoms.core.ids import uuid7
from openoms.domains.approvals import models as rows
from openoms.domains.approvals import timing
from openoms.domains.approvals.documents import step_document
from openoms.domains.approvals.fact_documents import facts_document, reasons_document
from openoms.domains.approvals.models import ApprovalRequest, ApprovalStep, Question, Seat
from openoms.domains.approvals.process import Decision, Request, RequestState, SeatKind, Step, StepState
from openoms.domains.approvals.rules import OrderFacts, Requirement


@dataclass(frozen=True, slots=True)
class NewRequest:
    """A request as it is to be written: of which revision, by whom (in `value`), why and on what facts."""

    order: UUID
    revision: int
    value: Request
    requirement: Requirement
    facts: OrderFacts
    note: str = ""


def create(new: NewRequest, at: datetime, calendar: Calendar) -> tuple[ApprovalRequest, list[ApprovalStep]]:
    """Set a request aside to be written with the flow: its steps, seats and the decisions that stand from before."""
    ended = new.value.state != RequestState.PENDING
    request = db.new(
        ApprovalRequest,
        id=uuid7(),
        order_id=new.order,
        revision=new.revision,
        state=new.value.state,
        requester_id=new.value.requester,
        note=new.note,
        facts=facts_document(new.facts),
        reasons=reasons_document(new.requirement.reasons),
        created_at=at,
        ended_at=at if ended else None,
    )
    steps = [
        _step_row(request.id, position, step, needed.rules, at, calendar)
        for position, (step, needed) in enumerate(zip(new.value.steps, new.requirement.steps, strict=True), 1)
    ]
    seats = [
        seat for row, step in zip(steps, new.value.steps, strict=True) for seat in _seat_rows(row.id, step)
    ]
    decisions = [
        _decision_row(row.id, decision)
        for row, step in zip(steps, new.value.steps, strict=True)
        for decision in step.decisions
    ]
    db.insert(request, *steps, *seats, *decisions)
    return request, steps


def lock_pending(order: UUID) -> ApprovalRequest | None:
    """The pending request of a locked order, its row locked; None without one."""
    db.require_atomic()
    found = ApprovalRequest.objects.select_for_update(of=("self",))
    return found.filter(order_id=order, state=RequestState.PENDING).first()


def save(
    row: ApprovalRequest,
    steps: Sequence[ApprovalStep],
    before: Request,
    after: Request,
    at: datetime,
    calendar: Calendar,
) -> None:
    """Bring the rows of a locked request from one value to the next; `steps` are its rows in order."""
    db.require_atomic()
    if after.state != before.state:
        row.state, row.ended_at = after.state, at
        row.save(update_fields=["state", "ended_at"])
    for step, was, now in zip(steps, before.steps, after.steps, strict=True):
        if was != now:
            _save_step(step, was, now, at, calendar)


def hand_over(step: ApprovalStep, whose: UUID, to: UUID, by: UUID) -> None:
    """Give a seat of an open step to somebody else for good; `by` is who sat on it, in their own name or another's."""
    db.require_atomic()
    Seat.objects.filter(step=step, user_id=by, whose_id=whose).update(is_open=False)
    db.insert(
        db.new(
            Seat,
            id=uuid7(),
            step_id=step.id,
            user_id=to,
            kind=SeatKind.DELEGATE,
            whose_id=whose,
            is_open=True,
        )
    )


def set_next(
    step: ApprovalStep, next_at: datetime, *, reminded: bool = False, escalated: datetime | None = None
) -> None:
    """Note when a step is looked at again, after a reminder or when it went to the next authority."""
    db.require_atomic()
    step.next_at = next_at
    step.reminders += int(reminded)
    step.escalated_at = escalated or step.escalated_at
    step.save(update_fields=["next_at", "reminders", "escalated_at"])


def ask(request: ApprovalRequest, text: str, *, by: UUID, at: datetime) -> Question:
    """Set a question aside."""
    question = db.new(Question, id=uuid7(), request_id=request.id, asked_by_id=by, asked_at=at, text=text)
    db.insert(question)
    return question


def answer(question: Question, text: str, *, by: UUID, at: datetime) -> None:
    """Keep the answer to a question of a locked request."""
    db.require_atomic()
    question.answer, question.answered_by_id, question.answered_at = text, by, at
    question.save(update_fields=["answer", "answered_by", "answered_at"])


def _step_row(
    request: UUID, position: int, step: Step, rules: tuple[str, ...], at: datetime, calendar: Calendar
) -> ApprovalStep:
    is_open, is_over = step.state == StepState.OPEN, step.state not in (StepState.OPEN, StepState.WAITING)
    times = timing.opened(step.rule.hours, at, calendar) if is_open else None
    return db.new(
        ApprovalStep,
        id=uuid7(),
        request_id=request,
        position=position,
        name=step.rule.name,
        rule=step_document(step.rule),
        rules=list(rules),
        digest=step.digest,
        state=step.state,
        opened_at=at if is_open else None,
        due_at=times.due_at if times else None,
        next_at=times.next_at if times else None,
        ended_at=at if is_over else None,
    )


def _seat_rows(step_id: UUID, step: Step) -> Iterator[Seat]:
    """The seats of a step that is new: those asked, and the next authority where there is one from the beginning."""
    waiting = step.waiting_for if step.state == StepState.OPEN else frozenset[UUID]()
    for kind, people in ((SeatKind.ASKED, step.people), (SeatKind.ABOVE, step.above - step.people)):
        for user in sorted(people):
            yield db.new(
                Seat,
                id=uuid7(),
                step_id=step_id,
                user_id=user,
                kind=kind,
                whose_id=user,
                is_open=user in waiting,
            )


def _decision_row(step_id: UUID, decision: Decision) -> rows.Decision:
    return db.new(
        rows.Decision,
        id=uuid7(),
        step_id=step_id,
        by_id=decision.by,
        whose_id=decision.whose,
        verdict=decision.verdict,
        comment=decision.comment,
        at=decision.at,
    )


def _save_step(row: ApprovalStep, was: Step, now: Step, at: datetime, calendar: Calendar) -> None:
    if was.state != now.state:
        _move_step(row, now, at, calendar)
    kept = {decision.whose for decision in now.decisions}
    gone = [decision.whose for decision in was.decisions if decision.whose not in kept]
    if gone:
        rows.Decision.objects.filter(step=row, whose__in=gone).delete()
    db.insert(
        *(_decision_row(row.id, decision) for decision in now.decisions if decision not in was.decisions)
    )
    if (was.people, was.above) != (now.people, now.above):
        _change_seats(row, now)
    waiting = now.waiting_for if now.state == StepState.OPEN else frozenset[UUID]()
    seats = Seat.objects.filter(step=row)
    seats.exclude(whose__in=waiting).update(is_open=False)
    if was.state != StepState.OPEN:
        seats.filter(whose__in=waiting).update(is_open=True)


def _move_step(row: ApprovalStep, now: Step, at: datetime, calendar: Calendar) -> None:
    changes: dict[str, Any] = {"state": now.state}
    if now.state == StepState.OPEN:
        times = timing.opened(now.rule.hours, at, calendar)
        changes |= {"opened_at": at, "due_at": times.due_at, "next_at": times.next_at}
    else:
        changes |= {"ended_at": at, "next_at": None}
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=list(changes))


def _change_seats(row: ApprovalStep, now: Step) -> None:
    """Seats for those who are asked now and were not, none for those who no longer are."""
    Seat.objects.filter(step=row).exclude(whose__in=now.people | now.above).delete()
    known = set(
        Seat.objects.filter(step=row, kind__in=(SeatKind.ASKED, SeatKind.ABOVE)).values_list(
            "user", flat=True
        )
    )
    db.insert(*(seat for seat in _seat_rows(row.id, now) if seat.user_id not in known))
    db.flush()
