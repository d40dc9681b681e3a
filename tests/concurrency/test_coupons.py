"""Limited promotions wanted by many at once, with real threads and transactions; and what would be without the lock."""

import threading
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from openoms.domains.customers.models import Customer
from openoms.domains.orders.models import Order
from openoms.domains.pricing import offer_services
from openoms.domains.pricing.facts import Known
from openoms.domains.pricing.models import Coupon, PromotionCounter, PromotionUse
from openoms.flows.place import place_order, place_orders
from openoms.flows.steps.placing import PlacedOrder
from openoms.flows.steps.pricing import CouponRefused
from tests.concurrency.together import attempt_together, together
from tests.factories import make_customer, make_sku, owner, prepaid
from tests.promoted import save, ten, with_coupon

pytestmark = pytest.mark.django_db(transaction=True)
D = Decimal
THREADS, ORDERS, USES = 16, 40, 10


@pytest.fixture
def acme() -> Customer:
    make_sku("BOLT", "100")
    return make_customer("Acme", code="C1")


def place_many(customers: list[Customer], **fields: Any) -> list[PlacedOrder | BaseException]:
    """Forty orders from sixteen threads, each thread taking the next that is left."""
    left, outcomes, lock = list(range(ORDERS)), [], threading.Lock()

    def work() -> None:
        while True:
            with lock:
                if not left:
                    return
                index = left.pop()
            wanted = prepaid(customers[index % len(customers)], **fields)
            try:
                outcome: PlacedOrder | BaseException = place_order(wanted, actor=owner())
            except Exception as error:
                outcome = error
            with lock:
                outcomes.append(outcome)

    together(*[work] * THREADS)
    return outcomes


def test_a_coupon_for_ten_is_used_by_ten_of_forty_and_the_others_are_refused(acme: Customer) -> None:
    with_coupon("SAVE", {"most_uses": USES})
    customers = [acme, *(make_customer(f"Other {n}", code=f"O{n}") for n in range(3))]
    outcomes = place_many(customers, coupons=("SAVE",))
    assert Counter(type(outcome) for outcome in outcomes) == {
        PlacedOrder: USES,
        CouponRefused: ORDERS - USES,
    }
    assert {o.data["reason"] for o in outcomes if isinstance(o, CouponRefused)} == {"coupon_used_up"}
    assert (Coupon.objects.get().used, Order.objects.count()) == (USES, USES)
    assert PromotionUse.objects.values("order_id").distinct().count() == USES
    assert set(Order.objects.values_list("total", flat=True)) == {D(90)}


def test_a_budget_is_never_passed_and_what_is_left_of_it_is_used(acme: Customer) -> None:
    save(ten(budget=D(95)))
    outcomes = place_many([acme])
    assert Counter(type(outcome) for outcome in outcomes) == {PlacedOrder: ORDERS}
    counter = PromotionCounter.objects.get()
    assert (counter.times, counter.given) == (9, D(90))
    assert Counter(Order.objects.values_list("total", flat=True)) == {D(90): 9, D(100): ORDERS - 9}
    assert sum(PromotionUse.objects.values_list("amount", flat=True)) == D(90)


def test_a_limit_for_each_customer_holds_for_one_who_orders_twice_at_once(acme: Customer) -> None:
    save(ten(most_uses_each=1))
    for attempt in range(3):
        buyer = make_customer(f"Buyer {attempt}", code=f"B{attempt}")
        totals = together(
            *[lambda: place_order(prepaid(buyer), actor=owner()).order.total for _ in range(4)]  # noqa: B023
        )
        assert sorted(totals) == [90, 100, 100, 100]


def test_bulks_that_want_the_same_things_in_another_order_all_come_through(acme: Customer) -> None:
    with_coupon("SAVE", {"most_uses": 50})
    save(ten("LIMITED", most_uses=50, priority=-1))
    plain, opened = prepaid(acme), prepaid(acme, coupons=("SAVE",))

    def bulk(*wanted: object) -> list[object]:
        return [row.placed for row in place_orders(wanted, actor=owner(), skip_refused=False)]  # type: ignore[arg-type]

    placed = together(*[lambda: bulk(plain, opened), lambda: bulk(opened, plain)] * 4)
    assert all(all(rows) for rows in placed)
    assert (Coupon.objects.get().used, PromotionCounter.objects.get(promotion__code="LIMITED").times) == (
        8,
        16,
    )


def test_without_the_lock_one_use_is_given_twice(acme: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: what is left is believed as it was read, and two orders get the coupon's only use."""
    with_coupon("SAVE", {"most_uses": 1})
    both_have_read = threading.Barrier(2)

    def read_only(*_asked: object) -> Known:
        both_have_read.wait(10)
        return Known()

    monkeypatch.setattr(offer_services, "lock_uses", read_only)
    wanted = prepaid(acme, coupons=("SAVE",))
    outcomes = attempt_together(*[lambda: place_order(wanted, actor=owner())] * 2)
    assert [type(outcome) for outcome in outcomes] == [PlacedOrder, PlacedOrder]
    assert (Coupon.objects.get().used, PromotionUse.objects.count()) == (2, 2)
