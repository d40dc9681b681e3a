"""One network flush for many prepared statements: the hot path's way to PostgreSQL.

psycopg's own pipeline wakes the client and the server for each statement; here all are queued, sent at once and
answered at once (libpq's pipeline mode, one sync). Source: docs/adr/0004.
"""

import itertools
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import psycopg
from psycopg import pq
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.waiting import Ready, Wait

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


def exchange(connection: "psycopg.Connection[Any]", statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
    """Run the statements in order in one flush; the rows of each. Raises psycopg's errors; then none after it ran.

    Texts must be constant: each is prepared once on the connection, under a name kept with it.
    """
    with connection.lock:
        server = connection.pgconn
        names = _names(connection)
        server.enter_pipeline_mode()
        try:
            results = _send_and_collect(connection, names, statements)
        finally:
            if server.status == pq.ConnStatus.OK:
                server.exit_pipeline_mode()
    TRAFFIC.flushes += 1
    TRAFFIC.statements += len(statements)
    transformer = Transformer(connection)
    return [_rows(transformer, result) for result in results]


def _names(connection: "psycopg.Connection[Any]") -> dict[str, bytes]:
    """The connection's prepared statements by text; they live and end with its session."""
    names: dict[str, bytes] | None = getattr(connection, "_openoms_prepared", None)
    if names is None:
        names = {}
        connection._openoms_prepared = names  # type: ignore[attr-defined]
    return names


def _send_and_collect(
    connection: "psycopg.Connection[Any]", names: dict[str, bytes], statements: Sequence[Statement]
) -> list[Any]:
    server = connection.pgconn
    prepared: list[str] = []
    for sql, params in statements:
        name = names.get(sql)
        if name is None:
            name = names[sql] = f"oms_{next(_counter)}".encode()
            server.send_prepare(name, sql.encode())
            prepared.append(sql)
        server.send_query_prepared(name, [None if p is None else p.encode() for p in params])
    server.pipeline_sync()
    found = connection.wait(_collect(server))
    failed = next((r for r in found if r.status not in _RETURNING), None)
    if failed is not None:
        for sql in prepared:
            # Prepared before the failure or not: preparing it anew under another name is right in both cases.
            del names[sql]
        raise error_from_result(failed, encoding="utf-8")
    # Answers of PREPARE come in between; each precedes its statement's own.
    results, position = [], 0
    for sql, _ in statements:
        if sql in prepared:
            prepared.remove(sql)
            position += 1
        results.append(found[position])
        position += 1
    return results


def _collect(server: Any) -> Generator[Wait, Ready, list[Any]]:
    """Every result up to the sync, which ends the exchange; a NULL from libpq only separates two commands."""
    found = []
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


def _rows(transformer: Transformer, result: Any) -> list[tuple[Any, ...]]:
    if result.status != pq.ExecStatus.TUPLES_OK or not result.ntuples:
        return []
    transformer.set_pgresult(result)
    rows: list[tuple[Any, ...]] = transformer.load_rows(0, result.ntuples, tuple)
    return rows
