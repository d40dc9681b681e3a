"""Writing orders."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from openoms.core import db
from openoms.core.clock import now
from openoms.core.errors import StaleRevision
from openoms.core.ids import uuid7, uuid7_at
from openoms.domains.orders.errors import NoSuchOrder
from openoms.domains.orders.models import (
    Adjustment,
    Editor,
    Instruction,
    Line,
    LineComponent,
    Order,
    Pricing,
    UnfinishedEntry,
)
from openoms.domains.orders.rules import check_move
from openoms.domains.orders.states import Status
from openoms.domains.orders.types import NewInstruction, NewOrder
from openoms.domains.pricing.book import Book, offer_document
from openoms.domains.pricing.engine import PricedBasket, PricedLine, unit_cost_of
from openoms.domains.pricing.steps import TraceStep


def create(new: NewOrder, priced: PricedBasket) -> tuple[Order, Sequence[Line]]:
    """Set a priced order aside to be written with the flow: its head, lines, adjustments and instructions."""
    order = db.new(
        Order,
        id=uuid7_at(new.placed_at) if new.historical else uuid7(),
        number=new.number,
        created_by_id=new.created_by,
        status=new.status,
        payment_state=new.payment_state,
        fulfilment_state=new.fulfilment_state,
        historical=new.historical,
        placed_at=new.placed_at,
        submitted_at=new.submitted_at,
        **_head(new, priced),
    )
    db.insert(order)
    lines = _insert_lines(order, priced, new.placed_at)
    _insert_instructions(order, new.instructions, new.placed_at, new.created_by)
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


def replace_instructions(order: Order, wanted: Sequence[NewInstruction], actor_id: UUID | None) -> bool:
    """Leave a draft with just these remarks: those it has already stay as they are; whether anything changed."""
    db.require_atomic()
    missing = list(wanted)
    gone = []
    for row in order.instructions.all():
        same = NewInstruction(row.text, row.audience, row.stage, row.blocking, row.due)
        if same in missing:
            missing.remove(same)
        else:
            gone.append(row.pk)
    Instruction.objects.filter(pk__in=gone).delete()
    _insert_instructions(order, missing, now(), actor_id)
    return bool(gone or missing)


def keep_pricing(
    order: Order, book: Book, inputs: dict[str, Any], priced: PricedBasket, at: datetime
) -> None:
    """Set aside what the order was priced from, and its trace, so that it can be priced again exactly."""
    offers = {line.offer.sku: offer_document(line.offer) for line in priced.lines}
    for line in priced.lines:
        offers |= {part.offer.sku: offer_document(part.offer) for part in line.components}
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


def set_quotation(order: Order, valid_until: date | None) -> None:
    """Note the last day of a locked draft's quotation, or that it is none."""
    db.require_atomic()
    if order.quote_valid_until != valid_until:
        order.quote_valid_until = valid_until
        order.save(update_fields=["quote_valid_until"])


def keep_entry(entry: UnfinishedEntry) -> None:
    """Write an unfinished entry, or what it has become since; another person's under the same key stays theirs."""
    db.require_atomic()
    columns = ("order_id", "base_revision", "title", "line_count", "fields", "updated_at")
    values = {name: getattr(entry, name) for name in columns}
    rows = UnfinishedEntry.objects.filter(pk=entry.pk)
    if not rows.filter(author=entry.author_id).update(**values) and not rows.exists():
        entry.save(force_insert=True)


def drop_entries(**which: Any) -> int:
    """Delete unfinished entries; how many there were."""
    db.require_atomic()
    return UnfinishedEntry.objects.filter(**which).delete()[0]


def seen_editing(order_id: UUID, user_id: UUID, at: datetime, begins: datetime) -> None:
    """Note that somebody has the order open; whose last sign is older than `begins` has come anew."""
    db.require_atomic()
    Editor.objects.bulk_create(
        [Editor(id=uuid7(), order_id=order_id, user_id=user_id, began_at=at, seen_at=at)],
        update_conflicts=True,
        unique_fields=["order", "user"],
        update_fields=["seen_at"],
    )
    Editor.objects.filter(order=order_id, seen_at__lt=begins).delete()


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


def _insert_instructions(
    order: Order, wanted: Sequence[NewInstruction], at: datetime, author: UUID | None
) -> None:
    rows = [
        db.new(
            Instruction,
            id=uuid7(),
            order_id=order.id,
            text=remark.text,
            audience=remark.audience,
            stage=remark.stage,
            blocking=remark.blocking,
            due=remark.due,
            created_at=at,
            created_by_id=author,
        )
        for remark in wanted
    ]
    db.insert(*rows)


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
        options=[chosen.document() for chosen in line.options],
        unit_cost=cost,
        cost_currency=cost_currency,
    )


def _step(step: TraceStep) -> dict[str, Any]:
    return {"code": step.code, "line": step.line, **step.data}
