"""The ways to choose among warehouses: fewest splits, nearest, cheapest, by priority, least busy, soonest. Pure.

They are combined in order: a later one decides only what is equal by all before it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from openoms.domains.inventory.sites import Demand, Site, Strategy, distance_km

MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Scored:
    """A strategy made of a function of all sites."""

    code: str
    function: Callable[[Sequence[Site], Demand], list[int]]

    def scores(self, sites: Sequence[Site], demand: Demand) -> list[int]:
        """The score of a parcel from each site, in order."""
        return self.function(sites, demand)


def _fewest(sites: Sequence[Site], demand: Demand) -> list[int]:
    return [1] * len(sites)


def _nearest(sites: Sequence[Site], demand: Demand) -> list[int]:
    return [distance_km(site.place, demand.place) for site in sites]


def _cheapest(sites: Sequence[Site], demand: Demand) -> list[int]:
    return [max(0, int(site.parcel_cost * MICRO)) for site in sites]


def _priority(sites: Sequence[Site], demand: Demand) -> list[int]:
    """Any number of parcels of one rank is better than a single one of the next."""
    ranks = {rank: i for i, rank in enumerate(sorted({site.priority for site in sites}))}
    base = len(sites) + 1
    return [base ** ranks[site.priority] for site in sites]


def _balance(sites: Sequence[Site], demand: Demand) -> list[int]:
    return [max(0, site.load) for site in sites]


def _soonest(sites: Sequence[Site], demand: Demand) -> list[int]:
    """Days until a parcel leaves, counted from the earliest; nothing to choose when the instant is not known."""
    if demand.at is None:
        return [0] * len(sites)
    at: datetime = demand.at.astimezone(UTC)
    days = [site.ships_on(at).toordinal() for site in sites]
    return [day - min(days) for day in days]


FEWEST = Scored("fewest", _fewest)
NEAREST = Scored("nearest", _nearest)
CHEAPEST = Scored("cheapest", _cheapest)
PRIORITY = Scored("priority", _priority)
BALANCE = Scored("balance", _balance)
SOONEST = Scored("soonest", _soonest)
STRATEGIES: dict[str, Strategy] = {
    one.code: one for one in (FEWEST, NEAREST, CHEAPEST, PRIORITY, BALANCE, SOONEST)
}
