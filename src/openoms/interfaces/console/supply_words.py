"""What happened to supply, in the words of the screen."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openoms.domains.supply.labels import NOTICE, PRODUCTION, PURCHASE

SUBJECTS = frozenset({"production_order", "purchase_order", "stop_work_notice"})
_STATES: dict[str, Any] = {str(key): value for key, value in (*PRODUCTION.items(), *PURCHASE.items())}
_REASONS: dict[str, Any] = {str(key): value for key, value in NOTICE.items()}
_FIELDS: dict[str, Promise] = {
    "quantity": gettext_lazy("Quantity"),
    "due": gettext_lazy("Needed by"),
    "priority": gettext_lazy("Priority"),
    "is_frozen": gettext_lazy("Frozen"),
    "lines": gettext_lazy("Lines"),
    "note": gettext_lazy("Note"),
}
_SAID: dict[str, Promise] = {
    "no longer needed": gettext_lazy("no longer needed"),
    "finished with fewer": gettext_lazy("finished with fewer"),
}


def told(data: Mapping[str, Any]) -> dict[str, Any]:
    """An event's data with the words of the screen where it has codes; of a change only what is different."""
    words = dict(data)
    if isinstance(words.get("before"), dict):
        before, after = words["before"], words["after"]
        names = [name for name in after if before.get(name) != after[name]]
        words["before"], words["after"] = _spelt(before, names), _spelt(after, names)
    for name in ("state", "before"):
        if isinstance(words.get(name), str):
            words[name] = _STATES.get(words[name], words[name])
    if isinstance(words.get("reason"), str):
        words["reason"] = _REASONS.get(words["reason"], _SAID.get(words["reason"], words["reason"]))
    return words


def _spelt(document: Mapping[str, Any], names: list[str]) -> str:
    parts = []
    for name in names:
        value = document.get(name, "")
        text = ", ".join(map(str, value)) if isinstance(value, list) else value
        if isinstance(text, bool):
            text = _("yes") if text else _("no")
        parts.append(f"{_FIELDS.get(name, name)} {text}")
    return "; ".join(parts)
