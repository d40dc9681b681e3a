"""What changed of a promotion, in words: each event with what it was and what it is."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from pydantic import ValidationError

from openoms.domains.events.models import Event
from openoms.domains.pricing.documents import promotion_from
from openoms.domains.pricing.models import Promotion as Row
from openoms.domains.pricing.promotions import Promotion
from openoms.interfaces.console.changes import Change, FieldChange, actor_name
from openoms.interfaces.console.promotion_terms import condition_words, joined, window_words
from openoms.interfaces.console.promotion_words import Said, gives

_LABELS: dict[str, Promise] = {
    "name": gettext_lazy("Name (English)"), "name_zh": gettext_lazy("Name (Chinese)"),
    "is_active": gettext_lazy("On"), "priority": gettext_lazy("Priority"), "stacking": gettext_lazy("Beside others"),
    "group": gettext_lazy("Group"), "currency": gettext_lazy("Currency"), "window": gettext_lazy("Runs"),
    "needs_coupon": gettext_lazy("Needs a coupon"), "is_sale": gettext_lazy("Sale price"),
    "uses_up": gettext_lazy("Takes its units for itself"), "most_uses": gettext_lazy("Orders in all"),
    "most_uses_each": gettext_lazy("Orders a customer"), "budget": gettext_lazy("Budget"),
    "benefits": gettext_lazy("What it gives"), "conditions": gettext_lazy("Conditions"),
    "starts_at": gettext_lazy("Valid from"), "ends_at": gettext_lazy("Valid until"),
}  # fmt: skip
# What says nothing of the promotion by itself.
_SILENT = frozenset({"code", "kind"})


def tell_all(events: Sequence[Event], said: Said) -> list[Change]:
    """The events as changes, in the order given."""
    return [Change(e.at, actor_name(e), _subject(e), _fields(e, said)) for e in events]


def values_of(events: Sequence[Event]) -> list[Promotion]:
    """The promotions as events tell of them, as far as they do: what is named there has to be looked up."""
    sides = [event.data.get(side) for event in events for side in ("before", "after")]
    return [value for side in sides if isinstance(side, Mapping) and (value := _partly(side)) is not None]


def _subject(event: Event) -> str:
    if event.kind == "pricing.coupons_created":
        count, batch = event.data.get("count", 0), event.data.get("batch", "")
        if count == 1:
            return _("Coupon %(code)s made") % {"code": event.data.get("first", "")}
        return _("%(count)s coupons made, batch “%(batch)s”") % {"count": count, "batch": batch}
    if event.kind == "pricing.coupon_changed":
        return _("Coupon %(code)s") % {"code": event.data.get("code", "")}
    after = event.data.get("after", {})
    if set(after) == {"is_active"}:
        return _("Switched on") if after["is_active"] else _("Switched off")
    return _("Changed") if event.data.get("before") else pgettext("change", "Made")


def _fields(event: Event, said: Said) -> list[FieldChange]:
    before, after = event.data.get("before"), event.data.get("after")
    # A new promotion is told by its sentence above, not by each of its parts.
    if not isinstance(before, Mapping) or not isinstance(after, Mapping) or not before:
        return []
    return [
        FieldChange(str(_LABELS.get(name, name)), _shown(before, name, said), _shown(after, name, said))
        for name in after
        if name not in _SILENT
    ]


def _shown(side: Mapping[str, Any], name: str, said: Said) -> str:
    say = _SAID.get(name)
    value = side.get(name)
    if say is not None:
        whole = _partly(side)
        return (say(whole, said) if whole else str(value)) or "–"
    if isinstance(value, bool) or value in ("True", "False"):
        return _("yes") if value in (True, "True") else _("no")
    if name == "stacking":
        return str(dict(Row.Stacking.choices).get(str(value), value))
    return "–" if value in (None, "", "None") else str(value)


def _partly(side: Mapping[str, Any]) -> Promotion | None:
    """The promotion as far as one side of an event tells of it."""
    parts = {name: side[name] for name in ("benefits", "conditions", "window", "currency") if name in side}
    try:
        return promotion_from({"code": "", "benefits": (), **parts})
    except ValidationError:
        # Of a version that had other words for it.
        return None


_SAID: dict[str, Callable[[Promotion, Said], str]] = {
    "benefits": lambda value, said: "; ".join(gives(value, said)),
    "conditions": lambda value, said: joined(condition_words(one, said) for one in value.conditions),
    "window": lambda value, said: window_words(value.window, said.zone),
}
