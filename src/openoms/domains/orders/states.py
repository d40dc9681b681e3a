"""The states an order can be in, each axis on its own (glossary)."""

from enum import StrEnum


class Status(StrEnum):
    """Where the order is between being written and being done; `rules.NEXT` says what may follow."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class PaymentState(StrEnum):
    """How much of the order is paid."""

    UNPAID = "unpaid"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"


class FulfilmentState(StrEnum):
    """How far the goods are."""

    UNALLOCATED = "unallocated"
    BACKORDERED = "backordered"
    ALLOCATED = "allocated"
    IN_PRODUCTION = "in_production"
    PICKING = "picking"
    PACKED = "packed"
    PARTIALLY_SHIPPED = "partially_shipped"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    PERFORMED = "performed"
    RETURNED = "returned"


class Terms(StrEnum):
    """When it is paid."""

    PREPAID = "prepaid"
    CREDIT = "credit"


class Stage(StrEnum):
    """The stages of an order's way, in order; instructions and holds belong to one."""

    SUBMISSION = "submission"
    APPROVAL = "approval"
    PAYMENT = "payment"
    ALLOCATION = "allocation"
    PRODUCTION = "production"
    PICKING = "picking"
    PACKING = "packing"
    SHIPPING = "shipping"
    DELIVERY = "delivery"


class HoldKind(StrEnum):
    """Why an order, or a line of it, is kept from a stage."""

    APPROVAL = "approval"
    PAYMENT = "payment"
    ADDRESS = "address"
    STOCK = "stock"
    CREDIT = "credit"
    INSTRUCTION = "instruction"
    RISK = "risk"
    MANUAL = "manual"


class InstructionState(StrEnum):
    """What became of a remark."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    DONE = "done"
    NOT_POSSIBLE = "not_possible"
    WITHDRAWN = "withdrawn"
