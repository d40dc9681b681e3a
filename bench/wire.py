"""What goes over the wire to PostgreSQL, counted from libpq's own protocol trace."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class Trace:
    """Statements executed, and flushes: turns from receiving to sending."""

    statements: int
    flushes: int


def traced(do: Callable[[], Any]) -> Trace:
    """Run `do` with this thread's connection traced."""
    connection.ensure_connection()
    raw: Any = connection.connection
    with tempfile.TemporaryFile("w+") as file:
        raw.pgconn.trace(file.fileno())
        try:
            do()
        finally:
            raw.pgconn.untrace()
        file.seek(0)
        messages = [line.split("\t") for line in file if "\t" in line]
    statements = flushes = 0
    receiving = True
    for message in messages:
        sent = "F" in message[:2] or message[1:2] == ["F"]
        kind = message[-1].split()[0] if len(message) < 4 else message[3].split()[0]
        if sent:
            flushes += receiving
            statements += kind in ("Execute", "Query")
        receiving = not sent
    return Trace(statements, flushes)
