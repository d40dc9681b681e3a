"""Reading remarks for the inbox: those that wait for somebody, oldest due first; how many, up to a bound."""

import threading
import time
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import QuerySet

from openoms.core.types import Actor
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders.instructions import WAITING
from openoms.domains.orders.models import Instruction

# The badge says "99+" from here on: counting on would cost more than it tells.
MOST_COUNTED = 100
REMEMBERED_SECONDS = 20.0
_counts: dict[frozenset[str], tuple[float, int]] = {}
_lock = threading.Lock()


def inbox(actor: Actor, my_roles: Collection[str], filters: Mapping[str, Any]) -> QuerySet[Instruction]:
    """Remarks that wait for the person's roles, or those of the role asked for; not yet sorted or cut."""
    rows = Instruction.objects.select_related("order__customer", "created_by", "acknowledged_by")
    if not actor.may(Perm.ORDER_VIEW):
        return rows.none()
    rows = rows.filter(state=filters["state"]) if filters.get("state") else rows.filter(state__in=WAITING)
    audience = filters.get("audience")
    if audience:
        rows = rows.filter(audience=audience)
    elif not actor.may(Perm.INSTRUCTION_MANAGE):
        rows = rows.filter(audience__in=list(my_roles))
    if filters.get("stage"):
        rows = rows.filter(stage=filters["stage"])
    return rows


def open_count(my_roles: Collection[str]) -> int:
    """How many remarks wait to be read by these roles, at most MOST_COUNTED; some seconds old."""
    key = frozenset(my_roles)
    if not key:
        return 0
    at = time.monotonic()
    kept = _counts.get(key)
    if kept is not None and kept[0] > at:
        return kept[1]
    rows = Instruction.objects.filter(state="open", audience__in=list(key)).order_by()
    count = len(rows.values_list("pk", flat=True)[:MOST_COUNTED])
    with _lock:
        if len(_counts) > 1000:
            _counts.clear()
        _counts[key] = at + REMEMBERED_SECONDS, count
    return count


def forget() -> None:
    """Count again next time."""
    _counts.clear()
