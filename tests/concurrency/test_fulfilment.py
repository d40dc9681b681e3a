"""Warehouse work done by many at once, with real threads: each thing once, and no deadlock between carts and orders."""

import threading
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

import pytest
from django.db.models import Sum

from openoms.core import db
from openoms.domains.customers.models import Customer
from openoms.domains.fulfilment.models import Fulfilment, FulfilmentLine, Shipment, Wave
from openoms.domains.fulfilment.states import ShortReason
from openoms.domains.fulfilment.types import Handover
from openoms.domains.inventory.models import Stock
from openoms.domains.orders.models import Order
from openoms.flows.audit import audit
from openoms.flows.cancel import cancel_order
from openoms.flows.open_fulfilments import open_for
from openoms.flows.pack import pack_fulfilment
from openoms.flows.pick import pick_fulfilment, pick_item, short_pick
from openoms.flows.ship import hand_over, ship_goods
from openoms.flows.waves import plan_wave, start_wave
from tests.concurrency.together import attempt_together, together
from tests.factories import make_customer, make_order, make_sku, owner, stock_up

pytestmark = pytest.mark.django_db(transaction=True)
D = Decimal
SF = Handover("SF Express")


@pytest.fixture
def acme() -> Customer:
    make_sku("BOLT", "1")
    stock_up(quantity=200)
    return make_customer("Acme", code="C1")


def opened(customer: Customer, pieces: int = 3) -> Fulfilment:
    order = make_order(customer, [("BOLT", pieces)]).order
    open_for(order.number)
    return Fulfilment.objects.get(order=order.id)


def begun(customer: Customer, orders: int = 4) -> str:
    wave = plan_wave([opened(customer).number for _ in range(orders)], actor=owner())
    start_wave(wave.number, actor=owner())
    return wave.number


def kinds_of(outcomes: Sequence[object]) -> Counter[str]:
    return Counter(type(outcome).__name__ for outcome in outcomes)


def test_work_is_opened_once_however_many_consumers_hear_of_it(acme: Customer) -> None:
    order = make_order(acme, [("BOLT", 3)]).order
    together(*[lambda: open_for(order.number)] * 6)
    assert (Fulfilment.objects.count(), FulfilmentLine.objects.count()) == (1, 1)


def test_one_fulfilment_is_gathered_by_one_wave(acme: Customer) -> None:
    numbers = [opened(acme).number for _ in range(3)]
    outcomes = attempt_together(*[lambda: plan_wave(numbers, actor=owner())] * 4)
    assert kinds_of(outcomes) == {"Wave": 1, "IllegalWork": 3}
    assert Wave.objects.get().fulfilments.count() == 3


def test_two_pickers_of_one_wave_take_each_piece_once(acme: Customer) -> None:
    wave = begun(acme)
    outcomes = attempt_together(*[lambda: pick_item(wave, "BOLT", D(1), actor=owner())] * 16)
    done = kinds_of(outcomes)
    # Twelve are wanted; who comes after is told that the wave needs no more, or is picked.
    assert done["Picked"] == 12
    assert set(done) <= {"Picked", "NotOnTheList", "IllegalWork"}
    assert FulfilmentLine.objects.aggregate(s=Sum("picked"))["s"] == 12
    assert Wave.objects.get().state == "picked"
    assert set(Fulfilment.objects.values_list("state", flat=True)) == {"picked"}


def test_carts_and_orders_meet_without_a_deadlock(acme: Customer) -> None:
    """Scans lock the wave, short picks and cancellations the order first and then the wave."""
    wave = begun(acme, orders=6)
    rows = list(Fulfilment.objects.order_by("tote").select_related("order"))
    outcomes = attempt_together(
        *[lambda: pick_item(wave, "BOLT", D(1), actor=owner())] * 8,
        lambda: short_pick(rows[5].number, "BOLT", ShortReason.MISSING, actor=owner()),
        lambda: short_pick(rows[4].number, "BOLT", ShortReason.DAMAGED, actor=owner()),
        lambda: cancel_order(rows[3].order.number, "changed mind", actor=owner()),
        lambda: cancel_order(rows[0].order.number, "changed mind", actor=owner()),
    )
    assert set(kinds_of(outcomes)) <= {
        "Picked", "Fulfilment", "CancelledOrder", "NotOnTheList", "IllegalWork",
    }  # fmt: skip
    assert audit() == []


def test_a_fulfilment_is_handed_over_once(acme: Customer) -> None:
    row = opened(acme)
    pick_fulfilment(row.number, None, actor=owner())
    pack_fulfilment(row.number, None, actor=owner())
    outcomes = attempt_together(*[lambda: hand_over(row.number, SF, actor=owner())] * 4)
    assert kinds_of(outcomes) == {"Shipment": 1, "IllegalWork": 3}
    assert Stock.objects.get().on_hand == 197
    assert audit() == []


def test_an_order_is_shipped_or_cancelled_never_both(acme: Customer) -> None:
    rows = [opened(acme) for _ in range(4)]
    for row in rows:
        pick_fulfilment(row.number, None, actor=owner())
        pack_fulfilment(row.number, None, actor=owner())
    deeds = [
        deed
        for row in rows
        for deed in (
            lambda row=row: hand_over(row.number, SF, actor=owner()),
            lambda row=row: cancel_order(row.order.number, "changed mind", actor=owner()),
        )
    ]
    outcomes = attempt_together(*deeds)
    for n, row in enumerate(rows):
        shipped, cancelled = outcomes[2 * n], outcomes[2 * n + 1]
        assert isinstance(shipped, Exception) != isinstance(cancelled, Exception), (shipped, cancelled)
        order = Order.objects.get(pk=row.order_id)
        assert (order.status == "cancelled") == isinstance(shipped, Exception)
    assert audit() == []


def test_parts_shipped_from_the_shelf_at_once_are_no_more_than_was_kept(acme: Customer) -> None:
    row = opened(acme, 5)
    number = row.order.number
    outcomes = attempt_together(*[lambda: ship_goods(number, "HZ", {1: D(2)}, SF, actor=owner())] * 4)
    assert kinds_of(outcomes) == {"Shipment": 2, "NotEnoughToShip": 2}
    assert Shipment.objects.count() == 2
    assert Stock.objects.get().on_hand == 196
    assert audit() == []


def test_without_the_wave_s_lock_two_scans_take_the_same_piece(acme: Customer) -> None:
    """The twin: both read what is left before either wrote it, and one scan is lost."""
    begun(acme, orders=1)
    key = FulfilmentLine.objects.get().pk

    @db.flow
    def scan(barrier: threading.Barrier) -> None:
        line = FulfilmentLine.objects.get(pk=key)
        barrier.wait(30)
        FulfilmentLine.objects.filter(pk=key).update(picked=line.picked + 1)

    both = threading.Barrier(2)
    together(lambda: scan(both), lambda: scan(both))
    assert FulfilmentLine.objects.get().picked == 1
