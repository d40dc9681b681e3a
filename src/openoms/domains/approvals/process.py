"""A request for approval on its way: who may decide now, what a decision does, and what stands after a change. Pure.

Steps go one after another. Within a step, `need` people must agree (0: all who are asked); one rejection ends it all and
gives the order back to whoever asked. Nobody decides what they asked for themselves, in their own name or another's.
When a step is late it goes to the next authority beside those who were asked: one of them settles it alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from openoms.domains.approvals.rules import StepRule


class Verdict(StrEnum):
    """What somebody says at a step."""

    APPROVED = "approved"
    REJECTED = "rejected"


class StepState(StrEnum):
    """Where a step is; `skipped` is one that was never reached because another ended it all."""

    WAITING = "waiting"
    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"
    SKIPPED = "skipped"


class SeatKind(StrEnum):
    """How somebody came to be asked: by the step's rule, by one who was, or as the next authority when it was late."""

    ASKED = "asked"
    DELEGATE = "delegate"
    ABOVE = "above"


class RequestState(StrEnum):
    """Where the whole request is."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Decision:
    """What `by` said in the name of `whose` (mostly their own) at an instant."""

    by: UUID
    whose: UUID
    verdict: Verdict
    at: datetime
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the rule it comes from, whom it asks, and what they said. `digest` names the facts it was asked for.

    `above` is the next authority it went to, `handed` those of `people` who gave it to somebody else for good.
    """

    rule: StepRule
    people: frozenset[UUID]
    digest: str
    state: StepState = StepState.WAITING
    decisions: tuple[Decision, ...] = ()
    above: frozenset[UUID] = frozenset()
    handed: frozenset[UUID] = frozenset()

    @property
    def needed(self) -> int:
        """How many must agree: never more than are asked, never nobody."""
        asked = len(self.people)
        return max(1, asked if self.rule.need == 0 else min(self.rule.need, asked))

    @property
    def waiting_for(self) -> frozenset[UUID]:
        """Those asked who have not said anything."""
        return (self.people | self.above) - {decision.whose for decision in self.decisions}

    @property
    def settled(self) -> bool:
        """Whether enough of them agreed, or one of the next authority."""
        agreed = [d.whose for d in self.decisions if d.verdict == Verdict.APPROVED]
        return len(agreed) >= self.needed or any(whose in self.above for whose in agreed)


@dataclass(frozen=True, slots=True)
class Delegation:
    """That `to` may decide for `whose` from one instant up to another (None: until it is ended)."""

    whose: UUID
    to: UUID
    since: datetime
    until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it is in force."""
        return self.since <= now and (self.until is None or now < self.until)


@dataclass(frozen=True, slots=True)
class Request:
    """A revision of an order waiting for its steps; `requester` asked for it."""

    requester: UUID | None
    steps: tuple[Step, ...]
    state: RequestState = RequestState.PENDING

    @property
    def open_step(self) -> Step | None:
        """The step that can be decided now."""
        return next((step for step in self.steps if step.state == StepState.OPEN), None)


def begin(requester: UUID | None, steps: Sequence[Step]) -> Request:
    """A new request, its first step open; without steps it is approved at once.

    The requester is asked nothing: were they needed among all, it could never end.
    """
    return _advanced(Request(requester, _without(requester, steps)))


def _without(requester: UUID | None, steps: Sequence[Step]) -> tuple[Step, ...]:
    alone = frozenset({requester}) if requester else frozenset[UUID]()
    return tuple(replace(step, people=step.people - alone, above=step.above - alone) for step in steps)


def barred(
    request: Request,
    who: UUID,
    now: datetime,
    delegations: Sequence[Delegation],
    authority: Callable[[UUID], str],
) -> tuple[UUID | None, str]:
    """In whose name `who` decides the open step, or (None, why not).

    Why: `closed`, `self_approval`, `decided`, `handed_over`, `not_asked`, or `authority:…` (what theirs lacks). The one
    who decides must have the authority themselves, whomever they stand in for.
    """
    step = request.open_step
    if request.state != RequestState.PENDING or step is None:
        return None, "closed"
    if who == request.requester:
        return None, "self_approval"
    whose, why = _seat_of(step, [who, *(d.whose for d in delegations if d.to == who and d.holds(now))])
    if whose is None:
        return None, why
    lack = authority(who)
    return (None, f"authority:{lack}") if lack else (whose, "")


def _seat_of(step: Step, names: Sequence[UUID]) -> tuple[UUID | None, str]:
    """In which of their names, their own first, somebody can speak at a step, or why in none.

    In the name of the requester nobody does: they are never among those asked.
    """
    who = names[0]
    asked = [whose for whose in names if whose in step.people | step.above]
    if not asked:
        return None, "not_asked"
    if asked == [who] and who in step.handed:
        return None, "handed_over"
    if any(decision.by == who for decision in step.decisions):
        # Two names are not two minds.
        return None, "decided"
    free = [w for w in asked if w in step.waiting_for and not (w == who and w in step.handed)]
    return (free[0], "") if free else (None, "decided")


def is_next(before: Request, after: Request) -> bool:
    """Whether it is another step's turn than before."""
    return after.open_step is not None and _position(before) != _position(after)


def _position(request: Request) -> int | None:
    """The open step's place among all."""
    return next((i for i, step in enumerate(request.steps) if step.state == StepState.OPEN), None)


def decide(request: Request, decision: Decision) -> Request:
    """The request after a decision on its open step, which `barred` allowed."""
    step = request.open_step
    assert step is not None, "only an open step is decided"
    decided = replace(step, decisions=(*step.decisions, decision))
    if decision.verdict == Verdict.REJECTED:
        return _rejected(request, replace(decided, state=StepState.REJECTED))
    return _advanced(_with(request, step, decided))


def withdraw(request: Request) -> Request:
    """The request taken back by who asked: steps not decided are skipped."""
    return replace(_skipped(request), state=RequestState.WITHDRAWN)


def overruled(request: Request, decision: Decision) -> Request:
    """The request after somebody decided its open step in place of all who were asked, whatever they said."""
    step = request.open_step
    assert step is not None, "only an open step is decided"
    return decide(_with(request, step, replace(step, above=step.above | {decision.whose})), decision)


def asked_again(request: Request, people: frozenset[UUID], above: frozenset[UUID]) -> Request:
    """The request when others are asked at its open step: those who joined a role, or left it; the next authority.

    What those who are no longer asked had said stands no longer.
    """
    step = request.open_step
    assert step is not None, "only an open step asks"
    [asked] = _without(request.requester, [replace(step, people=people, above=above)])
    kept = tuple(d for d in step.decisions if d.whose in asked.people | asked.above)
    return _advanced(_with(request, step, replace(asked, decisions=kept, handed=step.handed & asked.people)))


def taken_over(request: Request, steps: Sequence[Step]) -> Request:
    """A new request for a changed order: what was agreed of the same people on the same facts stands.

    A step is the same when it asks the same people for the same reason of unchanged facts (`digest`); a rejection never
    stands: whoever rejected is asked again.
    """
    known = {(step.rule.who, step.digest): step for step in request.steps}
    fresh = _without(request.requester, steps)
    return _advanced(
        Request(
            request.requester,
            tuple(
                _standing(step, known.get((step.rule.who, step.digest)), request.requester) for step in fresh
            ),
        )
    )


def _standing(step: Step, known: Step | None, requester: UUID | None) -> Step:
    """The step with what was agreed before of it; what somebody agreed to who now asks for it themselves does not stand."""
    if known is None:
        return step
    agreed = [d for d in known.decisions if d.verdict == Verdict.APPROVED]
    others = [d for d in agreed if requester is None or requester not in (d.by, d.whose)]
    if known.state == StepState.APPROVED and others == agreed:
        return known
    asked = step.people | step.above
    return replace(step, decisions=tuple(d for d in others if d.whose in asked))


def ahead(request: Request) -> list[Step]:
    """The steps still to come after the open one."""
    return [step for step in request.steps if step.state == StepState.WAITING]


def _with(request: Request, step: Step, changed: Step) -> Request:
    return replace(request, steps=tuple(changed if one is step else one for one in request.steps))


def _advanced(request: Request) -> Request:
    """Open the next step that is not settled; without one the request is approved.

    A step that one person alone decides is not asked of them twice: what they said at an earlier one counts.
    """
    steps = list(request.steps)
    for index, next_step in enumerate(steps):
        step = next_step
        if step.state == StepState.APPROVED:
            continue
        if not step.decisions and len(step.people) == 1:
            earlier = [d for one in steps[:index] for d in one.decisions if d.verdict == Verdict.APPROVED]
            step = replace(step, decisions=tuple(d for d in earlier if d.whose in step.people)[:1])
        if not step.settled:
            steps[index] = replace(step, state=StepState.OPEN)
            return replace(request, steps=tuple(steps))
        steps[index] = replace(step, state=StepState.APPROVED)
    return replace(request, steps=tuple(steps), state=RequestState.APPROVED)


def _rejected(request: Request, step: Step) -> Request:
    open_step = request.open_step
    assert open_step is not None, "only an open step is rejected"
    return replace(_skipped(_with(request, open_step, step)), state=RequestState.REJECTED)


def _skipped(request: Request) -> Request:
    ended = (StepState.WAITING, StepState.OPEN)
    return replace(
        request,
        steps=tuple(
            replace(step, state=StepState.SKIPPED) if step.state in ended else step for step in request.steps
        ),
    )
