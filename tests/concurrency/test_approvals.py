"""Many decide at once: one result, one event, nothing half done; and what would be without the lock."""

import threading
from collections import Counter
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest

from openoms.core import db
from openoms.core.clock import now
from openoms.core.errors import DomainError
from openoms.core.types import Actor
from openoms.domains.approvals import process
from openoms.domains.approvals.errors import ApprovalClosed, NoAuthority
from openoms.domains.approvals.models import ApprovalRequest, ApprovalStep, Decision, Seat
from openoms.domains.approvals.rules import StepRule
from openoms.domains.events.models import Event
from openoms.domains.identity.queries import actor_of
from openoms.domains.orders.models import Hold, Order
from openoms.flows import decide
from openoms.flows.nudge_approvals import nudge_due
from openoms.flows.submit import submit_order, withdraw_order
from tests.concurrency.together import attempt_together, together
from tests.factories import make_user
from tests.flows.approval_cast import Cast, large_order, make_cast, make_rule, request_of

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 50


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def count(order: Order, kind: str) -> int:
    return Event.objects.filter(subject_id=order.pk, kind=kind).count()


def assert_whole(order: Order) -> None:
    """Status, request, hold and seats tell the same."""
    order.refresh_from_db()
    states = set(ApprovalRequest.objects.filter(order=order, state="pending").values_list("state", flat=True))
    held = Hold.objects.filter(order=order, kind="approval", released_at=None).count()
    seats = Seat.objects.filter(step__request__order=order, is_open=True).exists()
    is_waiting = order.status == "submitted"
    assert (bool(states), held, seats) == (is_waiting, int(is_waiting), is_waiting), order.status
    assert order.open_holds == Hold.objects.filter(order=order, released_at=None).count()
    assert (order.released_at is not None) == (order.status == "approved")


def test_fifty_decide_one_request_and_one_of_them_does(cast: Cast) -> None:
    managers = [actor_of(make_user("sales_manager")) for _ in range(THREADS)]
    make_rule("LARGE", [StepRule("Any", roles=("sales_manager",))])
    order = large_order(cast.clerk)
    request = request_of(order).pk

    def say(index: int, who: Actor) -> str:
        if index % 2:
            return str(decide.reject(request, "no", actor=who).state)
        return str(decide.approve(request, actor=who).state)

    outcomes = attempt_together(*(lambda i=i, who=who: say(i, who) for i, who in enumerate(managers)))
    done = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert len(done) == 1
    assert Counter(type(o) for o in outcomes if not isinstance(o, str)) == {ApprovalClosed: THREADS - 1}
    assert (Decision.objects.count(), count(order, "approval.decided")) == (1, 1)
    assert count(order, "approval.granted") + count(order, "approval.rejected") == 1
    assert_whole(order)
    assert {"approved": "approved", "rejected": "draft"}[done[0]] == order.status


def test_all_of_many_agree_at_once_and_each_counts_once(cast: Cast) -> None:
    managers = [cast.manager, cast.second, *(actor_of(make_user("sales_manager")) for _ in range(10))]
    make_rule("LARGE", [StepRule("All", roles=("sales_manager",), need=0)])
    order = large_order(cast.clerk)
    request = request_of(order).pk
    together(*(lambda who=who: decide.approve(request, actor=who) for who in managers))
    assert Decision.objects.count() == len(managers)
    assert (count(order, "approval.granted"), count(order, "order.released")) == (1, 1)
    assert_whole(order)


def test_one_person_twice_at_once_decides_once(cast: Cast) -> None:
    make_rule("LARGE", [StepRule("Two", roles=("sales_manager",), need=2)])
    order = large_order(cast.clerk)
    request = request_of(order).pk
    outcomes = attempt_together(*[lambda: decide.approve(request, actor=cast.manager)] * 8)
    assert Counter(type(o) for o in outcomes if isinstance(o, BaseException)) == {NoAuthority: 7}
    assert Decision.objects.count() == 1
    assert_whole(order)


def test_approved_against_withdrawn_and_submitted_again(cast: Cast) -> None:
    make_rule("LARGE", [StepRule("Any", roles=("sales_manager",))])
    for _ in range(6):
        order = large_order(cast.clerk)
        request = request_of(order).pk

        def again(number: str = order.number) -> None:
            withdraw_order(number, actor=cast.clerk)
            submit_order(number, actor=cast.clerk)

        outcomes = attempt_together(partial(decide.approve, request, actor=cast.manager), again)
        assert all(isinstance(o, DomainError) for o in outcomes if isinstance(o, BaseException)), outcomes
        assert_whole(order)
        if order.status == "approved" and ApprovalRequest.objects.filter(order=order).count() == 2:
            assert request_of(order).steps.get().state == "approved", "what was agreed before stands"


def test_approved_against_taken_back(cast: Cast) -> None:
    make_rule("LARGE", [StepRule("Any", roles=("sales_manager",))])
    for _ in range(6):
        order = large_order(cast.clerk)
        request = request_of(order).pk
        outcomes = attempt_together(
            partial(decide.approve, request, actor=cast.manager),
            partial(withdraw_order, order.number, actor=cast.clerk),
        )
        assert all(isinstance(o, ApprovalClosed) for o in outcomes if isinstance(o, BaseException)), outcomes
        assert_whole(order)
        assert order.status == "draft", "whichever came first, it was taken back last"
        assert count(order, "order.withdrawn") == 1


def test_handed_over_against_its_deadline(cast: Cast) -> None:
    boss = actor_of(make_user("manager"))
    make_rule("LARGE", [StepRule("One", users=(str(cast.manager.user_id),), hours=1)])
    for _ in range(4):
        order = large_order(cast.clerk)
        ApprovalStep.objects.filter(request__order=order).update(
            next_at=now() - timedelta(minutes=1), due_at=now() - timedelta(minutes=1)
        )
        request = request_of(order).pk
        to = cast.finance.user_id or UUID(int=0)
        outcomes = attempt_together(partial(decide.delegate, request, to, "", actor=cast.manager), nudge_due)
        assert not [o for o in outcomes if isinstance(o, BaseException)]
        assert (count(order, "approval.delegated"), count(order, "approval.escalated")) == (1, 1)
        waiting = set(
            Seat.objects.filter(step__request__order=order, is_open=True).values_list("user", flat=True)
        )
        assert waiting == {to, boss.user_id}
        decide.approve(request, actor=cast.finance)
        assert_whole(order)


def test_two_monitors_remind_once(cast: Cast) -> None:
    make_rule("LARGE", [StepRule("Any", roles=("sales_manager",))])
    order = large_order(cast.clerk)
    ApprovalStep.objects.update(next_at=now() - timedelta(minutes=1))
    together(nudge_due, nudge_due, nudge_due)
    assert count(order, "approval.reminded") == 1


def test_without_the_lock_two_would_both_be_the_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: order and request read without their locks, two people each see a step that waits for any of them."""
    make_rule("LARGE", [StepRule("Any", roles=("sales_manager",))])
    order = large_order(cast.clerk)
    request = request_of(order).pk
    both_have_read = threading.Barrier(2)

    @db.flow
    def decide_without_lock(who: Actor) -> bool:
        from openoms.domains.approvals import queries

        row = ApprovalRequest.objects.get(pk=request)
        value = queries.value_of(row, queries.steps_of(row))
        both_have_read.wait(10)
        whose, _ = process.barred(value, who.user_id or UUID(int=0), now(), [], lambda _: "")
        return whose is not None

    assert together(*(lambda w=w: decide_without_lock(w) for w in (cast.manager, cast.second))) == [
        True,
        True,
    ]
