"""What holds of every schedule, and that it is the one found by trying minute after minute."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from openoms.domains.supply.scheduling import Shop, schedule
from openoms.domains.supply.work import Centre, Downtime, Job, Operation, Plan, Slot, Spot

MONDAY = date(2026, 1, 5)
many = settings(max_examples=300, deadline=None)


def day(after: int) -> date:
    return MONDAY + timedelta(days=after)


@st.composite
def shops(draw: st.DrawFn) -> tuple[Shop, list[Job]]:
    """A small shop: centres of few minutes a day, jobs that need each other, some operations kept, downtime."""
    centres = []
    for i in range(draw(st.integers(1, 3))):
        days = draw(st.sets(st.integers(0, 24), min_size=12, max_size=25))
        special = draw(st.dictionaries(st.integers(0, 10).map(day), st.integers(0, 9), max_size=2))
        centres.append(Centre(f"C{i}", tuple(day(d) for d in sorted(days)), draw(st.integers(2, 8)), special))
    jobs = []
    for i in range(draw(st.integers(1, 8))):
        operations = [
            Operation(
                draw(st.sampled_from(centres)).code,
                draw(st.integers(1, 12)),
                draw(st.none() | st.integers(0, 9).map(day)),
            )
            for _ in range(draw(st.integers(1, 3)))
        ]
        after = (
            tuple(sorted(draw(st.sets(st.sampled_from([f"J{n}" for n in range(i)]), max_size=2))))
            if i
            else ()
        )
        material = draw(st.none() | st.integers(0, 9).map(day))
        jobs.append(
            Job(
                f"J{i}",
                tuple(operations),
                day(draw(st.integers(0, 20))),
                draw(st.integers(1, 2)),
                after,
                material,
            )
        )
    shop = Shop(tuple(centres), MONDAY)
    if draw(st.booleans()):
        jobs = _started(
            jobs, schedule(shop, jobs), draw(st.sets(st.sampled_from([one.key for one in jobs]), max_size=2))
        )
    return shop, jobs


def _started(jobs: Sequence[Job], plan: Plan, keys: set[str]) -> list[Job]:
    """The jobs with the first operation of some kept where it was planned."""
    found = []
    for one in jobs:
        slots = plan.jobs[one.key].slots
        if one.key in keys and slots:
            first = replace(one.operations[0], kept=(slots[0].start, slots[0].finish))
            one = replace(one, operations=(first, *one.operations[1:]))  # noqa: PLW2901
        found.append(one)
    return found


@st.composite
def downtimes(draw: st.DrawFn) -> tuple[Downtime, ...]:
    found = []
    for _ in range(draw(st.integers(0, 4))):
        first = draw(st.integers(0, 20))
        last = first + draw(st.integers(0, 5))
        minutes = draw(st.none() | st.integers(0, 9))
        found.append(Downtime(draw(st.sampled_from(["C0", "C1", "C2"])), day(first), day(last), minutes))
    return tuple(found)


def size_of(centre: Centre, when: date) -> int:
    return centre.special.get(when, centre.minutes) if when in centre.days else 0


def down_on(shop: Shop, code: str, when: date) -> int:
    """Minutes from the start of the day on which a centre stands still."""
    size = size_of(next(one for one in shop.centres if one.code == code), when)
    lost = [
        size if one.minutes is None else one.minutes
        for one in shop.downtimes
        if one.centre == code and one.first <= when <= one.last
    ]
    return min(size, max(lost, default=0))


def minutes_of(shop: Shop, slot: Slot) -> list[tuple[date, int]]:
    """The minutes (day, minute) a slot works in, those of downtime left out."""
    centre = next(one for one in shop.centres if one.code == slot.centre)
    return [
        (when, minute)
        for when in centre.days
        for minute in range(down_on(shop, slot.centre, when), size_of(centre, when))
        if slot.start <= (when, minute) < slot.finish
    ]


@many
@given(shops(), downtimes())
def test_no_minute_is_used_twice_and_each_operation_gets_its_own(
    case: tuple[Shop, list[Job]], down: tuple[Downtime, ...]
) -> None:
    shop, jobs = replace(case[0], downtimes=down), case[1]
    plan = schedule(shop, jobs)
    used: defaultdict[str, list[tuple[date, int]]] = defaultdict(list)
    for one in jobs:
        for operation, slot in zip(one.operations, plan.jobs[one.key].slots, strict=False):
            worked = minutes_of(shop, slot)
            used[slot.centre] += worked
            if operation.kept:
                assert (slot.start, slot.finish) == operation.kept
            else:
                assert len(worked) == operation.minutes
    for code, minutes in used.items():
        assert len(minutes) == len(set(minutes))
        by_day: defaultdict[date, int] = defaultdict(int)
        for when, _ in minutes:
            by_day[when] += 1
        centre = next(one for one in shop.centres if one.code == code)
        assert all(n <= size_of(centre, when) - down_on(shop, code, when) for when, n in by_day.items())


@many
@given(shops(), downtimes())
def test_nothing_starts_before_what_it_needs(
    case: tuple[Shop, list[Job]], down: tuple[Downtime, ...]
) -> None:
    shop, jobs = replace(case[0], downtimes=down), case[1]
    plan = schedule(shop, jobs)
    centres = {one.code: one for one in shop.centres}

    def share(code: str, spot: Spot) -> tuple[date, float]:
        return spot.day, spot.minute / size_of(centres[code], spot.day)

    for one in jobs:
        slots = plan.jobs[one.key].slots
        free = [slot for slot, op in zip(slots, one.operations, strict=False) if not op.kept]
        for slot, operation in zip(slots, one.operations, strict=False):
            if operation.kept is None:
                assert operation.material is None or slot.start.day >= operation.material
        for slot in free:
            assert slot.start.day >= (one.material or MONDAY)
            for key in one.after:
                finished = plan.jobs[key].slots[-1]
                assert plan.jobs[key].finish is not None
                assert share(finished.centre, finished.finish) <= share(slot.centre, slot.start)
        for before, after in pairwise(slots):
            assert share(before.centre, before.finish) <= share(after.centre, after.start)


def finishes(plan: Plan) -> dict[tuple[str, int], tuple[date, int]]:
    return {(key, slot.number): slot.finish for key, one in plan.jobs.items() for slot in one.slots}


@many
@given(shops(), downtimes(), downtimes())
def test_more_downtime_never_finishes_anything_earlier(
    case: tuple[Shop, list[Job]], down: tuple[Downtime, ...], more: tuple[Downtime, ...]
) -> None:
    shop, jobs = case
    undisturbed = schedule(shop, jobs)
    disturbed = schedule(replace(shop, downtimes=down), jobs)
    worse = schedule(replace(shop, downtimes=down + more), jobs, since=disturbed)
    for before, after in ((undisturbed, disturbed), (disturbed, worse)):
        earlier, later = finishes(before), finishes(after)
        assert all(spot >= earlier[key] for key, spot in later.items() if key in earlier)
        lost = {key for key, one in before.jobs.items() if one.finish is None}
        if before is undisturbed:
            assert all(after.jobs[key].finish is None for key in lost)
        if not any(one.finish is None for one in (*before.jobs.values(), *after.jobs.values())):
            assert before.finish is not None
            assert after.finish is not None
            assert after.finish >= before.finish


@many
@given(shops(), downtimes(), st.randoms(use_true_random=False))
def test_the_order_of_jobs_does_not_matter_and_the_last_one_moves_nobody(
    case: tuple[Shop, list[Job]], down: tuple[Downtime, ...], rng: Random
) -> None:
    shop, jobs = replace(case[0], downtimes=down), case[1]
    plan = schedule(shop, jobs)
    shuffled = list(jobs)
    rng.shuffle(shuffled)
    assert schedule(shop, shuffled) == plan
    last = Job("Z", (Operation(shop.centres[0].code, 2),), day(99))
    with_last = schedule(shop, [last, *jobs])
    assert {key: with_last.jobs[key] for key in plan.jobs} == plan.jobs


def by_minutes(
    shop: Shop, turn: Sequence[Job], floors: Mapping[tuple[str, int], int]
) -> dict[tuple[str, int], int]:
    """The start of each operation on its centre's minutes, found by trying one minute after another; none kept."""
    grid = {
        c.code: [(when, m, size_of(c, when)) for when in c.days for m in range(size_of(c, when))]
        for c in shop.centres
    }
    busy: defaultdict[str, set[int]] = defaultdict(set)
    ends: dict[str, tuple[date, int, int] | None] = {}
    starts: dict[tuple[str, int], int] = {}
    for one in turn:
        before = [ends[key] for key in one.after]
        ends[one.key] = None
        if None in before:
            continue
        needs = [moment for moment in before if moment]
        for number, operation in enumerate(one.operations):
            line = grid[operation.centre]
            down = {i for i, (when, m, _) in enumerate(line) if m < down_on(shop, operation.centre, when)}
            held = [date_of for date_of in (operation.material, one.material) if date_of]
            free = {
                i
                for i, (when, m, size) in enumerate(line)
                if all(when >= date_of for date_of in held)
                and all((when, m * full) >= (d, x * size) if when == d else when > d for d, x, full in needs)
                and i >= floors.get((one.key, number), 0)
            }
            up = [i for i in range(len(line)) if i not in down]
            found = None
            for turn_of, start in enumerate(up):
                worked = up[turn_of : turn_of + operation.minutes]
                if (
                    start in free
                    and len(worked) == operation.minutes
                    and busy[operation.centre].isdisjoint(worked)
                ):
                    found = worked
                    break
            if found is None or (floors and (one.key, number) not in floors):
                break
            busy[operation.centre] |= set(found)
            starts[one.key, number] = found[0]
            when, minute, size = line[found[-1]]
            needs = [(when, minute + 1, size)]
        else:
            ends[one.key] = needs[0]
    return starts


@many
@given(shops(), downtimes())
def test_the_same_as_trying_minute_by_minute(
    case: tuple[Shop, list[Job]], down: tuple[Downtime, ...]
) -> None:
    shop = case[0]
    jobs = [
        replace(one, operations=tuple(replace(op, kept=None) for op in one.operations)) for one in case[1]
    ]
    urgency = {one.key: (one.due, one.priority) for one in jobs}
    for one in reversed(jobs):
        for key in one.after:
            urgency[key] = min(urgency[key], urgency[one.key])
    turn: list[Job] = []
    while len(turn) < len(jobs):
        placed = {one.key for one in turn}
        ripe = [one for one in jobs if one.key not in placed and placed >= set(one.after)]
        turn.append(min(ripe, key=lambda one: (*urgency[one.key], one.due, one.priority, one.key)))
    floors = by_minutes(shop, turn, {})
    disturbed = replace(shop, downtimes=down)
    starts = by_minutes(disturbed, turn, floors) if down else floors
    plan = schedule(disturbed, jobs)
    centres = {one.code: one for one in shop.centres}
    found = {}
    for key, planned in plan.jobs.items():
        for slot in planned.slots:
            centre = centres[slot.centre]
            before = sum(size_of(centre, when) for when in centre.days if when < slot.start.day)
            found[key, slot.number - 1] = before + slot.start.minute
    assert found == starts
