"""`flow` against a hostile server: failures that ask for another try, connections that break, COMMITs nobody answered."""

import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection, connections, transaction
from django.db.utils import DatabaseError, DataError, IntegrityError, OperationalError

from openoms.core import db, wire
from openoms.core.db import flow
from openoms.core.errors import Conflict, InvalidInput, Unavailable
from openoms.core.ids import uuid7
from openoms.domains.events.models import Event
from openoms.domains.events.services import record
from openoms.domains.identity.models import IdempotencyKey
from openoms.domains.identity.rules import system
from openoms.domains.orders import kinds
from openoms.domains.orders.models import Line, Order
from tests.concurrency.together import together
from tests.factories import make_order, make_sku

pytestmark = pytest.mark.django_db(transaction=True)
ACTOR = system("tests")
COMMIT = ("COMMIT", ())


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries follow one another at once: what is tested is that they are made."""
    monkeypatch.setattr(db, "_back_off", lambda attempt: None)


def tell(subject: UUID) -> None:
    """Record an event about `subject`: something a flow writes and can be asked about later."""
    record(ACTOR, kinds.ORDER_COMPLETED, subject, data={"number": "N"})


def written(subject: UUID) -> int:
    """How many events about it there are."""
    return Event.objects.filter(subject_id=subject).count()


def terminate(pid: int) -> None:
    """End another session's server process, from a connection of our own."""
    settings = connection.settings_dict
    arguments = {
        "dbname": settings["NAME"],
        "user": settings["USER"],
        "host": settings["HOST"],
        "port": settings["PORT"],
    }
    with psycopg.connect(**{k: v for k, v in arguments.items() if v}, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def backend() -> int:
    """The server process of this thread's connection."""
    connection.ensure_connection()
    return connection.connection.info.backend_pid


def test_a_result_is_returned_and_the_write_is_there() -> None:
    subject = uuid7()

    @flow
    def write() -> str:
        tell(subject)
        return "done"

    assert write() == "done"
    assert written(subject) == 1


def test_a_serialization_failure_runs_the_flow_again() -> None:
    subject, runs = uuid7(), []
    make_sku("BOLT")

    @flow
    def write() -> None:
        runs.append(1)
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT name FROM catalog_sku")
        if len(runs) == 1:
            together(change_name)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE catalog_sku SET name = 'ours'")
        tell(subject)

    def change_name() -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE catalog_sku SET name = 'theirs'")

    write()
    assert (len(runs), written(subject)) == (2, 1)


def test_a_deadlock_runs_its_victim_again_and_both_succeed() -> None:
    make_sku("A")
    make_sku("B")
    met, runs, subjects = threading.Barrier(2), [], {"AB": uuid7(), "BA": uuid7()}

    @flow
    def lock_both(order: str) -> None:
        first_time = order not in runs
        runs.append(order)
        for code in order:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE catalog_sku SET name = %s WHERE code = %s", [order, code])
            if first_time and code == order[0]:
                met.wait(10)
        tell(subjects[order])

    together(lambda: lock_both("AB"), lambda: lock_both("BA"))
    # A victim that comes back at once, as here, may meet the other again before it is done.
    assert len(runs) >= 3, "one of the two was the victim"
    assert [written(subject) for subject in subjects.values()] == [1, 1]


def test_a_server_that_has_become_a_standby_is_left_for_its_successor() -> None:
    subject, sessions = uuid7(), []

    @flow
    def write() -> None:
        sessions.append(backend())
        if len(sessions) == 1:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
        tell(subject)

    write()
    assert written(subject) == 1
    assert len(set(sessions)) == 2


def test_a_connection_lost_in_the_body_is_replaced_and_the_flow_run_again() -> None:
    subject, runs = uuid7(), []

    @flow
    def write() -> None:
        runs.append(backend())
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if len(runs) == 1:
            terminate(runs[0])
        tell(subject)

    write()
    assert (len(runs), written(subject)) == (2, 1)
    assert runs[0] != runs[1]


def test_a_connection_that_died_while_idle_is_replaced_without_anybody_noticing() -> None:
    subject = uuid7()
    terminate(backend())

    @flow
    def write() -> None:
        tell(subject)

    write()
    terminate(backend())
    assert db.run_together([("SELECT 41 + 1", ())]) == [[(42,)]]
    assert written(subject) == 1


@pytest.fixture
def broken_commit(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], list[int]]]:
    """Breaks the connection around the first COMMIT: `after` it was done, or `before` it was sent."""
    real = wire.exchange
    broken: list[int] = []

    def arrange(when: str) -> list[int]:
        def exchange(raw: Any, statements: Any) -> Any:
            if COMMIT not in statements or broken:
                return real(raw, statements)
            broken.append(raw.info.backend_pid)
            if when == "before":
                real(raw, statements[:-1])
                terminate(broken[0])
                return real(raw, statements[-1:])
            real(raw, statements)
            terminate(broken[0])
            # The answer was lost on its way.
            raise psycopg.OperationalError("server closed the connection unexpectedly")

        monkeypatch.setattr(db, "exchange", exchange)
        return broken

    yield arrange
    connection.close()


def test_a_commit_that_was_done_but_not_answered_is_not_done_again(
    broken_commit: Callable[[str], list[int]],
) -> None:
    subject, runs = uuid7(), []
    broken = broken_commit("after")

    @flow
    def write() -> str:
        runs.append(1)
        tell(subject)
        return "done"

    assert write() == "done"
    assert (len(broken), len(runs), written(subject)) == (1, 1, 1)


def test_a_commit_that_never_arrived_is_done_again(broken_commit: Callable[[str], list[int]]) -> None:
    subject, runs = uuid7(), []
    broken = broken_commit("before")

    @flow
    def write() -> str:
        runs.append(1)
        tell(subject)
        return "done"

    assert write() == "done"
    assert (len(broken), len(runs), written(subject)) == (1, 2, 1)


def test_a_no_is_not_believed_while_the_old_server_process_may_still_commit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    subject, runs = uuid7(), []
    asked: list[int] = []
    real = wire.exchange

    def exchange(raw: Any, statements: Any) -> Any:
        if COMMIT in statements and not asked:
            asked.append(raw.info.backend_pid)
            raise psycopg.OperationalError("the network is gone, the server process is not")
        return real(raw, statements)

    alive = iter([True, True, True])
    monkeypatch.setattr(db, "exchange", exchange)
    monkeypatch.setattr(db, "_lives", lambda pid: next(alive, False))

    @flow
    def write() -> None:
        runs.append(1)
        if len(runs) == 2:
            assert next(alive, None) is None, "run again only after the old process was gone"
        tell(subject)

    write()
    assert (len(runs), written(subject)) == (2, 1)


def test_a_server_that_stays_away_is_told_as_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []

    @flow
    def write() -> None:
        runs.append(1)
        raise OperationalError("connection refused")

    with pytest.raises(Unavailable):
        write()
    assert len(runs) == db.ATTEMPTS


def test_a_flow_cannot_call_a_flow() -> None:
    subject = uuid7()

    @flow
    def inner() -> None:
        tell(subject)

    @flow
    def outer() -> None:
        tell(subject)
        inner()

    with pytest.raises(RuntimeError, match="durable"):
        outer()
    assert written(subject) == 0


@pytest.mark.parametrize(
    "error", [InvalidInput("no"), ZeroDivisionError(), DataError("22003"), KeyError("x")]
)
def test_an_error_that_would_come_again_is_raised_at_once_and_nothing_is_written(error: Exception) -> None:
    subject, runs = uuid7(), []

    @flow
    def write() -> None:
        runs.append(1)
        tell(subject)
        db.flush()
        raise error

    with pytest.raises(type(error)):
        write()
    assert (len(runs), written(subject)) == (1, 0)
    assert connection.is_usable()


def test_a_unique_key_taken_meanwhile_gets_one_more_try_and_is_then_refused() -> None:
    runs, key = [], uuid7()

    @flow
    def write() -> None:
        runs.append(1)
        db.insert(
            IdempotencyKey(id=key, digest="d", status=200, answer="", created_at="2026-01-01T00:00:00Z")
        )

    write()
    with pytest.raises(Conflict):
        write()
    assert len(runs) == 3
    assert IdempotencyKey.objects.count() == 1


def test_a_foreign_key_that_fails_at_commit_surfaces_and_nothing_is_written() -> None:
    placed, subject, runs = make_order(), uuid7(), []
    line = placed.lines[0]

    @flow
    def write() -> None:
        runs.append(1)
        tell(subject)
        line.id, line.position, line.order_id = uuid7(), 9, uuid7()
        db.insert(line)

    with pytest.raises(IntegrityError, match="foreign key"):
        write()
    assert (len(runs), written(subject), Line.objects.count()) == (1, 0, 1)
    assert connection.is_usable()
    assert Order.objects.count() == 1


def test_an_error_inside_a_flow_rolls_all_of_it_back_and_the_next_flow_works() -> None:
    subject = uuid7()

    @flow
    def write(statement: str) -> None:
        tell(subject)
        db.flush()
        db.run_together([(statement, ())])

    with pytest.raises(DataError):
        write("SELECT 1/0")
    assert written(subject) == 0
    write("SELECT 1")
    assert written(subject) == 1


def test_a_transaction_left_open_by_a_bug_does_not_swallow_the_next_flow() -> None:
    subject = uuid7()
    connection.ensure_connection()

    @flow
    def write() -> None:
        tell(subject)

    with pytest.raises(DatabaseError), transaction.atomic():
        db.run_together([("SELECT 1/0", ())])
    write()
    connections.close_all()
    assert written(subject) == 1
