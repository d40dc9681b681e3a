"""Where the data and the socket live, for whom and why; pure look-ups, nothing is created."""

import hashlib
import os
from pathlib import Path

# Root's things live here and not under a home: PostgreSQL runs as another user, who may not enter root's home, and
# nobody's home is opened for it.
STATE_HOME = Path("/var/lib/openoms")
PORT = 5432
# The kernel keeps a socket's path in 104 (macOS) or 108 bytes.
MAX_SOCKET_PATH = 99


def checkout_root() -> Path | None:
    """The root of the source checkout this module runs from; None for an installed package."""
    root = Path(__file__).resolve().parents[4]
    is_checkout = (root / "pyproject.toml").is_file() and (root / "src" / "openoms").is_dir()
    return root if is_checkout else None


def default_data_dir() -> Path:
    """Folder of everything the program keeps: OPENOMS_DATA_DIR, else by who runs it and from where.

    Root: /var/lib/openoms/<checkout>-<8 hex of its path>, or /var/lib/openoms/default when installed. Anyone else:
    `var/` of a checkout that can be written, else $XDG_DATA_HOME/openoms or ~/.local/share/openoms.
    """
    if chosen := os.environ.get("OPENOMS_DATA_DIR"):
        return Path(chosen).expanduser().resolve()
    checkout = checkout_root()
    if os.geteuid() == 0:
        return STATE_HOME / (f"{checkout.name}-{_digest(checkout, 8)}" if checkout else "default")
    if checkout and os.access(checkout, os.W_OK):
        return checkout / "var"
    data_home = os.environ.get("XDG_DATA_HOME")
    base = Path(data_home) if data_home else Path.home() / ".local" / "share"
    return base / "openoms"


def socket_dir_for(data_dir: Path) -> Path:
    """Folder of the server's socket: inside `data_dir`, or a short name derived from it when that would not fit."""
    inside = data_dir / "socket"
    fits = len(os.fsencode(inside / f".s.PGSQL.{PORT}")) <= MAX_SOCKET_PATH
    # libpq and PostgreSQL both read a comma as the start of the next host or folder.
    if fits and not set(str(inside)) & set(',"\n'):
        return inside
    digest = _digest(data_dir, 12)
    if os.geteuid() == 0:
        return STATE_HOME / f"socket-{digest}"
    # Anybody may have laid a folder there first: initialise.py looks whose it is.
    return Path("/tmp") / f"openoms-{os.geteuid()}-{digest}"  # nosec B108


def _digest(path: Path, length: int) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:length]
