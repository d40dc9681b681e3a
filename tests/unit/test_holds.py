"""What blocks a stage, what may become of a remark, whom a comment calls."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openoms.domains.orders.holds import (
    BY_HAND,
    DEFAULT_STAGE,
    ENDS_WITH,
    SystemHold,
    blocking,
    check_by_hand,
)
from openoms.domains.orders.instructions import (
    NEXT,
    InstructionClosed,
    NotAddressed,
    check_addressed,
    check_step,
)
from openoms.domains.orders.mentions import handles_of, mentioned
from openoms.domains.orders.states import HoldKind, InstructionState, Stage

STAGES = list(Stage)


@dataclass(frozen=True)
class Held:
    stage: str


@given(st.lists(st.sampled_from(STAGES)), st.sampled_from(STAGES))
def test_a_hold_blocks_its_stage_and_all_after_it(held: list[Stage], stage: Stage) -> None:
    found = blocking([Held(one) for one in held], stage)
    assert [one.stage for one in found] == [one for one in held if STAGES.index(one) <= STAGES.index(stage)]


def test_a_packing_remark_lets_the_order_go_to_the_warehouse() -> None:
    assert blocking([Held(Stage.PACKING)], Stage.ALLOCATION) == []
    assert blocking([Held(Stage.PACKING)], Stage.SHIPPING)


def test_every_kind_has_a_stage_and_says_what_ends_it() -> None:
    assert set(DEFAULT_STAGE) == set(ENDS_WITH) == set(HoldKind)


@pytest.mark.parametrize("kind", HoldKind)
def test_people_place_and_release_only_what_no_cause_ends(kind: HoldKind) -> None:
    if kind in BY_HAND:
        check_by_hand(kind)
        return
    with pytest.raises(SystemHold, match="by the system: it ends when") as refused:
        check_by_hand(kind)
    assert refused.value.data == {"kind": kind}


@given(st.sampled_from(list(InstructionState)), st.sampled_from(list(InstructionState)))
def test_a_remark_moves_only_forward(state: InstructionState, target: InstructionState) -> None:
    if target in NEXT[state]:
        check_step(state, target)
        assert state not in NEXT[target]
    else:
        with pytest.raises(InstructionClosed):
            check_step(state, target)


def test_a_remark_is_answered_by_its_role_or_by_who_looks_after_all() -> None:
    check_addressed("warehouse", {"warehouse", "sales"}, manages=False)
    check_addressed("warehouse", (), manages=True)
    with pytest.raises(NotAddressed):
        check_addressed("warehouse", {"sales"}, manages=False)


NING, AN, SUN, LI = (UUID(int=n) for n in range(1, 5))
PEOPLE = [
    (NING, "安宁 An Ning", "ning@demo.example"),
    (AN, "安", "an@demo.example"),
    (SUN, "孙晓 Sun Xiao", "sun.xiao@demo.example"),
    (LI, "Li Lei", "li@demo.example"),
]


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@孙晓 please look", {SUN}),
        ("请@孙晓看一下，@li 也看", {SUN, LI}),
        ("@安宁 An Ning and @安", {NING, AN}),
        ("@LI LEI: now", {LI}),
        ("write to li@demo.example", set()),
        ("@lime is a fruit", set()),
        ("@@", set()),
        ("@sun.xiao!", {SUN}),
        ("nobody", set()),
    ],
)
def test_whom_a_comment_calls(text: str, called: set[UUID]) -> None:
    assert set(mentioned(text, PEOPLE)) == called


def test_a_name_several_have_calls_none_of_them() -> None:
    twins = [(uuid4(), "Li Lei", "a@x.example"), (uuid4(), "Li Na", "b@x.example")]
    assert mentioned("@li, look", twins) == []
    assert mentioned("@Li Na, look", twins) == [twins[1][0]]


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    assert set(mentioned(text, PEOPLE)) <= {key for key, _, _ in PEOPLE}


@given(st.lists(st.sampled_from(["Li Na", "Li", "An", "An Ning", "李雷", "李"]), max_size=6))
def test_what_a_colleague_is_called_by_calls_that_one_alone(names: list[str]) -> None:
    people = [(UUID(int=n), name, f"p{n}@example.com") for n, name in enumerate(names)]
    for key, handle in handles_of(people).items():
        assert mentioned(f"@{handle} look", people) == [key]
