"""Values of warehouse work across layers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Handover:
    """With whom goods go: the carrier's name, its service, and the number on the label ("" where there is none)."""

    carrier: str
    service: str = ""
    waybill: str = ""


@dataclass(frozen=True, slots=True)
class ParcelInput:
    """A parcel as it was packed: how many of each sku (by code) it holds, and its weight in grams where it was weighed."""

    goods: Mapping[str, Decimal] = field(default_factory=dict)
    weight_g: int | None = None
