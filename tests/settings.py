"""Settings of a test run: the program's own, over an embedded database of the run's own.

The database is started here because settings are the first thing anything reads; xdist's workers inherit the run's
mark and use the database of the process that began it.
"""

import os

from openoms.core.postgres import Cluster, default_data_dir

RUN = "OPENOMS_TEST_RUN"
# What survives a crash of the machine is not what tests are about; commits without fsync are ten times faster.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}

if RUN not in os.environ:
    for _name in [name for name in os.environ if name.startswith("OPENOMS_") and name != "OPENOMS_REAL_DATA"]:
        del os.environ[_name]
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("DATABASE_SCHEMA", None)
    _data_dir = default_data_dir().parent / f"test-{os.getpid()}"
    os.environ["OPENOMS_DATA_DIR"] = str(_data_dir)
    os.environ["OPENOMS_LOG_LEVEL"] = "ERROR"
    Cluster(_data_dir, settings=FAST).start()
    os.environ[RUN] = f"{os.getpid()}:{_data_dir}"

from openoms.config.settings import *  # noqa: E402, F403 - after its database is there

# Argon2 is slow on purpose; tests make many people.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# A query run once a row where one would do is an error in every test (style: N+1).
INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]  # noqa: F405
ZEAL_RAISE = True

# The live server's threads end with their test; their connections must not outlive them.
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
