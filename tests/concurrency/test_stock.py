"""Stock wanted by many at once, with real threads and transactions: sold is what there was; and what would be without."""

import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.db.models import Sum

from openoms.core import db
from openoms.domains.customers.models import Customer
from openoms.domains.inventory import queries
from openoms.domains.inventory.errors import StockReserved
from openoms.domains.inventory.models import Backorder, Reservation, Stock
from openoms.flows.audit import audit
from openoms.flows.move_stock import adjust_stock, receive_stock
from openoms.flows.place import place_order
from openoms.flows.serve_backorders import serve_skus
from openoms.flows.submit import withdraw_order
from tests.concurrency.together import together
from tests.factories import make_customer, make_order, make_sku, make_warehouse, owner, request_for, stock_up

pytestmark = pytest.mark.django_db(transaction=True)
D = Decimal
THREADS, ORDERS = 16, 160


@pytest.fixture
def acme() -> Customer:
    make_sku("BOLT", "1")
    return make_customer("Acme", code="C1")


def place_many(customer: Customer, wanted: Sequence[Sequence[tuple[str, int]]]) -> Counter[str]:
    """Each order by the next free of sixteen threads; how each ended."""
    left, outcomes, lock = list(wanted), Counter[str](), threading.Lock()

    def work() -> None:
        while True:
            with lock:
                if not left:
                    return
                lines = left.pop()
            try:
                outcome = str(place_order(request_for(customer, lines), actor=owner()).order.fulfilment_state)
            except Exception as error:
                outcome = type(error).__name__
            with lock:
                outcomes[outcome] += 1

    together(*[work] * THREADS)
    return outcomes


def test_one_sku_wanted_by_all_is_sold_exactly(acme: Customer) -> None:
    stock_up(quantity=ORDERS // 2)
    outcomes = place_many(acme, [[("BOLT", 1)]] * ORDERS)
    assert outcomes == {"allocated": ORDERS // 2, "backordered": ORDERS // 2}
    row = Stock.objects.get()
    assert (row.on_hand, row.reserved) == (ORDERS // 2, ORDERS // 2)
    assert Backorder.objects.aggregate(s=Sum("quantity"))["s"] == ORDERS // 2
    assert audit() == []


def test_many_skus_in_many_orders_are_sold_exactly_without_a_deadlock(acme: Customer) -> None:
    skus = [f"S{n}" for n in range(8)]
    for sku in skus:
        make_sku(sku, "1")
        for warehouse in ("HZ", "SH"):
            stock_up(sku, ORDERS // 8, warehouse)
    # Every order wants four of them, in another order than its neighbour's.
    wanted = [[(skus[(n * step + n) % 8], 1) for step in (1, 3, 5, 7)] for n in range(ORDERS)]
    wanted = [list(dict.fromkeys(lines)) for lines in wanted]
    asked = Counter(sku for lines in wanted for sku, _ in lines)
    outcomes = place_many(acme, wanted)
    assert set(outcomes) <= {"allocated", "backordered"}
    for sku, pieces in asked.items():
        sold = Stock.objects.filter(sku__code=sku).aggregate(s=Sum("reserved"))["s"]
        assert sold == min(pieces, 2 * (ORDERS // 8)), sku
    assert audit() == []


def test_orders_against_corrections_never_go_below_nothing(acme: Customer) -> None:
    stock_up(quantity=60)

    def lose() -> None:
        for _ in range(10):
            with suppress(StockReserved):
                adjust_stock("HZ", "BOLT", D(-3), "lost", actor=owner())

    def sell() -> None:
        for _ in range(10):
            place_order(request_for(acme, [("BOLT", 2)]), actor=owner())

    together(lose, lose, sell, sell)
    row = Stock.objects.get()
    assert 0 <= row.reserved <= row.on_hand
    assert audit() == []


def test_goods_that_arrive_are_given_on_once(acme: Customer) -> None:
    make_warehouse()
    orders = [make_order(acme, [("BOLT", 2)]).order for _ in range(6)]
    receive_stock("HZ", "BOLT", D(7), actor=owner())
    skus = {Stock.objects.get().sku_id}
    together(*[lambda: serve_skus(skus)] * 4)
    given = Reservation.objects.filter(state="open").aggregate(s=Sum("quantity"))["s"]
    assert given == 7
    assert Backorder.objects.aggregate(s=Sum("quantity"))["s"] == 5
    together(*(lambda n=order.number: withdraw_order(n, actor=owner()) for order in orders))
    assert (Stock.objects.get().reserved, Backorder.objects.count()) == (0, 0)
    assert audit() == []


def test_without_the_function_that_locks_two_would_sell_the_same(acme: Customer) -> None:
    """The twin: two read that one is left and reserve it by what they read; only the check of the database stops them."""
    stock_up(quantity=1)
    both_have_read = threading.Barrier(2)
    outcomes: list[str] = []

    @db.flow
    def reserve_what_was_read() -> None:
        [rows] = db.run_together([queries.levels_statement({"BOLT"})])
        found = queries.levels_from({"BOLT"}, rows)
        assert found.available["HZ", "BOLT"] == 1
        both_have_read.wait(10)
        key = found.keys["HZ", "BOLT"]
        row = Stock.objects.get(pk=key)
        Stock.objects.filter(pk=key).update(reserved=1)
        outcomes.append(f"sold at {row.reserved}")

    together(reserve_what_was_read, reserve_what_was_read)
    assert len(outcomes) == 2, "both believed that they had it"
    with pytest.raises(IntegrityError):
        Stock.objects.update(reserved=2)
