"""What happened in the warehouse, in the words of the screen."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openoms.domains.fulfilment.labels import SHORT
from openoms.interfaces.console.forms.weekdays import WEEKDAYS

_FIELDS: dict[str, Promise] = {
    "works_on": gettext_lazy("Works on"),
    "keeps_holidays": gettext_lazy("Closed on public holidays"),
    "closed_on": gettext_lazy("Closed on"),
    "transit_days": gettext_lazy("Days on the way"),
    "early_days": gettext_lazy("Sends earlier by at most"),
    "wave_size": gettext_lazy("Orders in a wave"),
}
_REASONS: dict[str, Any] = {str(key): name for key, name in SHORT.items()}
KINDS = frozenset({"fulfilment.short", "wave.started", "dispatch.set"})


def told(data: Mapping[str, Any]) -> dict[str, Any]:
    """An event's data with the words of the screen where it has codes; of a change only what is different."""
    words = dict(data)
    if "reason" in words:
        words["reason"] = _REASONS.get(words["reason"], words["reason"])
        words["note"] = words.get("note") or "–"
    if "left_out" in words:
        words["left_out"] = words["left_out"] or [_("nothing")]
    if isinstance(words.get("after"), dict):
        before, after = words["before"] or {}, words["after"]
        names = [name for name in after if before.get(name) != after[name]]
        words["before"], words["after"] = _spelt(before, names), _spelt(after, names)
    return words


def _spelt(document: Mapping[str, Any], names: list[str]) -> str:
    if not document:
        return "–"
    return "; ".join(f"{_FIELDS.get(name, name)} {_value(name, document.get(name))}" for name in names)


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None or value == []:
        return "–"
    if name == "works_on":
        days = dict(WEEKDAYS)
        return ", ".join(str(days.get(number, number)) for number in value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
