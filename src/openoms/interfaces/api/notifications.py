"""One's own notifications over REST: those of the person the key acts as."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from openoms.core.ids import instant_of
from openoms.core.paging import MOST, page_by_id
from openoms.domains.notifications import queries
from openoms.domains.notifications.models import Notification
from openoms.flows.read_notifications import mark_all_read, mark_read
from openoms.interfaces.api.answers import REFUSALS, ApiRequest, answer, encode

router = Router(tags=["notifications"])
Plain = Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00]*$")]


class NotificationOut(Schema):
    """A message of the inbox; `event` is what it tells of, `link` the console's page it leads to."""

    id: str
    topic: str
    event: str | None
    subject: str
    body: str
    link: str
    actor: str
    at: datetime
    read_at: datetime | None


class NotificationPage(Schema):
    items: list[NotificationOut]
    next_cursor: str | None


class ReadOut(Schema):
    """How many were unread before."""

    read: int


class NotificationQuery(Schema):
    """How the list is narrowed and paged."""

    unread: bool = False
    limit: int = Field(default=50, ge=1, le=MOST)
    cursor: Plain = ""


@router.get("/notifications", response={200: NotificationPage, **REFUSALS}, operation_id="list_notifications")
def get_notifications(request: ApiRequest, query: Query[NotificationQuery]) -> HttpResponse:
    """One's notifications, newest first; `unread=true` for those that were not read."""
    rows = (queries.unread if query.unread else queries.inbox)(request.auth)
    found = page_by_id(rows, query.cursor or None, query.limit)
    items = [notification_document(row) for row in found.items]
    return answer(encode({"items": items, "next_cursor": found.next_cursor}))


@router.post(
    "/notifications/{notification_id}/read",
    response={200: NotificationOut, **REFUSALS},
    operation_id="read_notification",
)
def post_read(request: ApiRequest, notification_id: UUID) -> HttpResponse:
    """Mark a notification read; doing it again changes nothing."""
    return answer(encode(notification_document(mark_read(notification_id, actor=request.auth))))


@router.post(
    "/notifications/read-all", response={200: ReadOut, **REFUSALS}, operation_id="read_all_notifications"
)
def post_read_all(request: ApiRequest) -> HttpResponse:
    """Mark all of one's notifications read."""
    return answer(encode({"read": mark_all_read(actor=request.auth)}))


def notification_document(row: Notification) -> dict[str, Any]:
    """A notification as JSON."""
    return {
        "id": row.pk,
        "topic": row.topic,
        "event": row.event_id,
        "subject": row.subject,
        "body": row.body,
        "link": row.link,
        "actor": row.actor_name,
        "at": instant_of(row.pk),
        "read_at": row.read_at,
    }
