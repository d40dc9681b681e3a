"""The limit: pgbench writing the very rows an order has, one multi-row insert a table, prepared, nothing else.

The rows are read off an order the program placed; keys and the number become expressions of pgbench's variables, so
that each transaction writes new rows that differ in nothing but them. No program can place orders faster than this.
"""

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection

from openoms.core.postgres import find_binaries

# Written by one order, in this order; column that ties the table to the order.
TABLES = (
    ("orders_order", "id"),
    ("orders_line", "order_id"),
    ("orders_adjustment", "order_id"),
    ("orders_instruction", "order_id"),
    ("orders_pricing", "order_id"),
    ("orders_hold", "order_id"),
    ("inventory_reservation", "order_id"),
    ("events_event", "subject_id"),
    ("events_outbox", None),
)


@dataclass(frozen=True)
class Limit:
    """What pgbench did: transactions a second and their mean latency in milliseconds."""

    per_second: float
    latency_ms: float


def script(order_id: UUID) -> tuple[str, Mapping[str, int]]:
    """A pgbench script that writes an order like `order_id`, and how many rows it writes of each table."""
    rows = {table: _rows(table, tie, order_id) for table, tie in TABLES}
    own = {row["id"] for written in rows.values() for row in written}
    keys = {key: index for index, key in enumerate(sorted(own, key=str))}
    people, goods, stock = _all("customers_customer"), _all("catalog_sku"), _all("inventory_stock")
    statements = ["\\set i :i + 1", f"\\set who random(1, {people[1]})"]
    # Each line's sku is another one, as it is with orders.
    lines = len(rows["orders_line"])
    share = goods[1] // lines
    statements += [f"\\set what{n} random({n * share + 1}, {(n + 1) * share})" for n in range(lines)]
    statements.append("BEGIN;")
    for table, written in rows.items():
        if written:
            columns = list(written[0])
            lots = [
                {
                    "customer_id": f"{people[0]}[:who::int]",
                    "sku_id": f"{goods[0]}[:what{n}::int]",
                    "stock_id": f"{stock[0]}[:what{n}::int]",
                }
                for n in range(len(written))
            ]
            values = ", ".join(
                "(" + ", ".join(lot.get(c) or _literal(row[c], c, keys) for c in columns) + ")"
                for row, lot in zip(written, lots, strict=True)
            )
            names = ", ".join(f'"{c}"' for c in columns)
            statements.append(f"INSERT INTO {table} ({names}) VALUES {values};")
    kept = len(rows["inventory_reservation"])
    if kept:
        wanted = ", ".join(
            f"json_build_object('id', {stock[0]}[:what{n}::int], 'quantity', 1)" for n in range(kept)
        )
        statements.append(f"SELECT inventory_reserve(json_build_array({wanted}));")
    statements.append("COMMIT;")
    return "\n".join(statements) + "\n", {table: len(written) for table, written in rows.items()}


def run(folder: Path, data_url: str, text: str, clients: int, seconds: int, round_number: int) -> Limit:
    """Run the script for `seconds` from `clients` connections."""
    path = folder / "limit.sql"
    path.write_text(text)
    binary = find_binaries().tool("pgbench")
    command = [
        str(binary), "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(seconds),
        "-D", "i=0", "-D", f"round={round_number}", "-f", str(path), data_url,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([\d.]+) \(without", done.stdout)
    latency = re.search(r"latency average = ([\d.]+) ms", done.stdout)
    if done.returncode or not found or not latency:
        raise RuntimeError(f"pgbench failed: {done.stderr[-800:]}")
    return Limit(float(found[1]), float(latency[1]))


def _rows(table: str, tie: str | None, order_id: UUID) -> list[dict[str, Any]]:
    where = f"{tie} = %s" if tie else "id IN (SELECT id FROM events_event WHERE subject_id = %s)"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE {where} ORDER BY id", [order_id])  # noqa: S608 - own names
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _all(table: str) -> tuple[str, int]:
    """The keys of a table as an SQL array, and how many: orders must refer to as many rows as the load's do."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table}")  # noqa: S608 - own names
        keys = [str(row[0]) for row in cursor.fetchall()]
    return "('{" + ",".join(keys) + "}'::uuid[])", len(keys)


def _literal(value: Any, column: str, keys: Mapping[Any, int]) -> str:
    """The value as SQL: a key of the order's own rows is made anew, time-ordered, each transaction."""
    if isinstance(value, UUID) and value in keys:
        # 48 bits of rising time, version, then client, round and row: what UUIDv7 looks like to an index.
        return (
            f"(lpad(to_hex(1900000000000 + :round::bigint * 10000000 + :i::bigint), 12, '0') || '7000' || '8' "
            f"|| lpad(to_hex(:client_id::int), 3, '0') || lpad(to_hex({keys[value]} + :i::bigint * 4096), 12, '0'))::uuid"
        )
    if column == "number":
        return "('L' || :round::int || '-' || :client_id::int || '-' || :i::int)"
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).upper()
    # pgbench takes any colon for the start of a variable's name, also one in a string.
    text = str(value).replace("\\", "\\\\").replace("'", "\\'").replace(":", "\\x3a")
    return f"E'{text}'"
