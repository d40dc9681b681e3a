"""Reading warehouse work."""

from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from openoms.core.clock import Calendar
from openoms.core.types import Actor
from openoms.domains.fulfilment.models import DispatchPlan, Fulfilment, FulfilmentLine, Shipment, Wave
from openoms.domains.fulfilment.rules import TO_DO, Dispatch
from openoms.domains.fulfilment.states import FulfilmentState
from openoms.domains.identity.permissions import Perm
from openoms.domains.inventory.models import Backorder, Reservation, Warehouse
from openoms.domains.orders.models import Order

# What the warehouse's rows do not tell of.
_FURTHER = ("in_production", "delivered", "performed", "returned")


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


def wrong_lines() -> list[tuple[str, str]]:
    """(fulfilment, sku) of work that does not fit what is kept: none in a sound database.

    What is to do has an open reservation of its quantity, what was shipped one that left.
    """
    rows = FulfilmentLine.objects.order_by("fulfilment__number", "id")
    to_do = rows.filter(fulfilment__state__in=TO_DO).exclude(
        reservation__state="open", reservation__quantity=F("quantity")
    )
    gone = rows.filter(fulfilment__state=FulfilmentState.SHIPPED).exclude(reservation__state="shipped")
    return list((to_do | gone).values_list("fulfilment__number", "sku__code"))


def wrong_states() -> list[tuple[str, str, str]]:
    """(order, its state, what its rows say) of orders under way whose goods are further or less far than they say."""
    kept = Reservation.objects.filter(order=OuterRef("pk"))
    work = Fulfilment.objects.filter(order=OuterRef("pk"))
    rows = Order.objects.filter(status__in=("submitted", "approved"), historical=False).annotate(
        gone=Exists(kept.filter(state="shipped")),
        kept=Exists(kept.filter(state="open")),
        short=Exists(Backorder.objects.filter(order=OuterRef("pk"))),
        picking=Exists(work.filter(state__in=("picking", "picked"))),
        packed=Exists(work.filter(state="packed")),
    )
    told = Case(
        When(Q(gone=True) & (Q(kept=True) | Q(short=True)), then=Value("partially_shipped")),
        When(gone=True, then=Value("shipped")),
        When(picking=True, then=Value("picking")),
        When(packed=True, then=Value("packed")),
        When(short=True, then=Value("backordered")),
        default=Value("allocated"),
    )
    rows = rows.filter(Q(gone=True) | Q(kept=True) | Q(short=True)).annotate(told=told)
    wrong = rows.exclude(fulfilment_state=F("told")).exclude(fulfilment_state__in=_FURTHER)
    return list(wrong.order_by("number").values_list("number", "fulfilment_state", "told"))
