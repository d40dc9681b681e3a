"""What is done by the clock rather than by a person."""

from datetime import timedelta

import structlog
from django.conf import settings
from django.contrib.sessions.models import Session

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.domains.identity.models import IdempotencyKey
from openoms.flows.expire_lots import expire_lots
from openoms.flows.keep_entry import forget_old_entries
from openoms.flows.nudge_approvals import nudge_due
from openoms.flows.review_doubles import review_doubles
from openoms.flows.send_notifications import forget_notifications
from openoms.jobs.app import app

log = structlog.get_logger(__name__)
IDEMPOTENCY_KEPT = timedelta(hours=48)


@flow
def forget_old() -> tuple[int, int]:
    """Delete idempotency keys past their time and sessions past theirs; returns how many of each."""
    keys, _ = IdempotencyKey.objects.filter(created_at__lt=now() - IDEMPOTENCY_KEPT).delete()
    sessions, _ = Session.objects.filter(expire_date__lt=now()).delete()
    return keys, sessions


@app.periodic(cron="17 * * * *")
@app.task(name="forget_old", queueing_lock="forget_old", pass_context=False)
def forget_old_hourly(timestamp: int) -> None:
    """Hourly housekeeping."""
    keys, sessions = forget_old()
    entries = forget_old_entries()
    messages = forget_old_notifications()
    log.info(
        "forgot what is past its time",
        idempotency_keys=keys,
        sessions=sessions,
        unfinished=entries,
        messages=messages,
    )


def forget_old_notifications() -> int:
    """Delete messages past their time, a bounded lot a transaction; how many."""
    count = gone = forget_notifications(settings.OPENOMS.notification_days)
    while gone:
        gone = forget_notifications(settings.OPENOMS.notification_days)
        count += gone
    return count


@app.periodic(cron="41 3 * * *")
@app.task(name="review_doubles", queueing_lock="review_doubles", pass_context=False)
def review_doubles_nightly(timestamp: int) -> None:
    """What customers share is kept as they change; this finds what was loaded into the database by other ways."""
    log.info("reviewed what customers share", mended=review_doubles())


@app.periodic(cron="4 * * * *")
@app.task(name="expire_lots", queueing_lock="expire_lots", pass_context=False)
def expire_lots_hourly(timestamp: int) -> None:
    """What expired with the firm's day is no longer promised, soon after that day began wherever the firm is."""
    if blocked := expire_lots():
        log.info("blocked what expired", lots=blocked)


@app.periodic(cron="* * * * *")
@app.task(name="nudge_approvals", queueing_lock="nudge_approvals", pass_context=False)
def nudge_approvals_each_minute(timestamp: int) -> None:
    """Reminders of approvals that wait, and the next authority of those that are late."""
    if looked_at := nudge_due():
        log.info("looked at approvals that are due", steps=looked_at)
