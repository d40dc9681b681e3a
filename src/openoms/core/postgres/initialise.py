"""Folders and the first initialisation of a data folder: complete under its final name, or not there at all."""

import os
import shutil
from pathlib import Path

from openoms.core.postgres import server_config
from openoms.core.postgres.account import Account, owner_of, service_account, this_account
from openoms.core.postgres.binaries import Binaries, public_folder
from openoms.core.postgres.errors import PostgresError
from openoms.core.postgres.locate import STATE_HOME

SUPERUSER = "postgres"
DATABASE = "openoms"
_BUILTIN_LOCALE_MAJOR = 17
# Names of a UTF-8 character type: glibc and musl, newer macOS, older macOS. With plain `C`, pg_trgm would see no letters
# in Chinese text and every Chinese search would come back empty.
_CHARACTER_TYPES = ("C.UTF-8", "en_US.UTF-8", "UTF-8")


def account_for(pg_dir: Path) -> Account:
    """The account that owns `pg_dir`, or will. Raises PostgresError when this process may not act as it."""
    if not pg_dir.exists():
        return service_account()
    owner = owner_of(pg_dir)
    if owner.uid == 0:
        raise PostgresError(
            f"{pg_dir} belongs to root, as whom PostgreSQL refuses to run: "
            f"give it to the account of OpenOMS by `chown -R openoms {pg_dir}`."
        )
    if os.geteuid() not in (0, owner.uid):
        raise PostgresError(
            f"{pg_dir} belongs to the user {owner.name}: run OpenOMS as {owner.name}, or set OPENOMS_DATA_DIR to a "
            "folder of your own."
        )
    return owner


def make_data_dir(data_dir: Path) -> None:
    """Make `data_dir` itself. Raises PostgresError when that is not allowed."""
    try:
        if os.geteuid() == 0 and STATE_HOME in data_dir.parents:
            public_folder(STATE_HOME)
        data_dir.mkdir(mode=0o755, parents=True, exist_ok=True)
        (data_dir / "locks").mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise PostgresError(
            f"{data_dir} cannot be made ({error.strerror}): set OPENOMS_DATA_DIR to a folder that can be written."
        ) from error


def make_folders(data_dir: Path, socket_dir: Path, account: Account) -> Path:
    """Make the log and socket folders for `account` and see that it can reach them; returns the log folder."""
    if account.is_other:
        # What lies below our own folder is ours alone: the server's account passes through it, nobody else does. A
        # folder chosen by somebody keeps the mode that they gave it.
        for ours in (folder for folder in (data_dir, *data_dir.parents) if STATE_HOME in folder.parents):
            os.chown(ours, 0, account.gid)
            ours.chmod(0o750)
    log_dir = data_dir / "log"
    for folder in (log_dir, socket_dir):
        _private_folder(folder, account)
    if account.is_other and not account.can_enter(socket_dir):
        raise PostgresError(
            f"The user {account.name}, as whom PostgreSQL runs, may not enter {data_dir}: set OPENOMS_DATA_DIR to a "
            f"folder below one that everybody may enter, such as {STATE_HOME}."
        )
    return log_dir


def initialise(pg_dir: Path, binaries: Binaries, account: Account, *, durable: bool) -> None:
    """Make the data folder `pg_dir` with the database and role `openoms`. Raises PostgresError.

    It grows under another name and is renamed at the end: a kill half-way leaves nothing that looks usable. The
    program's role owns its database and may create others, but is no superuser.
    """
    fresh = pg_dir.with_name(f"{pg_dir.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    _private_folder(fresh, account)
    _initdb(fresh, binaries, account, durable=durable)
    server_config.write_access(fresh, account)
    sql = f"CREATE ROLE {DATABASE} LOGIN CREATEDB\nCREATE DATABASE {DATABASE} OWNER {DATABASE}\n"
    made = account.run([binaries.tool("postgres"), "--single", "-D", fresh, SUPERUSER], text=sql)
    trouble = [
        line
        for line in made.stderr.splitlines()
        if any(word in line for word in ("ERROR:", "FATAL:", "PANIC:"))
    ]
    if made.returncode or trouble:
        raise _failure(trouble[0] if trouble else made.stderr, pg_dir)
    fresh.rename(pg_dir)


def _initdb(fresh: Path, binaries: Binaries, account: Account, *, durable: bool) -> None:
    argv: list[str | Path] = [
        binaries.tool("initdb"),
        "-D",
        fresh,
        "--username",
        SUPERUSER,
        "--encoding=UTF8",
    ]
    argv += ["--auth-local=trust", "--auth-host=reject", "--data-checksums", "--no-instructions"]
    argv += [] if durable else ["--no-sync"]
    builtin = binaries.major >= _BUILTIN_LOCALE_MAJOR
    provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if builtin else []
    message = ""
    for character_type in _CHARACTER_TYPES:
        answer = account.run([*argv, *provider, "--locale=C", f"--lc-ctype={character_type}"])
        if answer.returncode == 0:
            return
        message = answer.stderr
        if "locale" not in message:
            break
    raise _failure(message, fresh)


def _failure(message: str, pg_dir: Path) -> PostgresError:
    lines = [line.strip() for line in message.splitlines() if line.strip()] or ["no message"]
    telling = next((line for line in lines if "rror:" in line or "FATAL" in line), lines[-1])
    return PostgresError(
        f"PostgreSQL could not prepare {pg_dir} ({telling.rstrip('.')}): see that the disk has room and the folder can "
        "be written, or set DATABASE_URL to a PostgreSQL server."
    )


def _private_folder(folder: Path, account: Account) -> None:
    """Make `folder` for `account` alone. Raises PostgresError when it is somebody else's."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        # Never through a link: a folder under /tmp may have been laid there by somebody else.
        found = folder.lstat()
        if found.st_uid not in (account.uid, this_account().uid) or folder.is_symlink():
            raise PostgresError(
                f"{folder} belongs to somebody else: remove it, or set OPENOMS_DATA_DIR to a shorter path of your own."
            )
        if found.st_uid != account.uid:
            os.chown(folder, account.uid, account.gid)
        folder.chmod(0o700)
    except OSError as error:
        raise PostgresError(
            f"{folder} cannot be made for the user {account.name} ({error.strerror}): set OPENOMS_DATA_DIR to a folder "
            "on a local disk that this user can write."
        ) from error
