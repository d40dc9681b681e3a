"""What the API answers about moving work on the production plan."""

from datetime import date
from typing import Any
from uuid import UUID

from ninja import Schema

from openoms.flows.replan import MovePreview


class ShiftedOut(Schema):
    """A production order that would finish on another day, and the customers' orders it is for."""

    id: UUID
    number: str
    due: date
    finished_before: date | None
    finishes_on: date | None
    is_late: bool
    orders: list[str]


class MovePreviewOut(Schema):
    """When the moved order would start and finish, and whom it moves; the worst first."""

    number: str
    day: date
    starts_on: date | None
    finishes_on: date | None
    effects: list[ShiftedOut]


def move_document(preview: MovePreview) -> dict[str, Any]:
    """A preview as MovePreviewOut."""
    return {
        "number": preview.order.number,
        "day": preview.day,
        "starts_on": preview.starts_on,
        "finishes_on": preview.finishes_on,
        "effects": [
            {
                "id": one.order.pk,
                "number": one.order.number,
                "due": one.order.due,
                "finished_before": one.before,
                "finishes_on": one.after,
                "is_late": one.is_late,
                "orders": list(one.numbers),
            }
            for one in preview.effects
        ],
    }
