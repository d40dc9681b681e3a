"""A database of its own for processes that a test starts."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from openoms.core.postgres import Cluster
from openoms.jobs import schema
from tests.factories import make_order


@pytest.fixture
def own_database(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A copy of the test's database as it is when a worker is about to start; its URL."""
    make_order()
    name, copy = settings.DATABASES["default"]["NAME"], f"worker_{os.getpid()}"
    connection.close()
    cluster = Cluster(settings.OPENOMS.data_dir)
    maintenance = cluster.url.replace("@/openoms?", "@/postgres?")
    with psycopg.connect(maintenance, autocommit=True) as server:
        # A thread of an earlier test's server may still hold a session it will not use again.
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        server.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')
    try:
        with monkeypatch.context() as patch:
            patch.setitem(settings.DATABASES["default"], "NAME", copy)
            schema.apply()
        yield cluster.url.replace("@/openoms?", f"@/{copy}?")
    finally:
        with psycopg.connect(maintenance, autocommit=True) as server:
            server.execute(f'DROP DATABASE "{copy}" WITH (FORCE)')
