"""The words of warehouse work on screen."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from openoms.domains.fulfilment.states import FulfilmentState, ShipmentState, ShortReason, WaveState

FULFILMENT: Mapping[FulfilmentState, Promise] = {
    FulfilmentState.OPEN: pgettext_lazy("fulfilment", "To do"),
    FulfilmentState.PICKING: pgettext_lazy("fulfilment", "Picking"),
    FulfilmentState.PICKED: pgettext_lazy("fulfilment", "Picked"),
    FulfilmentState.PACKED: pgettext_lazy("fulfilment", "Packed"),
    FulfilmentState.SHIPPED: pgettext_lazy("fulfilment", "Shipped"),
    FulfilmentState.CANCELLED: pgettext_lazy("fulfilment", "Cancelled"),
}
WAVE: Mapping[WaveState, Promise] = {
    WaveState.PLANNED: pgettext_lazy("wave", "Planned"),
    WaveState.PICKING: pgettext_lazy("wave", "Picking"),
    WaveState.PICKED: pgettext_lazy("wave", "Picked"),
}
SHIPMENT: Mapping[ShipmentState, Promise] = {
    ShipmentState.SHIPPED: pgettext_lazy("shipment", "Shipped"),
    ShipmentState.CANCELLED: pgettext_lazy("shipment", "Cancelled"),
}
SHORT: Mapping[ShortReason, Promise] = {
    ShortReason.MISSING: pgettext_lazy("short pick", "Not in its bin"),
    ShortReason.DAMAGED: pgettext_lazy("short pick", "Damaged"),
}
