"""Writing messages: made once for each event, recipient and channel; claimed, sent, put off, laid to rest."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from openoms.core import db
from openoms.core.ids import floor_of
from openoms.domains.notifications.models import Notification
from openoms.domains.notifications.rules import wait_after
from openoms.domains.notifications.states import Channel, State

# A sender that took a message and fell silent for this long is taken for dead; another takes it over.
LEASE = timedelta(minutes=5)
LONGEST_ERROR = 2000


def make(rows: Sequence[Notification]) -> None:
    """Write messages; those of an event, recipient and channel that are there already stay as they are."""
    db.require_atomic()
    Notification.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


def claim(channel: Channel, limit: int) -> Sequence[Notification]:
    """Take up to `limit` due messages of a channel, oldest due first; nobody else gets them for LEASE."""
    db.require_atomic()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notifications_notification SET claimed_at = statement_timestamp(), attempts = attempts + 1, "
            "due_at = statement_timestamp() + make_interval(secs => %s) "
            "WHERE id = ANY(ARRAY(SELECT id FROM notifications_notification "
            "WHERE state = 'waiting' AND channel = %s AND due_at <= statement_timestamp() "
            "ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED)) AND state = 'waiting' RETURNING id",
            [int(LEASE.total_seconds()), channel, limit],
        )
        ids = [row[0] for row in cursor.fetchall()]
    rows = Notification.objects.filter(pk__in=ids).select_related("user__own_chat", "contact", "endpoint")
    return list(rows.order_by("pk"))


def _mine(row: Notification) -> Q:
    """The message as this sender claimed it: one that fell silent past its lease has no say any longer."""
    return Q(pk=row.pk, state=State.WAITING, claimed_at=row.claimed_at)


def sent(row: Notification) -> None:
    """Note that a claimed message went out; also where another has claimed it since: it did go out."""
    Notification.objects.filter(pk=row.pk, state=State.WAITING).update(
        state=State.SENT, sent_at=Now(), claimed_at=None, error=""
    )


def failed(row: Notification, error: str) -> None:
    """Put a claimed message off by the back-off of its attempts, or to rest when there have been too many."""
    wait = wait_after(row.attempts)
    if wait is None:
        bury(row, error)
        return
    Notification.objects.filter(_mine(row)).update(
        due_at=Now() + wait, claimed_at=None, error=error[:LONGEST_ERROR]
    )


def bury(row: Notification, error: str) -> None:
    """Lay a claimed message to rest: it waits for a person."""
    Notification.objects.filter(_mine(row)).update(
        state=State.DEAD, dead_at=Now(), claimed_at=None, error=error[:LONGEST_ERROR]
    )


def drop(row: Notification, reason: str) -> None:
    """Send a claimed message no longer: its recipient is not there or does not want it."""
    Notification.objects.filter(_mine(row)).update(state=State.DROPPED, claimed_at=None, error=reason)


def give_back(rows: Collection[Notification]) -> None:
    """Let go of claimed messages that were not tried."""
    for row in rows:
        Notification.objects.filter(_mine(row)).update(
            due_at=Now(), claimed_at=None, attempts=row.attempts - 1
        )


def collected(limit: int) -> Sequence[Notification]:
    """Messages whose digest is due, of up to `limit` people, locked: a digest's messages belong to one worker."""
    db.require_atomic()
    due = Notification.objects.filter(state=State.COLLECTED, due_at__lte=Now())
    people = list(due.order_by("due_at").values_list("user", flat=True)[: limit * 20])
    chosen = list(dict.fromkeys(people))[:limit]
    rows = due.filter(user__in=chosen).select_related("user").order_by("pk")
    return list(rows.select_for_update(of=("self",), skip_locked=True))


def digested(rows: Collection[Notification]) -> None:
    """Note that messages went into a digest."""
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(state=State.DIGESTED, sent_at=Now())


def read(user: UUID, ids: Collection[UUID] | None) -> int:
    """Note that a person read messages of their inbox, or all of them; how many were unread."""
    rows = Notification.objects.filter(user=user, channel=Channel.INBOX, read_at=None)
    return (rows if ids is None else rows.filter(pk__in=ids)).update(read_at=Now())


def retry(ids: Collection[UUID] | None) -> int:
    """Make messages that failed for good due at once, or all of them; how many."""
    rows = Notification.objects.filter(state=State.DEAD)
    rows = rows if ids is None else rows.filter(pk__in=ids)
    return rows.update(state=State.WAITING, due_at=Now(), dead_at=None, attempts=0)


def discard(row: Notification) -> None:
    """Give up a message that failed for good."""
    Notification.objects.filter(pk=row.pk, state=State.DEAD).update(state=State.DROPPED, dead_at=None)


def forget(before: datetime, limit: int) -> int:
    """Delete up to `limit` messages made before the instant that are read, sent or dropped; how many."""
    db.require_atomic()
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM notifications_notification WHERE id = ANY(ARRAY("
            "SELECT id FROM notifications_notification WHERE id < %s "
            "AND state IN ('sent', 'digested', 'dropped') AND (channel <> 'inbox' OR read_at IS NOT NULL) "
            "ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED))",
            [floor_of(before), limit],
        )
        return int(cursor.rowcount)
