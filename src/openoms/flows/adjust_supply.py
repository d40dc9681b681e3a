"""Supply follows orders that were cancelled, withdrawn or need fewer: unstarted work shrinks, of begun work a notice is raised."""

from collections.abc import Sequence

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.domains.events.models import Event
from openoms.domains.identity.rules import system
from openoms.domains.inventory import kinds as inventory_kinds
from openoms.domains.orders import kinds as order_kinds
from openoms.flows.steps import expecting, supplying, workshop

_ACTOR = system("supply")
KINDS = frozenset(
    {
        inventory_kinds.ORDER_FREED.code,
        order_kinds.ORDER_CANCELLED.code,
        order_kinds.ORDER_SPLIT.code,
        order_kinds.ORDER_MERGED.code,
    }
)


def adjust_supply(events: Sequence[Event]) -> None:
    """Consumer of `KINDS`: however many orders let go of their goods or were cancelled, supply is looked at once."""
    if events:
        adjust()


@flow
def adjust() -> None:
    """Fit what stands to what is needed now; new orders are opened by planners alone (`propose_supply`)."""
    if not supplying.follows_demand():
        return
    instant = now()
    supplying.replan(_ACTOR, instant, opening=False)
    workshop.schedule_all(_ACTOR, instant)
    expecting.refresh(_ACTOR, instant)
