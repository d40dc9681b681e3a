"""What may be promised, over REST."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from openoms.core.money import plain
from openoms.core.shapes import Amount
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.interfaces.api.answers import REFUSALS, ApiRequest, answer, encode
from openoms.interfaces.api.stock import Code
from openoms.reading import promising

router = Router(tags=["stock"])


class AvailabilityQuery(Schema):
    """Which sku, and how many are wanted."""

    sku: Code
    quantity: Annotated[Amount, Field(gt=0, le=10**9)] = Decimal(1)


class PromisePartOut(Schema):
    """So many from a day on."""

    on: date
    quantity: str


class PromiseDayOut(Schema):
    """A day on which something changes, and how many may be promised for it and the days after."""

    on: date
    incoming: str
    demand: str
    available: str


class AvailabilityOut(Schema):
    """What may be promised of a sku over all active warehouses, without breaking what is promised already.

    `promised_on` is the first day for which all of `quantity` may be promised, null where what there is and comes does not
    suffice; what `lacks` could be had `orderable_on` if it were made or bought now.
    """

    sku: str
    quantity: str
    on_hand: str
    reserved: str
    safety: str
    promised_on: date | None
    parts: list[PromisePartOut]
    lacks: str
    orderable_on: date | None
    days: list[PromiseDayOut]


@router.get(
    "/stock/availability", response={200: AvailabilityOut, **REFUSALS}, operation_id="get_availability"
)
def get_availability(request: ApiRequest, query: Query[AvailabilityQuery]) -> HttpResponse:
    """From when so many of a sku may be promised: on hand − reserved − safety, what comes by day, less what waits."""
    require(request.auth, Perm.STOCK_VIEW)
    return answer(encode(_availability(promising.promise(request.auth, query.sku, query.quantity))))


def _availability(found: promising.Promise) -> dict[str, Any]:
    return {
        "sku": found.sku,
        "quantity": plain(found.quantity),
        "on_hand": plain(found.position.on_hand),
        "reserved": plain(found.position.reserved),
        "safety": plain(found.position.safety),
        "promised_on": found.promised_on,
        "parts": [{"on": day, "quantity": plain(quantity)} for day, quantity in found.parts],
        "lacks": plain(found.lacks),
        "orderable_on": found.orderable_on,
        "days": [
            {
                "on": one.day,
                "incoming": plain(one.incoming),
                "demand": plain(one.demand),
                "available": plain(one.available),
            }
            for one in found.known.days
        ],
    }
