"""Requests for approval as the API answers them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema

from openoms.core.types import Actor
from openoms.domains.approvals.models import ApprovalRequest, ApprovalStep, Question
from openoms.domains.approvals.process import SeatKind, StepState, Verdict
from openoms.domains.identity.permissions import Perm
from openoms.interfaces.api.amounts import money
from openoms.reading.approvals import ApprovalPage


class SeatOut(Schema):
    """Somebody who is asked: `kind` says how, `whose` in whose place where it was handed over."""

    id: UUID
    name: str
    kind: str
    whose: str | None
    is_open: bool


class ApprovalDecisionOut(Schema):
    """What somebody said, in whose name."""

    by: str
    whose: str
    verdict: Verdict
    comment: str
    at: datetime


class ApprovalStepOut(Schema):
    """One step; `need` 1 is any of the people, 0 all."""

    id: UUID
    name: str
    state: StepState
    rules: list[str]
    need: int
    opened_at: datetime | None
    due_at: datetime | None
    people: list[SeatOut]
    decisions: list[ApprovalDecisionOut]


class ApprovalReasonOut(Schema):
    """Why a rule matched: conditions with the figures they were decided by."""

    rule: str
    facts: list[list[str]]


class ApprovalQuestionOut(Schema):
    """A question asked before deciding, and its answer."""

    id: UUID
    asked_by: str
    asked_at: datetime
    text: str
    answered_by: str | None
    answered_at: datetime | None
    answer: str


class ApprovalRow(Schema):
    """A request in a list."""

    id: UUID
    order: str
    revision: int
    customer: str
    total: str
    currency: str
    state: str
    requester: str | None
    note: str
    created_at: datetime
    ended_at: datetime | None
    step: str | None
    due_at: datetime | None


class ApprovalPageOut(Schema):
    """One page of requests."""

    items: list[ApprovalRow]
    next_cursor: str | None


class ApprovalOut(ApprovalRow):
    """A request with all that a decision needs; `why_not` says why the key's user may not decide, null when they may."""

    reasons: list[ApprovalReasonOut]
    facts: dict[str, Any]
    steps: list[ApprovalStepOut]
    questions: list[ApprovalQuestionOut]
    may_decide: bool
    why_not: str | None


def row_document(request: ApprovalRequest, steps: list[ApprovalStep]) -> dict[str, Any]:
    """A request as it is listed."""
    step = next((one for one in steps if one.state == StepState.OPEN), None)
    order = request.order
    return {
        "id": request.id,
        "order": order.number,
        "revision": request.revision,
        "customer": order.customer.code,
        "total": money(order.total, order.currency),
        "currency": order.currency,
        "state": request.state,
        "requester": request.requester.name if request.requester else None,
        "note": request.note,
        "created_at": request.created_at,
        "ended_at": request.ended_at,
        "step": step.name if step else None,
        "due_at": step.due_at if step else None,
    }


def approval_document(page: ApprovalPage, actor: Actor) -> dict[str, Any]:
    """A request whole; what the order earns is for those who may see costs."""
    reasons, facts = page.request.reasons, page.request.facts
    if not actor.may(Perm.COST_VIEW):
        reasons = [{**one, "facts": [_without_margin(fact) for fact in one["facts"]]} for one in reasons]
        facts = {**facts, "margin_percent": None}
    return {
        **row_document(page.request, list(page.steps)),
        "reasons": reasons,
        "facts": facts,
        "steps": [_step(step) for step in page.steps],
        "questions": [question_document(question) for question in page.questions],
        "may_decide": page.may_decide,
        "why_not": page.why_not or None,
    }


def _without_margin(fact: list[str]) -> list[str]:
    return [fact[0], ""] if fact[0] == "margin" else fact


def question_document(question: Question) -> dict[str, Any]:
    """A question with its answer."""
    return {
        "id": question.id,
        "asked_by": question.asked_by.name,
        "asked_at": question.asked_at,
        "text": question.text,
        "answered_by": question.answered_by.name if question.answered_by else None,
        "answered_at": question.answered_at,
        "answer": question.answer,
    }


def _step(step: ApprovalStep) -> dict[str, Any]:
    return {
        "id": step.id,
        "name": step.name,
        "state": step.state,
        "rules": step.rules,
        "need": step.rule["need"],
        "opened_at": step.opened_at,
        "due_at": step.due_at,
        "people": [
            {
                "id": seat.user_id,
                "name": seat.user.name,
                "kind": seat.kind,
                "whose": seat.whose.name if seat.kind == SeatKind.DELEGATE else None,
                "is_open": seat.is_open,
            }
            for seat in step.seats.all()
        ],
        "decisions": [
            {
                "by": one.by.name,
                "whose": one.whose.name,
                "verdict": one.verdict,
                "comment": one.comment,
                "at": one.at,
            }
            for one in step.decisions.all()
        ],
    }
