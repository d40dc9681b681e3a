"""Reading for order entry: what was left unfinished, who else edits a draft, and what changed since one read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from openoms.core.types import Actor
from openoms.domains.events.models import Event
from openoms.domains.orders.changes import LineChange, line_changes
from openoms.domains.orders.kinds import ADDRESS_CORRECTED, ORDER_REVISED
from openoms.domains.orders.models import Editor, Order, Pricing, UnfinishedEntry


@dataclass(frozen=True, slots=True)
class Since:
    """What others did to an order after `base`: who (in order), when last, which parts, lines and total."""

    base: int
    revision: int
    who: Sequence[str]
    at: datetime | None
    changed: Sequence[str]
    lines: Sequence[LineChange]
    total_before: Decimal | None
    total: Decimal
    currency: str


def unfinished(actor: Actor, limit: int = 10) -> Sequence[UnfinishedEntry]:
    """What the actor typed and neither sent nor threw away, newest first; edits of drafts are found on their page."""
    rows = UnfinishedEntry.objects.filter(author=actor.user_id, order=None)
    return list(rows.defer("fields").order_by("-updated_at")[:limit])


def unfinished_of(
    actor: Actor, *, key: UUID | None = None, order_id: UUID | None = None
) -> UnfinishedEntry | None:
    """The actor's own unfinished entry of that key, or the latest for that order."""
    rows = UnfinishedEntry.objects.filter(author=actor.user_id)
    rows = rows.filter(pk=key) if key else rows.filter(order=order_id)
    return rows.order_by("-updated_at").first()


def other_editors(order_id: UUID, actor: Actor) -> Sequence[Editor]:
    """Who else has the draft open, those who came first before others."""
    rows = Editor.objects.filter(order=order_id).exclude(user=actor.user_id)
    return list(rows.select_related("user").order_by("began_at", "pk"))


def since(order: Order, base: int) -> Since | None:
    """What changed after revision `base`; None when nothing did."""
    if order.revision <= base:
        return None
    kinds = (ORDER_REVISED.code, ADDRESS_CORRECTED.code)
    rows = Event.objects.filter(subject_id=order.id, kind__in=kinds).order_by("id")
    events = [event for event in rows if int(event.data.get("revision", 0)) > base]
    lines = _lines(order, base)
    changed = [name for event in events for name in event.data.get("changed", ["ship_to"]) if name != "lines"]
    totals = [Decimal(event.data["total_before"]) for event in events if "total_before" in event.data]
    return Since(
        base=base,
        revision=order.revision,
        who=list(dict.fromkeys(event.actor_name for event in events)),
        at=events[-1].at if events else None,
        changed=list(dict.fromkeys(changed)),
        lines=lines,
        total_before=totals[0] if totals else None,
        total=order.total,
        currency=order.currency,
    )


def _lines(order: Order, base: int) -> Sequence[LineChange]:
    rows = Pricing.objects.filter(order=order.id, revision__in=(base, order.revision))
    inputs = dict(rows.values_list("revision", "inputs"))
    if base not in inputs or order.revision not in inputs:
        return ()
    return line_changes(inputs[base]["lines"], inputs[order.revision]["lines"])
