"""Holds for what an order's terms ask, and its release: the steps, each in a small flow of its own."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from openoms.core import db, firm
from openoms.core.clock import now, set_to
from openoms.core.errors import StaleRevision
from openoms.domains.customers.models import Customer
from openoms.domains.customers.types import CreditInput
from openoms.domains.orders import services as orders
from openoms.domains.orders.errors import NoSuchOrder
from openoms.domains.orders.models import Hold, Order
from openoms.domains.orders.states import FulfilmentState, HoldKind, PaymentState, Stage, Status, Terms
from openoms.domains.orders.types import CreditFacts, NewHold
from openoms.flows.edit_customer import change_credit
from openoms.flows.merge_customers import merge_customers
from openoms.flows.place import place_orders
from openoms.flows.steps import holds, paying
from openoms.flows.steps.placing import History
from openoms.flows.submit import submit_order, withdraw_order
from tests.factories import make_customer, make_order, make_sku, owner, request_for
from tests.flows.test_order_desk import open_holds, told

pytestmark = pytest.mark.django_db
PAYMENT = ("payment", "payment", "payment:due")
CREDIT = ("credit", "payment", "credit:terms")


def submit(number: str) -> Order:
    """Submit a draft; no rule asks for an approval."""
    return submit_order(number, actor=owner())


@db.flow
def hold(number: str, stage: Stage = Stage.ALLOCATION, *, line: bool = False) -> None:
    order = orders.lock(number)
    first = order.lines.get(position=1).pk if line else None
    holds.raise_hold(order, NewHold(HoldKind.MANUAL, stage, f"hand:{stage}{line}", "Stop", first), owner())


@db.flow
def let_go(number: str) -> None:
    order = orders.lock(number)
    holds.release(order, list(Hold.objects.filter(order=order, released_at=None)), owner(), "Go")


def is_released(order: Order) -> bool:
    """Whether the warehouse has it."""
    order.refresh_from_db()
    return order.released_at is not None


def buyer(limit: str | None = "100", days: int | None = None, currency: str = "CNY") -> Customer:
    """A customer with credit terms."""
    customer = make_customer()
    bound = None if limit is None else Decimal(limit)
    value = CreditInput("credit", bound, "" if bound is None else currency, days)
    change_credit(customer.code, value, actor=owner())
    return customer


def draft(customer: Customer | None = None, quantity: int = 1, terms: Terms = Terms.CREDIT) -> Order:
    """A draft of 12.50 a piece."""
    return make_order(customer, [("BOLT", quantity)], terms=terms, submit=False).order


def credit_of(code: str) -> CreditFacts:
    @db.flow
    def read() -> CreditFacts:
        answers = db.run_together(paying.lock_statements([code], now()))
        return paying.credit_from([code], answers, now())[code]

    return read()


def test_a_prepaid_order_waits_for_its_money() -> None:
    order = draft(terms=Terms.PREPAID)
    submit(order.number)
    assert open_holds(order) == [PAYMENT]
    assert (order.due_date, order.payment_state) == (None, PaymentState.UNPAID)


def test_what_costs_nothing_waits_for_nothing_and_counts_as_paid() -> None:
    order = draft(terms=Terms.PREPAID)
    free = {"items_total": 0, "shipping_total": 0, "tax_total": 0, "total": 0}
    Order.objects.filter(pk=order.pk).update(**free)
    submit(order.number)
    assert open_holds(order) == []
    assert order.payment_state == PaymentState.PAID


def test_an_order_on_credit_within_the_limit_has_its_due_date() -> None:
    order = draft(buyer("12.50", days=45))
    submit(order.number)
    assert open_holds(order) == [], "exactly the limit is allowed"
    assert order.due_date == firm.today() + timedelta(days=45)
    assert credit_of(order.customer.code).exposure == Decimal("12.50")


@pytest.mark.parametrize(
    ("limit", "currency", "reason"),
    [("12.49", "CNY", "over_limit"), ("1000", "USD", "other_currency")],
)
def test_beyond_its_credit_an_order_is_held_and_owes_nothing_yet(
    limit: str, currency: str, reason: str
) -> None:
    order = draft(buyer(limit, currency=currency))
    submit(order.number)
    assert open_holds(order) == [CREDIT]
    assert [(t["kind"], t["reason"]) for t in told(order, "hold.placed")] == [("credit", reason)]
    assert order.due_date == firm.today() + timedelta(days=30)
    assert credit_of(order.customer.code).exposure == 0


def test_nobody_owes_without_terms() -> None:
    customer = make_customer()
    change_credit(customer.code, CreditInput(), actor=owner())
    order = draft(customer)
    submit(order.number)
    assert [t["reason"] for t in told(order, "hold.placed")] == ["no_terms"]


def test_what_is_overdue_keeps_the_next_order_and_what_was_paid_does_not() -> None:
    customer = buyer(None, days=10)
    with set_to(now() - timedelta(days=10)):
        submit(draft(customer).number)
    on_its_day = draft(customer)
    submit(on_its_day.number)
    assert open_holds(on_its_day) == [], "it may be paid until the end of its day"
    Order.objects.exclude(pk=on_its_day.pk).update(due_date=firm.today() - timedelta(days=1))
    late = draft(customer)
    submit(late.number)
    assert told(late, "hold.placed")[0]["reason"] == "overdue"
    Order.objects.exclude(pk__in=[late.pk, on_its_day.pk]).update(payment_state=PaymentState.PAID)
    last = draft(customer)
    submit(last.number)
    assert open_holds(last) == []


def test_only_what_is_owed_counts() -> None:
    customer = buyer("1000")
    first = draft(customer, 4)
    submit(first.number)
    draft(customer, 8)
    make_order(customer, terms=Terms.PREPAID)
    before = now() - timedelta(days=90)
    for state in PaymentState:
        past = History(before, status=Status.COMPLETED, payment_state=state)
        make_order(customer, terms=Terms.CREDIT, history=past)
    owed = Decimal("50.00") + Decimal("12.50")
    assert credit_of(customer.code).exposure == owed, "the first, and of history the unpaid one"
    Order.objects.filter(pk=first.pk).update(paid_total=20, payment_state=PaymentState.PARTIALLY_PAID)
    assert credit_of(customer.code).exposure == owed - 20
    Order.objects.filter(pk=first.pk).update(currency="USD")
    assert credit_of(customer.code).exposure == owed - 50


def test_the_code_of_a_customer_merged_away_leads_to_the_one_that_owes() -> None:
    customer, other = buyer("100"), make_customer("Acme too")
    submit(draft(customer).number)
    merge_customers(other.code, customer.code, actor=owner())
    facts = credit_of(other.code)
    assert (facts.customer_id, facts.exposure) == (customer.pk, Decimal("12.50"))


def test_orders_of_one_flow_count_among_each_other() -> None:
    facts = CreditFacts(make_customer().pk, "credit", Decimal(100), "CNY")
    order = Order(customer_id=facts.customer_id, currency="CNY", terms="credit", total=Decimal(60))
    known = {"A": facts, "ALIAS": facts}
    paying.count_in(known, order, [Hold(kind="credit")])
    assert known["A"].exposure == 0
    paying.count_in(known, order, [])
    assert (known["A"].exposure, known["ALIAS"].exposure) == (60, 60)


def test_withdrawn_an_order_waits_for_nothing_and_submitted_again_it_waits_once() -> None:
    order = draft(terms=Terms.PREPAID)
    submit(order.number)
    withdraw_order(order.number, actor=owner())
    assert open_holds(order) == []
    submit(order.number)
    assert open_holds(order) == [PAYMENT]


def test_placed_at_once_it_is_the_same_with_less_said() -> None:
    prepaid = make_order(terms=Terms.PREPAID).order
    assert open_holds(prepaid) == [PAYMENT]
    assert told(prepaid, "hold.placed") == []
    assert told(prepaid, "order.approved")[0]["waits_for"] == ["payment"]
    customer = buyer("12.50")
    first, second = (make_order(customer).order for _ in range(2))
    assert (open_holds(first), open_holds(second)) == ([], [CREDIT])
    assert is_released(first)
    assert first.due_date == firm.today() + timedelta(days=30)
    assert told(second, "hold.placed")[0]["reason"] == "over_limit"


def test_of_orders_placed_in_one_bulk_the_later_sees_the_earlier() -> None:
    customer = buyer("25")
    other = make_customer("Acme too")
    merge_customers(other.code, customer.code, actor=owner())
    make_sku("BOLT")
    requests = [
        request_for(customer),
        replace(request_for(customer), customer=other.code),
        request_for(customer),
    ]
    rows = place_orders(requests, actor=owner(), skip_refused=False)
    placed = [row.placed.order for row in rows if row.placed]
    assert [open_holds(order) for order in placed] == [[], [], [CREDIT]]


def test_history_is_never_held() -> None:
    past = make_order(terms=Terms.CREDIT, history=History(now() - timedelta(days=9))).order
    assert open_holds(past) == []


def test_an_order_that_is_not_there_and_one_that_changed_hands_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(NoSuchOrder):
        submit("NONE")
    order, other = draft(buyer()), buyer()
    lock = orders.lock

    def after_a_change(number: str, base_revision: int | None = None) -> Order:
        Order.objects.filter(pk=order.pk).update(customer=other)
        return lock(number, base_revision)

    monkeypatch.setattr(orders, "lock", after_a_change)
    with pytest.raises(StaleRevision):
        submit(order.number)


def test_an_approved_order_that_nothing_keeps_is_released_once() -> None:
    order = draft(buyer())
    submit(order.number)
    assert is_released(order)
    hold(order.number, Stage.PACKING)
    let_go(order.number)
    assert len(told(order, "order.released")) == 1


@pytest.mark.parametrize(
    ("stage", "line", "keeps"),
    [
        (Stage.APPROVAL, False, True),
        (Stage.ALLOCATION, False, True),
        (Stage.PACKING, False, False),
        (Stage.ALLOCATION, True, False),
    ],
)
def test_holds_of_the_order_up_to_allocation_keep_it(stage: Stage, line: bool, keeps: bool) -> None:
    order = draft(buyer())
    hold(order.number, stage, line=line)
    submit(order.number)
    assert is_released(order) is not keeps
    let_go(order.number)
    assert is_released(order)


def test_a_released_order_is_taken_back_while_nobody_has_begun() -> None:
    order = draft(buyer())
    submit(order.number)
    hold(order.number, Stage.PACKING)
    assert is_released(order)
    Order.objects.filter(pk=order.pk).update(fulfilment_state=FulfilmentState.PICKING)
    hold(order.number, Stage.APPROVAL)
    assert is_released(order)
    Order.objects.filter(pk=order.pk).update(fulfilment_state=FulfilmentState.UNALLOCATED)
    hold(order.number)
    assert not is_released(order)
    assert len(told(order, "order.recalled")) == 1
