"""Writing what order entry keeps while it goes on: what was typed, and who has a draft open."""

from datetime import datetime
from typing import Any
from uuid import UUID

from openoms.core import db
from openoms.core.ids import uuid7
from openoms.domains.orders.models import Editor, UnfinishedEntry


def keep_entry(entry: UnfinishedEntry) -> None:
    """Write an unfinished entry, or what it has become since; another person's under the same key stays theirs."""
    db.require_atomic()
    columns = ("order_id", "base_revision", "title", "line_count", "fields", "updated_at")
    values = {name: getattr(entry, name) for name in columns}
    rows = UnfinishedEntry.objects.filter(pk=entry.pk)
    if not rows.filter(author=entry.author_id).update(**values) and not rows.exists():
        entry.save(force_insert=True)


def drop_entries(**which: Any) -> int:
    """Delete unfinished entries; how many there were."""
    db.require_atomic()
    return UnfinishedEntry.objects.filter(**which).delete()[0]


def seen_editing(order_id: UUID, user_id: UUID, at: datetime, begins: datetime) -> None:
    """Note that somebody has the order open; whose last sign is older than `begins` has come anew."""
    db.require_atomic()
    Editor.objects.bulk_create(
        [Editor(id=uuid7(), order_id=order_id, user_id=user_id, began_at=at, seen_at=at)],
        update_conflicts=True,
        unique_fields=["order", "user"],
        update_fields=["seen_at"],
    )
    Editor.objects.filter(order=order_id, seen_at__lt=begins).delete()
