"""Payments recorded and taken back: what they make of an order, who is told, what is refused."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from openoms.core.clock import now
from openoms.core.errors import DomainError, InvalidInput
from openoms.domains.customers.types import CreditInput, CustomerInput
from openoms.domains.events.models import Event
from openoms.domains.identity.errors import MissingPermission
from openoms.domains.orders.errors import NoSuchOrder, OrderClosed
from openoms.domains.orders.models import Order
from openoms.domains.orders.states import FulfilmentState, PaymentState, Stage, Status, Terms
from openoms.domains.orders.types import NewInstruction
from openoms.domains.payments import queries
from openoms.domains.payments.errors import NoSuchPayment, PaidElsewhere, PaymentRecorded, PaymentVoided
from openoms.domains.payments.models import Payment
from openoms.domains.payments.queries import WrongTotal, wrong_totals
from openoms.domains.payments.states import Method
from openoms.flows import review_credit
from openoms.flows.edit_customer import change_credit, change_customer
from openoms.flows.hold import place_hold, release_hold
from openoms.flows.instruct import acknowledge_instruction, add_instruction
from openoms.flows.pay import record_payment, void_payment
from openoms.flows.steps.placing import History
from openoms.flows.submit import withdraw_order
from openoms.jobs.dispatcher import drain
from tests.factories import make_customer, make_order, owner, staff
from tests.flows.test_order_desk import open_holds, told
from tests.flows.test_paying import CREDIT, PAYMENT, buyer, draft, submit

pytestmark = pytest.mark.django_db


def pay(
    order: Order, amount: str = "12.50", reference: str = "", method: Method = Method.BANK_TRANSFER
) -> Payment:
    return record_payment(order.number, Decimal(amount), method, reference, now(), actor=owner())


def under_way(terms: Terms = Terms.PREPAID, limit: str = "1000") -> Order:
    """An approved order of 12.50."""
    order = draft(buyer(limit), terms=terms)
    submit(order.number)
    order.refresh_from_db()
    return order


def states(order: Order) -> tuple[str, Decimal, bool]:
    """How much is paid by name and amount, and whether the warehouse has it."""
    order.refresh_from_db()
    assert wrong_totals() == []
    return order.payment_state, order.paid_total, order.released_at is not None


def test_money_in_parts_releases_the_order_when_it_is_there() -> None:
    order = under_way()
    assert states(order) == ("unpaid", 0, False)
    pay(order, "2.50")
    assert states(order) == ("partially_paid", Decimal("2.50"), False)
    assert open_holds(order) == [PAYMENT]
    payment = pay(order, "10", "T-1")
    assert states(order) == ("paid", Decimal("12.50"), True)
    assert open_holds(order) == []
    kinds = list(Event.objects.filter(subject_id=order.pk).order_by("id").values_list("kind", flat=True))
    assert kinds[-3:] == ["hold.released", "order.released", "payment.recorded"]
    assert told(order, "payment.recorded")[1] == {
        "number": order.number, "payment": str(payment.pk), "customer": order.customer.code, "amount": "10.00",
        "currency": "CNY", "method": "bank_transfer", "payment_state": "paid",
    }  # fmt: skip


def test_more_than_is_owed_is_kept_as_it_arrived() -> None:
    order = under_way()
    pay(order, "20")
    assert states(order) == ("paid", 20, True)


def test_a_draft_may_be_paid_in_advance() -> None:
    order = draft(terms=Terms.PREPAID)
    pay(order)
    assert states(order) == ("paid", Decimal("12.50"), False)
    submit(order.number)
    assert open_holds(order) == []
    assert states(order)[2]


def test_what_is_taken_back_is_waited_for_again() -> None:
    order = under_way()
    payment = pay(order, reference="T-1")
    back = void_payment(payment.pk, " Bounced ", actor=owner())
    assert (back.void_reason, back.voided_at is not None) == ("Bounced", True)
    assert states(order) == ("unpaid", 0, False)
    assert open_holds(order) == [PAYMENT]
    assert len(told(order, "order.recalled")) == 1
    assert told(order, "payment.voided")[0]["reason"] == "Bounced"
    pay(order, reference="T-1")
    assert states(order) == ("paid", Decimal("12.50"), True)


def test_taken_back_in_part_of_too_much_nothing_is_waited_for() -> None:
    order = under_way()
    first, _ = pay(order), pay(order)
    void_payment(first.pk, "Twice", actor=owner())
    assert states(order) == ("paid", Decimal("12.50"), True)
    assert open_holds(order) == []


def test_once_the_warehouse_has_begun_an_order_is_not_recalled() -> None:
    order = under_way()
    payment = pay(order)
    Order.objects.filter(pk=order.pk).update(fulfilment_state=FulfilmentState.PICKING)
    void_payment(payment.pk, "Bounced", actor=owner())
    assert states(order) == ("unpaid", 0, True)
    assert open_holds(order) == [PAYMENT]


def test_paid_in_full_an_order_needs_no_credit_and_taken_back_it_does_again() -> None:
    order = under_way(Terms.CREDIT, "10")
    assert open_holds(order) == [CREDIT]
    payment = pay(order)
    assert states(order) == ("paid", Decimal("12.50"), True)
    void_payment(payment.pk, "Bounced", actor=owner())
    assert open_holds(order) == [CREDIT]
    assert states(order) == ("unpaid", 0, False)


def test_within_its_credit_an_order_stays_with_the_warehouse() -> None:
    order = under_way(Terms.CREDIT)
    payment = pay(order)
    void_payment(payment.pk, "Bounced", actor=owner())
    assert open_holds(order) == []
    assert states(order) == ("unpaid", 0, True)


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "1e15", "NaN"])
def test_an_amount_that_is_none_is_refused(amount: str) -> None:
    order = under_way()
    with pytest.raises(InvalidInput) as refused:
        pay(order, amount)
    assert refused.value.problems[0].loc == ("amount",)
    assert states(order) == ("unpaid", 0, False)


def test_what_is_refused_changes_nothing() -> None:
    order = under_way()
    known = pay(order, "1", "T-1")
    done = void_payment(pay(order, "1").pk, "x", actor=owner())
    cancelled, there = under_way(), now()
    Order.objects.filter(pk=cancelled.pk).update(status=Status.CANCELLED)
    paid = make_order(history=History(there - timedelta(days=9), payment_state=PaymentState.PAID)).order
    seller, before = staff("sales"), Event.objects.count()

    def late(days: int) -> Payment:
        at = there + timedelta(days=days)
        return record_payment(order.number, Decimal(1), Method.CASH, "", at, actor=owner())

    deeds: list[tuple[type[DomainError], object]] = [
        (PaymentRecorded, lambda: pay(order, "2", " T-1 ")),
        (OrderClosed, lambda: pay(cancelled)),
        (PaidElsewhere, lambda: pay(paid)),
        (NoSuchOrder, lambda: record_payment("X", Decimal(1), Method.CASH, "", there, actor=owner())),
        (InvalidInput, lambda: late(2)),
        (InvalidInput, lambda: late(-365 * 90)),
        (InvalidInput, lambda: pay(order, "2", "x" * 101)),
        (InvalidInput, lambda: void_payment(known.pk, "  ", actor=owner())),
        (PaymentVoided, lambda: void_payment(done.pk, "x", actor=owner())),
        (NoSuchPayment, lambda: void_payment(uuid4(), "x", actor=owner())),
        (MissingPermission, lambda: void_payment(known.pk, "x", actor=seller)),
        (MissingPermission, lambda: record_payment(order.number, Decimal(1), Method.CASH, "", there, actor=seller)),
    ]  # fmt: skip
    for kind, deed in deeds:
        with pytest.raises(kind):
            deed()  # type: ignore[operator]
    assert Event.objects.count() == before
    assert states(order) == ("partially_paid", 1, False)
    pay(order, "2", "T-1", Method.CASH)
    assert states(order) == ("partially_paid", 3, False)


def test_history_that_is_owed_can_be_paid() -> None:
    history = History(now() - timedelta(days=90), status=Status.COMPLETED)
    order = make_order(history=history, terms=Terms.CREDIT).order
    pay(order)
    assert states(order) == ("paid", Decimal("12.50"), False)


def test_a_wrong_total_is_named() -> None:
    order, other = under_way(), under_way()
    pay(order, "2.50")
    pay(other)
    Order.objects.filter(pk=order.pk).update(paid_total=3)
    assert wrong_totals() == [WrongTotal(order.number, Decimal(3), Decimal("2.50"))]
    Payment.objects.filter(order=other).update(amount=1)
    assert [row.number for row in wrong_totals()] == [order.number, other.number]
    assert len(wrong_totals(1)) == 1


def test_payments_are_seen_by_who_may_see_them() -> None:
    order = under_way()
    payment = pay(order)
    assert queries.of_order(staff("sales"), order) == [payment]
    assert queries.of_order(staff("warehouse"), order) == ()
    with pytest.raises(NoSuchPayment):
        queries.order_of(staff("warehouse"), payment.pk)


# Credit that suffices again lets go of what waited for it.


def waiting(limit: str = "12.50", more: int = 3) -> list[Order]:
    """One order that takes the customer's whole limit and others that wait, all approved."""
    customer = buyer(limit)
    placed = [draft(customer) for _ in range(more + 1)]
    for order in placed:
        submit(order.number)
    assert [len(open_holds(order)) for order in placed] == [0] + [1] * more
    drain()
    return placed


def held(placed: list[Order]) -> list[bool]:
    drain()
    return [bool(open_holds(order)) for order in placed]


def test_a_payment_makes_room_for_the_oldest() -> None:
    placed = waiting()
    pay(placed[0])
    assert held(placed) == [False, False, True, True]
    assert states(placed[1]) == ("unpaid", 0, True)
    assert [len(told(placed[1], kind)) for kind in ("hold.released", "order.released")] == [1, 1]


def test_a_higher_limit_makes_room_and_what_has_nothing_to_do_with_credit_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    placed = waiting()
    monkeypatch.setattr(review_credit, "BATCH", 1)
    customer = placed[0].customer
    change_credit(customer.code, CreditInput("credit", Decimal("37.50"), "CNY"), actor=owner())
    assert held(placed) == [False, False, False, True]
    looked: list[object] = []
    monkeypatch.setattr(review_credit, "free_next", looked.append)
    change_customer(CustomerInput(code=customer.code, notes="Rings twice"), actor=owner())
    drain()
    assert looked == []


def test_a_smaller_order_behind_one_that_does_not_fit_goes() -> None:
    customer = buyer("30")
    large, small = draft(customer, 4), draft(customer)
    for order in (large, small):
        submit(order.number)
    assert held([large, small]) == [True, False]
    change_credit(customer.code, CreditInput("credit", Decimal("49"), "CNY"), actor=owner())
    assert held([large, small]) == [True, False]


def test_an_order_withdrawn_makes_room() -> None:
    placed = waiting()
    withdraw_order(placed[0].number, actor=owner())
    assert held(placed) == [False, False, True, True]


def test_overdue_no_longer_an_order_goes() -> None:
    customer = buyer("1000")
    late, held_back = draft(customer), draft(customer)
    submit(late.number)
    Order.objects.filter(pk=late.pk).update(due_date=now().date() - timedelta(days=3))
    submit(held_back.number)
    assert held([held_back]) == [True]
    pay(late)
    assert held([held_back]) == [False]


def test_what_still_keeps_an_order_is_said_as_it_is_by_now() -> None:
    customer = buyer("12.50")
    late, kept = draft(customer), draft(customer)
    submit(late.number)
    submit(kept.number)
    assert kept.holds.get().reason == "over_limit"
    Order.objects.filter(pk=late.pk).update(due_date=now().date() - timedelta(days=3))
    change_credit(customer.code, CreditInput("credit", Decimal(1000), "CNY"), actor=owner())
    assert held([kept]) == [True]
    assert kept.holds.get().reason == "overdue"


def test_told_twice_the_review_does_nothing_more() -> None:
    placed = waiting()
    pay(placed[0])
    drain()
    before = Event.objects.count()
    review_credit.review_credit(list(Event.objects.all()))
    assert Event.objects.count() == before


# Holds by hand and remarks take part in release.


def test_what_is_held_by_hand_is_released_with_its_hold() -> None:
    order = draft(make_customer(), terms=Terms.PREPAID)
    pay(order)
    submit(order.number)
    hold = place_hold(order.number, "Wait", actor=owner())
    assert states(order)[2] is False
    release_hold(order.number, hold.pk, "Go", actor=owner())
    assert states(order)[2] is True


def test_a_remark_before_allocation_is_confirmed_first() -> None:
    order = under_way(Terms.CREDIT)
    remark = add_instruction(
        order.number, NewInstruction("Ask", "warehouse", Stage.ALLOCATION, blocking=True), actor=owner()
    )
    assert states(order)[2] is False
    acknowledge_instruction(order.number, remark.pk, actor=owner())
    assert states(order)[2] is True
