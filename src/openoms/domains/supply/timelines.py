"""A work centre's time: minutes of work numbered from its first day, those of downtime taken out, and what is still free. Pure.

On the `whole` scale every minute of every working day counts; on the `net` scale those of downtime do not, so that an operation
is one piece there though a breakdown interrupts it. Free time is kept as gaps on the net scale.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date

from openoms.domains.supply.work import Centre, Downtime, Spot

# When something is done: ordinal of the day, minutes into it, of so many.
Moment = tuple[int, int, int]


class Timeline:
    """One centre from a day on, with what is free while operations are placed."""

    __slots__ = (
        "_class_from",
        "_down_ends",
        "_down_starts",
        "_ends",
        "_lost",
        "_net_downs",
        "_shortest",
        "_starts",
        "bounds",
        "days",
        "ordinals",
        "sizes",
    )

    def __init__(self, centre: Centre, downtimes: Iterable[Downtime], today: date, shortest: int = 1) -> None:
        days = [day for day in centre.days if day >= today and centre.special.get(day, centre.minutes) > 0]
        self.days = days
        self.ordinals = [day.toordinal() for day in days]
        self.sizes = [centre.special.get(day, centre.minutes) for day in days]
        self.bounds = [0]
        for size in self.sizes:
            self.bounds.append(self.bounds[-1] + size)
        self._shortest = shortest
        self._take_down(downtimes)
        self._starts = [0]
        self._ends = [self.net(self.bounds[-1])]
        # Before this place no gap is as long as the power of two: gaps only ever shrink.
        self._class_from: dict[int, int] = {}

    def _take_down(self, downtimes: Iterable[Downtime]) -> None:
        """Downtime as disjoint stretches of the whole scale."""
        stretches = []
        for down in downtimes:
            first, last = bisect_left(self.days, down.first), bisect_right(self.days, down.last)
            for i in range(first, last):
                size = self.sizes[i] if down.minutes is None else min(max(down.minutes, 0), self.sizes[i])
                stretches.append((self.bounds[i], self.bounds[i] + size))
        self._down_starts: list[int] = []
        self._down_ends: list[int] = []
        for start, end in sorted(stretches):
            if self._down_ends and start <= self._down_ends[-1]:
                self._down_ends[-1] = max(self._down_ends[-1], end)
            elif end > start:
                self._down_starts.append(start)
                self._down_ends.append(end)
        self._lost = [0]
        self._net_downs = []
        for start, end in zip(self._down_starts, self._down_ends, strict=True):
            self._net_downs.append(start - self._lost[-1])
            self._lost.append(self._lost[-1] + end - start)

    def net(self, whole: int) -> int:
        """The net minute of a whole one; within downtime that which follows it."""
        i = bisect_right(self._down_starts, whole)
        if i and whole < self._down_ends[i - 1]:
            return self._down_starts[i - 1] - self._lost[i - 1]
        return whole - self._lost[i]

    def whole_start(self, net: int) -> int:
        """The whole minute at which what starts at a net one starts: after downtime."""
        return net + self._lost[bisect_right(self._net_downs, net)]

    def whole_finish(self, net: int) -> int:
        """The whole minute at which what ends at a net one ends: before downtime."""
        return net + self._lost[bisect_left(self._net_downs, net)]

    def start_spot(self, whole: int) -> Spot:
        """The day and minute at which something starts."""
        i = min(bisect_right(self.bounds, whole) - 1, len(self.days) - 1)
        return Spot(self.days[i], whole - self.bounds[i])

    def finish_spot(self, whole: int) -> Spot:
        """The day and minute at which something ends."""
        i = max(bisect_left(self.bounds, whole) - 1, 0)
        return Spot(self.days[i], whole - self.bounds[i])

    def moment_at(self, whole: int) -> Moment:
        """When something that ends at a whole minute is done, for other centres."""
        i = max(bisect_left(self.bounds, whole) - 1, 0)
        return self.ordinals[i], whole - self.bounds[i], self.sizes[i]

    def moment_of(self, spot: Spot) -> Moment:
        """When something kept is done; on a day that is none of the centre's, at its end."""
        i = bisect_left(self.days, spot.day)
        if i < len(self.days) and self.days[i] == spot.day:
            return self.ordinals[i], min(spot.minute, self.sizes[i]), self.sizes[i]
        return spot.day.toordinal(), 1, 1

    def whole_from(self, moment: Moment) -> int:
        """The first whole minute not before a moment: on a shared day after the same share of it."""
        ordinal, minute, size = moment
        i = bisect_left(self.ordinals, ordinal)
        if i < len(self.ordinals) and self.ordinals[i] == ordinal:
            return self.bounds[i] - (-minute * self.sizes[i] // size)
        return self.bounds[i]

    def whole_of(self, spot: Spot) -> int:
        """The whole minute of a spot; of a day that is none of the centre's, the next one's start."""
        i = bisect_left(self.days, spot.day)
        if i < len(self.days) and self.days[i] == spot.day:
            return self.bounds[i] + min(spot.minute, self.sizes[i])
        return self.bounds[i]

    def keep(self, kept: Iterable[tuple[Spot, Spot, str]]) -> list[str]:
        """Take out what is kept from one spot to another, before anything is placed; the names of those that overlap."""
        stretches = sorted((self.whole_of(a), self.whole_of(b), name) for a, b, name in kept)
        overlapping = []
        low, end, last = 0, self._ends[0], 0
        self._starts, self._ends = [], []
        for start, finish, name in stretches:
            if start < last:
                overlapping.append(name)
            last = max(last, finish)
            if self.net(start) >= self.net(finish):
                continue
            if self.net(start) - low >= self._shortest:
                self._starts.append(low)
                self._ends.append(self.net(start))
            low = max(low, self.net(finish))
        if end - low >= self._shortest:
            self._starts.append(low)
            self._ends.append(end)
        return overlapping

    def is_down(self, start: Spot, finish: Spot) -> bool:
        """Whether there is downtime between two spots."""
        low, high = self.whole_of(start), self.whole_of(finish)
        return self.net(high) - self.net(low) < high - low

    def place(self, earliest: int, minutes: int) -> int | None:
        """Take the first free net minutes, in one piece, not before `earliest`; None when there are none any more."""
        starts, ends = self._starts, self._ends
        kind = minutes.bit_length() - 1
        known = self._class_from.get(kind, 0)
        from_here = max(earliest, known)
        long, seen = 1 << kind, earliest <= known
        for i in range(bisect_right(ends, from_here), len(ends)):
            low = starts[i]
            if seen and ends[i] - low >= long:
                self._class_from[kind] = low
                seen = False
            low = max(low, earliest)
            if ends[i] - low >= minutes:
                self._cut(i, low, low + minutes)
                return low
        if seen:
            self._class_from[kind] = self.bounds[-1]
        return None

    def _cut(self, i: int, low: int, high: int) -> None:
        """Take a stretch out of a gap; what is left too short for any operation is given up."""
        starts, ends = self._starts, self._ends
        before, after = low - starts[i] >= self._shortest, ends[i] - high >= self._shortest
        if before and after:
            starts.insert(i + 1, high)
            ends.insert(i, low)
        elif before:
            ends[i] = low
        elif after:
            starts[i] = high
        else:
            del starts[i], ends[i]

    def capacity(self, last: date) -> int:
        """Minutes of work from the first day to the end of one, less downtime."""
        return self.net(self.bounds[bisect_right(self.days, last)])
