"""Turning demand into production and purchase orders, and setting when work is done."""

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.types import Actor
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.supply.work import Plan
from openoms.flows.steps import expecting, supplying, workshop
from openoms.flows.steps.supplying import Replanned


@flow
def propose_supply(*, actor: Actor, once: Once | None = None) -> Replanned:
    """Net what orders lack and safety stock against stock and all that will come; open, change and drop orders by it.

    Only what is planned or drafted changes; of begun work that nobody needs a notice is raised. Then all is scheduled.
    """
    require(actor, Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
    idempotency.begin(once)
    instant = now()
    done = supplying.replan(actor, instant)
    workshop.schedule_all(actor, instant)
    expecting.refresh(actor, instant)
    idempotency.finish(once, done)
    return done


@flow
def schedule_production(*, actor: Actor, once: Once | None = None) -> Plan:
    """Schedule all open production anew; begun and frozen work stays. Raises Circular."""
    require(actor, Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
    idempotency.begin(once)
    instant = now()
    found = workshop.schedule_all(actor, instant)
    expecting.refresh(actor, instant)
    idempotency.finish(once, found)
    return found
