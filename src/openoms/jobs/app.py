"""Background tasks and schedules: procrastinate, in a schema of its own (design §8.3)."""

from typing import Any

import procrastinate
from django.conf import settings

# A firm in a schema of its own has jobs of its own.
_FIRM = settings.OPENOMS.database_schema
SCHEMA = "jobs" if _FIRM == "public" else f"{_FIRM}_jobs"


def connection_arguments() -> dict[str, Any]:
    """psycopg's arguments for the jobs' schema on the database Django uses."""
    database = settings.DATABASES["default"]
    arguments = {
        "dbname": database["NAME"],
        "user": database["USER"],
        "password": database["PASSWORD"],
        "host": database["HOST"],
        "port": database["PORT"],
        "connect_timeout": 3,
        "options": f"-c search_path={SCHEMA}",
    }
    return {name: value for name, value in arguments.items() if value}


app = procrastinate.App(
    connector=procrastinate.PsycopgConnector(kwargs=connection_arguments(), min_size=1, max_size=3),
    import_paths=["openoms.jobs.tasks"],
)
