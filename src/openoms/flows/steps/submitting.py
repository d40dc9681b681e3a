"""The step of submitting a draft."""

from openoms.core.clock import now
from openoms.core.types import Actor
from openoms.domains.events.services import record
from openoms.domains.orders import kinds, rules
from openoms.domains.orders import services as orders
from openoms.domains.orders.models import Order
from openoms.domains.orders.states import Stage, Status
from openoms.flows.steps import holds
from openoms.flows.steps.placing import earliest_today


def submit(order: Order, actor: Actor) -> None:
    """Submit a locked draft and tell of it. Raises OrderOnHold, IllegalMove, QuotationExpired."""
    holds.demand_free(order, Stage.SUBMISSION)
    instant = now()
    rules.check_quotation(order.number, order.quote_valid_until, earliest_today(instant))
    orders.move(order, Status.SUBMITTED, submitted_at=instant)
    record(actor, kinds.ORDER_SUBMITTED, order.id, data={"number": order.number, "revision": order.revision})
