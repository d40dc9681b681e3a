"""Two people do the same thing to one order at the same moment."""

import pytest

from openoms.domains.events.models import Event
from openoms.domains.identity.rules import system
from openoms.domains.orders.errors import HoldExists, HoldReleased
from openoms.domains.orders.instructions import InstructionClosed
from openoms.domains.orders.models import Hold, Order
from openoms.domains.orders.types import NewInstruction
from openoms.flows.hold import place_hold, release_hold
from openoms.flows.instruct import acknowledge_instruction, add_instruction
from tests.concurrency.together import attempt_together
from tests.factories import make_order

pytestmark = pytest.mark.django_db(transaction=True)
ACTOR = system("tests")
MANY = 6


def count(kind: str) -> int:
    return Event.objects.filter(kind=kind).count()


def test_a_hold_is_released_once() -> None:
    number = make_order().order.number
    hold = place_hold(number, "Wait", actor=ACTOR)
    outcomes = attempt_together(*[lambda: release_hold(number, hold.pk, "Go", actor=ACTOR)] * MANY)
    assert sorted(type(o).__name__ for o in outcomes) == ["HoldReleased"] * (MANY - 1) + ["Order"]
    assert any(isinstance(o, HoldReleased) for o in outcomes)
    assert (Order.objects.get().open_holds, count("hold.released")) == (0, 1)


def test_one_reason_holds_once() -> None:
    number = make_order().order.number
    outcomes = attempt_together(*[lambda: place_hold(number, "Wait", actor=ACTOR)] * MANY)
    assert sum(isinstance(o, HoldExists) for o in outcomes) == MANY - 1
    assert (Hold.objects.count(), Order.objects.get().open_holds, count("hold.placed")) == (1, 1, 1)


def test_a_remark_is_acknowledged_once_and_its_hold_ends_once() -> None:
    placed = make_order(instructions=(NewInstruction("Mind the glass", blocking=True),))
    number, key = placed.order.number, placed.instructions[0].id
    outcomes = attempt_together(*[lambda: acknowledge_instruction(number, key, actor=ACTOR)] * MANY)
    assert sum(isinstance(o, InstructionClosed) for o in outcomes) == MANY - 1
    assert (Order.objects.get().open_holds, count("instruction.acknowledged"), count("hold.released")) == (
        0,
        1,
        1,
    )


def test_the_count_of_holds_is_that_of_the_rows_whatever_happens_at_once() -> None:
    """Placing, remarking and releasing all change it; the order's lock makes them wait for each other."""
    number = make_order().order.number
    first = place_hold(number, "First", actor=ACTOR)
    blocking = NewInstruction("Mind the glass", blocking=True)
    outcomes = attempt_together(
        lambda: place_hold(number, "Second", actor=ACTOR),
        lambda: place_hold(number, "Third", actor=ACTOR),
        lambda: add_instruction(number, blocking, actor=ACTOR),
        lambda: release_hold(number, first.pk, "Go", actor=ACTOR),
    )
    assert not any(isinstance(o, BaseException) for o in outcomes), outcomes
    assert Order.objects.get().open_holds == Hold.objects.filter(released_at=None).count() == 3
