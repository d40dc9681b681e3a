"""The words of supply on screen."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from openoms.domains.supply.states import ExpectedBy, NoticeReason, ProductionState, PurchaseState

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
EXPECTED_BY: Mapping[ExpectedBy, Promise] = {
    ExpectedBy.PURCHASE: pgettext_lazy("expected by", "purchase order"),
    ExpectedBy.PRODUCTION: pgettext_lazy("expected by", "production order"),
    ExpectedBy.LEAD_TIME: pgettext_lazy("expected by", "usual lead time, nothing ordered yet"),
    ExpectedBy.NO_SOURCE: pgettext_lazy("expected by", "nobody makes or sells it"),
    ExpectedBy.LOST: pgettext_lazy("expected by", "what was to bring it is gone"),
}
