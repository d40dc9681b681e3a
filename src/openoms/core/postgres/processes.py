"""What the process table says of a server: who is alive, and whose data folder it stands in."""

import contextlib
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from openoms.core.postgres.account import clean_environment

_PROC = Path("/proc")
_STATUS_LINE = 7


@dataclass(frozen=True, slots=True)
class Postmaster:
    """The live server process of a data folder, as its `postmaster.pid` describes it."""

    pid: int
    socket_dir: str
    is_ready: bool


def read_postmaster(pg_dir: Path) -> Postmaster | None:
    """The live server of `pg_dir`; None when there is none, also when its pid now belongs to another program."""
    try:
        lines = (pg_dir / "postmaster.pid").read_text().splitlines()
        pid = int(lines[0])
    except (OSError, ValueError, IndexError):
        return None
    if not serves(pid, pg_dir):
        return None
    ready = len(lines) > _STATUS_LINE and lines[_STATUS_LINE].strip() == "ready"
    return Postmaster(pid, lines[4] if len(lines) > 4 else "", ready)


def serves(pid: int, pg_dir: Path) -> bool:
    """Whether `pid` is a living PostgreSQL process of `pg_dir`.

    Pids are reused, in containers at once, so an existing pid proves nothing; every PostgreSQL process stands in its
    data folder.
    """
    if not _PROC.joinpath("self", "cwd").exists():
        listing = ["ps", "-p", str(pid), "-o", "stat=,command="]
        found = subprocess.run(listing, capture_output=True, text=True, check=False, env=clean_environment())
        return "postgres" in found.stdout and not found.stdout.startswith("Z")
    try:
        # A zombie has no working folder any more: the link cannot be read.
        return _PROC.joinpath(str(pid), "cwd").readlink() == pg_dir and _is_postgres(pid)
    except OSError:
        return False


def signal_all(pg_dir: Path, number: signal.Signals) -> None:
    """Send `number` to every PostgreSQL process that stands in `pg_dir`."""
    for pid in processes_of(pg_dir):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def processes_of(pg_dir: Path) -> list[int]:
    """Pids of all PostgreSQL processes standing in `pg_dir`; empty where there is no /proc."""
    if not _PROC.is_dir():
        return []
    return [int(name) for name in os.listdir(_PROC) if name.isdigit() and serves(int(name), pg_dir)]  # noqa: PTH208


def _is_postgres(pid: int) -> bool:
    return _PROC.joinpath(str(pid), "comm").read_text().strip().startswith("postgres")
