"""The kinds of what happens to stock."""

from enum import StrEnum


class MovementKind(StrEnum):
    """Why a quantity on hand changed."""

    RECEIPT = "receipt"
    SHIPMENT = "shipment"
    RETURN = "return"
    ADJUSTMENT = "adjustment"
    COUNT = "count"
    CONSUMPTION = "consumption"
    PRODUCTION = "production"
    TRANSFER = "transfer"


class ReservationState(StrEnum):
    """What became of a reservation: it still holds goods, they left with it, or it was freed."""

    OPEN = "open"
    SHIPPED = "shipped"
    FREED = "freed"


class ReserveAt(StrEnum):
    """When goods are kept for an order: as it is submitted, or once it is released to the warehouse."""

    SUBMISSION = "submission"
    RELEASE = "release"


class OnShort(StrEnum):
    """What becomes of an order that wants more than there is: it is taken and waits, or it is not taken."""

    BACKORDER = "backorder"
    REFUSE = "refuse"


class ShipPolicy(StrEnum):
    """What leaves when not everything is there: nothing, or what is."""

    COMPLETE = "complete"
    AVAILABLE = "available"
