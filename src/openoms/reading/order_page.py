"""Reading one order's page: itself, what blocks it, who looks after it, what was said and what happened."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Exists, JSONField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Cast, JSONObject

from openoms.core.types import Actor
from openoms.domains.approvals.models import ApprovalRequest
from openoms.domains.events.models import Event
from openoms.domains.fulfilment.models import Shipment
from openoms.domains.identity.models import Role
from openoms.domains.identity.permissions import Perm
from openoms.domains.inventory.models import Backorder
from openoms.domains.orders import queries as orders
from openoms.domains.orders.errors import NoSuchOrder
from openoms.domains.orders.holds import BY_HAND, CLOSED
from openoms.domains.orders.instructions import NEXT
from openoms.domains.orders.kinds import ORDER_CANCELLED
from openoms.domains.orders.models import (
    Comment,
    Follower,
    Hold,
    Instruction,
    Line,
    Lineage,
    LineComponent,
    Order,
    Pricing,
    Tagging,
)
from openoms.domains.orders.rules import next_actions
from openoms.domains.orders.states import HoldKind, InstructionState
from openoms.reading.orders import shown_address
from openoms.reading.parts import Relatives, can_join, relatives
from openoms.reading.payments import OrderMoney, money_of, payment_rows

# How much of the timeline a page begins with; older events follow on demand.
MOMENTS = 30


@dataclass(frozen=True, slots=True)
class ShownRemark:
    """A remark and what this person may do with it: codes of the states it may become."""

    remark: Instruction
    number: str
    role: Role | None
    steps: Collection[str]


@dataclass(frozen=True, slots=True)
class ShownHold:
    """An open hold; `releasable` for a person who may end it by hand, `remark` the one whose acknowledgement ends it."""

    hold: Hold
    releasable: bool
    remark: ShownRemark | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events, newest first, with the comments they tell of; `older` continues, empty at the beginning of all."""

    events: Sequence[Event]
    comments: Mapping[str, Comment]
    older: str


@dataclass(frozen=True, slots=True)
class OrderPage:
    """An order with what belongs to it; `ship_to` is masked for those who may not see contact data."""

    order: Order
    lines: Sequence[Line]
    ship_to: Mapping[str, Any]
    bill_to: Mapping[str, Any]
    holds: Sequence[ShownHold]
    remarks: Sequence[ShownRemark]
    roles: Mapping[str, Role]
    tags: Sequence[str]
    followers: Sequence[Mapping[str, Any]]
    follows: bool
    timeline: Timeline
    trace: Sequence[Mapping[str, Any]]
    actions: Sequence[str]
    is_open: bool
    money: OrderMoney
    cancellation: Event | None
    relatives: Relatives
    joinable: Sequence[Order]


def order_page(actor: Actor, number: str, my_roles: Collection[str]) -> OrderPage:
    """Everything one order's page shows; raises NoSuchOrder, also for one out of the actor's scope."""
    order: Any = _complete(orders.visible_to(actor)).filter(number=number).first()
    if order is None:
        raise NoSuchOrder(number)
    roles = {role.code: role for role in Role.objects.all()}
    remarks = [shown_remark(actor, row, number, roles, my_roles) for row in order.instructions.all()]
    actions = next_actions(order.status, order.fulfilment_state, actor.permissions)
    return OrderPage(
        order=order,
        lines=list(order.lines.all()),
        ship_to=shown_address(actor, order.ship_to),
        bill_to=shown_address(actor, order.bill_to or {}),
        holds=_holds(actor, order, remarks),
        remarks=remarks,
        roles=roles,
        tags=order.tag_names,
        followers=order.follower_people,
        follows=any(person["id"] == str(actor.user_id) for person in order.follower_people),
        timeline=timeline(order.id),
        trace=order.trace or [],
        actions=actions,
        is_open=order.status not in CLOSED,
        money=money_of(actor, order, order.payment_documents),
        cancellation=_cancellation(order),
        relatives=relatives(order) if order.has_relatives else Relatives(),
        joinable=can_join(actor, order) if "split" in actions and not order.historical else (),
    )


def _cancellation(order: Order) -> Event | None:
    """The event that tells by whom and why the order was cancelled; none of history."""
    if order.cancelled_at is None:
        return None
    return Event.objects.filter(subject_id=order.pk, kind=ORDER_CANCELLED.code).order_by("-id").first()


def shown_remark(
    actor: Actor, remark: Instruction, number: str, roles: Mapping[str, Role], my_roles: Collection[str]
) -> ShownRemark:
    """A remark as the person sees it."""
    manages = actor.may(Perm.INSTRUCTION_MANAGE)
    steps = set(NEXT[InstructionState(remark.state)])
    if not manages and remark.audience not in my_roles:
        steps &= {InstructionState.WITHDRAWN}
    own = remark.created_by_id is not None and remark.created_by_id == actor.user_id
    if not actor.may(Perm.INSTRUCTION_ADD) or not (manages or own):
        steps -= {InstructionState.WITHDRAWN}
    return ShownRemark(remark, number, roles.get(remark.audience), steps)


def timeline(order_id: UUID, before: UUID | None = None, count: int = MOMENTS) -> Timeline:
    """The latest events of an order, or those before a key."""
    rows = Event.objects.filter(subject_id=order_id)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-id")[: count + 1])
    events = found[:count]
    said = [event.data["comment"] for event in events if event.kind == "comment.added"]
    comments = Comment.objects.select_related("author").filter(pk__in=said) if said else []
    older = str(events[-1].id) if len(found) > count else ""
    return Timeline(events, {str(row.id): row for row in comments}, older)


def latest_event(actor: Actor, number: str) -> UUID | None:
    """The key of the latest event of an order the actor may see, in one statement."""
    events = Event.objects.filter(subject_id=OuterRef("pk")).order_by("-id").values("pk")[:1]
    rows = orders.visible_to(actor).filter(number=number).values_list(Subquery(events), flat=True)
    return rows.first()


def since(number: str, after: UUID, count: int = MOMENTS) -> Sequence[Event]:
    """What happened to an order after an event, newest first."""
    order = Order.objects.filter(number=number).values("pk")
    return list(Event.objects.filter(subject_id__in=order, pk__gt=after).order_by("-id")[:count])


def _holds(actor: Actor, order: Order, remarks: Sequence[ShownRemark]) -> list[ShownHold]:
    if not order.open_holds:
        return []
    causes = {f"instruction:{shown.remark.id}": shown for shown in remarks}
    rows = order.holds.filter(released_at=None).select_related("placed_by", "line")
    return [
        ShownHold(row, actor.may(Perm.HOLD_RELEASE) and HoldKind(row.kind) in BY_HAND, causes.get(row.cause))
        for row in rows
    ]


def _complete(rows: QuerySet[Order]) -> QuerySet[Any]:
    """With everything an order's page shows; what is a few words comes along as sub-selects instead of queries."""
    lines = Prefetch(
        "lines",
        Line.objects.select_related("sku__product", "performance__assignee", "performance__performed_by")
        .prefetch_related(
            "adjustments", Prefetch("components", LineComponent.objects.select_related("sku__product"))
        )
        .annotate(short_of=_short()),
    )
    remarks = Prefetch(
        "instructions", Instruction.objects.select_related("created_by", "acknowledged_by", "closed_by")
    )
    tags = Tagging.objects.filter(order=OuterRef("pk")).order_by("tag").values("tag_id")
    person = JSONObject(id="user_id", name="user__name")
    followers = Follower.objects.filter(order=OuterRef("pk")).order_by("id").values(person=person)
    pricing = Pricing.objects.filter(order=OuterRef("pk")).order_by("-revision").values("trace")[:1]
    return (
        rows.select_related("created_by", "owner", "customer__tier")
        .prefetch_related(lines, remarks)
        .annotate(
            tag_names=ArraySubquery(tags),
            follower_people=ArraySubquery(followers),
            trace=Subquery(pricing, output_field=JSONField()),
            payment_documents=payment_rows(),
            has_relatives=Exists(Lineage.objects.filter(Q(parent=OuterRef("pk")) | Q(child=OuterRef("pk")))),
            has_approval=Exists(ApprovalRequest.objects.filter(order=OuterRef("pk"))),
            has_goods=Exists(Shipment.objects.filter(order=OuterRef("pk"))),
        )
    )


def _short() -> ArraySubquery:
    """What a line is short of: how many of which sku, when it is there and by what."""
    rows = Backorder.objects.filter(line=OuterRef("pk")).order_by("id")
    document = JSONObject(
        sku="sku__code",
        quantity=Cast("quantity", CharField()),
        expected_on="expected_on",
        expected_from="expected_from",
    )
    return ArraySubquery(rows.values(document=document))
