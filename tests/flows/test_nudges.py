"""Time and changed roles: reminders, the next authority, others who are asked."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from openoms.core.clock import set_to
from openoms.domains.approvals.errors import NoAuthority
from openoms.domains.approvals.models import ApprovalStep, Decision, Seat
from openoms.domains.approvals.rules import StepRule
from openoms.domains.identity.queries import actor_of
from openoms.domains.orders.models import Order
from openoms.flows import decide
from openoms.flows.manage_people import change_user
from openoms.flows.nudge_approvals import nudge_due
from openoms.jobs import dispatcher
from tests.factories import make_user, owner
from tests.flows.approval_cast import (
    SALES,
    Cast,
    D,
    large_order,
    limit,
    make_cast,
    make_rule,
    person,
    request_of,
    told,
)

pytestmark = pytest.mark.django_db
# A Monday that is no holiday, 10 o'clock in Shanghai.
MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)
QUICK = StepRule("Quick", roles=("sales_manager",), hours=4)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def open_seats(order: Order) -> set[UUID]:
    return set(Seat.objects.filter(step__request__order=order, is_open=True).values_list("user", flat=True))


def placed(cast: Cast, step: StepRule = QUICK) -> Order:
    make_rule("LARGE", [step])
    with set_to(MONDAY):
        return large_order(cast.clerk)


def nudged(at: datetime) -> int:
    with set_to(at):
        return nudge_due()


def test_those_who_wait_are_reminded_at_half_the_time_and_the_next_authority_asked_at_its_end(
    cast: Cast,
) -> None:
    boss = make_user("manager")
    order = placed(cast)
    step = ApprovalStep.objects.get()
    assert (step.due_at, step.next_at) == (MONDAY + timedelta(hours=4), MONDAY + timedelta(hours=2))
    assert nudged(MONDAY + timedelta(hours=1)) == 0
    assert nudged(MONDAY + timedelta(hours=2)) == 1
    assert nudged(MONDAY + timedelta(hours=2)) == 0, "once"
    [reminded] = told(order, "approval.reminded")
    assert set(reminded["people"]) == {str(cast.manager.user_id), str(cast.second.user_id)}
    assert nudged(MONDAY + timedelta(hours=4)) == 1
    [escalated] = told(order, "approval.escalated")
    assert escalated["people"] == [str(boss.pk)]
    assert open_seats(order) == {cast.manager.user_id, cast.second.user_id, boss.pk}
    decide.approve(request_of(order).pk, actor=actor_of(boss))
    order.refresh_from_db()
    assert order.status == "approved", "the next authority settles it alone"


def test_a_late_step_goes_to_the_managers_of_those_who_were_asked_first(cast: Cast) -> None:
    make_user("manager")
    asked = person(cast.manager)
    asked.manager = person(cast.finance)
    asked.save(update_fields=["manager"])
    order = placed(cast, StepRule("Both", roles=("sales_manager",), need=0, hours=1))
    nudged(MONDAY + timedelta(hours=1))
    [escalated] = told(order, "approval.escalated")
    assert escalated["people"] == [str(cast.finance.user_id)]


def test_only_one_whose_authority_covers_it_and_who_did_not_ask_for_it_is_next(cast: Cast) -> None:
    small, boss = make_user("manager", name="Small"), make_user("manager", "sales", name="Boss")
    limit(actor_of(small), currency="CNY", most=D(10))
    make_rule("LARGE", [QUICK])
    with set_to(MONDAY):
        order = large_order(actor_of(boss))
    nudged(MONDAY + timedelta(hours=4))
    assert told(order, "approval.escalated")[0]["people"] == [str(cast.administrator.user_id)]


def test_where_there_is_no_next_authority_those_asked_are_reminded(cast: Cast) -> None:
    limit(cast.administrator, currency="CNY", most=D(1))
    order = placed(cast)
    nudged(MONDAY + timedelta(hours=4))
    assert not told(order, "approval.escalated")
    assert len(told(order, "approval.reminded")) == 1
    assert open_seats(order) == {cast.manager.user_id, cast.second.user_id}


def test_deadlines_count_working_hours_over_night_and_weekend(cast: Cast) -> None:
    make_rule("LARGE", [QUICK])
    friday_evening = datetime(2026, 3, 6, 9, tzinfo=UTC)  # 17:00 in Shanghai; an hour is left.
    with set_to(friday_evening):
        large_order(cast.clerk)
    assert ApprovalStep.objects.get().due_at == datetime(2026, 3, 9, 4, tzinfo=UTC), "Monday noon"


def test_without_a_deadline_one_is_reminded_each_working_day_and_nobody_above_asked(cast: Cast) -> None:
    order = placed(cast, SALES)
    for day in range(1, 4):
        nudged(MONDAY + timedelta(days=day))
    assert [data["name"] for data in told(order, "approval.reminded")] == ["Sales manager"] * 3
    assert not told(order, "approval.escalated")


def test_a_decided_step_is_not_looked_at_again(cast: Cast) -> None:
    order = placed(cast)
    decide.approve(request_of(order).pk, actor=cast.manager)
    assert nudged(MONDAY + timedelta(days=5)) == 0


def test_who_joins_a_role_is_asked_and_who_leaves_it_no_longer(cast: Cast) -> None:
    order = placed(cast)
    joined = make_user("sales_manager", name="Joined")
    change_user(
        cast.second.user_id or UUID(int=0),
        actor=owner(),
        name="Second",
        roles=["sales"],
        is_active=True,
        manager=None,
    )
    dispatcher.drain()
    assert open_seats(order) == {cast.manager.user_id, joined.pk}
    assert told(order, "approval.step_opened")[-1]["people"] == [str(joined.pk)]
    with pytest.raises(NoAuthority):
        decide.approve(request_of(order).pk, actor=cast.second)


def test_the_last_who_had_not_agreed_leaves_and_it_goes_on(cast: Cast) -> None:
    order = placed(cast, StepRule("Both", roles=("sales_manager",), need=0))
    decide.approve(request_of(order).pk, actor=cast.manager)
    change_user(
        cast.second.user_id or UUID(int=0),
        actor=owner(),
        name="Second",
        roles=["sales_manager"],
        is_active=False,
        manager=None,
    )
    dispatcher.drain()
    order.refresh_from_db()
    assert (order.status, order.released_at is not None) == ("approved", True)
    assert Decision.objects.count() == 1


def test_a_step_asks_those_who_have_the_role_when_its_turn_comes(cast: Cast) -> None:
    make_rule("LARGE", [SALES, StepRule("Finance", 20, roles=("finance",))])
    order = large_order(cast.clerk)
    late = make_user("finance", name="Late")
    decide.approve(request_of(order).pk, actor=cast.manager)
    assert open_seats(order) == {cast.finance.user_id, late.pk}
    assert set(told(order, "approval.step_opened")[-1]["people"]) == {str(cast.finance.user_id), str(late.pk)}
