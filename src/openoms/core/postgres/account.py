"""The operating-system account PostgreSQL runs as, and how a command is run under it."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openoms.core.postgres.errors import PostgresError

SERVICE_NAME = "openoms"
_SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin"


@dataclass(frozen=True, slots=True)
class Account:
    """Who owns the data and runs the server."""

    name: str
    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        """True when this process has to change its user to act as this account."""
        return self.uid != os.geteuid()

    def run(
        self,
        argv: Sequence[str | Path],
        *,
        text: str = "",
        timeout: float = 120,
        keep_fds: Sequence[int] = (),
    ) -> subprocess.CompletedProcess[str]:
        """Run `argv` as this account with `text` as input; never raises for an exit code.

        Raises PostgresError when the user cannot be changed, OSError when the program cannot be executed, and
        subprocess.TimeoutExpired after `timeout` seconds.
        """
        user, group = (self.uid, self.gid) if self.is_other else (None, None)
        try:
            return subprocess.run(
                [str(part) for part in argv],
                input=text,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=timeout,
                check=False,
                cwd="/",
                env=clean_environment(),
                umask=0o077,
                user=user,
                group=group,
                extra_groups=[] if self.is_other else None,
                pass_fds=keep_fds,
            )
        except subprocess.SubprocessError as error:
            if isinstance(error, subprocess.TimeoutExpired):
                raise
            raise PostgresError(
                f"This process may not act as the user {self.name}: give the container the SETUID, SETGID and CHOWN "
                "capabilities, run OpenOMS as an ordinary user, or set DATABASE_URL to a PostgreSQL server."
            ) from error

    def write(self, path: Path, text: str) -> None:
        """Replace the file `path` by `text`, whole or not at all; raises OSError.

        Written under the account, not by root on its behalf: a link laid in the account's folder gains nobody more
        than the account has.
        """
        script = 'umask 077 && cat >"$1.new" && mv -f -- "$1.new" "$1"'
        answer = self.run(["/bin/sh", "-c", script, "sh", path], text=text)
        if answer.returncode:
            raise OSError(None, answer.stderr.strip() or "write failed", str(path))

    def can_enter(self, folder: Path) -> bool:
        """Whether this account may pass through `folder` and all above it."""
        return self.run(["/bin/sh", "-c", 'cd -- "$1"', "sh", folder]).returncode == 0


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Environment of PostgreSQL's programs: no PG* of the caller's, messages in English, no time zone search."""
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") if name in os.environ}
    return {
        "PATH": f"{os.environ.get('PATH', '')}:{_SYSTEM_PATH}",
        "LC_ALL": "C",
        "TZ": "UTC",
        **kept,
        **(extra or {}),
    }


def owner_of(path: Path) -> Account:
    """The account that owns `path`."""
    found = path.stat()
    return Account(_name(found.st_uid), found.st_uid, found.st_gid)


def this_account() -> Account:
    """The account of this very process."""
    return Account(_name(os.geteuid()), os.geteuid(), os.getegid())


def service_account() -> Account:
    """The account the server runs as: this process's own, or for root an unprivileged one.

    PostgreSQL refuses to run as root. A dedicated system user keeps the data from every other service on the
    machine; it is made when missing, and `nobody` steps in where none can be made.
    """
    if os.geteuid() != 0:
        return this_account()
    for name in (SERVICE_NAME, "nobody"):
        if account := _known(name) or (_create(name) if name == SERVICE_NAME else None):
            return account
    raise PostgresError(
        "PostgreSQL refuses to run as root and no unprivileged user could be made: "
        "run `useradd --system openoms`, or run OpenOMS as an ordinary user."
    )


def _known(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(name, entry.pw_uid, entry.pw_gid) if entry.pw_uid else None


def _create(name: str) -> Account | None:
    """Make the system user `name` without home or shell; None when the machine has no tool or refuses."""
    shell = "/usr/sbin/nologin" if Path("/usr/sbin/nologin").exists() else "/bin/false"
    useradd = shutil.which("useradd", path=_SYSTEM_PATH)
    adduser = shutil.which("adduser", path=_SYSTEM_PATH)
    if useradd:
        argv = [useradd, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
        commands = [[*argv, "--shell", shell, name]]
    elif adduser:  # BusyBox, as on Alpine.
        commands = [["addgroup", "-S", name], [adduser, "-S", "-D", "-H", "-G", name, "-s", shell, name]]
    else:
        return None
    for command in commands:
        # Another process may be making the same user right now: what counts is whether it exists afterwards.
        subprocess.run(command, capture_output=True, check=False, env=clean_environment(), timeout=60)
    return _known(name)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
