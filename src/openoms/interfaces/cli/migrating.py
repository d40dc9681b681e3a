"""Brings the database up to the program's version, once, however many processes start at the same time."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from openoms.core.postgres import PostgresError
from openoms.interfaces.cli.supervisor import Echo

# Any number, the same for every process; distinct from those the program takes elsewhere.
_LOCK_KEY = 0x0E0_0125


def pending_migrations() -> list[str]:
    """Migrations not yet applied, as `app.name`, in the order they would run."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def bring_up_to_date(echo: Echo) -> None:
    """Apply what is missing, the job tables included; quick when nothing is."""
    _make_schema()
    if pending_migrations():
        with _alone():
            todo = pending_migrations()  # Another process may have done it while this one waited.
            if todo:
                echo(f"Preparing the database ({len(todo)} steps) ...")
                call_command("migrate", interactive=False, verbosity=0)
    with _alone():
        # By name: jobs imports its broker, which nothing but this step needs here.
        import_module("openoms.jobs.schema").apply()


def _make_schema() -> None:
    """The schema the firm lives in, where it is not the public one, and the one that such firms share extensions in."""
    schema = settings.OPENOMS.database_schema
    if schema == "public":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {connection.ops.quote_name(schema)}")
        cursor.execute("CREATE SCHEMA IF NOT EXISTS extensions")
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA extensions")
        cursor.execute(
            "SELECT nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE extname = 'pg_trgm'"
        )
        found = cursor.fetchone()[0]
    if found != "extensions":
        raise PostgresError(
            f"This database has pg_trgm in the schema {found}, where the firm in {schema} cannot see it: as superuser run "
            "ALTER EXTENSION pg_trgm SET SCHEMA extensions, or use a database of its own."
        )


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK_KEY])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK_KEY])
