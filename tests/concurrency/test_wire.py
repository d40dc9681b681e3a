"""The exchange of many statements in one flush: what an error in it leaves of the connection."""

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, DataError

from openoms.core import db, wire
from tests.concurrency.test_flow import backend

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "bad", [("SELECT 1/$1::int", ("0",)), ("SELECT nonsense", ()), ("SELECT $1::int", ("x",))]
)
def test_an_error_among_statements_leaves_the_connection_and_its_prepared_names_usable(
    bad: wire.Statement,
) -> None:
    new, known = ("SELECT 'new ' || $1", ("a",)), ("SELECT 'known ' || $1", ("b",))
    session = backend()
    assert db.run_together([known]) == [[("known b",)]]
    for _ in range(2):
        with pytest.raises((DataError, DatabaseError)):
            db.run_together([known, new, bad, new])
        assert db.run_together([new, known, new]) == [[("new a",)], [("known b",)], [("new a",)]]
    with transaction.atomic():
        assert db.run_together([new]) == [[("new a",)]]
    assert backend() == session


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_a_text_that_cannot_be_sent_is_refused_before_anything_is_queued(text: str) -> None:
    with pytest.raises((DataError, UnicodeEncodeError)):
        db.run_together([("SELECT 'first'", ()), ("SELECT $1", (text,))])
    assert db.run_together([("SELECT $1", ("fine",))]) == [[("fine",)]]


def test_a_prepared_plan_that_a_migration_outdated_is_prepared_anew() -> None:
    statement = ("SELECT * FROM changing", ())
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE changing (a int)")
    try:
        db.run_together([statement])
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE changing ADD b int")
        with pytest.raises(DatabaseError, match="cached plan"):
            db.run_together([statement])
        assert db.run_together([statement]) == [[]]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE changing")
