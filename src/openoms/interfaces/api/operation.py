"""For those who run the program: is it alive, is it ready, how is it doing."""

from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from openoms.core import metrics as measured
from openoms.core.clock import now
from openoms.domains.events import queries as events
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.notifications import queries as notifications
from openoms.interfaces.api.answers import answer, encode
from openoms.interfaces.api.keys import KeyAuth
from openoms.jobs.app import SCHEMA

# A worker that has not been heard of for this long is taken for gone.
SILENCE = timedelta(seconds=30)


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return answer(encode({"status": "ok"}))


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Whether requests can be served: 503 without a database or with migrations missing. Says whether a worker runs."""
    checks: dict[str, Any] = {"database": "ok", "migrations": "ok", "worker": "running"}
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            checks["migrations"] = "missing: run 'openoms migrate'"
        checks["worker"] = "running" if _worker_heard() else "absent: events wait until one runs"
    except (DatabaseError, InterfaceError) as error:
        checks["database"] = f"unreachable: {type(error).__name__}"
        checks["migrations"] = checks["worker"] = "unknown"
    serving = checks["database"] == checks["migrations"] == "ok"
    return answer(encode({"status": "ready" if serving else "not ready", **checks}), 200 if serving else 503)


def _worker_heard() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"{SCHEMA}.procrastinate_workers"])
        if cursor.fetchone()[0] is None:
            return False
        alive = f"SELECT EXISTS (SELECT FROM {SCHEMA}.procrastinate_workers WHERE last_heartbeat > %s)"  # nosec B608
        cursor.execute(alive, [now() - SILENCE])
        return bool(cursor.fetchone()[0])


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus metrics of all web processes; needs a key with metrics.view."""
    require(KeyAuth()(request), Perm.METRICS_VIEW)
    waiting, messages = events.backlog(), notifications.backlog()
    gauges = {
        "openoms_outbox_events": ("Events not yet handed to the consumers' queues.", waiting["outbox"]),
        "openoms_deliveries_waiting": ("Deliveries still to be made.", waiting["waiting"]),
        "openoms_deliveries_dead": ("Deliveries that wait for a person.", waiting["dead"]),
        "openoms_delivery_oldest_due_seconds": (
            "How late the oldest due delivery is.",
            _late(waiting["oldest_due"]),
        ),
        "openoms_messages_waiting": (
            "Messages still to be sent, also those put off by quiet hours.",
            messages["waiting"],
        ),
        "openoms_messages_dead": ("Messages that wait for a person.", messages["dead"]),
        "openoms_message_oldest_due_seconds": (
            "How late the oldest due message is.",
            _late(messages["oldest_due"]),
        ),
    }
    body, content_type = measured.exposition(
        {name: (text, float(value)) for name, (text, value) in gauges.items()}
    )
    return HttpResponse(body, content_type=content_type)


def _late(due: datetime | None) -> float:
    return max((now() - due).total_seconds(), 0.0) if due else 0.0
