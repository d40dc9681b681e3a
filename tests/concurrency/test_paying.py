"""Money and credit wanted by several at once, with real threads and transactions."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest
from django.db import connection

from openoms.core import db
from openoms.core.clock import now
from openoms.domains.events.models import Event
from openoms.domains.identity.rules import system
from openoms.domains.orders import queries as order_queries
from openoms.domains.orders import services as orders
from openoms.domains.orders.models import Hold, Order
from openoms.domains.orders.states import Status, Terms
from openoms.domains.payments import services as payments
from openoms.domains.payments.errors import PaymentRecorded, PaymentVoided
from openoms.domains.payments.models import Payment
from openoms.domains.payments.queries import wrong_totals
from openoms.domains.payments.states import Method
from openoms.domains.payments.types import NewPayment
from openoms.flows import review_credit
from openoms.flows.merge_customers import merge_customers
from openoms.flows.pay import record_payment, void_payment
from openoms.flows.steps import paying
from tests.concurrency.together import attempt_together, together
from tests.factories import make_customer, make_order, make_sku, owner
from tests.flows.test_paying import buyer, draft, submit

pytestmark = pytest.mark.django_db(transaction=True)
ACTOR = system("tests")
ROUNDS = 5


def pay(order: Order, amount: str, reference: str = "") -> Callable[[], Payment]:
    return lambda: record_payment(order.number, Decimal(amount), Method.CASH, reference, now(), actor=owner())


def fresh(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def waiting(terms: Terms = Terms.PREPAID) -> Order:
    """An approved order of 12.50 that waits for its money."""
    order = draft(terms=terms)
    submit(order.number)
    return order


def test_payments_at_once_all_count_and_release_once() -> None:
    for _ in range(ROUNDS):
        order = waiting()
        together(*[pay(order, "3.125".rstrip("5")) for _ in range(4)], pay(order, "0.02"))
        assert (fresh(order).paid_total, fresh(order).payment_state) == (Decimal("12.50"), "paid")
        assert Event.objects.filter(subject_id=order.pk, kind="order.released").count() == 1
    assert wrong_totals() == []


def test_one_reference_from_many_at_once_is_one_payment() -> None:
    order = waiting()
    outcomes = attempt_together(*[pay(order, "1", "T-1") for _ in range(6)])
    assert Counter(type(outcome) for outcome in outcomes) == {Payment: 1, PaymentRecorded: 5}
    assert fresh(order).paid_total == 1


def test_a_payment_against_a_void_leaves_what_the_rows_say() -> None:
    for _ in range(ROUNDS):
        order = waiting()
        first = pay(order, "12.50")()
        together(lambda: void_payment(first.pk, "x", actor=owner()), pay(order, "5"))  # noqa: B023
        assert (fresh(order).paid_total, fresh(order).payment_state) == (5, "partially_paid")
        assert Hold.objects.filter(order=order, kind="payment", released_at=None).count() == 1
        assert fresh(order).released_at is None
    assert wrong_totals() == []


def test_of_two_who_take_one_payment_back_one_does() -> None:
    order = waiting()
    payment = pay(order, "12.50")()
    outcomes = attempt_together(*[lambda: void_payment(payment.pk, "x", actor=owner())] * 2)
    assert Counter(type(outcome) for outcome in outcomes) == {Payment: 1, PaymentVoided: 1}


def test_without_the_orders_lock_a_payment_would_be_lost() -> None:
    """The twin: two who read the order before either wrote count one payment only."""
    order = waiting()
    both_have_read = threading.Barrier(2)

    @db.flow
    def pay_without_lock() -> None:
        read = Order.objects.get(pk=order.pk)
        payments.record(read, NewPayment(Decimal(5), Method.CASH, "", now()), by=None, at=now())
        total = payments.paid_total(read)
        both_have_read.wait(10)
        Order.objects.filter(pk=order.pk).update(paid_total=total)

    together(pay_without_lock, pay_without_lock)
    assert [(row.paid_total, row.payments) for row in wrong_totals()] == [(5, 10)]


def submit_all(placed: Sequence[Order]) -> list[str]:
    """They are submitted at once; the numbers of those that are not held."""
    together(*[lambda order=order: submit(order.number) for order in placed])
    return [order.number for order in placed if not fresh(order).open_holds]


def test_of_orders_on_credit_at_once_only_as_many_go_as_the_limit_allows() -> None:
    for _ in range(ROUNDS):
        customer = buyer("30")
        assert len(submit_all([draft(customer) for _ in range(4)])) == 2


def test_placed_at_once_as_many_go_as_the_limit_allows_too() -> None:
    for _ in range(ROUNDS):
        make_sku("BOLT")
        customer = buyer("30")
        together(*[lambda: make_order(customer) for _ in range(4)])  # noqa: B023
        assert customer.orders.filter(open_holds=0, released_at__isnull=False).count() == 2
        assert customer.orders.filter(open_holds=1, released_at=None).count() == 2


def test_without_the_customers_lock_all_would_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: the sum alone, of the moment before either was submitted, lets both pass the limit."""
    customer = buyer("20")
    both_have_summed = threading.Barrier(2)
    statement = order_queries.credit_statement

    def unlocked(number: str, at: object, base_revision: int | None = None) -> object:
        [rows] = db.run_together([statement([customer.code], now().date())])
        both_have_summed.wait(10)
        return orders.lock(number), order_queries.credit_from(rows)[customer.code]

    monkeypatch.setattr(paying, "lock_with_credit", unlocked)
    assert len(submit_all([draft(customer), draft(customer)])) == 2


def until_somebody_waits() -> None:
    """Until another session waits for a lock that this one holds."""
    ends = time.monotonic() + 10
    with connection.cursor() as cursor:
        while time.monotonic() < ends:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waited")


def test_summed_in_the_statement_that_locks_the_second_would_not_see_the_first() -> None:
    """Why locking and summing are two statements: the sum of one that waited is of the moment before it waited."""
    customer = buyer("20")
    first = draft(customer)
    locked = threading.Event()

    @db.flow
    def go_first() -> None:
        paying.lock_with_credit(first.number, now())
        locked.set()
        until_somebody_waits()
        row = orders.lock(first.number)
        orders.move(row, Status.SUBMITTED, now())

    @db.flow
    def sum_while_locking() -> Decimal:
        locked.wait(10)
        sql, params = order_queries.credit_statement([customer.code], now().date())
        [[row]] = db.run_together([(f"{sql} FOR NO KEY UPDATE OF c", params)])
        return order_queries.credit_from([row])[customer.code].exposure

    _, exposure = together(go_first, sum_while_locking)
    assert exposure == 0
    assert fresh(first).status == Status.SUBMITTED


def test_a_customer_merged_away_while_its_order_waits_owes_as_the_one_that_stays() -> None:
    for _ in range(ROUNDS):
        customer, stays = buyer("1000"), buyer("5")
        order = draft(customer)
        outcomes = attempt_together(
            lambda: submit(order.number),  # noqa: B023
            lambda: merge_customers(customer.code, stays.code, actor=owner()),  # noqa: B023
        )
        assert not [outcome for outcome in outcomes if isinstance(outcome, BaseException)], outcomes
        assert fresh(order).customer_id == stays.pk
        # Before the merge it fitted the one's limit, after it is beyond the other's.
        assert fresh(order).open_holds in {0, 1}


def test_room_made_while_orders_are_submitted_is_given_away_once() -> None:
    for _ in range(ROUNDS):
        customer = buyer("12.50")
        placed = [draft(customer) for _ in range(4)]
        submit(placed[0].number)
        submit(placed[1].number)
        pay(placed[0], "12.50")()
        together(
            lambda: review_credit.free_next(customer.pk),  # noqa: B023
            lambda: submit(placed[2].number),  # noqa: B023
            lambda: submit(placed[3].number),  # noqa: B023
        )
        free = [order for order in placed[1:] if not fresh(order).open_holds]
        assert len(free) == 1


def test_a_customer_without_orders_on_hold_is_left_alone() -> None:
    assert review_credit.free_next(make_customer().pk) is None
