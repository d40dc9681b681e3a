"""Writing parts of orders: one split off another, lines that go with it, orders that become one, and where each came from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from openoms.core import db
from openoms.core.ids import uuid7, uuid7_at
from openoms.domains.orders.instructions import WAITING
from openoms.domains.orders.models import (
    Adjustment,
    Follower,
    Hold,
    Instruction,
    Line,
    Lineage,
    LineComponent,
    Order,
    Performance,
    Pricing,
    Tagging,
)
from openoms.domains.orders.services import NEVER_DUE
from openoms.domains.orders.states import FulfilmentState

ZERO = Decimal(0)
# A tax exemption is an adjustment that is no discount.
_NO_DISCOUNT = "tax:exempt"


@dataclass(frozen=True, slots=True)
class Share:
    """What a line holds in a part: its amounts, and its adjustments as ((source, label, Chinese label), amount)."""

    quantity: Decimal
    gross: Decimal
    net: Decimal
    tax: Decimal
    adjustments: tuple[tuple[tuple[str, str, str], Decimal], ...]


def lock_all(numbers: Collection[str]) -> list[Order]:
    """These orders, locked in the order of their keys; those there are."""
    db.require_atomic()
    rows = Order.objects.select_for_update(of=("self",)).filter(number__in=numbers)
    return list(rows.order_by("pk"))


def create_part(order: Order, number: str) -> Order:
    """A new order with the head of a locked one, without lines, amounts, holds and money; watched by the same people.

    Its id is minted from the instant the order was placed, so that lists show it beside it. The external reference is
    the channel's name of the whole and stays there.
    """
    db.require_atomic()
    values = {field.attname: getattr(order, field.attname) for field in Order._meta.concrete_fields}
    part = Order(**values)
    part.id, part.number, part.external_id, part.revision = uuid7_at(order.placed_at), number, "", 1
    part.open_holds, part.released_at, part.paid_total = 0, None, ZERO
    part.fulfilment_state = FulfilmentState.UNALLOCATED
    part.items_total = part.discount_total = part.shipping_total = part.shipping_tax = ZERO
    part.tax_total = part.total = ZERO
    part.save(force_insert=True)
    watch_too(order, part)
    return part


def move_line(line: Line, order: Order) -> None:
    """Give a whole line of a locked order to another, with what belongs to it there; its place in the order stays."""
    db.require_atomic()
    line.order = order
    line.save(update_fields=["order"])
    Adjustment.objects.filter(line=line).update(order=order)
    Performance.objects.filter(line=line).update(order=order)


def copy_line(line: Line, order: Order, share: Share, position: int) -> Line:
    """Write a part of a line as a line of another order; both remember that they are one."""
    db.require_atomic()
    values = {field.attname: getattr(line, field.attname) for field in Line._meta.concrete_fields}
    row = Line(**values)
    row.id, row.order, row.position, row.origin = uuid7(), order, position, line.origin or line.id
    row.quantity, row.gross, row.net, row.tax = share.quantity, share.gross, share.net, share.tax
    row.save(force_insert=True)
    LineComponent.objects.bulk_create(
        LineComponent(
            id=uuid7(), line=row, sku_id=part.sku_id, quantity=part.quantity, position=part.position
        )
        for part in line.components.all()
    )
    _write_adjustments(row, share)
    return row


def set_line(line: Line, share: Share) -> None:
    """Let a line of a locked order hold so much."""
    db.require_atomic()
    line.quantity, line.gross, line.net, line.tax = share.quantity, share.gross, share.net, share.tax
    line.save(update_fields=["quantity", "gross", "net", "tax"])
    Adjustment.objects.filter(line=line).delete()
    _write_adjustments(line, share)


def _write_adjustments(line: Line, share: Share) -> None:
    Adjustment.objects.bulk_create(
        Adjustment(
            id=uuid7(), order_id=line.order_id, line=line, source=source, label=label, label_zh=label_zh, amount=amount
        )
        for (source, label, label_zh), amount in share.adjustments
    )  # fmt: skip


def set_totals(order: Order, shipping: Decimal, shipping_tax: Decimal) -> None:
    """Let a locked order's totals be those of its lines and this shipping; a new revision."""
    db.require_atomic()
    lines = list(Line.objects.filter(order=order).values_list("net", "tax"))
    off = Adjustment.objects.filter(order=order).exclude(source=_NO_DISCOUNT)
    order.items_total = sum((net for net, _ in lines), ZERO)
    order.discount_total = -sum(off.values_list("amount", flat=True), ZERO)
    order.shipping_total, order.shipping_tax = shipping, shipping_tax
    order.tax_total = sum((tax for _, tax in lines), shipping_tax)
    order.total = order.items_total + order.shipping_total + order.tax_total
    order.save(
        update_fields=[
            "items_total", "discount_total", "shipping_total", "shipping_tax", "tax_total", "total",
        ]
    )  # fmt: skip


def count_revision(order: Order) -> None:
    """Count a locked order's revision up: its content is another."""
    db.require_atomic()
    order.revision += 1
    order.save(update_fields=["revision"])


def set_requested(order: Order, day: Any) -> None:
    """Note when a locked order is wanted."""
    order.requested_date = day
    order.save(update_fields=["requested_date"])


def keep_split_pricing(
    order: Order, before: Pricing | None, inputs: Mapping[str, Any], trace: Sequence[Mapping[str, Any]]
) -> None:
    """Say what a part's or a merged order's present revision was priced from: not by itself, so it is not priced again."""
    if before is None:
        return
    Pricing.objects.create(
        id=uuid7(), order=order, revision=order.revision, rules_digest=before.rules_digest,
        priced_at=before.priced_at, inputs=dict(inputs), trace=list(trace),
    )  # fmt: skip


def pricing_of(order: Order) -> Pricing | None:
    """What a locked order's present revision was priced from."""
    return Pricing.objects.filter(order=order, revision=order.revision).first()


def copy_remarks(source: Order, target: Order) -> list[tuple[Instruction, Instruction]]:
    """Leave the remarks that still wait on a locked order on another too, as far as they are; pairs of each and its copy.

    What it says already is not said twice.
    """
    db.require_atomic()
    pairs = []
    there = {_said(row) for row in Instruction.objects.filter(order=target, state__in=WAITING)}
    for row in Instruction.objects.filter(order=source, state__in=WAITING):
        if _said(row) in there:
            continue
        values = {field.attname: getattr(row, field.attname) for field in Instruction._meta.concrete_fields}
        copy = Instruction(**values)
        copy.id, copy.order = uuid7(), target
        copy.queue_key = f"{row.due or NEVER_DUE} {copy.id}"
        copy.save(force_insert=True)
        pairs.append((row, copy))
    return pairs


def _said(remark: Instruction) -> tuple[object, ...]:
    return remark.text, remark.audience, remark.stage, remark.blocking, remark.due


def move_performance(line: Line, to: Line) -> None:
    """Let what was scheduled for a service be for a line of another order."""
    db.require_atomic()
    Performance.objects.filter(line=line).update(line=to, order=to.order_id)


def watch_too(source: Order, target: Order) -> None:
    """Let whoever follows a locked order follow another too, with its tags."""
    db.require_atomic()
    there = set(Follower.objects.filter(order=target).values_list("user", flat=True))
    users = Follower.objects.filter(order=source).values_list("user", flat=True)
    Follower.objects.bulk_create(
        Follower(id=uuid7(), order=target, user_id=user) for user in users if user not in there
    )
    tags = set(Tagging.objects.filter(order=target).values_list("tag", flat=True))
    names = Tagging.objects.filter(order=source).values_list("tag", flat=True)
    Tagging.objects.bulk_create(
        Tagging(id=uuid7(), order=target, tag_id=tag) for tag in names if tag not in tags
    )


def move_line_holds(line: Line, source: Order, target: Order) -> None:
    """Let the open holds of a line that goes to another order go with it."""
    db.require_atomic()
    moved = Hold.objects.filter(line=line, order=source, released_at=None).update(order=target)
    if moved:
        for order, count in ((source, -moved), (target, moved)):
            order.open_holds += count
            order.save(update_fields=["open_holds"])


def note(kind: str, parent: UUID, child: UUID, at: datetime) -> None:
    """Keep that one order came from another."""
    Lineage.objects.create(id=uuid7(), kind=kind, parent_id=parent, child_id=child, at=at)
