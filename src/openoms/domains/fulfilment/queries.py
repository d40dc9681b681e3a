"""Reading warehouse work."""

from uuid import UUID

from django.db.models import F, QuerySet

from openoms.core.clock import Calendar
from openoms.core.types import Actor
from openoms.domains.fulfilment.models import DispatchPlan, Fulfilment, FulfilmentLine, Shipment, Wave
from openoms.domains.fulfilment.rules import Dispatch
from openoms.domains.identity.permissions import Perm
from openoms.domains.inventory.models import Warehouse


def fulfilments_visible_to(actor: Actor) -> QuerySet[Fulfilment]:
    """Fulfilments the actor may see, with order, customer, warehouse and wave."""
    rows = Fulfilment.objects.select_related("order__customer", "warehouse", "wave")
    return rows if actor.may(Perm.STOCK_VIEW) and actor.may(Perm.ORDER_VIEW) else rows.none()


def waves_visible_to(actor: Actor) -> QuerySet[Wave]:
    """Waves the actor may see."""
    rows = Wave.objects.select_related("warehouse", "picker")
    return rows if actor.may(Perm.STOCK_VIEW) and actor.may(Perm.ORDER_VIEW) else rows.none()


def shipments_visible_to(actor: Actor) -> QuerySet[Shipment]:
    """Shipments the actor may see, with order and warehouse."""
    rows = Shipment.objects.select_related("order__customer", "warehouse", "fulfilment")
    return rows if actor.may(Perm.ORDER_VIEW) else rows.none()


def plan_of(warehouse: Warehouse) -> DispatchPlan:
    """When a warehouse sends, as set or as it is where nobody set it."""
    return getattr(warehouse, "dispatch_plan", None) or DispatchPlan(warehouse=warehouse)


def dispatch_of(warehouse: Warehouse) -> Dispatch:
    """The same as its rules take it."""
    plan = plan_of(warehouse)
    calendar = Calendar(
        timezone=warehouse.timezone,
        country=warehouse.country if plan.keeps_holidays else None,
        weekend=frozenset(range(7)) - frozenset(plan.works_on),
        closed=frozenset(plan.closed_on),
        opens=warehouse.opens,
        closes=warehouse.closes,
    )
    return Dispatch(calendar, warehouse.cut_off, plan.transit_days, plan.early_days)


def has_more_to_pick(fulfilment: UUID) -> bool:
    """Whether something of a fulfilment is still to be picked."""
    return FulfilmentLine.objects.filter(fulfilment=fulfilment, picked__lt=F("quantity")).exists()
