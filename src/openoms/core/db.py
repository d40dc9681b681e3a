"""Writes: `flow` (one durable transaction, run again whole when the server asks for it) and the bulk writer.

Rows with keys of their own making are not sent one by one: `insert` puts them aside and they leave together, one
statement a table, all in one network flush, when the flow ends or `flush` is called. Source: docs/adr/0004.
"""

import contextlib
import functools
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar, cast

import orjson
import psycopg
import structlog
from django.db import connection, models, transaction
from django.db.models.base import ModelState
from django.db.models.fields import NOT_PROVIDED
from django.db.utils import DatabaseError, InterfaceError, OperationalError
from psycopg import pq

from openoms.core.clock import now
from openoms.core.errors import Conflict, Unavailable
from openoms.core.wire import Statement, exchange

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=models.Model)
log = structlog.get_logger(__name__)

ATTEMPTS = 6
_SERIALIZATION = frozenset({"40001", "40P01", "55P03"})
_LOST = frozenset({"57P01", "57P02", "57P03", "25006", "08000", "08001", "08003", "08006"})
_UNIQUE = "23505"


@dataclass(slots=True)
class _Unit:
    """What one attempt of a flow has set aside: rows to insert, by table, what to run last, and how to look its outcome up.

    `backend` is the server process that was told to commit.
    """

    rows: dict[type[models.Model], list[models.Model]] = field(default_factory=dict)
    ends: dict[Callable[[list[Any]], Statement], list[Any]] = field(default_factory=dict)
    witness: Callable[[], bool] | None = None
    committing: bool = False
    backend: int = 0


_BEGIN: Statement = ("BEGIN", ())
_COMMIT: Statement = ("COMMIT", ())
_unit: ContextVar[_Unit | None] = ContextVar("openoms_unit", default=None)


def flow(function: Callable[P, R]) -> Callable[P, R]:
    """Run `function` as one durable transaction; on a serialization failure, deadlock or lost connection, run it again.

    The function must be safe to run again whole: no outside effect, only rows and events. When the connection is lost
    during COMMIT the outcome is unknown: the first event the flow recorded is looked up (`set_witness`) before anything
    is done again. A unique key taken meanwhile gets one more try: what the flow reads first then finds that row and
    refuses by name. A flow cannot call a flow. Raises Unavailable, or Conflict when a unique key is taken again.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        collided = False
        for attempt in range(1, ATTEMPTS + 1):
            unit = _Unit()
            token = _unit.set(unit)
            try:
                # A dead connection is noticed by the retry below; asking first would cost a round trip.
                setattr(connection, "health_check_done", True)  # noqa: B010 - unknown to the type stubs
                with transaction.atomic(durable=True):
                    result = function(*args, **kwargs)
                    _send(unit, commit=True)
                    _committing(unit)
                return result
            except (DatabaseError, InterfaceError, psycopg.Error) as error:
                if not _worth_another_try(error):
                    raise
                _drop_lost_connection(error)
                if unit.committing and is_lost(error) and _committed(unit):
                    return result
                _refuse_if_hopeless(error, last=attempt == ATTEMPTS, collided=collided)
                collided = collided or _sqlstate(error) == _UNIQUE
                log.warning(
                    "flow retried", flow=function.__qualname__, attempt=attempt, error=str(error)[:200]
                )
                _back_off(attempt)
            finally:
                _unit.reset(token)
        raise AssertionError("unreachable")

    return run


def require_atomic() -> None:
    """Guard of services that lock or write: a bug, not a refusal, when no transaction is open."""
    assert connection.in_atomic_block, "call this inside a flow"


def insert(*rows: models.Model) -> None:
    """Set new rows aside to be sent at the flow's end (or at once, outside a flow's unit of work).

    Rows must have their primary keys and every column without a database default; foreign keys are checked by the
    server at COMMIT, so the order between tables does not matter.
    """
    require_atomic()
    unit = _unit.get()
    if unit is None:
        return send_rows(rows)
    for row in rows:
        unit.rows.setdefault(type(row), []).append(row)
    return None


def last(make: Callable[[list[Any]], Statement], *parts: Any) -> None:
    """Run one statement with the last flush of the flow, behind all rows: what it locks is locked for the time of COMMIT.

    `make` makes it of all the parts that were handed over for it. Outside a flow's unit of work it runs at once. An error
    there is one of the flow, which may be run again.
    """
    require_atomic()
    unit = _unit.get()
    if unit is None:
        run_together([make(list(parts))])
    else:
        unit.ends.setdefault(make, []).extend(parts)


def flush() -> None:
    """Send the rows set aside so far, so that what follows in the flow can read them."""
    unit = _unit.get()
    if unit is not None:
        _send(unit)


def next_of(sequence: str) -> int:
    """The next number of a sequence of the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass)", [sequence])
        return int(cursor.fetchone()[0])


@contextlib.contextmanager
def part() -> Iterator[None]:
    """A part of a flow that can fail on its own: what it wrote and set aside goes with it, the rest stays."""
    require_atomic()
    unit = _unit.get()
    assert unit is not None, "call this inside a flow"
    # Its rows apart, so that a flush within it never sends, inside the savepoint, rows that came before.
    kept, unit.rows, witness = unit.rows, {}, unit.witness
    ends = {make: list(parts) for make, parts in unit.ends.items()}
    try:
        with transaction.atomic():
            yield
    except BaseException:
        unit.rows, unit.witness, unit.ends = kept, witness, ends
        raise
    for model, rows in unit.rows.items():
        kept.setdefault(model, []).extend(rows)
    unit.rows = kept


def set_witness(committed: Callable[[], bool]) -> None:
    """Say how to find out later whether this flow was committed; the first one said counts."""
    unit = _unit.get()
    if unit is not None and unit.witness is None:
        unit.witness = committed


def send_rows(rows: Iterable[models.Model]) -> None:
    """Insert rows of any models: one prepared statement a table, all tables in one network flush."""
    tables: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        tables.setdefault(type(row), []).append(row)
    run_together([_insert_statement(model, instances) for model, instances in tables.items()])


def run_together(statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
    """Run statements (SQL with $1 …, parameters as text) in one network flush; the rows of each, in order.

    Inside a flow the first such run opens the transaction in the same flush. Outside one, where statements only read,
    a connection that died since it was last used is replaced.
    """
    if not statements:
        return []
    try:
        return _exchange(statements)
    except (OperationalError, InterfaceError) as error:
        if connection.in_atomic_block or not is_lost(error):
            raise
        connection.close()
        return _exchange(statements)


def is_lost(error: BaseException) -> bool:
    """Whether the session is gone: the socket broke (no SQLSTATE) or the server said so."""
    state = _sqlstate(error)
    if state is None:
        return isinstance(error, OperationalError | InterfaceError | psycopg.OperationalError)
    return state in _LOST


def _exchange(statements: Sequence[Statement]) -> list[list[tuple[Any, ...]]]:
    connection.ensure_connection()
    raw = cast("psycopg.Connection[Any]", connection.connection)
    begins = not raw.autocommit and raw.pgconn.transaction_status == pq.TransactionStatus.IDLE
    with connection.wrap_database_errors:
        answers = exchange(raw, [_BEGIN, *statements] if begins else statements)
    return answers[1:] if begins else answers


def _send(unit: _Unit, *, commit: bool = False) -> None:
    """Send what was set aside; `commit` ends the transaction in the same flush where it is the outermost one."""
    rows, unit.rows = unit.rows, {}
    statements = [_insert_statement(model, instances) for model, instances in rows.items()]
    if commit:
        ends, unit.ends = unit.ends, {}
        statements += [make(parts) for make, parts in ends.items()]
    if commit and statements and not connection.savepoint_ids:
        _committing(unit)
        statements.append(_COMMIT)
    run_together(statements)


def _committing(unit: _Unit) -> None:
    """From here on a lost connection leaves the outcome unknown."""
    if not unit.committing:
        unit.committing = True
        raw = cast("psycopg.Connection[Any] | None", connection.connection)
        unit.backend = raw.info.backend_pid if raw is not None and not raw.closed else 0


@functools.cache
def _defaults(model: type[models.Model]) -> tuple[dict[str, Any], tuple[tuple[str, Callable[[], Any]], ...]]:
    """The model's constant defaults by attribute, and those that are called for each row."""
    fields = [f for f in model._meta.concrete_fields if f.has_default() or f.null]
    constant = {
        f.attname: f.get_default() for f in fields if not callable(f.default) or f.default is NOT_PROVIDED
    }
    called = tuple((f.attname, f.default) for f in fields if f.attname not in constant)
    return constant, called


def new(model: type[M], **values: Any) -> M:
    """An unsaved row for `insert`, without the cost of Model.__init__; keys are attributes (`order_id`).

    Placing an order makes a dozen rows; Django's constructor with its signals cost more than pricing it.
    """
    constant, called = _defaults(model)
    row = model.__new__(model)
    row._state = ModelState()
    row.__dict__.update(constant)
    for attribute, default in called:
        if attribute not in values:
            row.__dict__[attribute] = default()
    row.__dict__.update(values)
    return row


@functools.cache
def _insert_plan(model: type[models.Model]) -> tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]]:
    """The model's INSERT text, (column, attribute) of each column, and the attributes set to now when written."""
    fields = [
        f for f in model._meta.concrete_fields if not isinstance(f, models.AutoField) and not f.generated
    ]
    table = model._meta.db_table
    columns = ", ".join(f'"{f.column}"' for f in fields)
    # One JSON document becomes any number of rows, so the text never changes and is planned once.
    sql = (
        f'INSERT INTO "{table}" ({columns}) '  # nosec B608 - names come from the model, never from input
        f'SELECT {columns} FROM json_populate_recordset(NULL::"{table}", $1::json)'
    )
    stamped = tuple(
        f.attname for f in fields if isinstance(f, models.DateTimeField) and (f.auto_now or f.auto_now_add)
    )
    return sql, tuple((str(f.column), f.attname) for f in fields), stamped


def _insert_statement(model: type[models.Model], rows: Sequence[models.Model]) -> Statement:
    sql, columns, stamped = _insert_plan(model)
    for row in rows:
        for attribute in stamped:
            setattr(row, attribute, now())
    documents = [{column: row.__dict__[attribute] for column, attribute in columns} for row in rows]
    return sql, (orjson.dumps(documents, default=str).decode(),)


def _sqlstate(error: BaseException) -> str | None:
    cause = error.__cause__ if isinstance(error, DatabaseError | InterfaceError) else error
    return getattr(cause, "sqlstate", None)


def _worth_another_try(error: BaseException) -> bool:
    return is_lost(error) or _sqlstate(error) in _SERIALIZATION or _sqlstate(error) == _UNIQUE


def _refuse_if_hopeless(error: BaseException, *, last: bool, collided: bool) -> None:
    """Raise what the caller is told when trying again makes no sense."""
    if _sqlstate(error) == _UNIQUE:
        if collided:
            raise Conflict(
                "Somebody else has just saved the same thing. Look for it before trying again."
            ) from error
    # A serialization failure or lost connection ends the outer transaction too, where there is one (tests).
    elif last or connection.in_atomic_block:
        raise Unavailable("The database did not answer in time; send the request again.") from error


def _drop_lost_connection(error: BaseException) -> None:
    if is_lost(error) and not connection.in_atomic_block:
        connection.close()


def _back_off(attempt: int) -> None:
    """Wait 20 ms doubling up to 2 s, jittered, so that those who collided do not collide again."""
    time.sleep(min(0.02 * 4**attempt / 4, 2.0) * random.uniform(0.5, 1.5))  # nosec B311 - a wait, not a secret


def _committed(unit: _Unit) -> bool:
    """Whether the flow whose COMMIT broke was committed after all; asks until the server answers.

    A no is believed only once the server process that was committing is gone: until then it may still write.
    """
    if unit.witness is None:
        return False
    for attempt in range(1, ATTEMPTS + 1):
        try:
            gone = not _lives(unit.backend)
            if unit.witness():
                return True
            if gone and attempt > 1:
                return False
        except (OperationalError, InterfaceError):
            connection.close()
        _back_off(attempt)
    raise Unavailable(
        "The database left during COMMIT and has not come back; look the order up before trying again."
    )


def _lives(backend: int) -> bool:
    """Whether another session's server process still exists."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = %s AND pid <> pg_backend_pid())",
            [backend],
        )
        return bool(cursor.fetchone()[0])
