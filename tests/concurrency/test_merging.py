"""Customers merged and made at one moment: an order stays with the one that stays, and doubles are found by both."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connection

from openoms.core import db
from openoms.core.errors import Conflict, DomainError
from openoms.core.wire import Statement
from openoms.domains.customers import double_services, services
from openoms.domains.customers import queries as customers
from openoms.domains.customers.models import Customer, SharedKey
from openoms.domains.customers.types import ContactInput, CustomerInput
from openoms.domains.identity.rules import system
from openoms.domains.orders import services as orders
from openoms.domains.orders.models import Order
from openoms.flows.edit_customer import create_customer
from openoms.flows.merge_customers import merge_customers
from openoms.flows.place import place_order
from openoms.flows.review_doubles import review_doubles
from openoms.flows.revise import revise_draft
from openoms.flows.steps import placing
from tests.concurrency.together import attempt_together, together
from tests.factories import make_customer, make_order, make_sku, prepaid

pytestmark = pytest.mark.django_db(transaction=True)
ACTOR = system("tests")
LONGEST_SECONDS = 20.0


@pytest.fixture
def goes() -> Customer:
    """The customer GOES, which is to be merged into STAYS."""
    make_sku("BOLT")
    make_customer("Acme Ltd", code="STAYS")
    return make_customer("Acme Limited", code="GOES")


class Stop:
    """A place in the program at which the first who comes waits to be let on."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, *, after: bool = False
    ) -> None:
        self.reached, self._go, self._first = threading.Event(), threading.Event(), threading.Lock()
        real: Callable[..., Any] = getattr(module, name)

        def stopping(*args: Any, **kwargs: Any) -> Any:
            if after:
                result = real(*args, **kwargs)
                self._wait()
                return result
            self._wait()
            return real(*args, **kwargs)

        monkeypatch.setattr(module, name, stopping)

    def _wait(self) -> None:
        if self._first.acquire(blocking=False):
            self.reached.set()
            assert self._go.wait(LONGEST_SECONDS)

    def go_on(self) -> None:
        self._go.set()


def until_one_waits_for_a_lock() -> None:
    """Come back when some session waits for another's lock."""
    pause = threading.Event()
    with connection.cursor() as cursor:
        for _ in range(int(LONGEST_SECONDS * 50)):
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
            pause.wait(0.02)
    raise AssertionError("nobody waits for a lock")


def whose() -> set[str]:
    return set(Order.objects.values_list("customer__code", flat=True))


def test_who_is_placing_comes_first_and_the_order_moves_with_the_others(
    goes: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = Stop(monkeypatch, placing, "read", after=True)

    def merge() -> Any:
        assert stop.reached.wait(LONGEST_SECONDS)
        return merge_customers("GOES", "STAYS", actor=ACTOR)

    def let_on() -> None:
        assert stop.reached.wait(LONGEST_SECONDS)
        until_one_waits_for_a_lock()
        stop.go_on()

    together(lambda: place_order(prepaid(goes), actor=ACTOR), merge, let_on)
    assert whose() == {"STAYS"}


def test_who_merges_comes_first_and_the_order_lands_on_the_customer_that_stays(
    goes: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_order(goes)
    stop = Stop(monkeypatch, orders, "move_customer", after=True)

    def place() -> Any:
        assert stop.reached.wait(LONGEST_SECONDS)
        return place_order(prepaid(goes), actor=ACTOR)

    def let_on() -> None:
        assert stop.reached.wait(LONGEST_SECONDS)
        until_one_waits_for_a_lock()
        stop.go_on()

    _merged, placed, _ = together(lambda: merge_customers("GOES", "STAYS", actor=ACTOR), place, let_on)
    assert placed.customer.code == "STAYS"
    assert whose() == {"STAYS"}


def test_a_chain_of_merges_is_followed_to_its_end(goes: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    make_customer("Acme", code="LAST")
    merge_customers("GOES", "STAYS", actor=ACTOR)
    stop = Stop(monkeypatch, orders, "move_customer", after=True)

    def place() -> Any:
        assert stop.reached.wait(LONGEST_SECONDS)
        return place_order(prepaid(goes), actor=ACTOR)

    def let_on() -> None:
        assert stop.reached.wait(LONGEST_SECONDS)
        until_one_waits_for_a_lock()
        stop.go_on()

    together(lambda: merge_customers("STAYS", "LAST", actor=ACTOR), place, let_on)
    assert whose() == {"LAST"}


def test_many_who_place_and_revise_while_two_are_merged_leave_nothing_behind(goes: Customer) -> None:
    drafts = [make_order(goes, submit=False).order.number for _ in range(3)]

    def revise(number: str) -> Any:
        return revise_draft(number, prepaid(goes, [("BOLT", 3)], submit=False), actor=ACTOR)

    outcomes = attempt_together(
        *[lambda: [make_order(goes) for _ in range(5)] for _ in range(4)],
        *[lambda number=number: revise(number) for number in drafts],
        lambda: merge_customers("GOES", "STAYS", actor=ACTOR),
    )
    assert not [one for one in outcomes if isinstance(one, BaseException)]
    assert Order.objects.count() == 23
    assert whose() == {"STAYS"}


def test_two_who_merge_each_into_the_other_leave_one_that_stays(goes: Customer) -> None:
    make_order(goes)
    outcomes = attempt_together(
        lambda: merge_customers("GOES", "STAYS", actor=ACTOR),
        lambda: merge_customers("STAYS", "GOES", actor=ACTOR),
    )
    assert sum(isinstance(one, Conflict) for one in outcomes) == 1
    assert all(isinstance(one, Customer | DomainError) for one in outcomes)
    assert Order.objects.filter(customer__merged_into=None).count() == 1


def test_without_the_lock_an_order_would_stay_with_the_customer_that_went(
    goes: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: facts read without the lock, and the merge is over before the order is written."""
    real = customers.facts_statement

    def unlocked(codes: Sequence[str], *, lock: bool = False) -> Statement:
        return real(codes)

    monkeypatch.setattr(customers, "facts_statement", unlocked)
    stop = Stop(monkeypatch, placing, "read", after=True)

    def merge() -> None:
        assert stop.reached.wait(LONGEST_SECONDS)
        merge_customers("GOES", "STAYS", actor=ACTOR)
        stop.go_on()

    together(lambda: place_order(prepaid(goes), actor=ACTOR), merge)
    assert whose() == {"GOES"}


def test_two_who_bring_one_phone_at_one_moment_are_found_to_share_it() -> None:
    def make(n: int) -> Customer:
        contact = ContactInput("Han", phone="13700000001", country="CN")
        return create_customer(CustomerInput(f"N{n}", name=f"Name {n}", contact=contact), actor=ACTOR)

    together(*[lambda n=n: make(n) for n in range(6)])
    assert [(row.why, row.customers) for row in SharedKey.objects.all()] == [("phone", 6)]


def test_without_taking_turns_neither_would_see_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: two transactions that each count before the other is committed."""
    both = threading.Barrier(2)
    monkeypatch.setattr(double_services, "_IN_TURN", "SELECT $1::text[], $2::text[]")

    @db.flow
    def bring(code: str) -> None:
        services.create(CustomerInput(code, name="Acme"))
        both.wait(LONGEST_SECONDS)

    together(lambda: bring("A"), lambda: bring("B"))
    assert not SharedKey.objects.exists()
    assert review_doubles() == 1
