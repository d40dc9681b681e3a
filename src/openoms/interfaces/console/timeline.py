"""What happened to a thing, told in the page's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openoms.domains.approvals.labels import VERDICT
from openoms.domains.approvals.process import Verdict
from openoms.domains.events import kinds
from openoms.domains.events.models import Event
from openoms.domains.identity.models import Role
from openoms.domains.orders.labels import HOLD_KIND, PARTS, STAGE
from openoms.domains.orders.models import Comment
from openoms.domains.orders.states import HoldKind
from openoms.domains.payments.labels import METHOD
from openoms.domains.supply.labels import EXPECTED_BY
from openoms.interfaces.console import customer_words, fulfilment_words, supply_words
from openoms.interfaces.console.hold_words import money_reason
from openoms.interfaces.console.templatetags.desk import address_reason
from openoms.interfaces.console.templatetags.oms import named

_ICONS = {
    "order.placed": "receipt", "order.submitted": "check", "order.withdrawn": "history", "order.shipped": "truck",
    "order.cancelled": "ban", "order.split": "arrows-split-2", "order.split_off": "arrows-split-2",
    "order.merged": "arrows-join-2", "order.merged_away": "arrows-join-2", "order.completed": "clipboard-check", "order.revised": "edit", "contact.revealed": "eye", "customer.changed": "edit", "customer.absorbed": "copy", "consent.changed": "mail", "order.quoted": "file-text", "hold.placed": "lock", "hold.released": "lock-open",
    "instruction.acknowledged": "eye", "instruction.done": "check", "instruction.not_possible": "ban",
    "instruction.withdrawn": "x", "comment.added": "message", "order.assigned": "user", "order.tagged": "tag",
    "order.address_corrected": "map-pin", "service.scheduled": "calendar", "service.performed": "tools",
    "service.signed_off": "clipboard-check", "instruction.added": "message", "customer.created": "user",
    "approval.requested": "clipboard-check", "approval.decided": "check", "approval.granted": "clipboard-check",
    "approval.rejected": "x", "approval.delegated": "arrow-right", "approval.taken_over": "user",
    "approval.question_asked": "message", "approval.question_answered": "message", "approval.reminded": "bell",
    "approval.escalated": "alert-triangle", "approval.withdrawn": "history",
    "payment.recorded": "coin", "payment.voided": "x", "order.released": "building-warehouse", "order.recalled": "history",
    "order.delayed": "alert-triangle", "order.expected_earlier": "calendar",
    "fulfilment.opened": "building-warehouse", "fulfilment.dropped": "x", "fulfilment.started": "player-play",
    "fulfilment.picked": "check", "fulfilment.short": "alert-triangle", "fulfilment.packed": "package",
    "fulfilment.repacked": "history", "wave.planned": "list", "wave.started": "player-play", "wave.dissolved": "x",
    "shipment.cancelled": "ban", "dispatch.set": "calendar",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moment:
    """One event: when, by whom, in words, and the picture beside it."""

    at: datetime
    text: str
    icon: str
    said: str = ""
    author: str = ""


def tell(
    events: Sequence[Event],
    *,
    comments: Mapping[str, Comment] | None = None,
    roles: Mapping[str, Role] | None = None,
) -> list[Moment]:
    """The events as sentences, in the order given; those that tell of a comment carry what was said."""
    return [_moment(event, comments or {}, roles or {}) for event in events]


def _moment(event: Event, comments: Mapping[str, Comment], roles: Mapping[str, Role]) -> Moment:
    comment = comments.get(str(event.data.get("comment", "")))
    said, author = (comment.text, event.actor_name) if comment else ("", "")
    return Moment(event.at, _sentence(event, roles), _ICONS.get(event.kind, "clock"), said, author)


def _sentence(event: Event, roles: Mapping[str, Role]) -> str:
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
    if event.subject_type in supply_words.SUBJECTS:
        data = supply_words.told(data)
    if event.kind in fulfilment_words.KINDS:
        data = fulfilment_words.told(data)
    if event.kind in {"hold.placed", "hold.released"}:
        ended = event.kind == "hold.released"
        data = {**data, "reason": money_reason(data["kind"], data["reason"], ended=ended)}
    return kind.sentence(get_language() or "en", actor, _words(data, roles))


def _words(data: Mapping[str, Any], roles: Mapping[str, Role]) -> dict[str, Any]:
    """The data with the words of the screen where it has codes."""
    words = dict(data)
    for name, names in (("stage", STAGE), ("kind", HOLD_KIND)):
        if words.get(name) in set(names):
            words[name] = names[words[name]]
    if words.get("verdict") in set(Verdict):
        words["verdict"] = VERDICT[words["verdict"]]
    if words.get("audience") in roles:
        words["audience"] = named(roles[words["audience"]])
    if words.get("kind") == HOLD_KIND[HoldKind.ADDRESS] and words.get("reason"):
        words["reason"] = address_reason(words["reason"])
    if isinstance(words.get("changed"), list):
        words["changed"] = [str(PARTS.get(code, code)) for code in words["changed"]] or [_("nothing")]
    if isinstance(words.get("at"), str):
        words["at"] = f"{timezone.localtime(datetime.fromisoformat(words['at'])):%Y-%m-%d %H:%M}"
    if words.get("method") in set(METHOD):
        words["method"] = METHOD[words["method"]]
    if words.get("cause") in set(EXPECTED_BY):
        words["cause"] = f"{EXPECTED_BY[words['cause']]} {words['document']}".strip()
        words["expected"] = words["expected"] or _("not known")
    for name in ("total", "amount"):
        if name in words:
            words[name] = f"{Decimal(words[name]):,}"
    return words
