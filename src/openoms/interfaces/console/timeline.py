"""What happened to a thing, told in the page's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openoms.domains.events import kinds
from openoms.domains.events.models import Event
from openoms.domains.orders.labels import STAGE
from openoms.interfaces.console import customer_words

_ICONS = {
    "order.placed": "receipt", "order.submitted": "check", "order.withdrawn": "history", "order.shipped": "truck",
    "order.completed": "clipboard-check", "instruction.added": "message", "customer.created": "user",
    "contact.revealed": "eye", "customer.changed": "edit", "customer.absorbed": "copy", "consent.changed": "mail",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moment:
    """One event: when, by whom, in words, and the picture beside it."""

    at: datetime
    text: str
    icon: str


def tell(events: Sequence[Event]) -> list[Moment]:
    """The events as sentences, in the order given."""
    return [Moment(event.at, _sentence(event), _ICONS.get(event.kind, "clock")) for event in events]


def _sentence(event: Event) -> str:
    kind = kinds.known(event.kind)
    actor = (
        event.actor_name
        if event.actor_kind != "system"
        else _("The system (%(part)s)") % {"part": event.actor_name}
    )
    if kind is None or event.data.keys() != kind.data.keys():
        # Of a plug-in that is gone, or of an earlier version of the kind.
        return f"{actor}: {event.kind}"
    data = customer_words.changes(event.data) if event.subject_type == "customer" else event.data
    return kind.sentence(get_language() or "en", actor, _words(data))


def _words(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data with the words of the screen where it has codes."""
    words = dict(data)
    if words.get("stage") in set(STAGE):
        words["stage"] = STAGE[words["stage"]]
    if "total" in words:
        words["total"] = f"{Decimal(words['total']):,}"
    return words
