"""Promotions around orders: given, counted, refused with a reason, given back."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openoms.core.wire import TRAFFIC
from openoms.domains.customers.models import Customer
from openoms.domains.customers.types import CustomerInput
from openoms.domains.events.models import Event
from openoms.domains.orders.models import Order
from openoms.domains.orders.states import Terms
from openoms.domains.pricing.models import Coupon, PromotionCounter, PromotionUse
from openoms.domains.pricing.promotions import (
    AmountOff,
    Benefit,
    OrderCountIs,
    Promotion,
)
from openoms.flows.edit_promotions import (
    change_coupon,
)
from openoms.flows.merge_customers import merge_customers
from openoms.flows.place import place_order, place_orders
from openoms.flows.quote import quote
from openoms.flows.revise import revise_draft
from openoms.flows.steps.placing import LineRequest, OrderRequest
from openoms.flows.steps.pricing import CouponRefused
from tests.factories import make_customer, make_order, make_sku, owner, request_for
from tests.promoted import make_past, save, ten, with_coupon

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def acme() -> Customer:
    make_sku("BOLT", "100")
    return make_customer("Acme", code="C1")


def uses() -> list[tuple[str, str, Decimal]]:
    rows = PromotionUse.objects.order_by("id").select_related("promotion", "customer", "coupon")
    return [(row.promotion.code, row.coupon.code if row.coupon else "", row.amount) for row in rows]


def counted(code: str = "TEN") -> tuple[int, Decimal]:
    row = PromotionCounter.objects.get(promotion__code=code)
    return row.times, row.given


def written() -> tuple[object, ...]:
    rows = [model.objects.count() for model in (Order, Event, PromotionUse)]
    return (*rows, sum(Coupon.objects.values_list("used", flat=True)), *counted())


def test_an_automatic_promotion_is_given_and_kept(acme: Customer) -> None:
    save(ten())
    placed = make_order(acme, [("BOLT", 2)])
    order = Order.objects.get(pk=placed.order.pk)
    assert (order.total, order.discount_total) == (D(180), D(20))
    adjustment = order.lines.get().adjustments.get()
    assert (adjustment.source, adjustment.amount, adjustment.label) == ("promotion:TEN", D(-20), "Ten")
    assert uses() == [("TEN", "", D(20))]
    # What has no limit is not counted as it is given: orders do not wait for one another.
    assert counted() == (0, D(0))


def test_a_limited_promotion_is_counted_until_it_is_used_up(acme: Customer) -> None:
    save(ten(most_uses=2))
    totals = [make_order(acme).order.total for _ in range(3)]
    assert totals == [90, 90, 100]
    assert (counted(), len(uses())) == ((2, D(20)), 2)
    other = make_customer("Other", code="C2")
    save(ten(most_uses_each=3))
    assert [make_order(acme).order.total for _ in range(2)] == [90, 100]
    assert make_order(other).order.total == 90


def test_a_budget_is_given_whole_or_not_at_all(acme: Customer) -> None:
    save(ten(budget=D(25)))
    totals = [make_order(acme, [("BOLT", n)]).order.total for n in (2, 1, 0.5)]  # type: ignore[list-item]
    assert totals == [180, 100, 45]
    assert counted() == (2, D(25))


def test_a_coupon_is_used_and_refused_with_its_reason_and_nothing_changes(acme: Customer) -> None:
    with_coupon("SAVE", {"most_uses": 1})
    assert make_order(acme).order.total == 100
    assert make_order(acme, coupons=(" save ",)).order.total == 90
    assert (uses(), Coupon.objects.get().used) == ([("TEN", "SAVE", D(10))], 1)
    before = written()
    for code, reason in (("SAVE", "coupon_used_up"), ("NONE", "unknown_coupon")):
        with pytest.raises(CouponRefused) as refusal:
            make_order(acme, coupons=(code,))
        assert refusal.value.data == {"coupon": code, "reason": reason}
        assert refusal.value.problems[0].loc == ("coupons", 0)
        assert written() == before
        quoted = quote(request_for(acme, coupons=(code,)), actor=owner()).priced
        assert ([r.reason for r in quoted.refused], quoted.total) == ([reason], D(100))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"is_active": False}, "unknown_coupon"),
        ({"starts_at": datetime(2999, 1, 1, tzinfo=UTC)}, "coupon_not_yet"),
        ({"ends_at": datetime(2000, 1, 1, tzinfo=UTC)}, "coupon_expired"),
        ({"most_uses_each": 1}, "coupon_used_up_by_customer"),
    ],
)
def test_a_changed_coupon_says_why_it_is_not_taken(
    acme: Customer, change: dict[str, object], reason: str
) -> None:
    with_coupon()
    make_order(acme, coupons=("SAVE",))
    change_coupon("save", change, actor=owner())
    with pytest.raises(CouponRefused) as refusal:
        make_order(acme, coupons=("SAVE",))
    assert refusal.value.data["reason"] == reason


def test_a_coupon_without_a_limit_is_counted_when_it_gets_one(acme: Customer) -> None:
    with_coupon()
    for _ in range(2):
        make_order(acme, coupons=("SAVE",))
    assert Coupon.objects.get().used == 0
    assert change_coupon("SAVE", {"most_uses": 3}, actor=owner()).used == 2
    make_order(acme, coupons=("SAVE",))
    with pytest.raises(CouponRefused):
        make_order(acme, coupons=("SAVE",))


def test_a_revised_draft_gives_back_what_it_had_and_is_not_in_its_own_way(acme: Customer) -> None:
    with_coupon("SAVE", {"most_uses": 1}, most_uses=1, conditions=(OrderCountIs(nth=1),))
    draft = make_order(acme, submit=False, coupons=("SAVE",)).order
    for quantity, total in (("2", 180), ("3", 270)):
        wanted = request_for(acme, [("BOLT", quantity)], submit=False, coupons=("SAVE",))
        assert revise_draft(draft.number, wanted, actor=owner()).order.total == total
    assert (uses(), counted(), Coupon.objects.get().used) == ([("TEN", "SAVE", D(30))], (1, D(30)), 1)
    revise_draft(draft.number, request_for(acme, submit=False), actor=owner())
    assert (uses(), counted(), Coupon.objects.get().used) == ([], (0, D(0)), 0)


def test_in_a_bulk_the_last_use_goes_to_one_and_the_others_are_refused(acme: Customer) -> None:
    with_coupon("SAVE", {"most_uses": 3}, most_uses=9)
    other = make_customer("Other", code="C2")
    for _ in range(2):
        make_order(acme, coupons=("SAVE",))
    wanted = [request_for(one, coupons=("SAVE",)) for one in (acme, other, acme, other, acme)]
    rows = place_orders(wanted, actor=owner(), skip_refused=True)
    assert [bool(row.placed) for row in rows] == [True, False, False, False, False]
    assert {row.problem.data["reason"] for row in rows if row.problem} == {"coupon_used_up"}
    assert (Coupon.objects.get().used, counted()[0], len(uses())) == (3, 3, 3)


def test_in_a_bulk_a_limit_in_the_middle_leaves_the_rest_at_their_own_price(acme: Customer) -> None:
    save(ten(most_uses=3))
    other = make_customer("Other", code="C2")
    rows = place_orders(
        [request_for(one) for one in (acme, other, acme, other, acme)], actor=owner(), skip_refused=False
    )
    assert [row.placed.order.total for row in rows if row.placed] == [90, 90, 90, 100, 100]
    assert counted() == (3, D(30))


def test_in_a_bulk_each_customer_has_uses_of_their_own_new_ones_too(acme: Customer) -> None:
    save(ten(most_uses_each=1))
    new = [
        OrderRequest((LineRequest("BOLT", D(1)),), CustomerInput(code, name=code)) for code in ("N1", "N2")
    ]
    rows = place_orders([request_for(acme), *new, request_for(acme)], actor=owner(), skip_refused=False)
    assert [row.placed.order.total for row in rows if row.placed] == [90, 90, 90, 100]


def test_first_and_nth_orders_are_counted_also_within_a_bulk(acme: Customer) -> None:
    save(ten(conditions=(OrderCountIs(every=3),)))
    first = Promotion("FIRST", (Benefit(AmountOff(D(1)), "order"),), name="First", conditions=(OrderCountIs(nth=1),), currency="CNY")  # fmt: skip
    save(first)
    assert [make_order(acme).order.total for _ in range(2)] == [99, 100]
    rows = place_orders([request_for(acme)] * 4, actor=owner(), skip_refused=False)
    assert [row.placed.order.total for row in rows if row.placed] == [90, 100, 100, 90]
    Order.objects.update(status="cancelled")
    assert make_order(acme).order.total == 99
    newcomer = OrderRequest((LineRequest("BOLT", D(1)),), CustomerInput("NEW", name="New"))
    assert quote(newcomer, actor=owner()).priced.total == 99
    assert quote(replace(newcomer, customer=None), actor=owner()).priced.total == 100


def test_merged_customers_share_what_they_were_given(acme: Customer) -> None:
    save(ten(most_uses_each=1))
    other = make_customer("Other", code="C2")
    make_order(other)
    assert quote(request_for(acme), actor=owner()).priced.total == 90
    merge_customers("C2", "C1", actor=owner())
    assert set(PromotionUse.objects.values_list("customer__code", flat=True)) == {"C1"}
    assert quote(request_for(acme), actor=owner()).priced.total == 100
    assert make_order(other).order.total == 100


def test_imported_history_is_left_as_it_was(acme: Customer) -> None:
    save(ten(most_uses=5))
    past = make_past(acme, ("BOLT", "2", "80"))
    assert (past.total, uses(), counted()) == (D(167), [], (0, D(0)))


def test_placing_without_promotions_takes_nine_statements_beside_begin_and_commit_in_two_flushes(
    acme: Customer, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        make_order(acme, terms=Terms.PREPAID)
    wanted = request_for(acme, terms=Terms.PREPAID)
    statements, flushes = TRAFFIC.statements, TRAFFIC.flushes
    with CaptureQueriesContext(connection) as others:
        place_order(wanted, actor=owner())
    own = [q["sql"] for q in others if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert (TRAFFIC.statements - statements, TRAFFIC.flushes - flushes, own) == (9, 2, [])
