"""One embedded server: its data folder, its URL, and its life."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal
from urllib.parse import quote

from openoms.core.postgres import initialise, server_config
from openoms.core.postgres.account import Account, clean_environment
from openoms.core.postgres.binaries import Binaries, find_binaries
from openoms.core.postgres.errors import PostgresError
from openoms.core.postgres.locate import PORT, socket_dir_for
from openoms.core.postgres.locks import POLL_SECONDS, locked, try_lock, wait_lock
from openoms.core.postgres.processes import read_postmaster, signal_all

# Recovery after a crash replays at most `max_wal_size`; a slow disk does that in less.
START_SECONDS = 180
STOP_SECONDS = 60
# A backend that computes notices its server's death late: it is asked to go after the first, made to after the second.
ORPHAN_ASK_SECONDS, ORPHAN_KILL_SECONDS, ORPHAN_GIVE_UP_SECONDS = 3.0, 8.0, 20.0
_STOP_SIGNALS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}


@dataclass(frozen=True, slots=True)
class Status:
    """What is known of a cluster without connecting to it."""

    running: bool
    pid: int | None
    version: str | None  # Major version of the data, "18"; None before the first start.
    data_dir: Path
    socket_dir: Path


class Cluster:
    """The server of one data folder. Making one reads and writes nothing; `start` does.

    Locks in `<data_dir>/locks`, all freed by the kernel when their holders die:
    `start`: held while somebody starts or stops the server.
    `server`: inherited by the server and all its children, so it is free only when the last of them is gone, also
    one that outlived a killed server or that runs in another container on the same disk.
    `lease`: shared by everyone who needs the server (`lease`).
    """

    def __init__(self, data_dir: Path, settings: Mapping[str, str] = MappingProxyType({})) -> None:
        """`settings` go over the defaults of server_config.py, for example `{"fsync": "off"}` in tests."""
        self.data_dir = data_dir.expanduser().resolve()
        self.pg_dir = self.data_dir / "postgres"
        self.socket_dir = socket_dir_for(self.data_dir)
        self._settings = dict(settings)

    @property
    def url(self) -> str:
        """libpq URL of the database `openoms` as its owner; the same before and after the start."""
        name = initialise.DATABASE
        return f"postgresql://{name}@/{name}?host={quote(str(self.socket_dir), safe='/')}&port={PORT}"

    def start(self, *, keep: bool = True) -> bool:
        """Run the server until `stop`, initialising it first when new; True when this call started it.

        With `keep` off the last lease to end stops it too.

        Safe to call at once from many processes: one starts it, all return when it answers. Raises PostgresError.
        """
        initialise.make_data_dir(self.data_dir)
        with self._explained(), locked(self._lock("start"), seconds=START_SECONDS):
            if keep:
                self._keep_mark.touch()
            if (server := read_postmaster(self.pg_dir)) and (server.is_ready or self._becomes_ready()):
                return False
            self._launch()
            return True

    @contextlib.contextmanager
    def lease(self) -> Iterator[None]:
        """Have the server run inside the block; the last one out stops it, unless somebody called `start`.

        So a single command leaves no server behind, and never takes it away from another that is still at work.
        Raises PostgresError.
        """
        initialise.make_data_dir(self.data_dir)
        with self._explained():
            descriptor = wait_lock(self._lock("lease"), seconds=STOP_SECONDS, shared=True)
        try:
            self.start(keep=False)
            yield
        finally:
            os.close(descriptor)
            self._stop_unless_needed()

    def is_leased(self) -> bool:
        """Whether any process holds a lease at this moment."""
        if not self._lock("lease").exists():
            return False
        descriptor = try_lock(self._lock("lease"))
        if descriptor is not None:
            os.close(descriptor)
        return descriptor is None

    def stop(self, mode: Literal["smart", "fast", "immediate"] = "fast") -> None:
        """Stop the server and wait until all its processes are gone; nothing happens when none runs.

        `fast` ends running transactions, `smart` waits for clients to leave, `immediate` is a crash that the next
        start recovers from. Raises PostgresError when it does not stop within a minute.
        """
        if not self._lock("start").parent.is_dir():
            return
        with self._explained(), locked(self._lock("start"), seconds=START_SECONDS):
            self._keep_mark.unlink(missing_ok=True)
            self._stop(mode)

    def status(self) -> Status:
        """Whether the server runs, and with what; never raises."""
        server = read_postmaster(self.pg_dir)
        return Status(
            running=server is not None and server.is_ready,
            pid=server.pid if server else None,
            version=self._data_version(),
            data_dir=self.data_dir,
            socket_dir=self.socket_dir,
        )

    def psql(self, args: Sequence[str] = ()) -> int:
        """Run psql on the database with this terminal; returns its exit code. Raises PostgresError."""
        version = self._data_version()
        program = find_binaries(int(version) if version else None).tool("psql")
        terminal = {
            name: os.environ[name]
            for name in ("TERM", "HOME", "PAGER", "LESS", "EDITOR")
            if name in os.environ
        }
        # Without this Ctrl-C, which psql answers by cancelling its query, would also end this program.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            environment = clean_environment({**terminal, "LC_ALL": "C.UTF-8", "PGCLIENTENCODING": "UTF8"})
            return subprocess.run([program, self.url, *args], check=False, env=environment).returncode
        finally:
            signal.signal(signal.SIGINT, before)

    def _launch(self) -> None:
        """Start a server; the `start` lock is held and no server of this folder lives."""
        account = initialise.account_for(self.pg_dir)
        version = self._data_version()
        binaries = find_binaries(int(version) if version else None, account)
        log_dir = initialise.make_folders(self.data_dir, self.socket_dir, account)
        held = self._outlive_orphans()
        try:
            settings = server_config.defaults(self.socket_dir, log_dir) | self._settings
            if version is None:
                durable = settings["fsync"] != "off"
                initialise.initialise(self.pg_dir, binaries, account, durable=durable)
            self._forget_dead_server()
            server_config.write(self.pg_dir, settings, account)
            server_config.prune_logs(log_dir)
            self._run_server(binaries, account, log_dir / "startup.log", held)
        finally:
            os.close(held)

    def _run_server(self, binaries: Binaries, account: Account, log: Path, held: int) -> None:
        """Let pg_ctl start the server with the `server` lock `held` in its hands, and wait until it answers."""
        log.unlink(missing_ok=True)
        argv: list[str | Path] = [binaries.tool("pg_ctl"), "start", "-w", "-t", str(START_SECONDS), "-s"]
        argv += ["-D", self.pg_dir, "-l", log]
        try:
            answer = account.run(argv, timeout=START_SECONDS + 10, keep_fds=[held])
        except subprocess.TimeoutExpired:
            answer = None
        if answer and answer.returncode == 0:
            return
        if read_postmaster(self.pg_dir):
            raise PostgresError(
                f"PostgreSQL is still recovering {self.pg_dir} after a crash: wait a few minutes and start again."
            )
        raise PostgresError(f"PostgreSQL did not start ({_reason(log)}): look at {log} and {log.parent}.")

    def _outlive_orphans(self) -> int:
        """The `server` lock, once every process of an earlier server is gone. Raises PostgresError."""
        begun = time.monotonic()
        while (descriptor := try_lock(self._lock("server"))) is None:
            waited = time.monotonic() - begun
            if waited > ORPHAN_GIVE_UP_SECONDS:
                raise PostgresError(
                    f"{self.pg_dir} is in use by another PostgreSQL, perhaps in another container: stop it, or set "
                    "OPENOMS_DATA_DIR to another folder."
                )
            if waited > ORPHAN_ASK_SECONDS:
                # Their server is dead, so nobody else will tell them; what they had not committed is lost either way.
                signal_all(self.pg_dir, signal.SIGKILL if waited > ORPHAN_KILL_SECONDS else signal.SIGQUIT)
            time.sleep(POLL_SECONDS)
        return descriptor

    def _forget_dead_server(self) -> None:
        """Remove what a killed server left, which PostgreSQL would believe when its pid has since been reused.

        Safe only with the `server` lock in hand: it proves that no process of the old server lives.
        """
        leftovers = [self.pg_dir / "postmaster.pid", *self.socket_dir.glob(".s.PGSQL.*")]
        for path in leftovers:
            path.unlink(missing_ok=True)

    def _becomes_ready(self) -> bool:
        """Wait for a living server that is still starting or stopping; False when it ended instead."""
        deadline = time.monotonic() + START_SECONDS
        while server := read_postmaster(self.pg_dir):
            if server.is_ready:
                return True
            if time.monotonic() > deadline:
                raise PostgresError(
                    f"PostgreSQL (pid {server.pid}) neither starts nor stops: look at {self.data_dir}/log."
                )
            time.sleep(POLL_SECONDS)
        return False

    def _stop(self, mode: Literal["smart", "fast", "immediate"]) -> None:
        deadline = time.monotonic() + STOP_SECONDS
        asked = False
        while server := read_postmaster(self.pg_dir):
            if not asked:
                asked = True
                with contextlib.suppress(ProcessLookupError):
                    os.kill(server.pid, _STOP_SIGNALS[mode])
            if time.monotonic() > deadline:
                raise PostgresError(
                    f"PostgreSQL (pid {server.pid}) did not stop within {STOP_SECONDS} s: close the programs that use it, "
                    "or stop it with the mode immediate."
                )
            time.sleep(POLL_SECONDS)
        if asked:
            os.close(wait_lock(self._lock("server"), seconds=STOP_SECONDS))

    def _stop_unless_needed(self) -> None:
        with self._explained(), locked(self._lock("start"), seconds=START_SECONDS):
            if self._keep_mark.exists():
                return
            # A newcomer takes its lease before it looks for the server: while this one is held exclusively it waits,
            # and then finds the server stopped and starts it.
            descriptor = try_lock(self._lock("lease"))
            if descriptor is None:
                return
            try:
                self._stop("fast")
            finally:
                os.close(descriptor)

    @property
    def _keep_mark(self) -> Path:
        return self.data_dir / "locks" / "keep-running"

    def _lock(self, name: str) -> Path:
        return self.data_dir / "locks" / name

    def _data_version(self) -> str | None:
        try:
            return (self.pg_dir / "PG_VERSION").read_text().strip() or None
        except OSError:
            return None

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what the file system refuses into a PostgresError."""
        try:
            yield
        except TimeoutError as error:
            raise PostgresError(
                f"Another process has been starting or stopping the database in {self.data_dir} for too long: end it "
                "and try again."
            ) from error
        except OSError as error:
            raise PostgresError(
                f"The database's files in {self.data_dir} cannot be used ({error.strerror}: {error.filename}): run "
                "OpenOMS as their owner, or set OPENOMS_DATA_DIR to another folder."
            ) from error


def _reason(log: Path) -> str:
    """The first fatal line of a failed start, without its time and pid."""
    newest = sorted(log.parent.glob(server_config.LOG_PATTERN))[-1:]
    for path in (log, *newest):
        with contextlib.suppress(OSError):
            for line in path.read_text(errors="replace").splitlines():
                if "FATAL:" in line or "PANIC:" in line:
                    return line.split(":  ", 1)[-1].strip().rstrip(".")
    return "it gave no reason"
