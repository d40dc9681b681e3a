"""How the console says the refusals of warehouse work."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from openoms.domains.fulfilment.labels import FULFILMENT, SHIPMENT, WAVE

# A wave's and a fulfilment's states of one code say the same.
_STATES: dict[str, Any] = {
    str(key): name for names in (SHIPMENT, WAVE, FULFILMENT) for key, name in names.items()
}
_IN_WAVE = "in wave "


def _step(data: Mapping[str, Any]) -> str:
    current = str(data["current"])
    if current == "in a wave":
        return _("%(number)s is in a wave already.") % data
    if current.startswith(_IN_WAVE):
        return _("%(number)s is picked with the wave %(wave)s.") % {
            "number": data["number"],
            "wave": current.removeprefix(_IN_WAVE),
        }
    return _("%(number)s is “%(state)s”: that does not work now.") % {
        "number": data["number"],
        "state": _STATES.get(current, current),
    }


def _unknown(data: Mapping[str, Any]) -> str:
    names = {
        "fulfilment": pgettext("thing", "fulfilment"),
        "wave": pgettext("thing", "wave"),
        "shipment": pgettext("thing", "shipment"),
        "parcel": pgettext("thing", "parcel"),
    }
    what = names.get(str(data["what"]), str(data["what"]))
    return _("There is no %(what)s “%(name)s”.") % {"what": what, "name": data["name"]}


def _not_wanted(data: Mapping[str, Any]) -> str:
    if not data.get("wanted"):
        return _("Nothing of it is left to take for %(number)s.") % data
    return _("Stop: %(wanted)s does not belong here, or all of it is there already.") % data


def _mismatch(data: Mapping[str, Any]) -> str:
    parts = ", ".join(f"{row['quantity']} × {row['sku']}" for row in data["missing"])
    return _("Not everything lies in a parcel yet: %(parts)s missing.") % {"parts": parts}


def _short(data: Mapping[str, Any]) -> str:
    parts = ", ".join(_("%(available)s of %(wanted)s × %(sku)s") % row for row in data["short"])
    return _("That many cannot be shipped from there: %(parts)s.") % {"parts": parts}


BY_CODE: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "no_such_work": _unknown,
    "illegal_work": _step,
    "not_released": lambda data: _("Order %(number)s is not released to the warehouse.") % data,
    "not_on_the_list": _not_wanted,
    "unknown_code": lambda data: _("No SKU has the code or barcode “%(wanted)s”.") % data,
    "more_than_needed": lambda data: _("Only %(left)s more of %(sku)s are needed.") % data,
    "pack_mismatch": _mismatch,
    "nothing_to_ship": lambda data: _("There is nothing of order %(number)s to ship from there.") % data,
    "not_enough_to_ship": _short,
}
CONSTANT: dict[str, Promise] = {
    "A wave has 1 to 200 fulfilments.": gettext_lazy("Choose 1 to 200 fulfilments for a wave."),
    "A wave is of one warehouse.": gettext_lazy("A wave is of one warehouse."),
    "Choose at least one weekday.": gettext_lazy("Choose at least one weekday."),
    "Between 0 and 90 working days.": gettext_lazy("Between 0 and 90 working days."),
    "Between 0 and 365 working days.": gettext_lazy("Between 0 and 365 working days."),
    "Between 1 and 200 orders.": gettext_lazy("Between 1 and 200 orders."),
    "At most 400 days.": gettext_lazy("At most 400 days."),
    "A parcel holds something.": gettext_lazy("A parcel holds something."),
    "A parcel weighs between 1 g and 10 t.": gettext_lazy("A parcel weighs between 1 g and 10 t."),
    "Say who takes it.": gettext_lazy("Say who takes it."),
    "At most 60 characters.": gettext_lazy("At most 60 characters."),
    "A quantity is 0 or more.": gettext_lazy("A quantity is 0 or more."),
    "A bin has at most 30 characters.": gettext_lazy("A bin has at most 30 characters."),
}
PATTERNS: tuple[tuple[str, Promise], ...] = (
    (r"There are (?P<count>\d+) parcels\.$", gettext_lazy("There are only %(count)s parcels.")),
)
