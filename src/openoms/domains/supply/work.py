"""What scheduling is told and tells: centres with their days, production orders with their operations, the plan. Pure values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from openoms.domains.inventory.steps import Step


class Spot(NamedTuple):
    """A moment of work at a centre: so many minutes of its capacity into a day. What ends a day is on it, what follows is not."""

    day: date
    minute: int


@dataclass(frozen=True, slots=True)
class Centre:
    """A work centre: its working days, ascending, and the minutes of work it does on each (`special` days have their own).

    It works on one thing at a time with all it has: 960 minutes are one line of two shifts. Machines that each work on their own are
    centres of their own.
    """

    code: str
    days: tuple[date, ...]
    minutes: int
    special: Mapping[date, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Downtime:
    """A centre stands still from the first day to the last: for `minutes` from the start of each, None for all of it."""

    centre: str
    first: date
    last: date
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """Work of so many minutes (above nought) at a centre; `material` is when what it needs is there; `kept` is from when to
    when a started or frozen one goes, which nothing moves.
    """

    centre: str
    minutes: int
    material: date | None = None
    kept: tuple[Spot, Spot] | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A production order: operations one after another, when due; `priority` 1 goes before 2. `after` names those whose goods
    it needs, `material` is when everything else it needs is there.
    """

    key: str
    operations: tuple[Operation, ...]
    due: date
    priority: int = 1
    after: tuple[str, ...] = ()
    material: date | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """When an operation goes (`number` from 1). It could from `ready` on, which `held_by` set: `today`, `material`,
    `component`, `sequence` (the operation before it); then `delayed_by` "" nothing, `centre` (busy), `downtime`, or
    `plan` (not earlier than planned before); `kept` where nothing moves it.
    """

    number: int
    centre: str
    minutes: int
    start: Spot
    finish: Spot
    ready: Spot
    held_by: str
    delayed_by: str

    @property
    def waited_days(self) -> int:
        """Calendar days from when it could start until it does."""
        return max((self.start.day - self.ready.day).days, 0)


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A job in the plan: slots in sequence, start and finish; `finish` None when it does not fit into the days handed in."""

    key: str
    due: date
    start: date | None
    finish: date | None
    slots: tuple[Slot, ...]

    @property
    def late_days(self) -> int | None:
        """Calendar days after it is due, 0 when in time, None when it has no finish."""
        return None if self.finish is None else max((self.finish - self.due).days, 0)


@dataclass(frozen=True, slots=True)
class CentreLoad:
    """A centre in the plan: minutes of work, minutes it has from today to the plan's last finish less downtime, and the
    days that operations waited for it, those of late jobs apart.
    """

    code: str
    minutes: int
    capacity: int
    waited_days: int
    late_days: int

    @property
    def percent(self) -> int:
        """How much of its capacity is used, rounded up; 100 where it has none and work to do."""
        return -(-100 * self.minutes // self.capacity) if self.capacity else 100 * bool(self.minutes)


@dataclass(frozen=True, slots=True)
class Plan:
    """Jobs by key, centres by code, and the centre that late jobs waited for longest ("" when nobody waited)."""

    jobs: Mapping[str, Scheduled]
    centres: tuple[CentreLoad, ...]
    bottleneck: str
    trace: tuple[Step, ...]

    @property
    def finish(self) -> date | None:
        """The day on which the last job that has one finishes."""
        return max((job.finish for job in self.jobs.values() if job.finish), default=None)

    def why(self, key: str) -> tuple[Step, ...]:
        """What a job's finish comes from: each operation that did not start at once, and how late it is."""
        job = self.jobs[key]
        trace = []
        for slot in job.slots:
            data = {
                "centre": slot.centre,
                "ready": slot.ready.day.isoformat(),
                "start": slot.start.day.isoformat(),
                "finish": slot.finish.day.isoformat(),
                "days": slot.waited_days,
                "held_by": slot.held_by,
            }
            trace.append(Step(slot.delayed_by or "goes_at_once", str(slot.number), data))
        if job.finish is None:
            trace.append(Step("beyond_horizon", key, {"due": job.due.isoformat()}))
        elif job.late_days:
            data = {"due": job.due.isoformat(), "finish": job.finish.isoformat(), "days": job.late_days}
            trace.append(Step("late", key, data))
        return tuple(trace)
