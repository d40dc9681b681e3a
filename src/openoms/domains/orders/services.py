"""Writing orders."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
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
    Comment,
    Follower,
    Hold,
    Instruction,
    Line,
    Order,
    Performance,
    Phrase,
    Pricing,
    SavedView,
    Tag,
    Tagging,
)
from openoms.domains.orders.rules import check_move
from openoms.domains.orders.states import FulfilmentState, InstructionState, Status
from openoms.domains.orders.types import NewHold, NewInstruction, NewOrder, PhraseInput
from openoms.domains.pricing.book import Book, offer_document
from openoms.domains.pricing.engine import PricedBasket, PricedLine, TraceStep

# Sorts after every day: remarks without a due day come last.
NEVER_DUE = "9999-12-31"


def create(new: NewOrder, priced: PricedBasket) -> tuple[Order, Sequence[Line]]:
    """Set a priced order aside to be written with the flow: its head, lines and adjustments."""
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
        owner_id=new.owner,
        ship_phone_tail=phone_tail(str(new.ship_to.get("phone") or "")),
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
    db.insert(order, *lines, *adjustments)
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


def lock_open(number: str, base_revision: int | None = None) -> Order:
    """As `lock`; raises OrderClosed for one that is completed or cancelled."""
    order = lock(number, base_revision)
    if order.status in CLOSED:
        raise OrderClosed(order.number, order.status)
    return order


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


def comment(order: Order, text: str, mentions: Sequence[UUID], *, by: UUID | None, at: datetime) -> Comment:
    """Set a comment aside."""
    row = db.new(
        Comment, id=uuid7(), order_id=order.id, author_id=by, text=text, mentions=list(mentions), at=at
    )
    db.insert(row)
    return row


def follow(order: Order, users: Collection[UUID]) -> None:
    """Make people followers of the order; those who are stay so."""
    db.require_atomic()
    Follower.objects.bulk_create(
        [Follower(id=uuid7(), order_id=order.id, user_id=user) for user in users], ignore_conflicts=True
    )


def unfollow(order: Order, user: UUID) -> None:
    """The person looks after the order no longer."""
    Follower.objects.filter(order=order, user_id=user).delete()


def assign(order: Order, owner: UUID | None) -> None:
    """Give a locked order an owner, or none; the owner follows it."""
    db.require_atomic()
    order.owner_id = owner
    order.save(update_fields=["owner"])
    if owner is not None:
        follow(order, [owner])


def tag(order: Order, add: Collection[str], remove: Collection[str]) -> tuple[list[str], list[str]]:
    """Change the tags of a locked order; which were added and removed."""
    db.require_atomic()
    held = set(Tagging.objects.filter(order=order).values_list("tag_id", flat=True))
    added, removed = sorted(set(add) - held), sorted(set(remove) & held - set(add))
    Tag.objects.bulk_create([Tag(name=name) for name in added], ignore_conflicts=True)
    Tagging.objects.bulk_create([Tagging(id=uuid7(), order_id=order.id, tag_id=name) for name in added])
    Tagging.objects.filter(order=order, tag__in=removed).delete()
    return added, removed


def save_phrase(phrase: Phrase | None, value: PhraseInput) -> Phrase:
    """Make a ready remark, or change a locked one."""
    db.require_atomic()
    fields = asdict(value)
    if phrase is None:
        return Phrase.objects.create(**fields)
    for name, said in fields.items():
        setattr(phrase, name, said)
    phrase.save(update_fields=list(fields))
    return phrase


def remove_phrase(phrase: Phrase) -> None:
    """Take a locked ready remark away."""
    phrase.delete()


def save_view(
    owner: UUID, page: str, name: str, *, query: str, columns: Sequence[str], shared_with: Sequence[str]
) -> SavedView:
    """Keep a view of a person under its name."""
    db.require_atomic()
    said = {"query": query, "columns": list(columns), "shared_with": list(shared_with)}
    return SavedView.objects.update_or_create(owner_id=owner, page=page, name=name, defaults=said)[0]


def remove_view(owner: UUID, view_id: UUID) -> bool:
    """Take a person's view away; False where they have none of that key."""
    return bool(SavedView.objects.filter(owner_id=owner, pk=view_id).delete()[0])


def schedule_service(
    order: Order, line: Line, done: Performance | None, *, at: datetime, assignee: UUID | None
) -> Performance:
    """Set when and by whom a service line of a locked order is to be performed."""
    db.require_atomic()
    if done is None:
        return Performance.objects.create(line=line, order=order, scheduled_at=at, assignee_id=assignee)
    done.scheduled_at, done.assignee_id = at, assignee
    done.save(update_fields=["scheduled_at", "assignee"])
    return done


def perform_service(done: Performance, *, by: UUID | None, at: datetime) -> None:
    """Note that a service was performed."""
    done.performed_at, done.performed_by_id = at, by
    done.save(update_fields=["performed_at", "performed_by"])


def sign_service(done: Performance, signed_by: str, *, at: datetime) -> None:
    """Note who signed for a service."""
    done.signed_by, done.signed_at = signed_by, at
    done.save(update_fields=["signed_by", "signed_at"])


def set_fulfilment(order: Order, state: FulfilmentState) -> None:
    """Note how far a locked order is."""
    db.require_atomic()
    order.fulfilment_state = state
    order.save(update_fields=["fulfilment_state"])


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
