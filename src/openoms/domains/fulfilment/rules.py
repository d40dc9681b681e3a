"""What may become of warehouse work, by when it leaves, and how goods are dealt over orders (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from openoms.core.clock import Calendar
from openoms.domains.fulfilment.errors import IllegalWork
from openoms.domains.fulfilment.states import FulfilmentState, WaveState
from openoms.domains.orders.states import FulfilmentState as OrderState

ZERO = Decimal(0)
NEXT: Mapping[FulfilmentState, frozenset[FulfilmentState]] = {
    FulfilmentState.OPEN: frozenset({FulfilmentState.PICKING, FulfilmentState.CANCELLED}),
    FulfilmentState.PICKING: frozenset({FulfilmentState.PICKED, FulfilmentState.CANCELLED}),
    FulfilmentState.PICKED: frozenset({FulfilmentState.PACKED, FulfilmentState.CANCELLED}),
    FulfilmentState.PACKED: frozenset(
        {FulfilmentState.PICKED, FulfilmentState.SHIPPED, FulfilmentState.CANCELLED}
    ),
    FulfilmentState.SHIPPED: frozenset({FulfilmentState.PACKED}),
    FulfilmentState.CANCELLED: frozenset(),
}
TO_DO = (FulfilmentState.OPEN, FulfilmentState.PICKING, FulfilmentState.PICKED, FulfilmentState.PACKED)
BEGUN = (FulfilmentState.PICKING, FulfilmentState.PICKED, FulfilmentState.PACKED)
NEXT_WAVE: Mapping[WaveState, frozenset[WaveState]] = {
    WaveState.PLANNED: frozenset({WaveState.PICKING}),
    WaveState.PICKING: frozenset({WaveState.PICKED}),
    WaveState.PICKED: frozenset(),
}


def check_step(number: str, current: str, target: FulfilmentState) -> None:
    """Raise IllegalWork unless `target` may follow."""
    if target not in NEXT[FulfilmentState(current)]:
        raise IllegalWork(number, current, target)


def check_wave(number: str, current: str, target: WaveState) -> None:
    """Raise IllegalWork unless `target` may follow."""
    if target not in NEXT_WAVE[WaveState(current)]:
        raise IllegalWork(number, current, target)


@dataclass(frozen=True, slots=True)
class Dispatch:
    """When a warehouse sends: its calendar (local), the time by which what is released leaves the same day, and how far ahead."""

    calendar: Calendar
    cut_off: time
    transit_days: int
    early_days: int | None


@dataclass(frozen=True, slots=True)
class Window:
    """The days between which something leaves, local to the warehouse; `not_before` None: any day up to `ship_by`."""

    not_before: date | None
    ship_by: date


def window(requested: date | None, released: datetime, dispatch: Dispatch) -> Window:
    """When goods released at an instant (aware) leave for a customer who asked for a day, or for none.

    Without a day they leave on the day of release, or the next working day when that is none or its cut-off is over.
    With one they leave `transit_days` working days before it, as soon as they can where that is over already, and not
    more than `early_days` before that.
    """
    first = _first_day(released, dispatch)
    if requested is None:
        return Window(None, first)
    wanted = _working_days_before(dispatch.calendar, requested, dispatch.transit_days)
    if wanted <= first:
        return Window(None, first)
    if dispatch.early_days is None:
        return Window(None, wanted)
    opens = _working_days_before(dispatch.calendar, wanted, dispatch.early_days)
    return Window(opens if opens > first else None, wanted)


def _first_day(released: datetime, dispatch: Dispatch) -> date:
    local = released.astimezone(ZoneInfo(dispatch.calendar.timezone))
    today = local.date()
    leaves_today = dispatch.calendar.is_working(today) and local.time() <= dispatch.cut_off
    return next(dispatch.calendar.working_days_from(today if leaves_today else today + timedelta(days=1)))


def _working_days_before(calendar: Calendar, day: date, count: int) -> date:
    """The last working day with at least `count` working days after it up to and with `day`; a year back at most."""
    left = count
    for _ in range(count * 7 + 366):
        if calendar.is_working(day):
            if left <= 0:
                return day
            left -= 1
        day -= timedelta(days=1)
    return day


def deal(wanted: Sequence[Decimal], quantity: Decimal) -> list[Decimal]:
    """What each of some wants gets of a quantity, the first first; the sum is at most `quantity`."""
    dealt = []
    for want in wanted:
        given = min(want, quantity)
        dealt.append(given)
        quantity -= given
    return dealt


@dataclass(frozen=True, slots=True)
class Progress:
    """What is so of an order's goods: some shipped, some kept or waited for, and the states of its fulfilments."""

    has_shipped: bool
    has_kept: bool
    has_short: bool
    work: frozenset[str]


def order_state(progress: Progress) -> OrderState:
    """How far an order's goods are: what left decides first, then what is in hand, then what is kept or missing."""
    if progress.has_shipped:
        left = progress.has_kept or progress.has_short
        return OrderState.PARTIALLY_SHIPPED if left else OrderState.SHIPPED
    if progress.work & {FulfilmentState.PICKING, FulfilmentState.PICKED}:
        return OrderState.PICKING
    if FulfilmentState.PACKED in progress.work:
        return OrderState.PACKED
    if progress.has_short:
        return OrderState.BACKORDERED
    return OrderState.ALLOCATED if progress.has_kept else OrderState.UNALLOCATED
