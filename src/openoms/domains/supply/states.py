"""The states of what is made and bought, and why work is to stop."""

from enum import StrEnum


class ProductionState(StrEnum):
    """How far a production order is: only planned work is changed or dropped without asking the department."""

    PLANNED = "planned"
    RELEASED = "released"
    STARTED = "started"
    DONE = "done"
    STOPPED = "stopped"


class PurchaseState(StrEnum):
    """How far a purchase order is: only a draft is changed or dropped without asking the supplier."""

    DRAFT = "draft"
    SENT = "sent"
    PARTLY_RECEIVED = "partly_received"
    RECEIVED = "received"
    CANCELLED = "cancelled"


class NoticeReason(StrEnum):
    """Why work or goods are no longer needed."""

    CANCELLED = "cancelled"
    DECREASED = "decreased"
    SURPLUS = "surplus"


class ExpectedBy(StrEnum):
    """Why goods are expected on a day: a document brings them, they take their lead time, nobody makes or sells them.

    `lost` is told of a day that moved because the document that was to bring them is gone.
    """

    PURCHASE = "purchase"
    PRODUCTION = "production"
    LEAD_TIME = "lead_time"
    NO_SOURCE = "no_source"
    LOST = "lost"
