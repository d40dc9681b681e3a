"""The embedded server against a hostile life: kills, reused pids, two starters at once."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from openoms.core.postgres import Cluster, PostgresError
from openoms.core.postgres.processes import processes_of

QUICK = {"fsync": "off", "shared_buffers": "16MB", "max_connections": "20"}


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A short folder that an unprivileged server may enter, which pytest's own is not when root runs the tests."""
    folder = Path(tempfile.mkdtemp(prefix="oms-"))
    folder.chmod(0o755)
    yield folder
    Cluster(folder / "data").stop("immediate")
    shutil.rmtree(folder)


@pytest.fixture
def cluster(data_dir: Path) -> Cluster:
    return Cluster(data_dir / "data", QUICK)


def run_sql(cluster: Cluster, statement: str) -> list[tuple[object, ...]]:
    """Rows of `statement`, committed."""
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


def wait_for(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Poll until `condition` holds; fails the test otherwise."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)


def test_first_start_makes_a_database_that_chinese_text_can_be_searched_in(cluster: Cluster) -> None:
    assert not cluster.status().running
    assert cluster.start()
    assert not cluster.start(), "a second start finds it running"
    status = cluster.status()
    assert status.running
    assert status.pid is not None
    assert run_sql(
        cluster, "SELECT current_database()::text, current_user::text, pg_encoding_to_char(6)"
    ) == [("openoms", "openoms", "UTF8")]
    run_sql(cluster, "CREATE EXTENSION pg_trgm")
    assert run_sql(cluster, "SELECT cardinality(show_trgm('订单管理')) > 0, lower('ÀÉ')") == [(True, "àé")]
    assert run_sql(cluster, "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = 'openoms'") == [
        (False, True)
    ]
    assert run_sql(cluster, "SHOW listen_addresses") == [("",)], "nobody reaches it over the network"
    assert cluster.socket_dir.stat().st_mode & 0o077 == 0
    cluster.stop()
    assert not cluster.status().running
    assert processes_of(cluster.pg_dir) == []


def test_data_survives_the_death_of_every_process_and_a_reused_pid(cluster: Cluster) -> None:
    cluster.start()
    run_sql(cluster, "CREATE TABLE kept (n int)")
    run_sql(cluster, "INSERT INTO kept VALUES (42)")
    for pid in processes_of(cluster.pg_dir):
        # One that ends by itself in between, such as autovacuum's, is dead as well.
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not cluster.status().running)
    # The worst left-over: its pid now belongs to a living program of the same user, here this test.
    pid_file = cluster.pg_dir / "postmaster.pid"
    for stale in (pid_file, cluster.socket_dir / ".s.PGSQL.5432.lock"):
        lines = stale.read_text().splitlines()
        stale.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert not cluster.status().running
    assert cluster.start()
    assert run_sql(cluster, "SELECT n FROM kept") == [(42,)]


def test_a_start_outlives_the_backends_of_a_killed_server(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openoms.core.postgres.cluster.ORPHAN_ASK_SECONDS", 0.2)
    monkeypatch.setattr("openoms.core.postgres.cluster.ORPHAN_KILL_SECONDS", 0.5)
    cluster.start()
    server = cluster.status().pid
    assert server is not None
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        backend = connection.info.backend_pid
        # Stopped, it cannot notice that its server died: the strongest kind of orphan.
        os.kill(backend, signal.SIGSTOP)
        os.kill(server, signal.SIGKILL)
        wait_for(lambda: not cluster.status().running)
        begun = time.monotonic()
        assert cluster.start()
        assert time.monotonic() - begun < 20
        assert backend not in processes_of(cluster.pg_dir)
    assert run_sql(cluster, "SELECT 1") == [(1,)]


def test_two_processes_starting_at_once_get_one_server(cluster: Cluster) -> None:
    program = (
        "import sys, pathlib\n"
        "from openoms.core.postgres import Cluster\n"
        f"c = Cluster(pathlib.Path(sys.argv[1]), {QUICK!r})\n"
        "print(c.start(), c.status().pid)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    argv = [sys.executable, "-c", program, str(cluster.data_dir)]
    starters = [subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(2)]
    answers = [starter.communicate(timeout=30)[0].split() for starter in starters]
    assert sorted(started for started, _ in answers) == ["False", "True"]
    assert {pid for _, pid in answers} == {str(cluster.status().pid)}


def test_a_second_data_dir_is_a_second_server(cluster: Cluster, data_dir: Path) -> None:
    other = Cluster(data_dir / "other", QUICK)
    try:
        with cluster.lease(), other.lease():
            run_sql(cluster, "CREATE TABLE mine (n int)")
            assert run_sql(other, "SELECT to_regclass('mine')::text") == [(None,)]
            assert cluster.status().pid != other.status().pid
    finally:
        other.stop("immediate")


def test_the_last_lease_stops_the_server_unless_it_was_started_to_stay(cluster: Cluster) -> None:
    with cluster.lease():
        with cluster.lease():
            assert cluster.is_leased()
        assert cluster.status().running, "another lease still needs it"
    assert not cluster.status().running
    cluster.start()
    with cluster.lease():
        pass
    assert cluster.status().running
    cluster.stop()
    assert not cluster.is_leased()


def test_a_server_that_hides_in_another_container_keeps_its_data_dir(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.start()
    # What another container on the same disk looks like from here: a pid that is nobody, and no process to be seen.
    monkeypatch.setattr("openoms.core.postgres.processes.serves", lambda pid, pg_dir: False)
    monkeypatch.setattr("openoms.core.postgres.cluster.ORPHAN_GIVE_UP_SECONDS", 0.2)
    with pytest.raises(PostgresError, match="in use by another PostgreSQL, perhaps in another container"):
        cluster.start()
    monkeypatch.undo()
    assert run_sql(cluster, "SELECT 1") == [(1,)], "the running server was not disturbed"


def test_data_of_another_version_is_refused_with_the_version_needed(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    version = cluster.pg_dir / "PG_VERSION"
    version.write_text("99\n")
    with pytest.raises(PostgresError, match=r"made by PostgreSQL 99.*install PostgreSQL 99"):
        cluster.start()
    version.write_text("18\n")


def test_a_folder_the_server_may_not_enter_is_told_in_one_sentence(data_dir: Path) -> None:
    closed = data_dir / "closed"
    closed.mkdir(mode=0o700 if os.geteuid() == 0 else 0o500)
    with pytest.raises(PostgresError, match="OPENOMS_DATA_DIR") as refusal:
        Cluster(closed / "data", QUICK).start()
    assert "\n" not in str(refusal.value)


def test_a_start_that_fails_tells_the_server_s_reason(cluster: Cluster, data_dir: Path) -> None:
    with pytest.raises(PostgresError, match="did not start"):
        Cluster(data_dir / "data", QUICK | {"shared_buffers": "nonsense"}).start()
    assert cluster.start(), "and the next one, with sound settings, works"
