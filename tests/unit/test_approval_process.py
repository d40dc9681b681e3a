"""A request for approval on its way."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from openoms.domains.approvals.process import (
    Decision,
    Delegation,
    Request,
    RequestState,
    Step,
    StepState,
    Verdict,
    ahead,
    barred,
    begin,
    decide,
    taken_over,
    withdraw,
)
from openoms.domains.approvals.rules import StepRule

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
CLERK, SALES, SECOND, FINANCE, CHIEF, DEPUTY = (UUID(int=n) for n in range(1, 7))


def step(name: str, *people: UUID, need: int = 1, digest: str = "d") -> Step:
    return Step(StepRule(name, need=need, roles=(name,)), frozenset(people), digest)


def free(_: UUID) -> str:
    return ""


def said(
    request: Request, who: UUID, verdict: Verdict = Verdict.APPROVED, whose: UUID | None = None
) -> Request:
    return decide(request, Decision(who, whose or who, verdict, NOW))


def states(request: Request) -> list[StepState]:
    return [one.state for one in request.steps]


def test_steps_open_one_after_another_and_the_last_approves() -> None:
    request = begin(CLERK, [step("sales", SALES), step("finance", FINANCE)])
    assert states(request) == [StepState.OPEN, StepState.WAITING]
    assert [one.rule.name for one in ahead(request)] == ["finance"]
    request = said(request, SALES)
    assert (states(request), request.state) == ([StepState.APPROVED, StepState.OPEN], RequestState.PENDING)
    request = said(request, FINANCE)
    assert request.state == RequestState.APPROVED
    assert request.open_step is None


def test_a_request_without_steps_is_approved_at_once() -> None:
    assert begin(CLERK, []).state == RequestState.APPROVED


def test_a_rejection_ends_it_and_skips_what_was_to_come() -> None:
    request = said(begin(CLERK, [step("sales", SALES), step("finance", FINANCE)]), SALES, Verdict.REJECTED)
    assert (states(request), request.state) == (
        [StepState.REJECTED, StepState.SKIPPED],
        RequestState.REJECTED,
    )
    assert barred(request, FINANCE, NOW, [], free) == (None, "closed")


def test_any_all_or_so_many_must_agree() -> None:
    people = (SALES, SECOND, CHIEF)
    assert said(begin(CLERK, [step("any", *people)]), SECOND).state == RequestState.APPROVED
    two = said(begin(CLERK, [step("two", *people, need=2)]), SECOND)
    assert two.state == RequestState.PENDING
    assert said(two, CHIEF).state == RequestState.APPROVED
    every = said(said(begin(CLERK, [step("all", *people, need=0)]), SALES), SECOND)
    assert every.state == RequestState.PENDING
    assert said(every, CHIEF).state == RequestState.APPROVED


def test_nobody_decides_their_own_request_in_any_name() -> None:
    request = begin(CLERK, [step("sales", CLERK, SALES, need=0)])
    assert barred(request, CLERK, NOW, [], free) == (None, "self_approval")
    stand_in = [Delegation(SALES, CLERK, NOW)]
    assert barred(request, CLERK, NOW, stand_in, free) == (None, "self_approval")
    # All were asked, but the requester is no judge: the others suffice.
    assert said(request, SALES).state == RequestState.APPROVED


def test_only_who_is_asked_and_has_the_authority_decides() -> None:
    request = begin(CLERK, [step("sales", SALES)])
    assert barred(request, FINANCE, NOW, [], free) == (None, "not_asked")
    assert barred(request, SALES, NOW, [], lambda _: "amount") == (None, "authority:amount")
    assert barred(request, SALES, NOW, [], free) == (SALES, "")


def test_a_stand_in_decides_in_the_absentees_name_while_it_holds() -> None:
    request = begin(CLERK, [step("sales", SALES)])
    away = Delegation(SALES, DEPUTY, NOW, NOW + timedelta(days=2))
    assert barred(request, DEPUTY, NOW, [away], free) == (SALES, "")
    assert barred(request, DEPUTY, NOW - timedelta(seconds=1), [away], free) == (None, "not_asked")
    assert barred(request, DEPUTY, NOW + timedelta(days=2), [away], free) == (None, "not_asked")


def test_two_names_are_not_two_minds() -> None:
    request = begin(CLERK, [step("all", SALES, SECOND, need=0)])
    away = [Delegation(SECOND, SALES, NOW)]
    request = said(request, SALES)
    assert barred(request, SALES, NOW, away, free) == (None, "decided")
    assert barred(request, SECOND, NOW, away, free) == (SECOND, "")


def test_a_single_person_is_not_asked_twice() -> None:
    request = begin(CLERK, [step("sales", SALES), step("finance", SALES), step("chief", CHIEF)])
    request = said(request, SALES)
    assert states(request) == [StepState.APPROVED, StepState.APPROVED, StepState.OPEN]
    assert request.steps[1].decisions == request.steps[0].decisions


def test_a_change_reopens_only_the_steps_whose_facts_changed() -> None:
    request = said(begin(CLERK, [step("sales", SALES), step("finance", FINANCE)]), SALES)
    same = taken_over(request, [step("sales", SALES), step("finance", FINANCE, digest="other")])
    assert states(same) == [StepState.APPROVED, StepState.OPEN]
    changed = taken_over(request, [step("sales", SALES, digest="other"), step("finance", FINANCE)])
    assert states(changed) == [StepState.OPEN, StepState.WAITING]
    fewer = taken_over(request, [step("sales", SALES)])
    assert fewer.state == RequestState.APPROVED


def test_withdrawing_skips_what_is_open() -> None:
    request = withdraw(said(begin(CLERK, [step("sales", SALES), step("finance", FINANCE)]), SALES))
    assert (states(request), request.state) == (
        [StepState.APPROVED, StepState.SKIPPED],
        RequestState.WITHDRAWN,
    )
    assert states(request).count(StepState.SKIPPED) == 1


PEOPLE = [SALES, SECOND, FINANCE, CHIEF]
step_lists = st.lists(
    st.builds(
        lambda people, need, number: step(f"s{number}", *people, need=need),
        st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4, unique=True),
        st.integers(0, 3),
        st.integers(0, 5),
    ),
    max_size=5,
)


@given(step_lists, st.lists(st.tuples(st.sampled_from([CLERK, *PEOPLE]), st.booleans()), max_size=30))
def test_whoever_speaks_in_whatever_order_the_rules_hold(
    steps: list[Step], voices: list[tuple[UUID, bool]]
) -> None:
    request = begin(CLERK, steps)
    for who, agrees in voices:
        whose, why = barred(request, who, NOW, [], free)
        if why:
            continue
        assert whose == who != CLERK
        request = said(request, who, Verdict.APPROVED if agrees else Verdict.REJECTED)
    opened = [one for one in request.steps if one.state == StepState.OPEN]
    assert len(opened) == (request.state == RequestState.PENDING)
    for one in request.steps:
        names = [decision.whose for decision in one.decisions]
        assert len(set(names)) == len(names)
        if one.state == StepState.APPROVED and len(one.people) > 1:
            assert len(names) == one.needed
    if request.state == RequestState.APPROVED:
        assert all(one.state == StepState.APPROVED for one in request.steps)
    if request.state == RequestState.REJECTED:
        assert sum(one.state == StepState.REJECTED for one in request.steps) == 1
