"""What the API answers about holds, remarks, comments and who looks after an order."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from ninja import Schema

from openoms.domains.orders.holds import BY_HAND
from openoms.domains.orders.models import Comment, Hold, Instruction, Order, Performance
from openoms.domains.orders.states import HoldKind


class HoldOut(Schema):
    """What keeps an order, or the line named, from a stage; `by_hand` ones are released by people."""

    id: str
    kind: str
    stage: str
    line: int | None
    reason: str
    cause: str
    by_hand: bool
    placed_at: datetime
    released_at: datetime | None


class InstructionOut(Schema):
    id: str
    text: str
    audience: str
    stage: str
    blocking: bool
    due: date | None
    state: str
    answer: str
    created_at: datetime
    acknowledged_at: datetime | None
    closed_at: datetime | None


class OrderInstructionOut(InstructionOut):
    order: str


class InstructionPage(Schema):
    items: list[OrderInstructionOut]
    next_cursor: str | None


class CommentOut(Schema):
    id: str
    author: str
    text: str
    mentions: list[str]
    at: datetime


class CommentPage(Schema):
    items: list[CommentOut]
    next_cursor: str | None


class OwnerOut(Schema):
    email: str
    name: str


class PerformanceOut(Schema):
    """How far the service of a line is."""

    line: int
    scheduled_at: datetime
    assignee: str | None
    performed_at: datetime | None
    signed_by: str
    signed_at: datetime | None


def instant(value: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if value else None


def hold_document(hold: Hold, positions: dict[Any, int] | None = None) -> dict[str, Any]:
    """A hold as HoldOut; `positions` are the lines' by their keys."""
    return {
        "id": hold.id,
        "kind": str(hold.kind),
        "stage": str(hold.stage),
        "line": (positions or {}).get(hold.line_id),
        "reason": hold.reason,
        "cause": hold.cause,
        "by_hand": HoldKind(hold.kind) in BY_HAND,
        "placed_at": instant(hold.placed_at),
        "released_at": instant(hold.released_at),
    }


def instruction_document(remark: Instruction) -> dict[str, Any]:
    """A remark as InstructionOut."""
    return {
        "id": remark.id,
        "text": remark.text,
        "audience": remark.audience,
        "stage": str(remark.stage),
        "blocking": remark.blocking,
        "due": remark.due,
        "state": str(remark.state),
        "answer": remark.answer,
        "created_at": instant(remark.created_at),
        "acknowledged_at": instant(remark.acknowledged_at),
        "closed_at": instant(remark.closed_at),
    }


def comment_document(comment: Comment, author: str) -> dict[str, Any]:
    """A comment as CommentOut."""
    return {
        "id": comment.id,
        "author": author,
        "text": comment.text,
        "mentions": [str(key) for key in comment.mentions],
        "at": instant(comment.at),
    }


def performance_document(done: Performance, position: int, reveal: bool) -> dict[str, Any]:
    """How far a service is as PerformanceOut; who signed is contact data."""
    return {
        "line": position,
        "scheduled_at": instant(done.scheduled_at),
        "assignee": done.assignee.email if done.assignee else None,
        "performed_at": instant(done.performed_at),
        "signed_by": done.signed_by if reveal else "",
        "signed_at": instant(done.signed_at),
    }


def desk_members(
    order: Order, holds: Iterable[Hold], remarks: Iterable[Instruction], positions: dict[Any, int]
) -> dict[str, Any]:
    """The members of an order's document that tell what holds it and who looks after it."""
    owner = order.owner if order.owner_id else None
    return {
        "holds": [hold_document(hold, positions) for hold in holds],
        "instructions": [instruction_document(remark) for remark in remarks],
        "owner": {"email": owner.email, "name": owner.name} if owner else None,
    }
