"""The words of supply on screen."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from openoms.domains.supply.states import NoticeReason, ProductionState, PurchaseState

PRODUCTION: Mapping[ProductionState, Promise] = {
    ProductionState.PLANNED: pgettext_lazy("production", "Planned"),
    ProductionState.RELEASED: pgettext_lazy("production", "Released"),
    ProductionState.STARTED: pgettext_lazy("production", "Started"),
    ProductionState.DONE: pgettext_lazy("production", "Done"),
    ProductionState.STOPPED: pgettext_lazy("production", "Stopped"),
}
PURCHASE: Mapping[PurchaseState, Promise] = {
    PurchaseState.DRAFT: pgettext_lazy("purchase", "Draft"),
    PurchaseState.SENT: pgettext_lazy("purchase", "Sent"),
    PurchaseState.PARTLY_RECEIVED: pgettext_lazy("purchase", "Partly received"),
    PurchaseState.RECEIVED: pgettext_lazy("purchase", "Received"),
    PurchaseState.CANCELLED: pgettext_lazy("purchase", "Cancelled"),
}
NOTICE: Mapping[NoticeReason, Promise] = {
    NoticeReason.CANCELLED: pgettext_lazy("stop-work", "The order was cancelled"),
    NoticeReason.DECREASED: pgettext_lazy("stop-work", "The order needs fewer"),
    NoticeReason.SURPLUS: pgettext_lazy("stop-work", "Nothing needs it any longer"),
}
