"""The words of stock on screen."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from openoms.domains.inventory.states import MovementKind, OnShort, ReservationState, ReserveAt, ShipPolicy

MOVEMENT: Mapping[MovementKind, Promise] = {
    MovementKind.RECEIPT: pgettext_lazy("movement", "Receipt"),
    MovementKind.SHIPMENT: pgettext_lazy("movement", "Shipment"),
    MovementKind.RETURN: pgettext_lazy("movement", "Return"),
    MovementKind.ADJUSTMENT: pgettext_lazy("movement", "Adjustment"),
    MovementKind.COUNT: pgettext_lazy("movement", "Count"),
    MovementKind.CONSUMPTION: pgettext_lazy("movement", "Used in production"),
    MovementKind.PRODUCTION: pgettext_lazy("movement", "Produced"),
    MovementKind.TRANSFER: pgettext_lazy("movement", "Transfer"),
}
RESERVATION: Mapping[ReservationState, Promise] = {
    ReservationState.OPEN: pgettext_lazy("reservation", "Reserved"),
    ReservationState.SHIPPED: pgettext_lazy("reservation", "Shipped"),
    ReservationState.FREED: pgettext_lazy("reservation", "Freed"),
}
RESERVE_AT: Mapping[ReserveAt, Promise] = {
    ReserveAt.SUBMISSION: _("when an order is submitted"),
    ReserveAt.RELEASE: _("when an order is released to the warehouse"),
}
ON_SHORT: Mapping[OnShort, Promise] = {
    OnShort.BACKORDER: _("the order is taken and waits for goods"),
    OnShort.REFUSE: _("the order is not taken"),
}
SHIP_POLICY: Mapping[ShipPolicy, Promise] = {
    ShipPolicy.COMPLETE: _("only complete"),
    ShipPolicy.AVAILABLE: _("what is there, the rest later"),
}
