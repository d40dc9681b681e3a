"""Who hears of what, on which channel, when; and when a failed message is tried again (pure)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from openoms.domains.notifications.states import Channel, Way

DIGEST_AT = time(8)
# Attempts at 5 s, doubling up to 6 h: about three days; then the message waits for a person.
MAX_ATTEMPTS = 24
_FIRST_WAIT_SECONDS, _LONGEST_WAIT = 5, timedelta(hours=6)
# News of long ago, told by a worker that was away: into the inbox, not out into the world.
STALE = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Times:
    """A person's zone, quiet hours (none where both are None) and the hour of their digest; times of day there."""

    zone: str
    quiet_from: time | None = None
    quiet_to: time | None = None
    digest_at: time = DIGEST_AT


@dataclass(frozen=True, slots=True)
class Plan:
    """A message to be made: the channel, when it is due, and whether it waits for the digest."""

    channel: Channel
    due_at: datetime
    digest: bool = False


def plan(
    usual: Mapping[Channel, Way],
    chosen: Mapping[Channel, Way],
    reachable: Collection[Channel],
    times: Times,
    now: datetime,
    *,
    happened_at: datetime,
) -> list[Plan]:
    """The messages one person gets of one event: `chosen` goes before the `usual` ways, the inbox never waits.

    What happened longer ago than STALE goes into the inbox only.
    """
    plans = []
    for channel in Channel:
        way = chosen.get(channel, usual.get(channel, Way.OFF))
        if way is Way.OFF or channel not in reachable:
            continue
        if channel is Channel.INBOX:
            plans.append(Plan(channel, now))
        elif now - happened_at <= STALE:
            digest = way is Way.DIGEST
            due = next_at(now, times.digest_at, times.zone) if digest else now
            plans.append(Plan(channel, undisturbed(due, times), digest))
    return plans


def next_at(now: datetime, at: time, zone: str) -> datetime:
    """The first instant after `now` (UTC) at which a clock in `zone` shows `at`; once a day, whatever clocks do.

    An hour that is skipped is read with the offset from before the change, one that comes twice is the first of them.
    """
    day = now.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
    while True:
        instant = datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)
        if instant > now:
            return instant
        day += timedelta(days=1)


def is_quiet(instant: datetime, times: Times) -> bool:
    """Whether the person is not to be disturbed at the instant. Quiet hours may go past midnight; their end is not quiet."""
    if times.quiet_from is None or times.quiet_to is None or times.quiet_from == times.quiet_to:
        return False
    local = instant.astimezone(ZoneInfo(times.zone)).time()
    if times.quiet_from < times.quiet_to:
        return times.quiet_from <= local < times.quiet_to
    return local >= times.quiet_from or local < times.quiet_to


def undisturbed(instant: datetime, times: Times) -> datetime:
    """The instant itself, or the end of the quiet hours it lies in (UTC)."""
    if not is_quiet(instant, times) or times.quiet_to is None:
        return instant
    return min(end for end in _ends(instant, times.quiet_to, times.zone) if not is_quiet(end, times))


def _ends(instant: datetime, at: time, zone: str) -> Iterator[datetime]:
    """When clocks show `at` after the instant in the days around it: an hour that comes twice does so twice."""
    first = instant.astimezone(ZoneInfo(zone)).date()
    for days in range(-1, 3):
        for fold in (0, 1):
            local = datetime.combine(first + timedelta(days=days), at.replace(fold=fold), ZoneInfo(zone))
            if local.astimezone(UTC) > instant:
                yield local.astimezone(UTC)


def wait_after(attempts: int) -> timedelta | None:
    """How long to wait after that many attempts failed; None when there have been enough."""
    if attempts >= MAX_ATTEMPTS:
        return None
    return min(timedelta(seconds=_FIRST_WAIT_SECONDS * 2 ** min(attempts - 1, 20)), _LONGEST_WAIT)


def without(people: Iterable[str], left_out: str) -> list[str]:
    """The people in order, each once, without the one left out and without nobody."""
    return [person for person in dict.fromkeys(people) if person and person != left_out]
