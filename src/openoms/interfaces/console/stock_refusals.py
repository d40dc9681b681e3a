"""How the console says the refusals of stock."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from openoms.interfaces.console.amounts import quantity_text


def _reserved(data: Mapping[str, Any]) -> str:
    figures = {name: quantity_text(Decimal(data[name])) for name in ("on_hand", "reserved")}
    return _(
        "Of %(sku)s %(on_hand)s are on hand and %(reserved)s of them kept for orders: less than that cannot be left. "
        "Free or move the orders first."
    ) % {"sku": data["sku"], **figures}


def _lots_short(data: Mapping[str, Any]) -> str:
    figures = {name: quantity_text(Decimal(data[name])) for name in ("wanted", "good")}
    if data["lot"]:
        return _("Of lot %(lot)s of %(sku)s only %(good)s are there, and %(wanted)s are to be taken.") % {
            "sku": data["sku"],
            "lot": data["lot"],
            **figures,
        }
    return _(
        "Of %(sku)s %(wanted)s are to be taken, and only %(good)s are there and good. Count the lots, or take out what expired."
    ) % {"sku": data["sku"], **figures}


def _other_expiry(data: Mapping[str, Any]) -> str:
    if not data["expires_on"]:
        return (
            _(
                "The lot %(lot)s is known without an expiry date. Leave it empty, or give the lot another name."
            )
            % data
        )
    return _("The lot %(lot)s is known to be good until %(expires_on)s.") % data


BY_CODE: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "stock_reserved": _reserved,
    "lots_short": _lots_short,
    "lot_needed": lambda data: _("%(sku)s tracks lots: say which.") % data,
    "no_lots": lambda data: _("%(sku)s does not track lots.") % data,
    "other_expiry": _other_expiry,
}
