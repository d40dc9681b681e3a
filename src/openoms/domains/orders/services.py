"""Writing orders."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from openoms.core import db
from openoms.core.errors import StaleRevision
from openoms.core.ids import uuid7, uuid7_at
from openoms.domains.orders.errors import NoSuchOrder
from openoms.domains.orders.models import Adjustment, Instruction, Line, Order, Pricing
from openoms.domains.orders.rules import check_move
from openoms.domains.orders.states import Status
from openoms.domains.orders.types import NewOrder
from openoms.domains.pricing.book import Book, offer_document
from openoms.domains.pricing.engine import PricedBasket, PricedLine, TraceStep

_BATCH = 2000


def create(new: NewOrder, priced: PricedBasket) -> tuple[Order, Sequence[Line]]:
    """Set a priced order aside to be written with the flow: its head, lines, adjustments and instructions."""
    order = db.new(
        Order,
        id=uuid7_at(new.placed_at) if new.historical else uuid7(),
        number=new.number,
        channel_id=new.channel,
        external_id=new.external_id,
        order_type_id=new.order_type,
        customer_id=new.customer_id,
        created_by_id=new.created_by,
        status=new.status,
        payment_state=new.payment_state,
        fulfilment_state=new.fulfilment_state,
        currency=priced.currency,
        tax_inclusive=priced.tax_inclusive,
        terms=new.terms,
        requested_date=new.requested_date,
        items_total=priced.items_total,
        discount_total=priced.discount_total,
        shipping_total=priced.shipping_total,
        shipping_tax=priced.shipping_tax,
        tax_total=priced.tax_total,
        total=priced.total,
        ship_to=new.ship_to,
        bill_to=new.bill_to,
        historical=new.historical,
        placed_at=new.placed_at,
        submitted_at=new.submitted_at,
    )
    lines = [_line(order, line) for line in priced.lines]
    adjustments = [
        db.new(
            Adjustment,
            id=uuid7(),
            order_id=order.id,
            line_id=row.id,
            source=a.source,
            label=a.label,
            amount=a.amount,
        )
        for row, line in zip(lines, priced.lines, strict=True)
        for a in line.adjustments
    ]
    instructions = [
        db.new(
            Instruction,
            id=uuid7(),
            order_id=order.id,
            text=remark.text,
            audience=remark.audience,
            stage=remark.stage,
            blocking=remark.blocking,
            due=remark.due,
            created_at=new.placed_at,
            created_by_id=new.created_by,
        )
        for remark in new.instructions
    ]
    db.insert(order, *lines, *adjustments, *instructions)
    return order, lines


def keep_pricing(
    order: Order, book: Book, inputs: dict[str, Any], priced: PricedBasket, at: datetime
) -> None:
    """Set aside what the order was priced from, and its trace, so that it can be priced again exactly."""
    offers = {line.offer.sku: offer_document(line.offer) for line in priced.lines}
    db.insert(
        db.new(
            Pricing,
            id=uuid7(),
            order_id=order.id,
            revision=order.revision,
            rules_digest=book.rules.digest,
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


def move(order: Order, target: Status, *, submitted_at: datetime | None = None) -> None:
    """Move a locked order to another status; raises IllegalMove."""
    db.require_atomic()
    check_move(order.number, order.status, target)
    order.status = target
    order.submitted_at = submitted_at
    order.save(update_fields=["status", "submitted_at"])


def move_customer(source: UUID, target: UUID) -> int:
    """Give all orders of one customer (locked, like the other) to another, a batch at a time; how many."""
    db.require_atomic()
    moved = 0
    while True:
        batch = list(Order.objects.filter(customer_id=source).values_list("pk", flat=True)[:_BATCH])
        moved += Order.objects.filter(pk__in=batch).update(customer_id=target) if batch else 0
        if len(batch) < _BATCH:
            return moved


def _line(order: Order, line: PricedLine) -> Line:
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
    )


def _step(step: TraceStep) -> dict[str, Any]:
    return {"code": step.code, "line": step.line, **step.data}
