"""May an order be cancelled, at which stage is it, who is told: pure."""

from decimal import Decimal

import pytest

from openoms.domains.orders.cancelling import REFUSALS, CancellationFacts, Released, Work, quote
from openoms.domains.orders.errors import CannotCancel
from openoms.domains.orders.rules import next_actions
from openoms.domains.orders.states import FulfilmentState, Stage, Status

D = Decimal
MADE = Work("production", "MO1", "DESK", D(2), is_begun=True)
PLANNED = Work("production", "MO2", "TOP", D(2), is_begun=False)
BOUGHT = Work("purchase", "PO1", "LEG", D(8), is_begun=True)


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        (CancellationFacts("draft", "unallocated"), Stage.SUBMISSION),
        (CancellationFacts("submitted", "allocated"), Stage.APPROVAL),
        (CancellationFacts("approved", "allocated", awaits_payment=True), Stage.PAYMENT),
        (CancellationFacts("approved", "backordered"), Stage.ALLOCATION),
        (CancellationFacts("approved", "backordered", released=Released(work=(PLANNED,))), Stage.ALLOCATION),
        (CancellationFacts("approved", "backordered", released=Released(work=(MADE,))), Stage.PRODUCTION),
        (CancellationFacts("approved", "in_production"), Stage.PRODUCTION),
        (CancellationFacts("approved", "picking"), Stage.PICKING),
        (CancellationFacts("approved", "packed"), Stage.PACKING),
    ],
)
def test_until_anything_was_shipped_it_may_be_cancelled_and_the_stage_is_named(
    facts: CancellationFacts, stage: Stage
) -> None:
    found = quote(facts)
    assert (found.is_allowed, found.stage, found.released) == (True, stage, facts.released)


@pytest.mark.parametrize(
    ("status", "state", "refusal"),
    [
        ("cancelled", "unallocated", "cancelled"),
        ("completed", "delivered", "completed"),
        ("approved", "partially_shipped", "shipped"),
        ("approved", "shipped", "shipped"),
        ("approved", "delivered", "delivered"),
        ("approved", "performed", "performed"),
        ("approved", "returned", "returned"),
    ],
)
def test_what_has_left_is_refused_and_lets_go_of_nothing(status: str, state: str, refusal: str) -> None:
    found = quote(CancellationFacts(status, state, released=Released(work=(MADE,), paid=D(5))))
    assert (found.is_allowed, found.refusal, found.released) == (False, refusal, Released())
    assert refusal in REFUSALS
    assert CannotCancel("SO1", refusal).data == {"number": "SO1", "reason": refusal}


def test_a_service_that_was_performed_keeps_the_order() -> None:
    found = quote(CancellationFacts("approved", "unallocated", is_performed=True))
    assert (found.refusal, found.stage) == ("performed", Stage.DELIVERY)


def test_departments_with_a_task_are_told_each_once() -> None:
    released = Released(work=(MADE, PLANNED, BOUGHT), remarks=("warehouse", "logistics"), is_released=True)
    found = quote(CancellationFacts("approved", "backordered", released=released))
    assert found.departments == ("warehouse", "production", "purchasing", "logistics")
    assert found.stop_work == (MADE, BOUGHT)
    assert released.shrinking == (PLANNED,)
    assert quote(CancellationFacts("draft", "unallocated")).departments == ()


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("state", FulfilmentState)
def test_the_verb_is_offered_just_where_the_quote_allows_it(status: Status, state: FulfilmentState) -> None:
    may = frozenset({"order.cancel"})
    offered = "cancel" in next_actions(status, state, may)
    assert offered == quote(CancellationFacts(status, state)).is_allowed
    assert "cancel" not in next_actions(status, state, frozenset())
