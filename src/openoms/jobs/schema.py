"""The jobs' tables: made once in their own schema, next to the firm's."""

import psycopg
from procrastinate.schema import SchemaManager

from openoms.jobs.app import SCHEMA, connection_arguments


def is_applied() -> bool:
    """Whether the tables are there."""
    with psycopg.connect(**connection_arguments()) as connection:
        row = connection.execute("SELECT to_regclass(%s)", [f"{SCHEMA}.procrastinate_jobs"]).fetchone()
    return bool(row and row[0])


def apply() -> None:
    """Make the schema and its tables when they are missing; two processes at once make them once."""
    with psycopg.connect(**connection_arguments()) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [0x6F6D7302])
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        row = connection.execute("SELECT to_regclass(%s)", [f"{SCHEMA}.procrastinate_jobs"]).fetchone()
        if not (row and row[0]):
            connection.execute(SchemaManager.get_schema().encode())
