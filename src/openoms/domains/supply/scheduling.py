"""Finite-capacity forward scheduling of production orders over work centres. Pure.

Jobs go one after another, by due date, then priority; what others need takes over their urgency and comes before them. Each
operation takes the first free stretch of its centre that holds all of it: a later job fills the gaps an earlier one leaves, and
never moves it. What is started or frozen is set before all others.

Downtime moves the plan that would be without it: nothing starts earlier than there. A schedule that were simply made anew could
get shorter by a breakdown (whoever it holds up lets others pass), and everybody's dates would jump. `since` does the same
for any earlier plan, so that breakdown after breakdown only ever moves things back.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from openoms.domains.inventory.steps import Step
from openoms.domains.supply.precedence import in_turn
from openoms.domains.supply.timelines import Moment, Timeline
from openoms.domains.supply.work import Centre, CentreLoad, Downtime, Job, Operation, Plan, Scheduled, Slot


@dataclass(frozen=True, slots=True)
class Shop:
    """The centres, when they stand still, and the first day that can be planned."""

    centres: tuple[Centre, ...]
    today: date
    downtimes: tuple[Downtime, ...] = ()


# Where an operation was put: whole minutes of start, finish and ready, and the two reasons.
_Row = tuple[int, int, int, str, str]


@dataclass(frozen=True, slots=True)
class _Floor:
    """Not before which whole minute each operation of a job goes, why it went no earlier there, and whether it did not fit."""

    starts: Sequence[tuple[int, str]] = ()
    is_lost: bool = False


_NONE = _Floor()


def schedule(shop: Shop, jobs: Sequence[Job], since: Plan | None = None) -> Plan:
    """The plan of all jobs; nothing is planned earlier than in the plan `since`.

    Raises Circular where jobs need each other in a circle, ValueError for a centre nobody knows, a key named twice or an
    operation without minutes. The order of jobs and centres does not matter. `after` that names no job is done already.
    """
    _check(shop, jobs)
    turn = _by_urgency(jobs)
    desk = _Desk(shop, jobs, shop.downtimes)
    floors: Mapping[str, _Floor] = {}
    if since is not None:
        floors = desk.floors_of(since)
    elif shop.downtimes:
        undisturbed = _Desk(shop, jobs, ())
        undisturbed.run(turn, {})
        floors = {
            key: _Floor([(row[0], row[4]) for row in rows], undisturbed.done[key] is None)
            for key, rows in undisturbed.rows.items()
        }
    desk.run(turn, floors)
    return desk.plan(jobs)


def _check(shop: Shop, jobs: Sequence[Job]) -> None:
    known = {centre.code for centre in shop.centres}
    for job in jobs:
        for one in job.operations:
            if one.centre not in known or one.minutes <= 0:
                raise ValueError(f"{job.key}: no such operation of {one.minutes} minutes at {one.centre!r}")
    if len({job.key for job in jobs}) != len(jobs) or len(known) != len(shop.centres):
        raise ValueError("a job or a centre is named twice")


def _by_urgency(jobs: Sequence[Job]) -> list[Job]:
    """The jobs in the order they are placed: each after what it needs, which is as urgent as itself."""
    known = {job.key: job for job in jobs}
    needs = {job.key: [one for one in job.after if one in known] for job in jobs}
    urgency = {job.key: (job.due, job.priority) for job in jobs}
    for key in reversed(in_turn(needs, lambda key: key)):
        for one in needs[key]:
            urgency[one] = min(urgency[one], urgency[key])
    ranks = {key: (*urgency[key], known[key].due, known[key].priority) for key in known}
    return [known[key] for key in in_turn(needs, ranks.__getitem__)]


class _Desk:
    """The centres' time while jobs are placed."""

    def __init__(self, shop: Shop, jobs: Sequence[Job], downtimes: Iterable[Downtime]) -> None:
        self.shop = shop
        self.trace: list[Step] = []
        shortest: dict[str, int] = {}
        for job in jobs:
            for one in job.operations:
                if one.kept is None:
                    shortest[one.centre] = min(one.minutes, shortest.get(one.centre, one.minutes))
        down: defaultdict[str, list[Downtime]] = defaultdict(list)
        for still in downtimes:
            down[still.centre].append(still)
        self.lines = {
            centre.code: Timeline(centre, down[centre.code], shop.today, shortest.get(centre.code, 1))
            for centre in sorted(shop.centres, key=lambda centre: centre.code)
        }
        self.rows: dict[str, list[_Row]] = {}
        self.done: dict[str, Moment | None] = {}
        self._keep(jobs)

    def _keep(self, jobs: Sequence[Job]) -> None:
        """Set what nothing moves, and tell where it overlaps or meets downtime."""
        kept: defaultdict[str, list[tuple[str, Operation]]] = defaultdict(list)
        for job in jobs:
            for one in job.operations:
                if one.kept:
                    kept[one.centre].append((job.key, one))
        for code, ones in sorted(kept.items()):
            line = self.lines[code]
            overlaps = line.keep((*one.kept, key) for key, one in ones if one.kept)
            self.trace += [Step("kept_overlaps", key, {"centre": code}) for key in overlaps]
            self.trace += [
                Step("kept_in_downtime", key, {"centre": code})
                for key, one in sorted(ones, key=lambda pair: pair[0])
                if one.kept and line.is_down(*one.kept)
            ]

    def floors_of(self, plan: Plan) -> dict[str, _Floor]:
        """The starts of an earlier plan; what did not fit there is tried anew."""
        return {
            key: _Floor(
                [(self.lines[slot.centre].whole_of(slot.start), slot.delayed_by) for slot in job.slots]
            )
            for key, job in plan.jobs.items()
            if all(slot.centre in self.lines for slot in job.slots)
        }

    def run(self, turn: Sequence[Job], floors: Mapping[str, _Floor]) -> None:
        """Place all jobs."""
        for job in turn:
            rows: list[_Row] = []
            self.rows[job.key] = rows
            self.done[job.key] = self._place(job, rows, floors.get(job.key, _NONE))

    def _place(self, job: Job, rows: list[_Row], floor: _Floor) -> Moment | None:
        """When a job is done, its rows filled in; None when it does not fit."""
        before = [self.done[key] for key in job.after if key in self.done]
        last: Moment | None = None
        is_free = False
        for number, one in enumerate(job.operations):
            line = self.lines[one.centre]
            if one.kept:
                start, finish = line.whole_of(one.kept[0]), line.whole_of(one.kept[1])
                if any(m is None or line.whole_from(m) > start for m in ([last] if last else before)):
                    self.trace.append(Step("kept_too_early", job.key, {"number": number + 1}))
                rows.append((start, finish, start, "kept", ""))
                last = line.moment_of(one.kept[1])
                continue
            ready, held_by = _ready(line, one.material, "material", 0, "today")
            if last is not None:
                ready, held_by = _later(line.whole_from(last), "sequence", ready, held_by)
            if not is_free:
                is_free = True
                ready, held_by = _ready(line, job.material, "material", ready, held_by)
                for moment in before:
                    if moment is None:
                        return None
                    ready, held_by = _later(line.whole_from(moment), "component", ready, held_by)
            has_floor = number < len(floor.starts)
            if floor.is_lost and not has_floor:
                return None
            bound, reason = floor.starts[number] if has_floor else (0, "")
            row = _put(line, one.minutes, ready, held_by, bound, reason)
            if row is None:
                return None
            rows.append(row)
            last = line.moment_at(row[1])
        return last or max((m for m in before if m), default=(self.shop.today.toordinal(), 0, 1))

    def plan(self, jobs: Sequence[Job]) -> Plan:
        """What was placed, in words of days."""
        found = {job.key: self._scheduled(job) for job in sorted(jobs, key=lambda job: job.key)}
        centres = self._loads(found)
        waited = [one for one in centres if one.waited_days]
        most = max(
            waited, key=lambda one: (one.late_days, one.waited_days, one.percent, one.code), default=None
        )
        trace = sorted(self.trace, key=lambda step: (step.code, step.about))
        late = sum(bool(job.late_days) for job in found.values())
        lost = sum(job.finish is None for job in found.values())
        trace.append(Step("planned", "", {"jobs": len(found), "late": late, "beyond_horizon": lost}))
        if most:
            data = {"waited_days": most.waited_days, "late_days": most.late_days, "percent": most.percent}
            trace.append(Step("bottleneck", most.code, data))
        return Plan(found, centres, most.code if most else "", tuple(trace))

    def _scheduled(self, job: Job) -> Scheduled:
        slots = []
        for number, (one, row) in enumerate(zip(job.operations, self.rows[job.key], strict=False), 1):
            line = self.lines[one.centre]
            if one.kept:
                start, finish = one.kept
                slots.append(Slot(number, one.centre, one.minutes, start, finish, start, "kept", "kept"))
                continue
            begins, ends, ready, held_by, delayed_by = row
            start = line.start_spot(begins)
            earliest = start if ready == begins else line.start_spot(ready)
            finish = line.finish_spot(ends)
            slots.append(Slot(number, one.centre, one.minutes, start, finish, earliest, held_by, delayed_by))
        done = self.done[job.key]
        begin = slots[0].start.day if slots else None
        return Scheduled(job.key, job.due, begin, date.fromordinal(done[0]) if done else None, tuple(slots))

    def _loads(self, found: Mapping[str, Scheduled]) -> tuple[CentreLoad, ...]:
        minutes, waited, late = (dict.fromkeys(self.lines, 0) for _ in range(3))
        last = self.shop.today
        for job in found.values():
            is_late = job.late_days != 0
            for slot in job.slots:
                last = max(last, slot.finish.day)
                minutes[slot.centre] += slot.minutes
                if slot.delayed_by in {"centre", "downtime"}:
                    waited[slot.centre] += slot.waited_days
                    late[slot.centre] += slot.waited_days * is_late
        return tuple(
            CentreLoad(code, minutes[code], line.capacity(last), waited[code], late[code])
            for code, line in self.lines.items()
        )


def _later(whole: int, reason: str, ready: int, held_by: str) -> tuple[int, str]:
    return (whole, reason) if whole > ready else (ready, held_by)


def _ready(line: Timeline, day: date | None, reason: str, ready: int, held_by: str) -> tuple[int, str]:
    if day is None:
        return ready, held_by
    return _later(line.whole_from((day.toordinal(), 0, 1)), reason, ready, held_by)


def _put(line: Timeline, minutes: int, ready: int, held_by: str, bound: int, reason: str) -> _Row | None:
    """Place one operation, not before `bound`; None when it does not fit."""
    earliest = max(ready, bound)
    asked = line.net(earliest)
    net = line.place(asked, minutes)
    if net is None:
        return None
    start, finish = line.whole_start(net), line.whole_finish(net + minutes)
    if start == ready:
        delayed_by = ""
    elif start == bound:
        delayed_by = reason or "plan"
    else:
        delayed_by = "downtime" if net == asked else "centre"
    return start, finish, ready, held_by, delayed_by
