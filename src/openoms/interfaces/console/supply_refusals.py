"""How the console says the refusals of supply."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openoms.domains.supply.labels import PRODUCTION, PURCHASE

_STATES: dict[str, Any] = {str(key): value for key, value in (*PRODUCTION.items(), *PURCHASE.items())}


def _step(data: Mapping[str, Any]) -> str:
    current = _STATES.get(str(data["current"]), data["current"])
    return _("%(number)s is “%(state)s”: that does not work now.") % {
        "number": data["number"],
        "state": current,
    }


def _material(data: Mapping[str, Any]) -> str:
    parts = ", ".join(f"{row['sku']} × {row['missing']}" for row in data["shortages"])
    return _("Material is missing: %(parts)s.") % {"parts": parts}


BY_CODE: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "illegal_step": _step,
    "material_short": _material,
    "no_such_supply": lambda data: _("There is no “%(name)s”.") % data,
    "circular_bill": lambda data: (
        _("A product cannot be made of itself: %(way)s.") % {"way": " → ".join(data["way"])}
    ),
    "too_much": lambda data: _("At most %(most)s remain of %(number)s.") % data,
    "notice_acknowledged": lambda data: _("Somebody has acknowledged this notice already."),
    "circular": lambda data: (
        _("These orders need each other in a circle: %(way)s.") % {"way": " → ".join(data["cycle"])}
    ),
}
CONSTANT: dict[str, Promise] = {
    "A quantity lies above 0.": gettext_lazy("A quantity lies above 0."),
    "A purchase order has a line at least.": gettext_lazy("A purchase order has a line at least."),
    "A bill of materials has a component or a step.": gettext_lazy(
        "A bill of materials has a component or a step."
    ),
    "A sku stands twice.": gettext_lazy("A SKU stands twice."),
    "Scrap lies from 0 to below 100 percent.": gettext_lazy("Scrap lies from 0 to below 100 percent."),
    "A name has 1 to 80 characters.": gettext_lazy("A name has 1 to 80 characters."),
    "This lies below 0 or is too large.": gettext_lazy("This lies below 0 or is too large."),
    "A work centre works on one weekday at least.": gettext_lazy(
        "A work centre works on one weekday at least."
    ),
    "A work centre works 1 to 100,000 minutes a day.": gettext_lazy(
        "A work centre works 1 to 100,000 minutes a day."
    ),
    "Fewer than were made already: finish the order instead.": gettext_lazy(
        "Fewer than were made already: finish the order instead."
    ),
    "Say how many of which line came.": gettext_lazy("Say how many of which line came."),
    "A price lies from 0 to 100,000,000,000.": gettext_lazy("A price lies from 0 to 100,000,000,000."),
}
