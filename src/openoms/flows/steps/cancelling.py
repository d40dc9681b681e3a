"""Steps of cancelling: how an order stands, and letting go of everything that is kept, asked or done for it."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from openoms.core.types import Actor
from openoms.domains.approvals.models import ApprovalStep
from openoms.domains.approvals.process import RequestState, StepState
from openoms.domains.inventory.models import Backorder, Reservation
from openoms.domains.orders import desk_services as desk
from openoms.domains.orders import kinds
from openoms.domains.orders import services as orders
from openoms.domains.orders.cancelling import (
    CancellationFacts,
    CancellationQuote,
    Kept,
    Released,
    Work,
    quote,
)
from openoms.domains.orders.instructions import WAITING
from openoms.domains.orders.models import Hold, Instruction, Order, Performance
from openoms.domains.orders.states import FulfilmentState, HoldKind, InstructionState, Status
from openoms.domains.pricing.models import PromotionUse
from openoms.domains.supply.models import Demand
from openoms.domains.supply.states import ProductionState, PurchaseState
from openoms.flows.steps import allocating, approving, holds, instructing, offers, paying, releasing


def quoted(order: Order) -> CancellationQuote:
    """What cancelling the order as it stands would be; read again once it is locked."""
    return quote(_facts(order))


def cancel(order: Order, actor: Actor, at: datetime, reason: str, *, gives_back: bool = True) -> None:
    """Cancel a locked order that may be: everything of it ends, and nothing is kept for it any longer.

    One that goes into another does not give back (`gives_back`) what promotions gave it: the other has it.
    """
    if gives_back:
        offers.release(order.id)
    # Begun or not: what the warehouse picked and packed is put back.
    releasing.recall(order, actor)
    # First, so that no hold that ends releases it.
    orders.move(order, Status.CANCELLED, at)
    approving.end(order, actor, at)
    paying.end_term_holds(order, actor)
    allocating.free(order, actor, at, reason)
    if order.fulfilment_state != FulfilmentState.UNALLOCATED:
        orders.set_fulfilment(order, FulfilmentState.UNALLOCATED)
    _withdraw_remarks(order, actor, at)
    left = list(Hold.objects.filter(order=order, released_at=None))
    if left:
        holds.release(order, left, actor, reason)
    desk.drop_services(order)


def _withdraw_remarks(order: Order, actor: Actor, at: datetime) -> None:
    for remark in Instruction.objects.filter(order=order, state__in=WAITING):
        orders.move_instruction(remark, InstructionState.WITHDRAWN, by=actor.user_id, at=at)
        instructing.tell(remark, kinds.INSTRUCTION_WITHDRAWN, actor)
        holds.settle(order, instructing.cause_of(remark), actor)


def _facts(order: Order) -> CancellationFacts:
    held = sorted(set(Hold.objects.filter(order=order, released_at=None).values_list("kind", flat=True)))
    services = Performance.objects.filter(order=order)
    return CancellationFacts(
        status=order.status,
        fulfilment_state=order.fulfilment_state,
        is_performed=services.exclude(performed_at=None).exists(),
        awaits_payment=HoldKind.PAYMENT in held,
        released=Released(
            goods=_goods(order),
            short=_short(order),
            work=_work(order),
            approval=_asked(order),
            holds=tuple(held),
            remarks=_remarks(order),
            offers=_offers(order),
            services=tuple(str(row.assignee_id or "") for row in services.filter(performed_at=None)),
            is_released=order.released_at is not None,
            paid=order.paid_total,
        ),
    )


def _goods(order: Order) -> tuple[Kept, ...]:
    rows = Reservation.objects.filter(order=order, state="open")
    names = rows.values_list("stock__warehouse__code", "stock__sku__code")
    return tuple(Kept(*row) for row in names.annotate(Sum("quantity")).order_by(*_STOCK))


_STOCK = ("stock__warehouse__code", "stock__sku__code")


def _short(order: Order) -> tuple[tuple[str, Decimal], ...]:
    rows = Backorder.objects.filter(order=order).values_list("sku__code")
    return tuple((sku, quantity) for sku, quantity in rows.annotate(Sum("quantity")).order_by("sku__code"))


def _work(order: Order) -> tuple[Work, ...]:
    """What is made and bought for the order's lines, each production order and purchased sku once."""
    found: dict[tuple[str, str, str, bool], Decimal] = defaultdict(Decimal)
    rows = Demand.objects.filter(line__order=order).select_related(
        "production__sku", "purchase_line__order", "purchase_line__sku"
    )
    for row in rows:
        if (made := row.production) is not None:
            begun = made.state != ProductionState.PLANNED or made.is_frozen
            found["production", made.number, made.sku.code, begun] += row.quantity
        elif (bought := row.purchase_line) is not None:
            begun = bought.order.state != PurchaseState.DRAFT
            found["purchase", bought.order.number, bought.sku.code, begun] += row.quantity
    return tuple(
        Work(kind, number, sku, quantity, begun)
        for (kind, number, sku, begun), quantity in sorted(found.items())
    )


def _asked(order: Order) -> tuple[str, ...]:
    """The names of the steps of approval that wait for somebody, in turn."""
    rows = ApprovalStep.objects.filter(
        request__order=order, request__state=RequestState.PENDING, state=StepState.OPEN
    )
    return tuple(rows.order_by("pk").values_list("name", flat=True))


def _remarks(order: Order) -> tuple[str, ...]:
    rows = Instruction.objects.filter(order=order, state__in=WAITING)
    return tuple(dict.fromkeys(rows.order_by("pk").values_list("audience", flat=True)))


def _offers(order: Order) -> tuple[tuple[str, str], ...]:
    rows = PromotionUse.objects.filter(order_id=order.id).order_by("promotion__code", "coupon__code")
    return tuple((code, coupon or "") for code, coupon in rows.values_list("promotion__code", "coupon__code"))
