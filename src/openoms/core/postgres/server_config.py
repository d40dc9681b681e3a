"""The server's configuration: for a small machine, durable, and reachable by nobody but its own folder's owner."""

import os
from collections.abc import Mapping
from pathlib import Path

from openoms.core.postgres.account import Account
from openoms.core.postgres.locate import PORT

OWN_FILE = "openoms.conf"
ADMIN_FILE = "local.conf"
LOG_PATTERN = "postgresql-*.log"
_LOGS_KEPT = 10

# `trust` means "whoever can open the socket may enter", and the socket lies in a folder with mode 0700 that belongs to
# the server's account: that account and root can open it, nobody else, and there is no TCP at all. `peer` would add
# nothing and would shut out the web process, which may run as root while the server runs as `openoms`.
HBA = "# Written by OpenOMS: local socket only, guarded by its folder's mode.\nlocal all all trust\n"

_MIB = 1 << 20


def defaults(socket_dir: Path, log_dir: Path) -> dict[str, str]:
    """Settings for a small machine that is shared with the web and worker processes."""
    memory = _memory_bytes()
    return {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(socket_dir),
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "shared_buffers": f"{max(32, min(256, memory // 8 // _MIB))}MB",
        "effective_cache_size": f"{max(64, memory // 2 // _MIB)}MB",
        "work_mem": "8MB",
        "maintenance_work_mem": "64MB",
        "fsync": "on",
        "synchronous_commit": "on",
        "wal_compression": "on",
        "max_wal_size": "2GB",
        "random_page_cost": "1.1",
        # Compiling costs more than it saves for queries of milliseconds.
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "log_destination": "stderr",
        "logging_collector": "on",
        "log_directory": str(log_dir),
        "log_filename": "postgresql-%Y%m%d-%H%M%S.log",
        "log_rotation_age": "0",
        "log_rotation_size": "10MB",
        "log_file_mode": "0600",
        "log_line_prefix": "%m [%p] %q%u@%d ",
        "log_lock_waits": "on",
        "log_min_duration_statement": "1s",
        "log_parameter_max_length": "0",
    }


def write(pg_dir: Path, settings: Mapping[str, str], account: Account) -> None:
    """Write `settings` to our own file in `pg_dir`, whole or not at all."""
    lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in settings.items()]
    text = (
        f"# Written at each start by OpenOMS; put your own settings into {ADMIN_FILE}.\n"
        + "\n".join(lines)
        + "\n"
    )
    target = pg_dir / OWN_FILE
    if not (target.exists() and target.read_text() == text):
        account.write(target, text)


def write_access(pg_dir: Path, account: Account) -> None:
    """Make a fresh data folder trust its socket only, and read our file, then the administrator's, over defaults."""
    conf = pg_dir / "postgresql.conf"
    includes = f"\ninclude_if_exists = '{OWN_FILE}'\ninclude_if_exists = '{ADMIN_FILE}'\n"
    account.write(conf, conf.read_text() + includes)
    account.write(pg_dir / "pg_hba.conf", HBA)


def prune_logs(log_dir: Path) -> None:
    """Delete all but the newest logs: each start and each 10 MB opens a new one."""
    for old in sorted(log_dir.glob(LOG_PATTERN))[:-_LOGS_KEPT]:
        old.unlink(missing_ok=True)


def _memory_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
