"""Holds, remarks, comments, owner and tags: rows, events, refusals."""

from dataclasses import replace
from datetime import timedelta

import pytest

from openoms.core.clock import now
from openoms.core.errors import Forbidden, InvalidInput, StaleRevision
from openoms.core.types import Actor
from openoms.domains.customers.contacts import AddressParts
from openoms.domains.events.models import Event
from openoms.domains.identity.errors import MissingPermission
from openoms.domains.identity.queries import actor_of
from openoms.domains.orders.errors import HoldExists, HoldReleased, NoSuchHold, OrderClosed
from openoms.domains.orders.holds import OrderOnHold, SystemHold
from openoms.domains.orders.instructions import InstructionClosed
from openoms.domains.orders.models import Comment, Follower, Hold, Instruction, Order, Tagging
from openoms.domains.orders.states import HoldKind, Stage, Status
from openoms.domains.orders.types import NewInstruction
from openoms.flows.correct_address import correct_address
from openoms.flows.hold import place_hold, release_hold
from openoms.flows.instruct import (
    acknowledge_instruction,
    add_instruction,
    finish_instruction,
    refuse_instruction,
    withdraw_instruction,
)
from openoms.flows.steps.placing import History
from openoms.flows.submit import submit_order
from openoms.flows.watch import assign_order, comment_on, follow_order, tag_order
from tests.factories import WEST_LAKE, make_order, make_user, owner, staff

pytestmark = pytest.mark.django_db
DOUBTFUL = replace(WEST_LAKE, district="天河区")
PACK = NewInstruction("Gift wrap", "warehouse", "packing", blocking=True)


def told(order: Order, kind: str) -> list[dict[str, object]]:
    rows = Event.objects.filter(subject_id=order.id, kind=kind).order_by("id")
    return list(rows.values_list("data", flat=True))


def open_holds(order: Order) -> list[tuple[str, str, str]]:
    order.refresh_from_db()
    rows = list(order.holds.filter(released_at=None))
    assert order.open_holds == len(rows), "the count is that of the rows"
    return sorted((row.kind, row.stage, row.cause) for row in rows)


def test_a_sound_order_is_held_by_nothing() -> None:
    order = make_order(ship_to=WEST_LAKE).order
    assert open_holds(order) == []
    assert order.ship_phone_tail == "0000"


def test_a_doubtful_address_holds_the_order_until_it_is_corrected() -> None:
    order = make_order(ship_to=DOUBTFUL).order
    assert open_holds(order) == [("address", "allocation", "address:ship_to")]
    assert told(order, "hold.placed")[0]["reason"] == "district_invalid"
    corrected = correct_address(
        order.number, replace(WEST_LAKE, phone="13911112222"), actor=owner(), base_revision=1
    )
    assert open_holds(order) == []
    assert (corrected.revision, corrected.ship_phone_tail) == (2, "2222")
    assert told(order, "order.address_corrected") == [{"number": order.number, "revision": 2, "problems": []}]
    assert len(told(order, "hold.released")) == 1


def test_a_correction_that_is_doubtful_too_holds_again() -> None:
    order = make_order(ship_to=WEST_LAKE).order
    correct_address(order.number, DOUBTFUL, actor=owner())
    assert [kind for kind, _, _ in open_holds(order)] == ["address"]
    with pytest.raises(StaleRevision):
        correct_address(order.number, WEST_LAKE, actor=owner(), base_revision=1)
    assert len(open_holds(order)) == 1


def test_the_address_can_be_said_to_be_right_as_it_is() -> None:
    order = make_order(ship_to=DOUBTFUL).order
    hold = Hold.objects.get(order=order)
    release_hold(order.number, hold.pk, "Confirmed by phone", actor=staff("sales"))
    assert open_holds(order) == []
    hold.refresh_from_db()
    assert (hold.release_reason, hold.released_by is not None) == ("Confirmed by phone", True)


def test_history_is_never_held() -> None:
    history = History(now() - timedelta(days=40), status=Status.APPROVED)
    order = make_order(ship_to=DOUBTFUL, history=history, instructions=(PACK,)).order
    assert open_holds(order) == []
    assert Instruction.objects.get().state == "open"


def test_a_remark_on_an_order_of_the_past_that_is_done_waits_for_nobody() -> None:
    make_order(history=History(now() - timedelta(days=40), status=Status.COMPLETED), instructions=(PACK,))
    assert Instruction.objects.get().state == "done"


def test_holds_by_hand_are_placed_and_released() -> None:
    order = make_order().order
    placed = place_hold(order.number, " Customer travels ", actor=staff("warehouse"))
    assert (placed.kind, placed.stage, placed.reason) == ("manual", "allocation", "Customer travels")
    with pytest.raises(HoldExists):
        place_hold(order.number, "customer travels", actor=owner())
    place_hold(order.number, "Looks odd", actor=owner(), kind=HoldKind.RISK, stage=Stage.SHIPPING)
    assert len(open_holds(order)) == 2
    with pytest.raises(MissingPermission):
        release_hold(order.number, placed.pk, "x", actor=staff("warehouse"))
    with pytest.raises(InvalidInput):
        release_hold(order.number, placed.pk, "  ", actor=owner())
    with pytest.raises(NoSuchHold):
        release_hold(make_order().order.number, placed.pk, "x", actor=owner())
    assert len(open_holds(order)) == 2
    release_hold(order.number, placed.pk, "Is back", actor=staff("sales"))
    with pytest.raises(HoldReleased):
        release_hold(order.number, placed.pk, "Is back", actor=owner())
    assert [kind for kind, _, _ in open_holds(order)] == ["risk"]


@pytest.mark.parametrize("kind", [HoldKind.PAYMENT, HoldKind.INSTRUCTION])
def test_the_systems_holds_are_not_placed_by_hand(kind: HoldKind) -> None:
    order = make_order().order
    with pytest.raises(SystemHold):
        place_hold(order.number, "x", actor=owner(), kind=kind)
    assert open_holds(order) == []


def test_a_closed_order_is_neither_held_nor_remarked() -> None:
    number = make_order(history=History(now() - timedelta(days=4), status=Status.COMPLETED)).order.number
    for deed in (
        lambda: place_hold(number, "x", actor=owner()),
        lambda: add_instruction(number, PACK, actor=owner()),
        lambda: correct_address(number, WEST_LAKE, actor=owner()),
    ):
        with pytest.raises(OrderClosed):
            deed()


def test_a_draft_held_before_submission_cannot_be_submitted() -> None:
    order = make_order(submit=False).order
    hold = place_hold(order.number, "Ask first", actor=owner(), stage=Stage.SUBMISSION)
    with pytest.raises(OrderOnHold):
        submit_order(order.number, actor=owner())
    release_hold(order.number, hold.pk, "Asked", actor=owner())
    assert submit_order(order.number, actor=owner()).status == "approved"


@pytest.fixture
def packer() -> Actor:
    return staff("warehouse")


def test_a_blocking_remark_holds_its_stage_until_it_is_acknowledged(packer: Actor) -> None:
    placed = make_order(instructions=(PACK, replace(PACK, blocking=False)))
    order, remark = placed.order, placed.instructions[0]
    assert open_holds(order) == [("instruction", "packing", f"instruction:{remark.id}")]
    with pytest.raises(SystemHold):
        release_hold(order.number, placed.holds[0].id, "x", actor=owner())
    with pytest.raises(Forbidden):
        acknowledge_instruction(order.number, remark.id, actor=staff("sales"))
    assert len(open_holds(order)) == 1
    done = acknowledge_instruction(order.number, remark.id, actor=packer)
    assert (done.state, done.acknowledged_by_id, done.closed_at) == ("acknowledged", packer.user_id, None)
    assert open_holds(order) == []
    with pytest.raises(InstructionClosed):
        acknowledge_instruction(order.number, remark.id, actor=packer)
    assert finish_instruction(order.number, remark.id, actor=packer).state == "done"
    assert len(told(order, "instruction.acknowledged")) == len(told(order, "instruction.done")) == 1


def test_a_remark_on_a_placed_order_is_answered_or_withdrawn(packer: Actor) -> None:
    order, seller = make_order().order, staff("sales")
    first, second = (add_instruction(order.number, PACK, actor=seller) for _ in range(2))
    assert len(open_holds(order)) == 2
    with pytest.raises(InvalidInput):
        refuse_instruction(order.number, first.pk, " ", actor=packer)
    refused = refuse_instruction(order.number, first.pk, "No paper left", actor=packer)
    assert (refused.state, refused.answer) == ("not_possible", "No paper left")
    assert told(order, "instruction.not_possible")[0]["author"] == str(seller.user_id)
    with pytest.raises(MissingPermission):
        withdraw_instruction(order.number, second.pk, actor=packer)
    assert withdraw_instruction(order.number, second.pk, actor=seller).state == "withdrawn"
    assert open_holds(order) == []


def test_a_remark_needs_a_text_and_a_role_that_exists() -> None:
    order = make_order().order
    for wrong in (replace(PACK, text=" "), replace(PACK, audience="nobody")):
        with pytest.raises(InvalidInput):
            add_instruction(order.number, wrong, actor=owner())
    assert not Instruction.objects.exists()


def test_a_comment_calls_colleagues_who_follow_from_then_on() -> None:
    order = make_order().order
    called, author = make_user("warehouse", name="孙晓 Sun Xiao"), staff("sales")
    comment_on(order.number, "@孙晓 please look", actor=author)
    assert Comment.objects.get().mentions == [called.pk]
    assert set(Follower.objects.values_list("user_id", flat=True)) == {called.pk, author.user_id}
    assert told(order, "comment.added")[0]["mentions"] == [str(called.pk)]
    with pytest.raises(InvalidInput):
        comment_on(order.number, "  ", actor=author)
    follow_order(order.number, actor=author, follows=False)
    assert Follower.objects.get().user_id == called.pk


def test_who_enters_an_order_owns_it_and_what_a_program_sends_waits() -> None:
    seller = make_user("sales")
    mine = make_order(actor=actor_of(seller)).order
    sent = make_order(actor=actor_of(seller, kind="key")).order
    assert (mine.owner_id, sent.owner_id) == (seller.pk, None)
    assert Follower.objects.get().order_id == mine.id
    other = make_user("sales", name="Other")
    assign_order(mine.number, other.pk, actor=owner())
    assert told(mine, "order.assigned")[0]["after"] == "Other"
    assert Follower.objects.filter(order=mine).count() == 2
    assign_order(mine.number, None, actor=owner())
    with pytest.raises(MissingPermission):
        assign_order(mine.number, other.pk, actor=staff("warehouse"))
    assert Order.objects.get(pk=mine.pk).owner_id is None


def test_tags_are_words() -> None:
    order = make_order().order
    tag_order(order.number, [" very   urgent ", "gift", ""], actor=owner())
    tag_order(order.number, ["gift"], ["very urgent"], actor=owner())
    assert list(Tagging.objects.values_list("tag_id", flat=True)) == ["gift"]
    added, removed = told(order, "order.tagged")
    assert (added["added"], removed["removed"]) == (["gift", "very urgent"], ["very urgent"])
    for wrong in (["a,b"], ["x" * 41], [str(n) for n in range(21)]):
        with pytest.raises(InvalidInput):
            tag_order(order.number, wrong, actor=owner())
    assert Tagging.objects.count() == 1


def test_an_address_without_a_country_is_refused_and_changes_nothing() -> None:
    order = make_order(ship_to=WEST_LAKE).order
    with pytest.raises(InvalidInput):
        correct_address(order.number, AddressParts("XX", "x"), actor=owner())
    assert Order.objects.get(pk=order.pk).revision == 1
