"""The states of warehouse work."""

from enum import StrEnum


class FulfilmentState(StrEnum):
    """How far a warehouse is with what it has to send for an order."""

    OPEN = "open"
    PICKING = "picking"
    PICKED = "picked"
    PACKED = "packed"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class WaveState(StrEnum):
    """How far a wave is: only a planned one is changed or dissolved."""

    PLANNED = "planned"
    PICKING = "picking"
    PICKED = "picked"


class ShipmentState(StrEnum):
    """Whether goods are on their way, or came back before the carrier had them."""

    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class ShortReason(StrEnum):
    """Why fewer are picked than were kept for the order."""

    MISSING = "missing"
    DAMAGED = "damaged"
