"""What changed of an approval rule or an authority, in words: each event with what it was and what it is."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from pydantic import ValidationError

from openoms.domains.approvals.documents import rule_from
from openoms.domains.approvals.rules import ApprovalRule
from openoms.domains.events.models import Event
from openoms.interfaces.console.approval_words import condition_words, step_words
from openoms.interfaces.console.changes import Change, FieldChange, actor_name
from openoms.interfaces.console.promotion_terms import joined
from openoms.interfaces.console.promotion_words import Said

_LABELS: dict[str, Promise] = {
    "name": gettext_lazy("Name (English)"),
    "name_zh": gettext_lazy("Name (Chinese)"),
    "is_active": gettext_lazy("On"),
    "priority": gettext_lazy("Priority"),
    "conditions": gettext_lazy("Conditions"),
    "steps": gettext_lazy("Steps"),
}


def tell_all(events: Sequence[Event], said: Said) -> list[Change]:
    """The events of a rule as changes, in the order given."""
    return [Change(e.at, actor_name(e), _subject(e), _fields(e, said)) for e in events]


def values_of(events: Sequence[Event]) -> list[ApprovalRule]:
    """The rules as events tell of them, as far as they do: what is named there has to be looked up."""
    sides = [event.data.get(side) for event in events for side in ("before", "after")]
    return [value for side in sides if isinstance(side, Mapping) and (value := _partly(side)) is not None]


def _subject(event: Event) -> str:
    after = event.data.get("after", {})
    if set(after) == {"is_active"}:
        return _("Switched on") if after["is_active"] else _("Switched off")
    return _("Changed") if event.data.get("before") else pgettext("change", "Made")


def _fields(event: Event, said: Said) -> list[FieldChange]:
    before, after = event.data.get("before"), event.data.get("after")
    # A new rule is told by its sentence above, not by each of its parts.
    if not isinstance(before, Mapping) or not isinstance(after, Mapping) or not before:
        return []
    return [
        FieldChange(str(_LABELS.get(name, name)), _shown(before, name, said), _shown(after, name, said))
        for name in after
    ]


def _shown(side: Mapping[str, Any], name: str, said: Said) -> str:
    say, value = _SAID.get(name), side.get(name)
    if say is not None:
        whole = _partly(side)
        return (say(whole, said) if whole else str(value)) or "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "–" if value in (None, "") else str(value)


def _partly(side: Mapping[str, Any]) -> ApprovalRule | None:
    """The rule as far as one side of an event tells of it."""
    blank = {"code": "", "name": "", "name_zh": "", "priority": 0, "conditions": [], "steps": []}
    try:
        return rule_from(blank | {name: side[name] for name in ("conditions", "steps") if name in side})
    except ValidationError:
        # Of a version that had other words for it.
        return None


_SAID: dict[str, Callable[[ApprovalRule, Said], str]] = {
    "conditions": lambda value, said: joined(condition_words(one, said) for one in value.conditions),
    "steps": lambda value, said: joined(step_words(one, said) for one in value.steps),
}
