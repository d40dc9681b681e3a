"""The states' names on screen."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from openoms.domains.orders.states import (
    FulfilmentState,
    HoldKind,
    InstructionState,
    PaymentState,
    Stage,
    Status,
    Terms,
)

STATUS: Mapping[Status, Promise] = {
    Status.DRAFT: _("Draft"),
    Status.SUBMITTED: _("Submitted"),
    Status.APPROVED: _("Approved"),
    Status.COMPLETED: _("Completed"),
    Status.CANCELLED: _("Cancelled"),
}
PAYMENT_STATE: Mapping[PaymentState, Promise] = {
    PaymentState.UNPAID: _("Unpaid"),
    PaymentState.PARTIALLY_PAID: _("Partially paid"),
    PaymentState.PAID: _("Paid"),
    PaymentState.PARTIALLY_REFUNDED: _("Partially refunded"),
    PaymentState.REFUNDED: _("Refunded"),
}
FULFILMENT_STATE: Mapping[FulfilmentState, Promise] = {
    FulfilmentState.UNALLOCATED: _("Unallocated"),
    FulfilmentState.BACKORDERED: _("Backordered"),
    FulfilmentState.ALLOCATED: _("Allocated"),
    FulfilmentState.IN_PRODUCTION: _("In production"),
    FulfilmentState.PICKING: _("Picking"),
    FulfilmentState.PACKED: _("Packed"),
    FulfilmentState.PARTIALLY_SHIPPED: _("Partially shipped"),
    FulfilmentState.SHIPPED: _("Shipped"),
    FulfilmentState.DELIVERED: _("Delivered"),
    FulfilmentState.PERFORMED: _("Performed"),
    FulfilmentState.RETURNED: _("Returned"),
}
TERMS: Mapping[Terms, Promise] = {
    Terms.PREPAID: _("Prepaid"),
    Terms.CREDIT: _("On credit"),
}
STAGE: Mapping[Stage, Promise] = {
    Stage.SUBMISSION: pgettext_lazy("stage", "Submission"),
    Stage.APPROVAL: pgettext_lazy("stage", "Approval"),
    Stage.PAYMENT: pgettext_lazy("stage", "Payment"),
    Stage.ALLOCATION: pgettext_lazy("stage", "Allocation"),
    Stage.PRODUCTION: pgettext_lazy("stage", "Production"),
    Stage.PICKING: pgettext_lazy("stage", "Picking"),
    Stage.PACKING: pgettext_lazy("stage", "Packing"),
    Stage.SHIPPING: pgettext_lazy("stage", "Shipping"),
    Stage.DELIVERY: pgettext_lazy("stage", "Delivery"),
}

# The parts of an order as `order.revised` names them.
PARTS: Mapping[str, Promise] = {
    "lines": _("Items"),
    "customer": _("Customer"),
    "ship_to": _("Ship to"),
    "bill_to": _("Bill to"),
    "requested_date": _("Requested date"),
    "terms": _("Terms"),
    "order_type": _("Order type"),
    "channel": _("Channel"),
    "external_id": _("External reference"),
    "currency": _("Currency"),
    "instructions": _("Remarks"),
}
HOLD_KIND: Mapping[HoldKind, Promise] = {
    HoldKind.APPROVAL: pgettext_lazy("hold", "Approval pending"),
    HoldKind.PAYMENT: pgettext_lazy("hold", "Payment pending"),
    HoldKind.ADDRESS: pgettext_lazy("hold", "Doubtful address"),
    HoldKind.STOCK: pgettext_lazy("hold", "Short of stock"),
    HoldKind.CREDIT: pgettext_lazy("hold", "Credit"),
    HoldKind.INSTRUCTION: pgettext_lazy("hold", "Remark to be confirmed"),
    HoldKind.RISK: pgettext_lazy("hold", "Risk"),
    HoldKind.MANUAL: pgettext_lazy("hold", "Held by hand"),
}
# What ends a hold of each kind.
HOLD_ENDS: Mapping[HoldKind, Promise] = {
    HoldKind.APPROVAL: _("It ends when the approval is decided."),
    HoldKind.PAYMENT: _("It ends when the payment arrives."),
    HoldKind.ADDRESS: _("It ends when the address is corrected, or somebody says it is right as it is."),
    HoldKind.STOCK: _("It ends when the goods are in stock."),
    HoldKind.CREDIT: _("It ends when the customer's credit suffices."),
    HoldKind.INSTRUCTION: _("It ends when the remark is confirmed."),
    HoldKind.RISK: _("It ends when somebody releases it."),
    HoldKind.MANUAL: _("It ends when somebody releases it."),
}
INSTRUCTION_STATE: Mapping[InstructionState, Promise] = {
    InstructionState.OPEN: pgettext_lazy("remark", "Open"),
    InstructionState.ACKNOWLEDGED: pgettext_lazy("remark", "Confirmed"),
    InstructionState.DONE: pgettext_lazy("remark", "Done"),
    InstructionState.NOT_POSSIBLE: pgettext_lazy("remark", "Not possible"),
    InstructionState.WITHDRAWN: pgettext_lazy("remark", "Withdrawn"),
}


def choices(names: Mapping[Any, Promise]) -> list[tuple[str, Promise]]:
    """The pairs a model's or form's field takes."""
    return [(state.value, name) for state, name in names.items()]
