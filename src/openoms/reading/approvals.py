"""Reading approvals: inboxes, one request with all that a decision needs, and where an order's approval stands."""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet, Sum

from openoms.core.clock import now
from openoms.core.types import Actor
from openoms.domains.approvals import process, queries
from openoms.domains.approvals.authority import lacking
from openoms.domains.approvals.errors import NoSuchApproval
from openoms.domains.approvals.fact_documents import facts_from
from openoms.domains.approvals.models import ApprovalRequest, ApprovalStep, Decision, Question, Seat
from openoms.domains.approvals.process import RequestState, StepState
from openoms.domains.approvals.rules import OrderFacts
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders.models import Line, Order

# The badge says "99+" from here on.
MOST_COUNTED = 100
REMEMBERED_SECONDS = 20.0
_counts: dict[UUID, tuple[float, int]] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class ApprovalFilter:
    """What a list of requests is narrowed to. `assignee` and `requester` are `me` or nothing; `state` a RequestState."""

    assignee: str = ""
    requester: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class CustomerHistory:
    """What the customer ordered before, apart from drafts and what was cancelled; `totals` by currency."""

    orders: int
    totals: Mapping[str, Decimal]
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class ApprovalPage:
    """A request with all that a decision needs. `why_not` is a code of errors.NoAuthority, or closed; "" when the reader may."""

    request: ApprovalRequest
    order: Order
    steps: Sequence[ApprovalStep]
    facts: OrderFacts
    lines: Sequence[Line]
    questions: Sequence[Question]
    history: CustomerHistory
    why_not: str
    may_take_over: bool

    @property
    def may_decide(self) -> bool:
        """Whether the reader may decide the open step now."""
        return not self.why_not

    @property
    def open_step(self) -> ApprovalStep | None:
        """The step that waits."""
        return next((step for step in self.steps if step.state == StepState.OPEN), None)


def approvals(actor: Actor, wanted: ApprovalFilter) -> QuerySet[ApprovalRequest]:
    """Requests the actor may see, with orders, customers and steps; not yet sorted or cut."""
    rows = ApprovalRequest.objects.select_related("order__customer", "requester")
    rows = rows.prefetch_related(Prefetch("steps", ApprovalStep.objects.order_by("position")))
    rows = visible(actor, rows)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.requester == "me":
        rows = rows.filter(requester=actor.user_id) if actor.user_id else rows.none()
    if wanted.assignee != "me":
        return rows
    if wanted.state in ("", RequestState.PENDING):
        waiting = rows.filter(pk__in=_waiting_for(actor).values("step__request"))
        return waiting if wanted.state else waiting | rows.filter(pk__in=_decided_by(actor))
    return rows.filter(pk__in=_decided_by(actor))


def visible(actor: Actor, rows: QuerySet[ApprovalRequest]) -> QuerySet[ApprovalRequest]:
    """Those the actor may see: all with the permission, else what they asked for, were asked, or decide for others."""
    if not actor.may(Perm.ORDER_VIEW):
        return rows.none()
    if actor.may(Perm.APPROVAL_VIEW):
        return rows
    if actor.user_id is None:
        return rows.none()
    asked = Seat.objects.filter(_spoken_for(actor.user_id), step__request=OuterRef("pk"))
    return rows.filter(Q(requester=actor.user_id) | Q(order__owner=actor.user_id) | Exists(asked))


def approval_page(actor: Actor, request_id: UUID) -> ApprovalPage:
    """One request; raises NoSuchApproval."""
    rows = ApprovalRequest.objects.select_related(
        "order__customer__tier", "order__order_type", "order__channel", "requester"
    )
    found = visible(actor, rows).filter(pk=request_id).first()
    if found is None:
        raise NoSuchApproval
    steps = steps_shown(found)
    order, facts = found.order, facts_from(found.facts)
    return ApprovalPage(
        request=found,
        order=order,
        steps=steps,
        facts=facts,
        lines=list(Line.objects.filter(order=order).select_related("sku")),
        questions=list(found.questions.select_related("asked_by", "answered_by")),
        history=_history(order),
        why_not=_why_not(actor, found, steps, facts),
        may_take_over=_may_take_over(actor, found),
    )


def steps_shown(request: ApprovalRequest) -> list[ApprovalStep]:
    """Its steps in order with the people asked and what they said, for showing."""
    seats = Seat.objects.select_related("user", "whose").order_by("user__name", "id")
    decisions = Decision.objects.select_related("by", "whose").order_by("at", "id")
    rows = request.steps.order_by("position")
    return list(rows.prefetch_related(Prefetch("seats", seats), Prefetch("decisions", decisions)))


def latest(actor: Actor, order: Order) -> tuple[ApprovalRequest, list[ApprovalStep]] | None:
    """Where the approval of an order the actor may see stands: its latest request and steps; None where none was asked for."""
    if not actor.may(Perm.ORDER_VIEW):
        return None
    found = ApprovalRequest.objects.filter(order=order).select_related("requester").order_by("-id").first()
    return None if found is None else (found, steps_shown(found))


def waiting_count(actor: Actor) -> int:
    """How many requests wait for the actor, at most MOST_COUNTED; some seconds old."""
    if actor.user_id is None:
        return 0
    at = time.monotonic()
    kept = _counts.get(actor.user_id)
    if kept is not None and kept[0] > at:
        return kept[1]
    count = len(_waiting_for(actor).order_by().values_list("step", flat=True).distinct()[:MOST_COUNTED])
    with _lock:
        if len(_counts) > 10_000:
            _counts.clear()
        _counts[actor.user_id] = at + REMEMBERED_SECONDS, count
    return count


def forget() -> None:
    """Count again next time."""
    _counts.clear()


def _spoken_for(user: UUID) -> Q:
    """Seats somebody may speak from: their own, and of those absent who chose them."""
    return Q(user=user) | Q(user__in=queries.absent_for(user, now()))


def _waiting_for(actor: Actor) -> QuerySet[Seat]:
    """The open seats that the actor may speak from, but for what they asked for themselves."""
    if actor.user_id is None:
        return Seat.objects.none()
    rows = Seat.objects.filter(_spoken_for(actor.user_id), is_open=True)
    return rows.exclude(step__request__requester=actor.user_id)


def _decided_by(actor: Actor) -> QuerySet[Decision, Any]:
    return Decision.objects.filter(by=actor.user_id).values("step__request")


def _why_not(actor: Actor, request: ApprovalRequest, steps: Sequence[ApprovalStep], facts: OrderFacts) -> str:
    value = queries.value_of(request, steps)
    open_row = next((step for step in steps if step.state == StepState.OPEN), None)
    if value.state != RequestState.PENDING or open_row is None:
        return "closed"
    if actor.user_id is None:
        return "not_asked"
    at, who = now(), actor.user_id
    deputies = queries.deputies(open_row, who, at)
    return process.barred(
        value, who, at, deputies, lambda user: lacking(queries.authorities_of(user), facts)
    )[1]


def _may_take_over(actor: Actor, request: ApprovalRequest) -> bool:
    is_pending = request.state == RequestState.PENDING
    return is_pending and actor.may(Perm.APPROVAL_MANAGE) and request.requester_id != actor.user_id


def _history(order: Order) -> CustomerHistory:
    earlier = Order.objects.filter(customer=order.customer_id).exclude(pk=order.pk)
    rows = (
        earlier.exclude(status__in=("draft", "cancelled"))
        .order_by()
        .values("currency")
        .annotate(orders=Count("pk"), total=Sum("total"), last=Max("placed_at"))
    )
    found = list(rows)
    return CustomerHistory(
        sum(row["orders"] for row in found),
        {row["currency"]: row["total"] for row in found},
        max((row["last"] for row in found), default=None),
    )
