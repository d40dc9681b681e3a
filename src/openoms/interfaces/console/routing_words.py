"""Why an order's goods come from these warehouses, in words; the codes are those of docs/goods.md."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openoms.interfaces.console.templatetags.oms import quantity


def said(steps: Sequence[Mapping[str, Any]]) -> list[str]:
    """A sentence for each step that has one."""
    return [_SAID[step["code"]](_written(step)) for step in steps if step.get("code") in _SAID]


def _written(step: Mapping[str, Any]) -> dict[str, Any]:
    """The step with its quantities as people read them."""
    figures = {name: quantity(Decimal(step[name])) for name in ("lacks", "has", "quantity") if name in step}
    return {**step, **figures}


def _parcels(step: Mapping[str, Any]) -> str:
    count, sites = int(step["count"]), ", ".join(step["sites"])
    return ngettext("%(count)s parcel, from %(sites)s", "%(count)s parcels, from %(sites)s", count) % {
        "count": count, "sites": sites,
    }  # fmt: skip


def _lacks(step: Mapping[str, Any]) -> str:
    return _("from %(from)s because %(site)s lacks %(lacks)s of %(sku)s") % step


def _preferred(step: Mapping[str, Any]) -> str:
    return _("%(site)s has it too; %(from)s sends a parcel anyhow and is preferred") % step


def _shared(step: Mapping[str, Any]) -> str:
    return _("%(site)s has %(has)s of %(sku)s, which other lines take") % step


def _split(step: Mapping[str, Any]) -> str:
    return _("no warehouse has a line of %(sku)s whole") % step


def _short(step: Mapping[str, Any]) -> str:
    if step.get("day"):
        day = date_format(date.fromisoformat(step["day"]), "Y-m-d")
        return _("%(quantity)s of %(sku)s short; goods come on %(day)s") % {**step, "day": day}
    return _("%(quantity)s of %(sku)s short") % step


def _waits(step: Mapping[str, Any]) -> str:
    return _("it leaves only complete and waits")


_SAID: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "parcels": _parcels,
    "lacks": _lacks,
    "preferred": _preferred,
    "shared_stock": _shared,
    "split_line": _split,
    "short": _short,
    "waits_complete": _waits,
}
