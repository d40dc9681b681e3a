"""The short transactions around sending: claim, note what became of it, make digests, forget. Nothing is sent in here."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.ids import uuid7
from openoms.domains.identity.models import User
from openoms.domains.notifications import services as notifications
from openoms.domains.notifications.digests import digest_text
from openoms.domains.notifications.models import Notification
from openoms.domains.notifications.states import Channel, State
from openoms.domains.notifications.topics import LANGUAGES

DIGEST = "digest"


@flow
def claim(channel: Channel, limit: int) -> Sequence[Notification]:
    """Take due messages of a channel."""
    return notifications.claim(channel, limit)


@flow
def note_sent(row: Notification) -> None:
    """It went out."""
    notifications.sent(row)


@flow
def note_failed(row: Notification, error: str, *, for_good: bool) -> None:
    """It did not go out: tried again later, or laid to rest."""
    (notifications.bury if for_good else notifications.failed)(row, error)


@flow
def note_dropped(row: Notification, reason: str) -> None:
    """Nobody is there to receive it."""
    notifications.drop(row, reason)


@flow
def give_back(rows: Sequence[Notification]) -> None:
    """Messages that were claimed and not tried."""
    notifications.give_back(rows)


@flow
def make_digests(limit: int = 50) -> int:
    """Make one message of all that a person's digest has collected, of up to `limit` people; how many messages went in."""
    rows = sorted(notifications.collected(limit), key=lambda row: (str(row.user_id), row.channel, row.pk))
    for (_user, channel), group in groupby(rows, key=lambda row: (row.user_id, row.channel)):
        parts = list(group)
        person = parts[0].user
        if person is not None:
            notifications.make([_digest(person, Channel(channel), parts)])
    notifications.digested(rows)
    return len(rows)


def _digest(person: User, channel: Channel, parts: Sequence[Notification]) -> Notification:
    language = person.language or parts[-1].language
    text = digest_text([(part.subject, part.body) for part in parts], language)
    return Notification(
        id=uuid7(),
        topic=DIGEST,
        channel=channel,
        user_id=person.pk,
        language=language if language in LANGUAGES else "en",
        subject=text.subject,
        body=text.body,
        state=State.WAITING,
        due_at=max(part.due_at for part in parts),
    )


@flow
def forget_notifications(days: int, limit: int = 5000) -> int:
    """Delete up to `limit` messages older than so many days that are over and done; how many."""
    return notifications.forget(now() - timedelta(days=days), limit)
