"""What every layer's tests share; the run's database is begun in settings.py and ended here."""

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.core.management import CommandError
from django.db import OperationalError, connection, transaction
from django.test import Client, TransactionTestCase
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker
from pytest_django.plugin import blocking_manager_key
from zeal import zeal_context

from tests.settings import FAST, RUN

_FILLED = pytest.StashKey[str]()

# How long an example takes says nothing on a machine that others use too; speed is measured in bench/.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def pytest_unconfigure() -> None:
    """The process that began the run's database stops and removes it."""
    from openoms.core.postgres import Cluster

    owner, _, data_dir = os.environ[RUN].partition(":")
    if owner == str(os.getpid()):
        Cluster(Path(data_dir), settings=FAST).stop("immediate")
        shutil.rmtree(data_dir, ignore_errors=True)


_empty: Any = getattr(TransactionTestCase, "_fixture_teardown")  # noqa: B009  (the stubs know no such name)


def _empty_patiently(case: TransactionTestCase) -> None:
    """A page that is just closing may still be asking: where its request and the emptying wait for each other, again."""
    for _ in range(3):
        try:
            _empty(case)
            return
        except CommandError as error:
            if not isinstance(error.__cause__, OperationalError):
                raise
    _empty(case)


setattr(TransactionTestCase, "_fixture_teardown", _empty_patiently)  # noqa: B010


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, None, None]:
    """A test with real transactions empties every table after itself: put back what the migrations had filled in."""
    try:
        yield
    finally:
        # Also after a teardown that failed: the next test must not suffer for it.
        marker = item.get_closest_marker("django_db")
        fixtures = set(getattr(item, "fixturenames", ()))
        emptied = (marker and marker.kwargs.get("transaction")) or fixtures & {
            "transactional_db",
            "live_server",
        }
        if emptied and nextitem is not None:
            with item.config.stash[blocking_manager_key].unblock(), transaction.atomic():
                for row in serializers.deserialize("json", item.config.stash[_FILLED]):
                    row.save()


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, pytestconfig: pytest.Config
) -> Iterator[None]:
    """pytest-django's own, and then a copy of what the migrations filled in; no session is left when it ends."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("openoms.")]
    with django_db_blocker.unblock():
        rows = [row for model in ours for row in model._base_manager.all()]
        pytestconfig.stash[_FILLED] = serializers.serialize("json", rows)
    yield
    # A test that ended sessions may have ended this one; it would only be found out now.
    connection.close()
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        # Threads of live servers leave theirs behind; the database could not be dropped.
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def _fresh_process() -> Iterator[None]:
    """Forget what processes cache between requests: each test has a database of its own."""
    from openoms.flows.steps import configuration
    from openoms.interfaces.api import keys
    from openoms.reading import remarks

    for module in (configuration, keys, remarks):
        module.forget()
    yield
    for module in (configuration, keys, remarks):
        module.forget()


@pytest.fixture(autouse=True)
def _no_query_for_each_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that asks the database once for each row fails its test; what a test itself reads does not."""
    answer = Client.request

    def watched(self: Client, **asked: Any) -> Any:
        with zeal_context():
            return answer(self, **asked)

    monkeypatch.setattr(Client, "request", watched)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real inputs; a test on them is reported as not run, with the reason, where it is missing."""
    folder = Path(
        os.environ.get("OPENOMS_REAL_DATA") or Path(__file__).parents[2] / "shared" / "data"
    ).resolve()
    if not folder.is_dir():
        pytest.skip(f"no real inputs at {folder}: set OPENOMS_REAL_DATA to run this")
    return folder
