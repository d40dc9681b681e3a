"""What routing is told: a demand, the warehouses with what they have, and the policy. Frozen values, pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt
from typing import Protocol
from zoneinfo import ZoneInfo

ZERO = Decimal(0)
EARTH_KM = 6371.0
# How far places are apart, in km, when one of them has no coordinates: in one city, region, country, or none of these.
SAME_CITY_KM, SAME_REGION_KM, SAME_COUNTRY_KM, ABROAD_KM = 20, 300, 1500, 8000


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere on earth: country (ISO 3166 alpha-2), region and city as the address names them, degrees where known."""

    country: str = ""
    region: str = ""
    city: str = ""
    latitude: float | None = None
    longitude: float | None = None

    @property
    def degrees(self) -> tuple[float, float] | None:
        """Latitude and longitude, where both are known."""
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude


def distance_km(one: Place, other: Place) -> int:
    """Whole kilometres between two places: the great circle, or by what of the address is the same."""
    north, south = one.degrees, other.degrees
    if north and south:
        return round(_great_circle_km(north, south))
    if not one.country or one.country != other.country:
        return ABROAD_KM
    if not one.region or one.region != other.region:
        return SAME_COUNTRY_KM
    return SAME_CITY_KM if one.city and one.city == other.city else SAME_REGION_KM


def _great_circle_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    rise, turn = radians(one[0] - other[0]), radians(one[1] - other[1])
    chord = sin(rise / 2) ** 2 + cos(radians(one[0])) * cos(radians(other[0])) * sin(turn / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(chord)))


@dataclass(frozen=True, slots=True)
class Site:
    """A warehouse. `priority` 1 goes before 2; `parcel_cost` in the firm's currency; `load` is how busy it is, in percent of
    a day's work; after `cut_off` (local time) parcels leave the day after.
    """

    code: str
    place: Place = field(default_factory=Place)
    priority: int = 1
    parcel_cost: Decimal = ZERO
    load: int = 0
    cut_off: time | None = None
    timezone: str = "UTC"
    active: bool = True

    def ships_on(self, at: datetime) -> date:
        """The local date on which what is routed at an instant (aware) leaves, were every day worked."""
        local = at.astimezone(ZoneInfo(self.timezone))
        late = self.cut_off is not None and local.time() > self.cut_off
        return local.date() + timedelta(days=int(late))


@dataclass(frozen=True, slots=True)
class DemandLine:
    """A line to serve: `key` is unique in the demand, `quantity` is above nought, in sales units. No bundles."""

    key: str
    sku: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Demand:
    """What is wanted where; `complete`: all of it is shipped or nothing yet; `at` (aware) counts for cut-offs."""

    lines: tuple[DemandLine, ...]
    place: Place = field(default_factory=Place)
    complete: bool = False
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """Goods that arrive at a site on a day and are promised to nobody."""

    site: str
    sku: str
    day: date
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Stock:
    """Sites, what may be taken there by (site, sku) (on hand − reserved − safety; below nought is nought), and what comes."""

    sites: tuple[Site, ...]
    available: Mapping[tuple[str, str], Decimal]
    incoming: tuple[Incoming, ...] = ()


class Strategy(Protocol):
    """What speaks for a site: each parcel from it costs its score; the smallest sum is best."""

    @property
    def code(self) -> str:
        """Its name in policies and traces."""
        ...

    def scores(self, sites: Sequence[Site], demand: Demand) -> list[int]:
        """The score of a parcel from each site, in order, none below nought."""
        ...
