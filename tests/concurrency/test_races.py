"""The same thing wanted by many at once, with real threads and transactions."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test import Client

from openoms.core import db
from openoms.core.clock import now
from openoms.domains.catalog.types import SkuInput
from openoms.domains.customers.models import Customer
from openoms.domains.events.models import Event
from openoms.domains.events.services import record
from openoms.domains.identity.models import IdempotencyKey
from openoms.domains.identity.rules import system
from openoms.domains.orders import kinds
from openoms.domains.orders import services as orders
from openoms.domains.orders.models import Line, Order, Pricing
from openoms.domains.orders.rules import IllegalMove
from openoms.domains.orders.states import Status
from openoms.domains.pricing.models import PricingPolicy
from openoms.domains.pricing.types import PriceInput
from openoms.flows.edit_catalogue import save_sku
from openoms.flows.submit import submit_order, withdraw_order
from tests.concurrency.together import attempt_together, together
from tests.factories import make_customer, make_key, make_order, make_rules, make_sku

pytestmark = pytest.mark.django_db(transaction=True)
ACTOR = system("tests")
MANY = 8


@pytest.fixture
def acme() -> Customer:
    make_rules()
    make_sku("BOLT", "12.50")
    return make_customer("Acme")


@pytest.fixture(autouse=True)
def _threads_keep_their_connections() -> Iterator[None]:
    """`together` closes each thread's connection when the thread ends."""
    for moment in (request_started, request_finished):
        moment.disconnect(close_old_connections)
    yield
    for moment in (request_started, request_finished):
        moment.connect(close_old_connections)


def post(key: str, body: dict[str, Any], **headers: str) -> Any:
    """The answer to an order posted by a client of its own."""
    return Client().post(
        "/api/v1/orders",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}", **headers},
    )


def order_of(customer: Customer, **fields: Any) -> dict[str, Any]:
    return {"customer": customer.code, "lines": [{"sku": "BOLT", "quantity": "2"}], **fields}


def test_one_idempotency_key_from_many_at_once_makes_one_order_and_one_answer(acme: Customer) -> None:
    key = make_key("integrator")
    for attempt in range(4):
        headers = {"Idempotency-Key": f"k{attempt}"}
        answers = together(*[lambda: post(key, order_of(acme), **headers) for _ in range(MANY)])  # noqa: B023
        assert {answer.status_code for answer in answers} == {201}, [a.content for a in answers]
        assert len({answer.content for answer in answers}) == 1
        assert sum("Idempotent-Replay" not in answer for answer in answers) == 1
        assert Order.objects.count() == IdempotencyKey.objects.count() == attempt + 1
    assert Event.objects.filter(kind="order.placed").count() == 4


def test_one_external_id_from_many_at_once_makes_one_order_that_the_others_are_told_of(
    acme: Customer,
) -> None:
    key = make_key("integrator")
    for attempt in range(4):
        body = order_of(acme, channel="web", external_id=f"W-{attempt}")
        answers = together(*[lambda: post(key, body) for _ in range(MANY)])  # noqa: B023
        assert Counter(answer.status_code for answer in answers) == {201: 1, 409: MANY - 1}
        number = next(a.json()["number"] for a in answers if a.status_code == 201)
        refusals = [a.json() for a in answers if a.status_code == 409]
        assert {(r["code"], r["number"]) for r in refusals} == {("duplicate_external_id", number)}
    assert Order.objects.count() == Pricing.objects.count() == Line.objects.count() == 4


def test_two_new_customers_of_one_code_are_one_and_a_refusal(acme: Customer) -> None:
    key = make_key("integrator")
    bodies = [order_of(acme) | {"customer": {"code": "NEW", "name": name}} for name in ("One", "Two")]
    answers = together(*[lambda body=body: post(key, body) for body in bodies])
    assert sorted(answer.status_code for answer in answers) == [201, 422]
    assert Customer.objects.filter(code="NEW").count() == Order.objects.count() == 1


def test_numbers_are_given_once_among_sixteen_who_place_at_once(acme: Customer) -> None:
    placed = together(*[lambda: [make_order(acme).order.number for _ in range(5)] for _ in range(16)])
    numbers = [number for several in placed for number in several]
    assert len(set(numbers)) == len(numbers) == Order.objects.count() == 80


def test_of_two_who_submit_one_draft_exactly_one_wins(acme: Customer) -> None:
    for _ in range(5):
        number = make_order(acme, submit=False).order.number
        outcomes = attempt_together(*[lambda: submit_order(number, actor=ACTOR) for _ in range(2)])  # noqa: B023
        assert Counter(type(outcome) for outcome in outcomes) == {Order: 1, IllegalMove: 1}
        assert Event.objects.filter(kind="order.submitted", data__number=number).count() == 1


def test_submitting_and_withdrawing_at_once_leaves_what_the_events_tell(acme: Customer) -> None:
    for _ in range(5):
        order = make_order(acme).order
        attempt_together(
            lambda: withdraw_order(order.number, actor=ACTOR),  # noqa: B023
            lambda: submit_order(order.number, actor=ACTOR),  # noqa: B023
        )
        moves = Event.objects.filter(subject_id=order.pk, kind__in=("order.submitted", "order.withdrawn"))
        last = moves.order_by("-id")[0].kind
        told = {"order.submitted": "approved", "order.withdrawn": "draft"}[last]
        assert Order.objects.get(pk=order.pk).status == told


def test_without_the_row_lock_both_would_win(acme: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: the same flow with a plain read in place of the lock submits one draft twice."""
    number = make_order(acme, submit=False).order.number
    both_have_read = threading.Barrier(2)

    @db.flow
    def submit_without_lock() -> None:
        order = Order.objects.get(number=number)
        both_have_read.wait(10)
        orders.move(order, Status.SUBMITTED, now())
        record(ACTOR, kinds.ORDER_SUBMITTED, order.pk, data={"number": number, "revision": 1})

    together(submit_without_lock, submit_without_lock)
    assert Event.objects.filter(kind="order.submitted", data__number=number).count() == 2


def test_configuration_changed_by_many_at_once_counts_each_change_and_placing_sees_the_last(
    acme: Customer,
) -> None:
    for code in "ABCD":
        make_sku(code, "1.00")
    before = PricingPolicy.objects.get().version

    def reprice(code: str) -> None:
        for price in ("2.00", "3.00"):
            save_sku(SkuInput(code), [PriceInput("standard", Decimal(price))], actor=ACTOR)
            line = make_order(acme, [(code, 1)]).lines[0]
            assert line.unit_price == Decimal(price), "who changed a price sells at it from then on"

    together(*[lambda code=code: reprice(code) for code in "ABCD"])
    assert PricingPolicy.objects.get().version == before + 8
    assert {line.unit_price for code in "ABCD" for line in make_order(acme, [(code, 1)]).lines} == {
        Decimal(3)
    }


def test_a_bulk_and_single_orders_with_one_external_id_make_it_once(acme: Customer) -> None:
    key = make_key("integrator")
    body = order_of(acme, channel="web", external_id="W")
    bulk = {"orders": [body, order_of(acme)], "on_error": "skip"}

    def post_bulk() -> Any:
        headers = {"Authorization": f"Bearer {key}"}
        return Client().post(
            "/api/v1/orders/bulk", json.dumps(bulk), content_type="application/json", headers=headers
        )

    answers = together(post_bulk, post_bulk, lambda: post(key, body), lambda: post(key, body))
    assert {a.status_code for a in answers} <= {200, 201, 409}
    assert Order.objects.filter(external_id="W").count() == 1
    assert connection.is_usable()
