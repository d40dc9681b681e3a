"""What is kept for released orders becomes work of the warehouses: each order on its own, soon after, off the hot path."""

from collections.abc import Sequence

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.domains.events.models import Event
from openoms.domains.fulfilment import kinds as fulfilment_kinds
from openoms.domains.identity.rules import system
from openoms.domains.inventory import kinds as inventory_kinds
from openoms.domains.orders import kinds
from openoms.domains.orders import services as orders
from openoms.flows.steps import fulfilling

_ACTOR = system("warehouse")
KINDS = frozenset(
    {
        kinds.ORDER_RELEASED.code,
        inventory_kinds.ORDER_ALLOCATED.code,
        inventory_kinds.ORDER_RESOURCED.code,
        fulfilment_kinds.SHIPMENT_CANCELLED.code,
    }
)


def open_fulfilments(events: Sequence[Event]) -> None:
    """Consumer of `KINDS`: warehouses get what was kept for orders that were released, before or after."""
    for number in dict.fromkeys(str(event.data["number"]) for event in events):
        open_for(number)


@flow
def open_for(number: str) -> int:
    """Open what an order's warehouses have to do; how many fulfilments are new."""
    order = orders.lock(number)
    return len(fulfilling.open_work(order, _ACTOR, now()))
