"""The run of an approval: asked, decided, approved or a draft again, in rows and events."""

from decimal import Decimal
from uuid import UUID

import pytest

from openoms.core.errors import InvalidInput
from openoms.core.types import Actor
from openoms.domains.approvals.errors import ApprovalClosed, NoAuthority, NoSuchApproval, QuestionAnswered
from openoms.domains.approvals.models import (
    ApprovalRequest,
    ApprovalStep,
    Decision,
    Delegation,
    ExchangeRate,
    Seat,
)
from openoms.domains.approvals.process import Verdict
from openoms.domains.approvals.rules import AmountBetween, CustomerIs, OrderIs, PriceIs, StepRule
from openoms.domains.events.models import Event
from openoms.domains.identity.errors import MissingPermission
from openoms.domains.identity.rules import system
from openoms.domains.orders.holds import OrderOnHold
from openoms.domains.orders.models import Hold, Order, OrderType
from openoms.domains.orders.rules import IllegalMove
from openoms.domains.orders.states import Terms
from openoms.flows import decide
from openoms.flows.correct_address import correct_address
from openoms.flows.place import place_orders
from openoms.flows.revise import revise_draft
from openoms.flows.submit import submit_order, withdraw_order
from tests.factories import WEST_LAKE, make_customer, make_order, make_sku, request_for
from tests.flows.approval_cast import (
    FINANCE,
    LARGE,
    PRODUCTION,
    SALES,
    Cast,
    D,
    kinds_of,
    large_order,
    limit,
    make_cast,
    make_rule,
    only_first,
    person,
    request_of,
    told,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def states(order: Order) -> list[str]:
    return list(request_of(order).steps.order_by("position").values_list("state", flat=True))


def open_seats(order: Order) -> set[UUID]:
    return set(Seat.objects.filter(step__request__order=order, is_open=True).values_list("user", flat=True))


def holds_of(order: Order) -> list[str]:
    return sorted(Hold.objects.filter(order=order, released_at=None).values_list("kind", flat=True))


def approve(order: Order, who: Actor, comment: str = "") -> None:
    decide.approve(request_of(order).pk, comment, actor=who)


def test_without_a_rule_an_order_is_approved_and_released_at_once(cast: Cast) -> None:
    order = large_order(cast.clerk)
    assert (order.status, order.approved_at, order.released_at is not None) == (
        "approved",
        order.submitted_at,
        True,
    )
    assert kinds_of(order) == ["order.placed", "order.submitted", "order.approved", "order.released"]
    assert told(order, "order.approved") == [
        {"number": order.number, "revision": 1, "automatic": True, "waits_for": []}
    ]
    assert not ApprovalRequest.objects.exists()


def test_a_large_order_goes_to_each_in_turn_and_is_released_when_all_agreed(cast: Cast) -> None:
    make_rule("LARGE", [SALES, FINANCE, PRODUCTION])
    order = large_order(cast.clerk)
    assert (order.status, holds_of(order)) == ("submitted", ["approval"])
    assert (states(order), open_seats(order)) == (
        ["open", "waiting", "waiting"],
        {cast.manager.user_id, cast.second.user_id},
    )
    [opened] = told(order, "approval.step_opened")
    assert opened["name"] == "Sales manager"
    assert set(opened["people"]) == {str(cast.manager.user_id), str(cast.second.user_id)}

    approve(order, cast.second, "fine")
    assert (states(order), open_seats(order)) == (["approved", "open", "waiting"], {cast.finance.user_id})
    step = request_of(order).steps.get(position=2)
    assert step.due_at
    assert step.next_at
    assert step.next_at < step.due_at
    approve(order, cast.finance)
    approve(order, cast.production)
    order.refresh_from_db()
    assert (order.status, order.open_holds, order.released_at is not None) == ("approved", 0, True)
    assert (request_of(order).state, open_seats(order)) == ("approved", set())
    assert [data["name"] for data in told(order, "approval.step_opened")] == [
        "Sales manager",
        "Finance",
        "Production",
    ]
    assert kinds_of(order)[-5:] == [
        "approval.decided", "approval.granted", "hold.released", "order.approved", "order.released",
    ]  # fmt: skip


def test_below_the_amount_nobody_is_asked_and_exactly_at_it_somebody_is(cast: Cast) -> None:
    make_rule("LARGE", [SALES])
    assert large_order(cast.clerk, 79).status == "approved"
    assert large_order(cast.clerk, 80).status == "submitted", "80 × 12.50 is exactly 1,000"


def test_a_rejection_returns_the_order_to_draft_with_its_reason(cast: Cast) -> None:
    make_rule("LARGE", [SALES, FINANCE])
    order = large_order(cast.clerk, terms=Terms.PREPAID)
    assert holds_of(order) == ["approval", "payment"]
    decide.reject(request_of(order).pk, "  too cheap ", actor=cast.manager)
    order.refresh_from_db()
    assert (order.status, order.open_holds, order.submitted_at) == ("draft", 0, None)
    assert (request_of(order).state, states(order), open_seats(order)) == (
        "rejected",
        ["rejected", "skipped"],
        set(),
    )
    [rejected] = told(order, "approval.rejected")
    assert (rejected["reason"], rejected["requester"]) == ("too cheap", str(cast.clerk.user_id))
    assert not told(order, "approval.withdrawn")
    with pytest.raises(ApprovalClosed):
        approve(order, cast.finance)


def test_a_rejection_needs_a_reason_and_changes_nothing_without(cast: Cast) -> None:
    make_rule("LARGE", [SALES])
    order = large_order(cast.clerk)
    with pytest.raises(InvalidInput):
        decide.reject(request_of(order).pk, " ", actor=cast.manager)
    assert (states(order), Decision.objects.count()) == (["open"], 0)


def test_after_a_rejection_what_others_agreed_to_on_the_same_facts_stands(cast: Cast) -> None:
    make_rule("LARGE", [SALES, FINANCE])
    order = large_order(cast.clerk)
    approve(order, cast.manager)
    decide.reject(request_of(order).pk, "wait", actor=cast.finance)
    submit_order(order.number, actor=cast.clerk)
    assert states(order) == ["approved", "open"]
    assert open_seats(order) == {cast.finance.user_id}
    approve(order, cast.finance)
    assert Order.objects.get(pk=order.pk).status == "approved"


def test_a_change_of_the_amount_asks_everybody_again_whose_rule_looks_at_it(cast: Cast) -> None:
    make_rule("LARGE", [SALES])
    make_rule("STRATEGIC", [FINANCE], [OrderIs(order_types=("strategic",))])
    OrderType.objects.get_or_create(code="strategic", defaults={"name": "Strategic"})
    customer = make_customer()
    order = make_order(customer, [("BOLT", 100)], actor=cast.clerk, order_type="strategic").order
    approve(order, cast.manager)
    approve(order, cast.finance)
    withdraw_order(order.number, actor=cast.clerk)
    more = request_for(customer, [("BOLT", 120)], order_type="strategic")
    revise_draft(order.number, more, actor=cast.clerk, base_revision=1)
    steps = dict(request_of(order).steps.values_list("name", "state"))
    assert steps == {"Sales manager": "open", "Finance": "approved"}


def test_who_agreed_and_then_asks_for_it_themselves_has_agreed_to_nothing(cast: Cast) -> None:
    make_rule("LARGE", [SALES])
    order = large_order(cast.clerk)
    approve(order, cast.manager)
    withdraw_order(order.number, actor=cast.manager)
    submit_order(order.number, actor=cast.manager)
    assert (states(order), open_seats(order)) == (["open"], {cast.second.user_id})


def test_nobody_decides_their_own_request_by_whatever_way(cast: Cast) -> None:
    make_rule("LARGE", [SALES])
    order = large_order(cast.manager)
    with pytest.raises(NoAuthority) as refused:
        approve(order, cast.manager)
    assert refused.value.data["reason"] == "self_approval"
    Delegation.objects.create(
        id=UUID(int=1), whose=person(cast.second), to=person(cast.manager), since=order.placed_at
    )
    with pytest.raises(NoAuthority):
        approve(order, cast.manager)
    with pytest.raises(InvalidInput):
        decide.delegate(request_of(order).pk, cast.manager.user_id or UUID(int=0), "", actor=cast.second)
    boss = large_order(cast.administrator)
    with pytest.raises(NoAuthority):
        decide.take_over(request_of(boss).pk, Verdict.APPROVED, "I am in a hurry", actor=cast.administrator)
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("authority", "reason"),
    [
        ({"currency": "CNY", "most": D(1000)}, "authority:amount"),
        ({"currency": "USD"}, "authority:currency"),
        ({"order_types": ["standard"]}, "authority:order_type"),
        ({"categories": ["phones"]}, "authority:category"),
    ],
)
def test_a_junior_is_told_why_an_order_is_beyond_them(
    cast: Cast, authority: dict[str, object], reason: str
) -> None:
    OrderType.objects.get_or_create(code="strategic", defaults={"name": "Strategic"})
    make_rule("LARGE", [SALES])
    limit(cast.second, **authority)
    order = large_order(cast.clerk, order_type="strategic")
    with pytest.raises(NoAuthority) as refused:
        approve(order, cast.second)
    assert refused.value.data["reason"] == reason
    assert states(order) == ["open"]
    approve(order, cast.manager)
    assert states(order) == ["approved"]


def test_who_is_not_asked_or_may_not_see_orders_decides_nothing(cast: Cast) -> None:
    make_rule("LARGE", [SALES])
    order = large_order(cast.clerk)
    with pytest.raises(NoAuthority) as refused:
        approve(order, cast.finance)
    assert refused.value.data["reason"] == "not_asked"
    with pytest.raises(MissingPermission):
        decide.approve(request_of(order).pk, actor=Actor("user", "x"))
    with pytest.raises(NoSuchApproval):
        decide.approve(UUID(int=7), actor=cast.manager)


def test_all_of_a_role_must_agree_where_the_rule_says_so(cast: Cast) -> None:
    make_rule("LARGE", [StepRule("Both", roles=("sales_manager",), need=0)])
    order = large_order(cast.clerk)
    approve(order, cast.manager)
    assert states(order) == ["open"]
    assert open_seats(order) == {cast.second.user_id}
    with pytest.raises(NoAuthority) as refused:
        approve(order, cast.manager)
    assert refused.value.data["reason"] == "decided"
    approve(order, cast.second)
    assert states(order) == ["approved"]


def test_handing_over_is_for_good_and_counts_for_who_handed_over(cast: Cast) -> None:
    make_rule("LARGE", [StepRule("Both", roles=("sales_manager",), need=0)])
    order = large_order(cast.clerk)
    decide.delegate(request_of(order).pk, cast.finance.user_id or UUID(int=0), "please", actor=cast.second)
    [handed] = told(order, "approval.delegated")
    assert (handed["whose"], handed["people"]) == (str(cast.second.user_id), [str(cast.finance.user_id)])
    assert open_seats(order) == {cast.manager.user_id, cast.finance.user_id}
    with pytest.raises(NoAuthority) as refused:
        approve(order, cast.second)
    assert refused.value.data["reason"] == "handed_over"
    approve(order, cast.finance)
    assert Decision.objects.get().whose_id == cast.second.user_id
    approve(order, cast.manager)
    assert states(order) == ["approved"]


def test_it_is_handed_over_only_to_one_who_could_decide(cast: Cast) -> None:
    make_rule("LARGE", [SALES])
    order = large_order(cast.clerk)
    for nobody in (cast.clerk, cast.second):
        with pytest.raises(InvalidInput):
            decide.delegate(request_of(order).pk, nobody.user_id or UUID(int=0), "", actor=cast.manager)
    limit(cast.finance, currency="CNY", most=D(10))
    with pytest.raises(InvalidInput):
        decide.delegate(request_of(order).pk, cast.finance.user_id or UUID(int=0), "", actor=cast.manager)
    assert open_seats(order) == {cast.manager.user_id, cast.second.user_id}


def test_an_absent_persons_stand_in_decides_in_their_name(cast: Cast) -> None:
    make_rule("LARGE", [StepRule("Finance", users=(str(cast.finance.user_id),))])
    order = large_order(cast.clerk)
    Delegation.objects.create(
        id=UUID(int=1), whose=person(cast.finance), to=person(cast.manager), since=order.placed_at
    )
    approve(order, cast.manager)
    decided = Decision.objects.get()
    assert (decided.by_id, decided.whose_id) == (cast.manager.user_id, cast.finance.user_id)
    assert states(order) == ["approved"]


def test_an_administrator_takes_over_with_a_reason(cast: Cast) -> None:
    make_rule("LARGE", [StepRule("Both", roles=("sales_manager",), need=0), FINANCE])
    order = large_order(cast.clerk)
    with pytest.raises(MissingPermission):
        decide.take_over(request_of(order).pk, Verdict.APPROVED, "ill", actor=cast.manager)
    decide.take_over(request_of(order).pk, Verdict.APPROVED, "both are ill", actor=cast.administrator)
    assert states(order) == ["approved", "open"]
    [over] = told(order, "approval.taken_over")
    assert (over["reason"], over["verdict"], len(over["people"])) == ("both are ill", "approved", 2)
    decide.take_over(request_of(order).pk, Verdict.REJECTED, "no", actor=cast.administrator)
    assert Order.objects.get(pk=order.pk).status == "draft"


def test_withdrawing_ends_the_request_and_tells_those_who_were_asked(cast: Cast) -> None:
    make_rule("LARGE", [SALES])
    order = large_order(cast.clerk)
    withdraw_order(order.number, actor=cast.clerk)
    assert (request_of(order).state, open_seats(order), holds_of(order)) == ("withdrawn", set(), [])
    [withdrawn] = told(order, "approval.withdrawn")
    assert set(withdrawn["people"]) == {str(cast.manager.user_id), str(cast.second.user_id)}


def test_a_question_is_asked_and_answered_once(cast: Cast) -> None:
    make_rule("LARGE", [SALES])
    order = large_order(cast.clerk)
    question = decide.ask(request_of(order).pk, "Why so cheap?", actor=cast.manager)
    assert told(order, "approval.question_asked")[0]["people"] == [str(cast.clerk.user_id)]
    with pytest.raises(NoAuthority):
        decide.ask(request_of(order).pk, "And I?", actor=cast.finance)
    decide.answer(question.pk, "A first order", actor=cast.clerk)
    assert told(order, "approval.question_answered")[0]["people"] == [str(cast.manager.user_id)]
    with pytest.raises(QuestionAnswered):
        decide.answer(question.pk, "Again", actor=cast.clerk)
    assert states(order) == ["open"]


def test_where_nobody_is_there_to_be_asked_administrators_are(cast: Cast) -> None:
    make_rule("LARGE", [StepRule("Purchasing", roles=("purchasing",), need=0)])
    order = large_order(cast.clerk)
    assert open_seats(order) == {cast.administrator.user_id}
    approve(order, cast.administrator)
    assert states(order) == ["approved"]


def test_the_requesters_manager_and_the_customers_owner_are_asked(cast: Cast) -> None:
    clerk = person(cast.clerk)
    clerk.manager = person(cast.finance)
    clerk.save(update_fields=["manager"])
    customer = make_customer()
    customer.owner = person(cast.second)
    customer.save(update_fields=["owner"])
    make_rule(
        "NEW", [StepRule("Boss", manager=True), StepRule("Owner", 20, owner=True)], [CustomerIs(new=True)]
    )
    order = make_order(customer, actor=cast.clerk).order
    asked = {
        s.step.name: s.user_id for s in Seat.objects.select_related("step").filter(step__request__order=order)
    }
    assert asked == {"Boss": cast.finance.user_id, "Owner": cast.second.user_id}
    assert make_order(customer, actor=cast.clerk).order.status == "approved", (
        "the second order is not of a new customer"
    )


def test_a_rule_without_steps_lets_through_and_the_first_alone_counts_where_said(cast: Cast) -> None:
    make_rule("LARGE", [SALES])
    make_rule("TRUSTED", [], [CustomerIs(customers=("VIP",))], priority=5)
    vip = make_customer(code="VIP")
    assert make_order(vip, [("BOLT", 100)], actor=cast.clerk).order.status == "approved"
    make_rule("FIRST", [FINANCE], [LARGE], priority=3)
    only_first()
    order = large_order(cast.clerk)
    assert list(request_of(order).steps.values_list("name", flat=True)) == ["Finance"]


def test_an_amount_is_compared_in_the_rules_currency_where_there_is_a_rate(cast: Cast) -> None:
    make_rule("LARGE", [SALES], [AmountBetween("USD", D(1000))])
    assert large_order(cast.clerk, 1000).status == "approved", "no rate, no comparison"
    ExchangeRate.objects.bulk_create(
        [ExchangeRate(currency="CNY", rate=1), ExchangeRate(currency="USD", rate=7)]
    )
    make_rule("OTHER", [FINANCE], [PriceIs()])
    assert large_order(cast.clerk, 559).status == "approved", "6,987.50 are 998.21 USD"
    assert large_order(cast.clerk, 560).status == "submitted", "7,000.00 are 1,000.00 USD"


def test_a_draft_weighs_as_the_same_order_placed_at_once(cast: Cast) -> None:
    make_rule("EVERY", [SALES], [])
    make_sku("NUT", "3")
    at_once = make_order(make_customer(), [("BOLT", 10), ("NUT", 5)], actor=cast.clerk).order
    draft = make_order(make_customer(), [("BOLT", 10), ("NUT", 5)], actor=cast.clerk, submit=False).order
    submit_order(draft.number, actor=cast.clerk, note="for the fair")
    one, other = request_of(at_once), request_of(draft)
    assert {**one.facts, "customer": "", "orders_before": 0} == {
        **other.facts,
        "customer": "",
        "orders_before": 0,
    }
    assert [s.digest for s in one.steps.all()] == [s.digest for s in other.steps.all()]
    assert (one.note, other.note) == ("", "for the fair")


def test_another_destination_is_looked_at_again_and_back_again_needs_nobody(cast: Cast) -> None:
    make_rule("ABROAD", [SALES], [OrderIs(regions=("CN/江苏省",))])
    order = large_order(cast.clerk)
    assert order.status == "approved"
    nanjing = type(WEST_LAKE)(
        "CN", "中山路1号", "江苏省", "南京市", "玄武区", "210018", "李雷", "+8613800000000"
    )
    correct_address(order.number, nanjing, actor=cast.administrator)
    order.refresh_from_db()
    assert (order.status, order.released_at, holds_of(order)) == ("submitted", None, ["approval"])
    assert "order.recalled" in kinds_of(order)
    correct_address(order.number, WEST_LAKE, actor=cast.administrator)
    order.refresh_from_db()
    assert (order.status, holds_of(order), order.released_at is not None) == ("approved", [], True)


def test_a_bulk_asks_for_each_and_the_systems_orders_have_no_requester(cast: Cast) -> None:
    make_rule("LARGE", [SALES])
    make_sku()
    customer = make_customer()
    requests = [request_for(customer, [("BOLT", pieces)]) for pieces in (1, 100, 200)]
    rows = place_orders(requests, actor=system("shop"), skip_refused=True)
    assert [row.placed.order.status for row in rows if row.placed] == ["approved", "submitted", "submitted"]
    assert {row.requester_id for row in ApprovalRequest.objects.all()} == {None}


def test_a_held_order_is_approved_and_waits_and_goes_when_the_hold_ends(cast: Cast) -> None:
    make_rule("LARGE", [SALES])
    order = large_order(cast.clerk, terms=Terms.PREPAID)
    approve(order, cast.manager)
    order.refresh_from_db()
    assert (order.status, order.released_at, holds_of(order)) == ("approved", None, ["payment"])
    assert told(order, "order.approved")[0]["waits_for"] == ["payment"]


def test_an_order_that_waits_cannot_be_submitted_by_anybody(cast: Cast) -> None:
    make_rule("LARGE", [SALES])
    order = large_order(cast.clerk)
    for who in (cast.clerk, cast.manager):
        with pytest.raises(IllegalMove):
            submit_order(order.number, actor=who)
    assert ApprovalRequest.objects.count() == 1


def test_a_closed_customer_orders_nothing(cast: Cast) -> None:
    customer = make_customer()
    type(customer).objects.filter(pk=customer.pk).update(is_active=False)
    with pytest.raises(InvalidInput):
        make_order(customer, actor=cast.clerk)
    assert not Order.objects.exists()


def test_a_draft_held_before_submission_asks_nobody(cast: Cast) -> None:
    from openoms.domains.orders.states import Stage
    from openoms.flows.hold import place_hold

    make_rule("LARGE", [SALES])
    order = large_order(cast.clerk, submit=False)
    place_hold(order.number, "wait", actor=cast.administrator, stage=Stage.SUBMISSION)
    with pytest.raises(OrderOnHold):
        submit_order(order.number, actor=cast.clerk)
    assert not ApprovalRequest.objects.exists()


def test_placing_without_a_matching_rule_costs_no_more_round_trips(
    cast: Cast, django_capture_on_commit_callbacks: object
) -> None:
    from openoms.core.wire import TRAFFIC

    make_rule("HUGE", [SALES], [AmountBetween("CNY", Decimal(10**9)), CustomerIs(new=True)])
    customer = make_customer()
    make_order(customer, actor=cast.clerk, terms=Terms.PREPAID)
    flushes = TRAFFIC.flushes
    make_order(customer, actor=cast.clerk, terms=Terms.PREPAID)
    assert TRAFFIC.flushes - flushes == 2
    assert Event.objects.filter(kind="order.approved").count() == 2
    assert not ApprovalStep.objects.exists()
