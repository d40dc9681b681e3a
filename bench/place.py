"""Placing one five-line order over HTTP, against pgbench writing the same rows on the same server in the same run.

    python -m bench.place [--rounds 3] [--seconds 8]

Prints both medians, their ratio, latencies, statements and round trips of an order, WAL and memory.
"""

import argparse
import os
import statistics
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import psutil

from bench import limit, load
from bench.stage import Stage, say, stage, web

CLIENTS, LIMIT_CLIENTS, LINES = 8, 4, 5
BUDGET = 0.30


@dataclass(frozen=True)
class Round:
    """One turn of both: the program's load and pgbench, and the WAL bytes each wrote an order."""

    ours: load.Result
    limit: limit.Limit
    our_wal: float
    limit_wal: float
    web_ms: float
    server_ms: float
    limit_ms: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=8)
    options = parser.parse_args()
    with stage() as at, tempfile.TemporaryDirectory() as folder:
        say(
            f"placing a {LINES}-line order: {CLIENTS} clients, 2 web workers, {os.cpu_count()} cores, fsync on"
        )
        rounds = _measure(at, Path(folder), options.rounds, options.seconds)
        _report(rounds)
        _round_trips()


def _measure(at: Stage, folder: Path, count: int, seconds: int) -> list[Round]:
    requests = [load.request("/api/v1/orders", body, at.key) for body in load.bodies(500, LINES)]
    rounds = []
    with web() as parent:
        load.run(at.port, requests, CLIENTS, 3)  # Warm: configuration compiled, statements prepared.
        text, rows = limit.script(_typical_order())
        say("rows of an order: " + ", ".join(f"{table} {n}" for table, n in rows.items()))
        for number in range(1, count + 1):
            before, web_cpu, server_cpu = _wal(at), _cpu([parent]), _cpu(_servers(at))
            ours = load.run(at.port, requests, CLIENTS, seconds)
            placed = max(ours.statuses.get(201, 0), 1)
            web_ms = (_cpu([parent]) - web_cpu) * 1000 / placed
            server_ms = (_cpu(_servers(at)) - server_cpu) * 1000 / placed
            our_wal = (_wal(at) - before) / placed
            before, server_cpu = _wal(at), _cpu(_servers(at))
            bound = limit.run(folder, at.database_url, text, LIMIT_CLIENTS, seconds, number)
            written = bound.per_second * seconds
            limit_ms = (_cpu(_servers(at)) - server_cpu) * 1000 / written
            limit_wal = (_wal(at) - before) / written
            rounds.append(Round(ours, bound, our_wal, limit_wal, web_ms, server_ms, limit_ms))
            say(
                f"round {number}: {ours.per_second:7.1f} orders/s   pgbench {bound.per_second:7.1f}/s   "
                f"ratio {ours.per_second / bound.per_second:.3f}   statuses {ours.statuses}"
            )
        _memory(parent)
    return rounds


def _report(rounds: list[Round]) -> None:
    ours = statistics.median(r.ours.per_second for r in rounds)
    bound = statistics.median(r.limit.per_second for r in rounds)
    latencies = load.Result(1, [value for r in rounds for value in r.ours.latencies])
    our_wal = statistics.median(r.our_wal for r in rounds)
    limit_wal = statistics.median(r.limit_wal for r in rounds)
    say(f"median: {ours:.1f} orders/s, limit {bound:.1f}/s, ratio {ours / bound:.3f} (budget {BUDGET})")
    say("latency ms: " + ", ".join(f"p{p} {latencies.percentile(p / 100):.2f}" for p in (50, 95, 99)))
    cpu = {
        name: statistics.median(getattr(r, name) for r in rounds)
        for name in ("web_ms", "server_ms", "limit_ms")
    }
    say(
        f"processor ms an order: web {cpu['web_ms']:.2f}, PostgreSQL {cpu['server_ms']:.2f}; "
        f"pgbench's transactions cost PostgreSQL {cpu['limit_ms']:.2f}"
    )
    say(
        f"WAL bytes an order: {our_wal:.0f}, pgbench {limit_wal:.0f}, difference {(our_wal / limit_wal - 1) * 100:+.1f} %"
    )


def _servers(at: Stage) -> list[int]:
    """The postmaster, whose children end with their connections and are then counted as its own."""
    return [int((at.data_dir / "postgres" / "postmaster.pid").read_text().split()[0])]


def _cpu(parents: Iterable[int]) -> float:
    """Seconds of processor time of these processes and their children, also those that have ended."""
    total = 0.0
    for pid in parents:
        for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def _typical_order() -> UUID:
    """The order of the warm-up whose longest rows are nearest their mean size, so that the limit writes as much."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT order_id FROM (SELECT order_id, pg_column_size(p) AS size, avg(pg_column_size(p)) OVER () AS mean"
            " FROM orders_pricing p) sized ORDER BY abs(size - mean) LIMIT 1"
        )
        return UUID(str(cursor.fetchone()[0]))


def _wal(at: Stage) -> int:
    """Bytes of WAL written so far. No checkpoint falls between the rounds, so none of them pays for full pages."""
    import psycopg

    with psycopg.connect(at.database_url) as connection:
        row = connection.execute("SELECT pg_current_wal_insert_lsn() - '0/0'").fetchone()
    return int(row[0]) if row else 0


def _memory(parent: int) -> None:
    say("memory (proportional set size, MB):")
    for process in [psutil.Process(parent), *psutil.Process(parent).children(recursive=True)]:
        pss = process.memory_full_info().pss / 2**20
        say(
            f"  web {process.pid} {process.name()}: {pss:.0f}, resident {process.memory_info().rss / 2**20:.0f}"
        )


def _round_trips() -> None:
    """Place an order in this process with the protocol traced: statements executed and flushes to the server."""
    from bench.wire import traced
    from openoms.domains.identity.rules import system
    from openoms.flows.place import place_order
    from openoms.flows.steps.placing import LineRequest, OrderRequest

    lines = tuple(LineRequest(f"S{i}", Decimal(i + 1)) for i in range(LINES))
    asked = OrderRequest(lines=lines, customer="C1", channel="api")
    for _ in range(5):
        place_order(asked, actor=system("bench"))
    trace = traced(lambda: place_order(asked, actor=system("bench")))
    say(
        f"an order takes {trace.statements} statements in {trace.flushes} network flushes, BEGIN and COMMIT included"
    )


if __name__ == "__main__":
    main()
