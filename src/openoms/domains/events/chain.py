"""The tamper-evident chain over events: each link's digest covers the one before it and an event's content (pure)."""

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

GENESIS = "0" * 64


def link(
    previous: str,
    event_id: UUID,
    at: datetime,
    kind: str,
    subject: tuple[str, UUID],
    actor: tuple[str, UUID | None, str],
    data: dict[str, Any],
) -> str:
    """SHA-256, hexadecimal, of the previous digest and the canonical JSON of the event, none of its columns left out.

    `subject` is (type, id), `actor` is (kind, id, name).
    """
    content = [
        previous,
        str(event_id),
        at.astimezone(UTC).isoformat(),
        kind,
        *map(str, subject),
        *map(str, actor),
        data,
    ]
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
