"""What the API is sent about warehouse work."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from openoms.core.shapes import NO_NUL, Amount, Day, Flag, Whole
from openoms.domains.fulfilment.types import Handover, ParcelInput
from openoms.interfaces.api.inputs import Code, Input

Quantity = Annotated[Amount, Field(gt=0, le=10**9)]
Short = Annotated[str, StringConstraints(max_length=60, pattern=NO_NUL)]
Carrier = Annotated[
    str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")
]
Text = Annotated[str, StringConstraints(max_length=300, pattern=NO_NUL)]
Reason = Annotated[
    str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")
]
Number = Annotated[str, StringConstraints(max_length=40, pattern=NO_NUL)]


class GoodsIn(Input):
    """So many of a sku, by its code or barcode."""

    sku: Code
    quantity: Quantity


class ShortIn(Input):
    """What remains of a sku is not there."""

    sku: Code
    reason: Literal["missing", "damaged"] = "missing"


class PickIn(Input):
    """What was picked: null all of it. What remains of `short` skus is waited for again."""

    lines: Annotated[list[GoodsIn], Field(max_length=500)] | None = None
    short: Annotated[list[ShortIn], Field(max_length=500)] = []


class ScanIn(Input):
    """What was scanned for a wave, and how many."""

    code: Code
    quantity: Quantity = Decimal(1)


class ParcelIn(Input):
    """A parcel: what it holds and, in grams, what it weighs."""

    lines: Annotated[list[GoodsIn], Field(min_length=1, max_length=500)]
    weight_g: Annotated[Whole, Field(ge=1, le=10**7)] | None = None

    def value_object(self) -> ParcelInput:
        """As the flow takes it."""
        return ParcelInput(summed(self.lines), self.weight_g)


class PackIn(Input):
    """The parcels; null: all that was picked in one."""

    parcels: Annotated[list[ParcelIn], Field(min_length=1, max_length=200)] | None = None


class HandoverIn(Input):
    """With whom it goes."""

    carrier: Carrier
    service: Short = ""
    waybill: Short = ""

    def handover(self) -> Handover:
        """As the flow takes it."""
        return Handover(self.carrier, self.service, self.waybill)


class ShipLineIn(Input):
    """So many of a line, by its number in the order."""

    line: Annotated[Whole, Field(ge=1, le=10_000)]
    quantity: Annotated[Amount, Field(ge=0, le=10**9)]


class ShipmentIn(HandoverIn):
    """Goods that leave straight from the shelf; `lines` null: all that is kept for the order there."""

    warehouse: Code
    lines: Annotated[list[ShipLineIn], Field(max_length=500)] | None = None


class WaveIn(Input):
    """Fulfilments to pick on one round, by number, in the order of the cart."""

    fulfilments: Annotated[list[Number], Field(min_length=1, max_length=200)]


class ReasonIn(Input):
    """Why."""

    reason: Reason


class DispatchIn(Input):
    """When a warehouse sends; weekdays are counted from Monday 0, days are working days."""

    works_on: Annotated[list[Annotated[Whole, Field(ge=0, le=6)]], Field(min_length=1, max_length=7)]
    keeps_holidays: Flag = True
    closed_on: Annotated[list[Day], Field(max_length=400)] = []
    transit_days: Annotated[Whole, Field(ge=0, le=90)] = 2
    early_days: Annotated[Whole, Field(ge=0, le=365)] | None = None
    wave_size: Annotated[Whole, Field(ge=1, le=200)] = 24


def summed(lines: Sequence[GoodsIn]) -> dict[str, Decimal]:
    """Quantities by sku; one named twice counts twice."""
    found: dict[str, Decimal] = {}
    for line in lines:
        found[line.sku] = found.get(line.sku, Decimal(0)) + line.quantity
    return found
