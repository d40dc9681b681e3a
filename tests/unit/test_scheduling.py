"""Scheduling by examples: what goes when, and why."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from openoms.domains.supply.errors import Circular
from openoms.domains.supply.scheduling import Shop, schedule
from openoms.domains.supply.work import Centre, Downtime, Job, Operation, Plan, Spot

MONDAY = date(2026, 1, 5)


def day(after: int) -> date:
    return MONDAY + timedelta(days=after)


WEEKDAYS = tuple(day(i) for i in range(60) if day(i).weekday() < 5)
SAW, LATHE = Centre("LATHE", WEEKDAYS, 100), Centre("SAW", WEEKDAYS, 200)
SHOP = Shop((SAW, LATHE), MONDAY)


def job(key: str, *operations: tuple[str, int], due: int = 30, **more: object) -> Job:
    return Job(key, tuple(Operation(*one) for one in operations), day(due), **more)  # type: ignore[arg-type]


def times(plan: Plan, key: str) -> list[tuple[Spot, Spot]]:
    return [(slot.start, slot.finish) for slot in plan.jobs[key].slots]


def test_by_due_date_then_priority_each_in_the_first_free_time() -> None:
    plan = schedule(
        SHOP,
        [
            job("late", ("LATHE", 60), due=9),
            job("second", ("LATHE", 60), due=2),
            job("first", ("LATHE", 60), due=2, priority=0),
        ],
    )
    assert times(plan, "first") == [(Spot(day(0), 0), Spot(day(0), 60))]
    assert times(plan, "second") == [(Spot(day(0), 60), Spot(day(1), 20))]
    assert times(plan, "late") == [(Spot(day(1), 20), Spot(day(1), 80))]
    assert [step.code for step in plan.why("second")] == ["centre"]
    assert (plan.finish, plan.bottleneck) == (day(1), "LATHE")


def test_operations_follow_each_other_at_the_same_share_of_a_day() -> None:
    plan = schedule(SHOP, [job("a", ("LATHE", 50), ("SAW", 60), ("LATHE", 10))])
    assert times(plan, "a") == [
        (Spot(day(0), 0), Spot(day(0), 50)),
        (Spot(day(0), 100), Spot(day(0), 160)),
        (Spot(day(0), 80), Spot(day(0), 90)),
    ]


def test_what_others_need_is_as_urgent_as_they_are_and_comes_before() -> None:
    plan = schedule(
        SHOP,
        [
            job("frame", ("LATHE", 100), due=50),
            job("table", ("SAW", 50), due=3, after=("frame", "made long ago")),
            job("other", ("LATHE", 100), due=4),
        ],
    )
    assert plan.jobs["frame"].finish == day(0)
    assert plan.jobs["table"].start == day(1)
    assert plan.jobs["table"].slots[0].held_by == "component"
    assert plan.jobs["other"].start == day(1)


def test_material_holds_a_job_while_others_fill_the_time() -> None:
    plan = schedule(SHOP, [job("a", ("LATHE", 100), due=1, material=day(2)), job("b", ("LATHE", 150), due=9)])
    assert plan.jobs["a"].start == day(2)
    assert plan.jobs["a"].slots[0].held_by == "material"
    assert (plan.jobs["b"].start, plan.jobs["b"].finish) == (day(0), day(1))
    assert plan.jobs["a"].late_days == 1
    assert plan.why("a")[-1].data == {"due": "2026-01-06", "finish": "2026-01-07", "days": 1}


def test_downtime_interrupts_and_says_so() -> None:
    shop = replace(SHOP, downtimes=(Downtime("LATHE", day(1), day(2)), Downtime("SAW", day(0), day(0), 50)))
    plan = schedule(shop, [job("a", ("LATHE", 150)), job("b", ("LATHE", 10), due=40), job("c", ("SAW", 10))])
    assert times(plan, "a") == [(Spot(day(0), 0), Spot(day(3), 50))]
    assert times(plan, "c") == [(Spot(day(0), 50), Spot(day(0), 60))]
    assert plan.jobs["c"].slots[0].delayed_by == "downtime"
    assert times(plan, "b")[0][0] == Spot(day(3), 50)


def test_a_breakdown_lets_others_pass_but_pulls_nobody_forward() -> None:
    jobs = [job("a", ("SAW", 20), ("LATHE", 500), due=1), job("b", ("LATHE", 400), ("SAW", 1000), due=9)]
    before = schedule(SHOP, jobs)
    after = schedule(replace(SHOP, downtimes=(Downtime("SAW", day(0), day(6)),)), jobs)
    assert after.finish is not None
    assert before.finish is not None
    assert after.finish >= before.finish
    for key in ("a", "b"):
        assert times(after, key) >= times(before, key)


def test_what_is_kept_stays_and_tells_what_it_meets() -> None:
    kept = (Spot(day(1), 0), Spot(day(1), 100))
    started = Job("s", (Operation("LATHE", 100, kept=kept), Operation("LATHE", 10)), day(9))
    twin = Job(
        "t", (Operation("LATHE", 50, kept=(Spot(day(1), 50), Spot(day(1), 100))),), day(9), after=("x",)
    )
    shop = replace(SHOP, downtimes=(Downtime("LATHE", day(1), day(1), 10),))
    plan = schedule(shop, [started, twin, job("x", ("LATHE", 150), due=1)])
    assert times(plan, "s")[0] == kept
    assert times(plan, "x") == [(Spot(day(2), 0), Spot(day(3), 50))]
    assert plan.jobs["s"].slots[0].delayed_by == "kept"
    assert [(one.code, one.about) for one in plan.trace[:4]] == [
        ("kept_in_downtime", "s"),
        ("kept_overlaps", "t"),
        ("kept_too_early", "t"),
        ("planned", ""),
    ]


def test_what_does_not_fit_has_no_finish_nor_what_needs_it() -> None:
    plan = schedule(
        SHOP,
        [
            job("a", ("SAW", 10), ("LATHE", 99_999)),
            job("b", ("SAW", 10), after=("a",)),
            job("c", ("SAW", 10)),
        ],
    )
    assert [plan.jobs[key].finish for key in "abc"] == [None, None, day(0)]
    assert plan.why("a")[-1].code == "beyond_horizon"
    assert plan.jobs["a"].late_days is None
    again = schedule(
        replace(SHOP, downtimes=(Downtime("SAW", day(0), day(0)),)), [job("a", ("LATHE", 99_999))]
    )
    assert again.jobs["a"].finish is None


def test_jobs_without_operations_are_done_when_their_components_are() -> None:
    plan = schedule(SHOP, [job("kit", after=("a",)), job("a", ("LATHE", 150)), job("none")])
    assert (plan.jobs["kit"].finish, plan.jobs["kit"].start) == (day(1), None)
    assert plan.jobs["none"].finish == day(0)


def test_special_days_and_days_off() -> None:
    centre = Centre("X", WEEKDAYS, 100, {day(0): 0, day(1): 10})
    plan = schedule(Shop((centre,), MONDAY), [job("a", ("X", 50))])
    assert times(plan, "a") == [(Spot(day(1), 0), Spot(day(2), 40))]
    assert plan.centres[0].capacity == 110
    assert plan.centres[0].percent == 46
    empty = schedule(Shop((Centre("X", (), 100),), MONDAY), [job("a", ("X", 50))])
    assert (empty.jobs["a"].finish, empty.finish, empty.centres[0].percent) == (None, None, 0)


def test_a_circle_is_named_and_nonsense_refused() -> None:
    with pytest.raises(Circular) as refused:
        schedule(
            SHOP,
            [job("b", after=("c",)), job("c", after=("a",)), job("a", after=("b",)), job("d", after=("a",))],
        )
    assert refused.value.data["cycle"] == ["a", "b", "c", "a"]
    for wrong in ([job("a", ("NO", 5))], [job("a", ("SAW", 0))], [job("a"), job("a")]):
        with pytest.raises(ValueError, match=r"operation|twice"):
            schedule(SHOP, wrong)


def test_since_a_plan_nothing_goes_earlier_though_time_is_free() -> None:
    jobs = [job("a", ("LATHE", 100), due=1), job("b", ("LATHE", 100), due=2)]
    before = schedule(SHOP, jobs)
    kept = schedule(SHOP, jobs[1:], since=before)
    assert times(kept, "b") == times(before, "b")
    assert schedule(SHOP, jobs[1:]).jobs["b"].start == day(0)
    longer = [replace(jobs[1], operations=(*jobs[1].operations, Operation("SAW", 5)))]
    assert schedule(SHOP, longer, since=before).jobs["b"].finish == day(2)


def test_what_is_kept_on_a_day_off_counts_from_the_next_working_day() -> None:
    saturday = (Spot(day(5), 10), Spot(day(5), 90))
    plan = schedule(SHOP, [Job("a", (Operation("LATHE", 80, kept=saturday), Operation("SAW", 10)), day(9))])
    assert times(plan, "a") == [saturday, (Spot(day(7), 0), Spot(day(7), 10))]
    assert plan.jobs["a"].late_days == 0
