"""One network flush for many prepared statements: the hot path's way to PostgreSQL.

psycopg's own pipeline wakes the client and the server for each statement; here all are queued, sent at once and
answered at once (libpq's pipeline mode, one sync). Source: docs/adr/0004.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import psycopg
from psycopg import pq
from psycopg.abc import PQGen
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.waiting import Ready, Wait

# A plan that no longer fits (a table changed under it), or a name the session has lost (behind a pooler).
_STALE = frozenset({"0A000", "26000"})
# SQL with $1, $2 …, and its parameters in PostgreSQL's text form (None is NULL).
Statement: TypeAlias = tuple[str, Sequence[str | None]]
_counter = itertools.count(1)
_RETURNING = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)


@dataclass(slots=True)
class Traffic:
    """How many flushes and statements this process has exchanged: what bench and tests count."""

    flushes: int = 0
    statements: int = 0


TRAFFIC = Traffic()


def exchange(
    connection: "psycopg.Connection[Any]", statements: Sequence[Statement]
) -> list[list[tuple[Any, ...]]]:
    """Run the statements in order in one flush; the rows of each. Raises psycopg's errors; then none after it ran.

    Texts must be constant: each is prepared once on the connection, under a name kept with it.
    """
    # Before anything is queued: a text that cannot be sent must not leave the connection with half an exchange.
    encoded = [(sql, [None if p is None else _encoded(p) for p in params]) for sql, params in statements]
    with connection.lock:
        server = connection.pgconn
        names = _names(connection)
        server.enter_pipeline_mode()
        try:
            results = _send_and_collect(connection, names, encoded)
        finally:
            if server.status == pq.ConnStatus.OK:
                server.exit_pipeline_mode()
    TRAFFIC.flushes += 1
    TRAFFIC.statements += len(statements)
    transformer = Transformer(connection)
    return [_rows(transformer, result) for result in results]


def _encoded(text: str) -> bytes:
    if "\0" in text:
        # libpq would end the value there, silently.
        raise psycopg.DataError("a text for PostgreSQL has a NUL (0x00) in it")
    return text.encode()


def _names(connection: "psycopg.Connection[Any]") -> dict[str, bytes]:
    """The connection's prepared statements by text; they live and end with its session."""
    names: dict[str, bytes] | None = getattr(connection, "_openoms_prepared", None)
    if names is None:
        names = {}
        connection._openoms_prepared = names  # type: ignore[attr-defined]
    return names


def _send_and_collect(
    connection: "psycopg.Connection[Any]",
    names: dict[str, bytes],
    statements: Sequence[tuple[str, Sequence[bytes | None]]],
) -> list[Any]:
    server = connection.pgconn
    prepared: list[str] = []
    for sql, params in statements:
        name = names.get(sql)
        if name is None:
            name = names[sql] = f"oms_{next(_counter)}".encode()
            server.send_prepare(name, sql.encode())
            prepared.append(sql)
        server.send_query_prepared(name, params)
    server.pipeline_sync()
    found = connection.wait(_collect(server))
    failed = next((r for r in found if r.status not in _RETURNING), None)
    if failed is not None:
        for sql in prepared:
            # Prepared before the failure or not: preparing it anew under another name is right in both cases.
            del names[sql]
        error = error_from_result(failed, encoding="utf-8")
        if error.sqlstate in _STALE:
            names.clear()
        raise error
    # Answers of PREPARE come in between; each precedes its statement's own.
    results, position = [], 0
    for sql, _ in statements:
        if sql in prepared:
            prepared.remove(sql)
            position += 1
        results.append(found[position])
        position += 1
    return results


def _collect(server: Any) -> PQGen[list[Any]]:
    """Every result up to the sync, which ends the exchange; a NULL from libpq only separates two commands."""
    found: list[Any] = []
    while server.flush():
        ready = yield Wait.RW
        if ready & Ready.R:
            server.consume_input()
    while True:
        while server.is_busy():
            yield Wait.R
            server.consume_input()
        result = server.get_result()
        if result is None:
            continue
        if result.status == pq.ExecStatus.PIPELINE_SYNC:
            return found
        found.append(result)


def _rows(transformer: Any, result: Any) -> list[tuple[Any, ...]]:
    if result.status != pq.ExecStatus.TUPLES_OK or not result.ntuples:
        return []
    transformer.set_pgresult(result)
    rows: list[tuple[Any, ...]] = transformer.load_rows(0, result.ntuples, tuple)
    return rows
