"""What `openoms doctor` looks at: each check answers with what it found and what to do about it."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection

import openoms
from openoms.core.postgres import OLDEST_MAJOR, PostgresError, embedded_cluster
from openoms.interfaces.cli.migrating import pending_migrations

OLDEST_PYTHON = (3, 11)
EXTENSIONS = ("pg_trgm", "btree_gist", "unaccent")
LEAST_FREE_BYTES = 1 << 30
# Written by tools/assets.py: one file name a line.
VENDOR_LIST = Path("static") / "vendor" / "files.txt"
_PACKAGE = Path(openoms.__file__).parent
_MAKE = "run `make run`, or `python3 tools/bootstrap.py run`, in the checkout"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check; `remedy` is empty when it is fine."""

    name: str
    is_ok: bool
    detail: str
    remedy: str = ""


def findings() -> Iterator[Finding]:
    """All checks, one after the other; the embedded database runs while they do."""
    for check in (_configuration, _python, _assets, _translations):
        yield check()
    try:
        with _database():
            yield from _database_findings()
    except PostgresError as error:
        said, _, remedy = str(error).rstrip(".").partition(": ")
        yield Finding("database", False, said, remedy)
    # Last: the embedded database makes the data folder at its first start.
    yield _data_dir()
    yield _disk()


def _database_findings() -> Iterator[Finding]:
    server = _server()
    yield server
    if not server.is_ok:
        return
    for name, check in (
        ("extensions", _extensions),
        ("migrations", _migrations),
        ("job tables", _job_tables),
    ):
        yield _guarded(name, check)


def _guarded(name: str, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except DatabaseError as error:
        return Finding(name, False, _first_line(error), "see that DATABASE_URL's user owns the database")


def _database() -> AbstractContextManager[None]:
    environment = settings.OPENOMS
    return nullcontext() if environment.database_url else embedded_cluster(environment.data_dir).lease()


def _configuration() -> Finding:
    serious = [message for message in checks.run_checks() if message.is_serious()]
    if serious:
        return Finding("configuration", False, serious[0].msg, serious[0].hint or "correct the setting named")
    environment = settings.OPENOMS
    if environment.debug and environment.host not in {"127.0.0.1", "localhost", "::1"}:
        return Finding(
            "configuration", False, "debug is on while others can reach the server", "unset OPENOMS_DEBUG"
        )
    return Finding("configuration", True, "DATABASE_URL" if environment.database_url else "embedded database")


def _python() -> Finding:
    have = ".".join(map(str, sys.version_info[:3]))
    least = ".".join(map(str, OLDEST_PYTHON))
    return Finding("python", sys.version_info >= OLDEST_PYTHON, have, f"install Python {least} or newer")


def _data_dir() -> Finding:
    folder = settings.OPENOMS.data_dir
    if not os.access(folder, os.W_OK | os.X_OK):
        return Finding(
            "data folder", False, f"{folder} cannot be written", "run as its owner, or set OPENOMS_DATA_DIR"
        )
    loose = [path.name for path in folder.glob("*key*") if path.is_file() and path.stat().st_mode & 0o077]
    if loose:
        remedy = f"run `chmod 600 {folder / loose[0]}`"
        return Finding("data folder", False, f"{loose[0]} can be read by other users", remedy)
    return Finding("data folder", True, str(folder))


def _disk() -> Finding:
    folder = Path(settings.OPENOMS.data_dir)
    there = next(path for path in (folder, *folder.parents) if path.is_dir())
    free = shutil.disk_usage(there).free
    detail = f"{free / (1 << 30):.1f} GiB free"
    return Finding(
        "disk space", free >= LEAST_FREE_BYTES, detail, "free at least 1 GiB beside the data folder"
    )


def _assets() -> Finding:
    listing = _PACKAGE / VENDOR_LIST
    if not listing.is_file():
        return Finding("assets", False, "styles and icons have not been set up", _MAKE)
    names = listing.read_text().split()
    missing = [name for name in names if not listing.with_name(name).is_file()]
    if missing:
        return Finding("assets", False, f"{missing[0]} is missing", _MAKE)
    return Finding("assets", True, f"{len(names)} files")


def _translations() -> Finding:
    sources = sorted((_PACKAGE / "locale").glob("*/LC_MESSAGES/*.po"))
    stale = [path for path in sources if not _is_compiled(path)]
    if stale:
        language = stale[0].parent.parent.name
        return Finding(
            "translations", False, f"{language} is not compiled", "run `python tools/messages.py compile`"
        )
    return Finding("translations", True, f"{len(sources)} catalogues")


def _is_compiled(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return compiled.is_file() and compiled.stat().st_mtime >= source.stat().st_mtime


def _server() -> Finding:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        return Finding("database", False, _first_line(error), "start the server, or correct DATABASE_URL")
    version = connection.pg_version  # type: ignore[attr-defined]  # 180006
    remedy = f"upgrade the server to PostgreSQL {OLDEST_MAJOR} or newer"
    return Finding(
        "database",
        version // 10000 >= OLDEST_MAJOR,
        f"PostgreSQL {version // 10000}.{version % 10000}",
        remedy,
    )


def _extensions() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_available_extensions WHERE name = ANY(%s)", [list(EXTENSIONS)])
        available = {row[0] for row in cursor.fetchall()}
    missing = [name for name in EXTENSIONS if name not in available]
    remedy = "install the server's contrib package (postgresql-contrib)"
    return Finding(
        "extensions",
        not missing,
        ", ".join(missing) + " missing" if missing else ", ".join(EXTENSIONS),
        remedy,
    )


def _migrations() -> Finding:
    todo = pending_migrations()
    detail = f"{len(todo)} pending, first {todo[0]}" if todo else "all applied"
    return Finding("migrations", not todo, detail, "run `openoms migrate`, or start `openoms serve`")


def _job_tables() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('jobs.procrastinate_jobs') IS NOT NULL")
        (present,) = cursor.fetchone()
    return Finding(
        "job tables", present, "present" if present else "missing", "start `openoms serve`, which makes them"
    )


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["no message"])[0]
