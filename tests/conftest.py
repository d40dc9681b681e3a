"""What every layer's tests share; the run's database is begun in settings.py and ended here."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.settings import FAST, RUN


def pytest_unconfigure() -> None:
    """The process that began the run's database stops and removes it."""
    from openoms.core.postgres import Cluster

    owner, _, data_dir = os.environ[RUN].partition(":")
    if owner == str(os.getpid()):
        Cluster(Path(data_dir), settings=FAST).stop("immediate")
        shutil.rmtree(data_dir, ignore_errors=True)


@pytest.fixture(autouse=True)
def _fresh_process() -> Iterator[None]:
    """Forget what processes cache between requests: each test has a database of its own."""
    from openoms.flows.steps import configuration
    from openoms.interfaces.api import keys

    configuration.forget()
    keys.forget()
    yield
    configuration.forget()
    keys.forget()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real inputs; a test on them is reported as not run, with the reason, where it is missing."""
    folder = Path(
        os.environ.get("OPENOMS_REAL_DATA") or Path(__file__).parents[2] / "shared" / "data"
    ).resolve()
    if not folder.is_dir():
        pytest.skip(f"no real inputs at {folder}: set OPENOMS_REAL_DATA to run this")
    return folder
