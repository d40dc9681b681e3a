"""Writing orders."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from openoms.core import db
from openoms.core.errors import StaleRevision
from openoms.core.ids import uuid7, uuid7_at
from openoms.domains.customers.contacts import phone_tail
from openoms.domains.orders.errors import (
    HoldExists,
    HoldReleased,
    NoSuchHold,
    NoSuchInstruction,
    NoSuchOrder,
    OrderClosed,
)
from openoms.domains.orders.holds import CLOSED
from openoms.domains.orders.instructions import check_step
from openoms.domains.orders.models import (
    Adjustment,
    Hold,
    Instruction,
    Line,
    LineComponent,
    Order,
    Pricing,
)
from openoms.domains.orders.rules import check_move
from openoms.domains.orders.states import FulfilmentState, InstructionState, PaymentState, Status
from openoms.domains.orders.types import NewHold, NewInstruction, NewOrder
from openoms.domains.pricing.book import Book
from openoms.domains.pricing.documents import digest_of, offer_document
from openoms.domains.pricing.engine import PricedBasket, PricedLine, unit_cost_of
from openoms.domains.pricing.steps import TraceStep

# Sorts after every day: remarks without a due day come last.
NEVER_DUE = "9999-12-31"


def create(new: NewOrder, priced: PricedBasket) -> tuple[Order, Sequence[Line]]:
    """Set a priced order aside to be written with the flow: its head, lines and adjustments."""
    order = db.new(
        Order,
        id=uuid7_at(new.placed_at) if new.historical else uuid7(),
        number=new.number,
        created_by_id=new.created_by,
        status=new.status,
        payment_state=new.payment_state,
        fulfilment_state=new.fulfilment_state,
        historical=new.historical,
        owner_id=new.owner,
        placed_at=new.placed_at,
        submitted_at=new.submitted_at,
        **_head(new, priced),
    )
    db.insert(order)
    lines = _insert_lines(order, priced, new.placed_at)
    return order, lines


def revise(order: Order, new: NewOrder, priced: PricedBasket) -> Sequence[str]:
    """Give a locked draft another content, its lines made anew, and count its revision up; what changed of the head.

    Number, author and the instant it was placed stay. The names returned are columns.
    """
    db.require_atomic()
    wanted = _head(new, priced)
    changed = [column for column, value in wanted.items() if getattr(order, column) != value]
    for column in changed:
        setattr(order, column, wanted[column])
    order.revision += 1
    order.save(update_fields=[*changed, "revision"])
    order.lines.all().delete()
    _insert_lines(order, priced, new.placed_at)
    return changed


def keep_pricing(
    order: Order, book: Book, inputs: dict[str, Any], priced: PricedBasket, at: datetime
) -> None:
    """Set aside what the order was priced from, and its trace, so that it can be priced again exactly."""
    told = [line.offer for line in priced.lines]
    told += [part.offer for line in priced.lines for part in line.components]
    promoted = bool(book.rules.promotions)
    offers = {offer.sku: offer_document(offer, promoted=promoted) for offer in told}
    db.insert(
        db.new(
            Pricing,
            id=uuid7(),
            order_id=order.id,
            revision=order.revision,
            rules_digest=digest_of(book.rules),
            priced_at=at,
            inputs=inputs | {"offers": offers},
            trace=[_step(step) for step in priced.trace],
        )
    )


def lock(number: str, base_revision: int | None = None) -> Order:
    """The order, its row locked; raises NoSuchOrder, or StaleRevision when it is not at `base_revision`."""
    db.require_atomic()
    order = Order.objects.select_for_update(of=("self",)).filter(number=number).first()
    if order is None:
        raise NoSuchOrder(number)
    if base_revision is not None and base_revision != order.revision:
        raise StaleRevision(base_revision, order.revision)
    return order


def move(order: Order, target: Status, at: datetime, *, fresh: bool = False) -> None:
    """Move a locked order to another status at an instant, or one being placed (`fresh`); raises IllegalMove."""
    db.require_atomic()
    check_move(order.number, order.status, target)
    if target is Status.DRAFT:
        order.submitted_at = order.approved_at = None
    elif target is Status.SUBMITTED:
        # One that was approved and is looked at again was submitted when it was.
        order.submitted_at, order.approved_at = order.submitted_at or at, None
    elif target is Status.APPROVED:
        order.approved_at = at
    elif target is Status.CANCELLED:
        order.cancelled_at = at
    order.status = target
    if not fresh:
        order.save(update_fields=["status", "submitted_at", "approved_at", "cancelled_at"])


def set_quotation(order: Order, valid_until: date | None) -> None:
    """Note the last day of a locked draft's quotation, or that it is none."""
    db.require_atomic()
    if order.quote_valid_until != valid_until:
        order.quote_valid_until = valid_until
        order.save(update_fields=["quote_valid_until"])


def lock_open(number: str, base_revision: int | None = None) -> Order:
    """As `lock`; raises OrderClosed for one that is completed or cancelled."""
    order = lock(number, base_revision)
    demand_open(order)
    return order


def demand_open(order: Order) -> None:
    """Raise OrderClosed for an order that is completed or cancelled."""
    if order.status in CLOSED:
        raise OrderClosed(order.number, order.status)


def place_hold(order: Order, new: NewHold, *, by: UUID | None, at: datetime, fresh: bool = False) -> Hold:
    """Set a hold aside; `fresh` for an order being placed, which has none. Raises HoldExists."""
    db.require_atomic()
    if (
        not fresh
        and Hold.objects.filter(order=order, kind=new.kind, cause=new.cause, released_at=None).exists()
    ):
        raise HoldExists(new.kind)
    hold = db.new(
        Hold,
        id=uuid7(),
        order_id=order.id,
        line_id=new.line,
        kind=new.kind,
        stage=new.stage,
        reason=new.reason,
        cause=new.cause,
        placed_at=at,
        placed_by_id=by,
    )
    db.insert(hold)
    order.open_holds += 1
    if not fresh:
        order.save(update_fields=["open_holds"])
    return hold


def get_hold(order: Order, hold_id: UUID) -> Hold:
    """The open hold of a locked order; raises NoSuchHold, HoldReleased."""
    hold = Hold.objects.filter(order=order, pk=hold_id).first()
    if hold is None:
        raise NoSuchHold
    if hold.released_at is not None:
        raise HoldReleased(hold.released_at.isoformat())
    return hold


def end_holds(order: Order, holds: Sequence[Hold], *, by: UUID | None, at: datetime, reason: str) -> None:
    """Release open holds of a locked order."""
    db.require_atomic()
    for hold in holds:
        hold.released_at, hold.released_by_id, hold.release_reason = at, by, reason
        hold.save(update_fields=["released_at", "released_by", "release_reason"])
    order.open_holds -= len(holds)
    order.save(update_fields=["open_holds"])


def reword_holds(order: Order, cause: str, reason: str) -> None:
    """Keep why a locked order is still held for a cause, where that is another reason by now."""
    db.require_atomic()
    Hold.objects.filter(order=order, cause=cause, released_at=None).exclude(reason=reason).update(
        reason=reason
    )


def count_holds(order: Order, count: int) -> None:
    """Note how many open holds a locked order has: for audits alone."""
    db.require_atomic()
    order.open_holds = count
    order.save(update_fields=["open_holds"])


def leave_instruction(order: Order, new: NewInstruction, *, by: UUID | None, at: datetime) -> Instruction:
    """Set a remark aside."""
    key = uuid7()
    remark = db.new(
        Instruction,
        id=key,
        order_id=order.id,
        text=new.text,
        audience=new.audience,
        stage=new.stage,
        blocking=new.blocking,
        due=new.due,
        queue_key=f"{new.due or NEVER_DUE} {key}",
        # A remark on an order of the past that is done asks nothing of anybody.
        state=InstructionState.DONE if order.status in CLOSED else InstructionState.OPEN,
        created_at=at,
        created_by_id=by,
    )
    db.insert(remark)
    return remark


def get_instruction(order: Order, instruction_id: UUID) -> Instruction:
    """A remark of a locked order; raises NoSuchInstruction."""
    remark = Instruction.objects.filter(order=order, pk=instruction_id).first()
    if remark is None:
        raise NoSuchInstruction
    return remark


def move_instruction(
    remark: Instruction, target: InstructionState, *, by: UUID | None, at: datetime, answer: str = ""
) -> None:
    """Move a remark of a locked order to another state; raises InstructionClosed."""
    db.require_atomic()
    check_step(remark.state, target)
    remark.state = target
    if remark.acknowledged_at is None and target is not InstructionState.WITHDRAWN:
        remark.acknowledged_at, remark.acknowledged_by_id = at, by
    if target is not InstructionState.ACKNOWLEDGED:
        remark.closed_at, remark.closed_by_id, remark.answer = at, by, answer
    remark.save(
        update_fields=["state", "acknowledged_at", "acknowledged_by", "closed_at", "closed_by", "answer"]
    )


def correct_address(order: Order, ship_to: dict[str, Any]) -> None:
    """Replace where a locked order goes; a new revision."""
    db.require_atomic()
    order.ship_to, order.revision = ship_to, order.revision + 1
    order.ship_phone_tail = phone_tail(str(ship_to.get("phone") or ""))
    order.save(update_fields=["ship_to", "ship_phone_tail", "revision"])


def set_fulfilment(order: Order, state: FulfilmentState) -> None:
    """Note how far a locked order is."""
    db.require_atomic()
    order.fulfilment_state = state
    order.save(update_fields=["fulfilment_state"])


def set_released(order: Order, at: datetime | None, *, fresh: bool = False) -> None:
    """Note when nothing kept a locked order from the warehouse any longer, None when something does again."""
    db.require_atomic()
    order.released_at = at
    if not fresh:
        order.save(update_fields=["released_at"])


def set_paid(order: Order, paid_total: Decimal, state: PaymentState) -> None:
    """Note what arrived for a locked order."""
    db.require_atomic()
    order.paid_total, order.payment_state = paid_total, state
    order.save(update_fields=["paid_total", "payment_state"])


def move_customer(source: UUID, target: UUID) -> int:
    """Give all orders of one customer (locked, like the other) to another; how many. One statement, however many."""
    db.require_atomic()
    return Order.objects.filter(customer_id=source).update(customer_id=target)


def _head(new: NewOrder, priced: PricedBasket) -> dict[str, Any]:
    """The columns of an order that entry decides, by name; all of them can be changed while it is a draft."""
    return {
        "channel_id": new.channel,
        "external_id": new.external_id,
        "order_type_id": new.order_type,
        "customer_id": new.customer_id,
        "currency": priced.currency,
        "tax_inclusive": priced.tax_inclusive,
        "terms": new.terms,
        "requested_date": new.requested_date,
        "items_total": priced.items_total,
        "discount_total": priced.discount_total,
        "shipping_total": priced.shipping_total,
        "shipping_tax": priced.shipping_tax,
        "tax_total": priced.tax_total,
        "total": priced.total,
        "ship_to": new.ship_to,
        "ship_phone_tail": phone_tail(str(new.ship_to.get("phone") or "")),
        "bill_to": new.bill_to,
    }


def _insert_lines(order: Order, priced: PricedBasket, at: datetime) -> Sequence[Line]:
    """Lines with their adjustments and components, at the costs of the day `at`."""
    day = at.astimezone(UTC).date()
    lines = [_line(order, line, day) for line in priced.lines]
    adjustments = [
        db.new(
            Adjustment,
            id=uuid7(),
            order_id=order.id,
            line_id=row.id,
            source=a.source,
            label=a.label,
            label_zh=a.label_zh,
            amount=a.amount,
        )
        for row, line in zip(lines, priced.lines, strict=True)
        for a in line.adjustments
    ]
    components = [
        db.new(
            LineComponent,
            id=uuid7(),
            line_id=row.id,
            sku_id=part.offer.sku_id,
            quantity=part.quantity,
            position=position,
        )
        for row, line in zip(lines, priced.lines, strict=True)
        for position, part in enumerate(line.components, 1)
    ]
    db.insert(*lines, *components, *adjustments)
    return lines


def _line(order: Order, line: PricedLine, day: date) -> Line:
    cost, cost_currency = unit_cost_of(line, order.currency, day) or (None, "")
    return db.new(
        Line,
        id=uuid7(),
        order_id=order.id,
        position=line.position,
        sku_id=line.offer.sku_id,
        name=line.offer.name,
        quantity=line.quantity,
        unit=line.offer.unit,
        list_unit_price=line.list_unit_price,
        unit_price=line.unit_price,
        price_source=line.price_source,
        price_reason=line.price_reason,
        gross=line.gross,
        net=line.net,
        tax_rate=line.tax_rate,
        tax=line.tax,
        options=[
            *(measure.document() for measure in line.measures),
            *(chosen.document() for chosen in line.options),
        ],
        unit_cost=cost,
        cost_currency=cost_currency,
    )


def _step(step: TraceStep) -> dict[str, Any]:
    return {"code": step.code, "line": step.line, **step.data}
