"""The worker as a process of its own, on a copy of the test's database."""

import os
import signal
import subprocess
import sys
import time

import psycopg


def test_the_worker_starts_dispatches_and_stops_when_asked(own_database: str) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": own_database,
        "DJANGO_SETTINGS_MODULE": "openoms.config.settings",
    }
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    worker = subprocess.Popen([sys.executable, "-m", "openoms.jobs.worker"], env=environment)
    try:
        with psycopg.connect(own_database, autocommit=True) as reader:

            def shows(question: str) -> bool:
                row = reader.execute(question).fetchone()
                return bool(row and row[0])

            def wait_for(question: str) -> None:
                deadline = time.monotonic() + 30
                while not shows(question):
                    assert worker.poll() is None, "the worker ended"
                    assert time.monotonic() < deadline, question
                    time.sleep(0.02)

            wait_for("SELECT NOT EXISTS (SELECT FROM events_outbox)")
            wait_for("SELECT (SELECT count(*) FROM events_seal) = (SELECT count(*) FROM events_event)")
            wait_for("SELECT NOT EXISTS (SELECT FROM events_delivery WHERE done_at IS NULL)")
            wait_for(
                "SELECT EXISTS (SELECT FROM jobs.procrastinate_workers "
                "WHERE last_heartbeat > now() - interval '20 seconds')"
            )
            assert shows("SELECT count(*) > 1 FROM events_event")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=10) == 0
    finally:
        if worker.poll() is None:
            worker.kill()
            worker.wait()
