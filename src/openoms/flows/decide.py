"""Deciding on a request for approval: agreeing, rejecting, handing over, asking; and in place of those who were asked."""

from datetime import datetime
from typing import Any
from uuid import UUID

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.errors import InvalidInput
from openoms.core.types import Actor
from openoms.domains.approvals import kinds, process, queries
from openoms.domains.approvals import services as approvals
from openoms.domains.approvals.authority import lacking
from openoms.domains.approvals.errors import ApprovalClosed, NoAuthority, NoSuchApproval, QuestionAnswered
from openoms.domains.approvals.fact_documents import facts_from
from openoms.domains.approvals.models import ApprovalRequest, Question
from openoms.domains.approvals.process import Decision, Verdict
from openoms.domains.events.services import record
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.models import User
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.orders import services as orders
from openoms.domains.orders.queries import visible_to
from openoms.flows.steps import approving, submitting
from openoms.flows.steps.approving import Open

LONGEST = 1000


@flow
def approve(
    request_id: UUID, comment: str = "", *, actor: Actor, once: Once | None = None
) -> ApprovalRequest:
    """Agree at the open step. Raises NoSuchApproval, ApprovalClosed, NoAuthority."""
    return _decide(request_id, Verdict.APPROVED, _text(comment, "comment", needed=False), actor, once)


@flow
def reject(request_id: UUID, reason: str, *, actor: Actor, once: Once | None = None) -> ApprovalRequest:
    """Reject at the open step: the order is a draft again. Raises NoSuchApproval, ApprovalClosed, NoAuthority, InvalidInput."""
    return _decide(request_id, Verdict.REJECTED, _text(reason, "comment"), actor, once)


@flow
def delegate(request_id: UUID, to: UUID, comment: str, *, actor: Actor) -> ApprovalRequest:
    """Hand the open step to somebody for good, who must have the authority.

    Raises NoSuchApproval, ApprovalClosed, NoAuthority, InvalidInput.
    """
    comment = _text(comment, "comment", needed=False)
    found, at = _locked(request_id, actor), now()
    whose = _may(found, actor, at, authority=False)
    step = found.open_row
    _check_successor(found, to, whose)
    approvals.hand_over(step, whose, to, by=_user(actor))
    data = approving.told(found.order, found.row, step)
    named = {"whose": str(whose), "people": [str(to)], "comment": comment}
    record(actor, kinds.APPROVAL_DELEGATED, found.order.id, data={**data, **named})
    return found.row


@flow
def ask(request_id: UUID, text: str, *, actor: Actor) -> Question:
    """Ask whoever wants the approval something before deciding. Raises NoSuchApproval, ApprovalClosed, NoAuthority, InvalidInput."""
    text = _text(text, "text")
    found, at = _locked(request_id, actor), now()
    _may(found, actor, at, authority=False)
    question = approvals.ask(found.row, text, by=_user(actor), at=at)
    told = [found.row.requester_id or found.order.owner_id]
    record(actor, kinds.QUESTION_ASKED, found.order.id, data=_question(found.row, question, told))
    return question


@flow
def answer(question_id: UUID, text: str, *, actor: Actor) -> Question:
    """Answer a question; anybody who works with the order may. Raises NoSuchApproval, QuestionAnswered, InvalidInput."""
    require(actor, Perm.ORDER_VIEW)
    text = _text(text, "text")
    question = (
        Question.objects.select_related("request__order")
        .select_for_update(of=("self",))
        .filter(pk=question_id)
        .first()
    )
    if question is None or not visible_to(actor).filter(pk=question.request.order_id).exists():
        raise NoSuchApproval
    if question.answered_at is not None:
        raise QuestionAnswered
    approvals.answer(question, text, by=_user(actor), at=now())
    data = _question(question.request, question, [question.asked_by_id])
    record(actor, kinds.QUESTION_ANSWERED, question.request.order_id, data=data)
    return question


@flow
def take_over(request_id: UUID, verdict: Verdict, reason: str, *, actor: Actor) -> ApprovalRequest:
    """Decide the open step in place of those who were asked. Never one's own request.

    Raises NoSuchApproval, ApprovalClosed, NoAuthority, InvalidInput.
    """
    require(actor, Perm.ORDER_VIEW, Perm.APPROVAL_MANAGE)
    reason = _text(reason, "reason")
    found, at, who = _locked(request_id, actor), now(), _user(actor)
    if who == found.row.requester_id:
        raise NoAuthority("self_approval")
    step = found.open_row
    told = sorted(str(seat.user_id) for seat in step.seats.all() if seat.is_open)
    decision = Decision(who, who, verdict, at, reason)
    after = approving.refreshed(found, process.overruled(found.value, decision))
    approving.save(found, after, at)
    data = approving.told(found.order, found.row, step) | {"people": told, "verdict": str(verdict)}
    requester = str(found.row.requester_id or "")
    record(
        actor,
        kinds.APPROVAL_TAKEN_OVER,
        found.order.id,
        data={**data, "requester": requester, "reason": reason},
    )
    submitting.follow(found, after, actor, at, reason, step.name)
    return found.row


def _decide(
    request_id: UUID, verdict: Verdict, comment: str, actor: Actor, once: Once | None
) -> ApprovalRequest:
    idempotency.begin(once)
    found, at = _locked(request_id, actor), now()
    whose, step = _may(found, actor, at), found.open_row
    decision = Decision(_user(actor), whose, verdict, at, comment)
    after = approving.refreshed(found, process.decide(found.value, decision))
    approving.save(found, after, at)
    data = approving.told(found.order, found.row, step) | {
        "verdict": str(verdict),
        "whose": str(whose),
        "comment": comment,
        "requester": str(found.row.requester_id or ""),
    }
    record(actor, kinds.APPROVAL_DECIDED, found.order.id, data=data)
    submitting.follow(found, after, actor, at, comment, step.name)
    idempotency.finish(once, found.row)
    return found.row


def _locked(request_id: UUID, actor: Actor) -> Open:
    """The pending request, its order and itself locked; raises NoSuchApproval, ApprovalClosed."""
    require(actor, Perm.ORDER_VIEW)
    seen = ApprovalRequest.objects.filter(pk=request_id).values_list("order__number", "state").first()
    if seen is None:
        raise NoSuchApproval
    order = orders.lock(seen[0])
    found = approving.pending(order)
    if found is None or found.row.pk != request_id:
        state = ApprovalRequest.objects.values_list("state", flat=True).get(pk=request_id)
        raise ApprovalClosed(state)
    return found


def _may(found: Open, actor: Actor, at: datetime, *, authority: bool = True) -> UUID:
    """In whose name the actor decides the open step; raises NoAuthority. Handing over and asking need no authority."""
    who = _user(actor)
    facts = facts_from(found.row.facts)
    step = found.open_row
    whose, why = process.barred(
        found.value,
        who,
        at,
        queries.deputies(step, who, at),
        (lambda user: lacking(queries.authorities_of(user), facts)) if authority else (lambda _: ""),
    )
    if whose is None:
        raise NoAuthority(why)
    return whose


def _check_successor(found: Open, to: UUID, whose: UUID) -> None:
    """Refuse handing over to one who could not decide: the requester, one who is asked anyway, one without authority."""
    if not User.objects.filter(pk=to, is_active=True).exists():
        raise InvalidInput("There is no such person.", field="to")
    if to == found.row.requester_id:
        raise InvalidInput("Whoever asked for the approval cannot decide it.", field="to")
    step = found.value.open_step
    assert step is not None, "a pending request has an open step"
    if to in step.people | step.above and to != whose:
        raise InvalidInput("This person is asked at this step already.", field="to")
    why = lacking(queries.authorities_of(to), facts_from(found.row.facts))
    if why:
        raise InvalidInput(
            f"This person could not decide it: their authority does not extend to it ({why}).", field="to"
        )


def _question(request: ApprovalRequest, question: Question, told: list[UUID | None]) -> dict[str, Any]:
    people = [str(user) for user in told if user]
    return {
        "number": request.order.number,
        "request": str(request.id),
        "question": str(question.id),
        "people": people,
    }


def _user(actor: Actor) -> UUID:
    """The person who acts; raises NoAuthority for a part of the system."""
    if actor.user_id is None:
        raise NoAuthority("not_asked")
    return actor.user_id


def _text(text: str, field: str, *, needed: bool = True) -> str:
    text = text.strip()
    if needed and not text:
        raise InvalidInput("Say why.", field=field)
    if len(text) > LONGEST:
        raise InvalidInput(f"At most {LONGEST} characters.", field=field)
    return text
