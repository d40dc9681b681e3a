"""Cancelling, splitting and merging against whatever else happens to the order at once: one wins, the other is told, nothing is half done."""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

import pytest

from openoms.core.clock import now
from openoms.core.errors import DomainError
from openoms.domains.approvals.errors import ApprovalClosed
from openoms.domains.approvals.rules import StepRule
from openoms.domains.events.models import Event
from openoms.domains.inventory.errors import CannotSplit
from openoms.domains.inventory.models import Stock
from openoms.domains.inventory.queries import wrong_stock
from openoms.domains.orders.errors import CannotCancel, CannotMerge, OrderClosed
from openoms.domains.orders.models import Order
from openoms.domains.orders.rules import IllegalMove
from openoms.domains.orders.states import Terms
from openoms.domains.payments.queries import wrong_totals
from openoms.domains.payments.states import Method
from openoms.flows import decide
from openoms.flows.cancel import CancelledOrder, cancel_order
from openoms.flows.merge import merge_orders
from openoms.flows.pay import record_payment
from openoms.flows.split import Split, split_order
from openoms.flows.steps.parting import Way
from openoms.flows.submit import withdraw_order
from tests.concurrency.test_approvals import assert_whole, count
from tests.concurrency.together import attempt_together
from tests.factories import make_customer, make_order, owner, stock_up
from tests.flows.approval_cast import large_order, make_cast, make_rule, request_of

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


def cancelling(order: Order) -> partial[CancelledOrder]:
    return partial(cancel_order, order.number, "no longer", actor=owner())


def errors(outcomes: Sequence[object]) -> list[BaseException]:
    return [one for one in outcomes if isinstance(one, BaseException)]


def test_approved_against_cancelled() -> None:
    cast = make_cast()
    make_rule("LARGE", [StepRule("Any", roles=("sales_manager",))])
    for _ in range(ROUNDS):
        order = large_order(cast.clerk)
        request = request_of(order).pk
        outcomes = attempt_together(partial(decide.approve, request, actor=cast.manager), cancelling(order))
        assert all(isinstance(one, ApprovalClosed) for one in errors(outcomes)), outcomes
        assert_whole(order)
        assert order.status == "cancelled", "whichever came first, it was cancelled last"
        assert count(order, "order.cancelled") == 1
        assert count(order, "order.released") == count(order, "order.recalled")


def test_many_cancel_one_order_and_one_of_them_does() -> None:
    stock_up(quantity=5)
    order = make_order(lines=[("BOLT", 5)]).order
    outcomes = attempt_together(*[cancelling(order)] * 8)
    assert [type(one) for one in errors(outcomes)] == [CannotCancel] * 7
    assert (count(order, "order.cancelled"), count(order, "order.freed")) == (1, 1)
    assert (Stock.objects.get().reserved, wrong_stock()) == (0, [])


def test_paid_against_cancelled_no_money_is_lost() -> None:
    customer = make_customer()
    for _ in range(ROUNDS):
        order = make_order(customer, terms=Terms.PREPAID).order
        paid = partial(record_payment, order.number, Decimal("12.50"), Method.CASH, "", now(), actor=owner())
        outcomes = attempt_together(paid, cancelling(order))
        assert all(isinstance(one, OrderClosed) for one in errors(outcomes)), outcomes
        order.refresh_from_db()
        assert (order.status, order.open_holds, order.released_at) == ("cancelled", 0, None)
        told = Event.objects.get(subject_id=order.pk, kind="order.cancelled").data["paid"]
        assert Decimal(told) == order.paid_total
    assert wrong_totals() == []


def test_withdrawn_against_cancelled_is_cancelled_in_the_end() -> None:
    stock_up(quantity=50)
    for _ in range(ROUNDS):
        order = make_order(lines=[("BOLT", 5)]).order
        outcomes = attempt_together(partial(withdraw_order, order.number, actor=owner()), cancelling(order))
        assert all(isinstance(one, IllegalMove | DomainError) for one in errors(outcomes)), outcomes
        order.refresh_from_db()
        assert order.status == "cancelled"
    assert (Stock.objects.get().reserved, wrong_stock()) == (0, [])


def splitting(order: Order) -> partial[Split]:
    return partial(split_order, order.number, Way.HAND, {1: Decimal(2)}, actor=owner())


def test_split_against_withdrawn_one_wins_and_goods_are_whole() -> None:
    stock_up(quantity=100)
    for _ in range(ROUNDS):
        order = make_order(lines=[("BOLT", 5)]).order
        outcomes = attempt_together(splitting(order), partial(withdraw_order, order.number, actor=owner()))
        assert all(isinstance(one, CannotSplit) for one in errors(outcomes)), outcomes
        parts = [order, *Order.objects.filter(came_from__parent=order)]
        assert sum(line.quantity for part in parts for line in part.lines.all()) == 5
        order.refresh_from_db()
        assert order.status == "draft"
    assert wrong_stock() == []
    assert wrong_totals() == []


def test_many_split_one_order_and_nothing_is_made_twice() -> None:
    stock_up(quantity=10)
    order = make_order(lines=[("BOLT", 5)]).order
    outcomes = attempt_together(*[splitting(order)] * 4)
    done = 4 - len(errors(outcomes))
    assert done == 2, "5 = 2 + 2 + 1; of the last one two cannot be taken"
    assert all(isinstance(one, CannotSplit) for one in errors(outcomes)), outcomes
    assert sorted(row.lines.get().quantity for row in Order.objects.all()) == [1, 2, 2]
    assert (Stock.objects.get().reserved, wrong_stock()) == (5, [])


def test_merged_against_cancelled() -> None:
    stock_up(quantity=100)
    customer = make_customer()
    for _ in range(ROUNDS):
        one, two = (make_order(customer, [("BOLT", 3)]).order for _ in range(2))
        outcomes = attempt_together(
            partial(merge_orders, [one.number, two.number], actor=owner()), cancelling(two)
        )
        assert all(isinstance(error, CannotMerge | CannotCancel) for error in errors(outcomes)), outcomes
        assert len(errors(outcomes)) == 1
        one.refresh_from_db()
        two.refresh_from_db()
        assert two.status == "cancelled"
        merged = count(one, "order.merged") == 1
        assert sum(line.quantity for line in one.lines.all()) == (6 if merged else 3)
        assert count(two, "order.cancelled") == (0 if merged else 1)
    assert wrong_stock() == []


def test_the_same_orders_merged_from_both_ends_at_once() -> None:
    customer = make_customer()
    for _ in range(ROUNDS):
        one, two = (make_order(customer, [("BOLT", 3)]).order for _ in range(2))
        numbers = [one.number, two.number]
        outcomes = attempt_together(
            partial(merge_orders, numbers, actor=owner()), partial(merge_orders, numbers[::-1], actor=owner())
        )
        assert [type(error) for error in errors(outcomes)] == [CannotMerge]
        assert count(one, "order.merged") == 1
