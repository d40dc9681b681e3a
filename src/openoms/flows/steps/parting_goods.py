"""Steps of splitting and merging: goods, holds and remarks follow the lines they are for; the stock itself stays untouched."""

from datetime import datetime
from decimal import Decimal

from openoms.core.types import Actor
from openoms.domains.inventory import part_services as goods
from openoms.domains.inventory.models import Backorder
from openoms.domains.orders import part_services as parts
from openoms.domains.orders.models import Hold, Line, Order
from openoms.domains.orders.states import HoldKind, InstructionState, Stage, Terms
from openoms.domains.orders.types import NewHold
from openoms.flows.steps import allocating, fulfilling, holds, instructing, paying
from openoms.flows.steps.parting import needs_of

# Holds of these kinds follow from rows, or are looked at by steps of their own.
_DERIVED = (HoldKind.STOCK, HoldKind.PAYMENT, HoldKind.INSTRUCTION, HoldKind.APPROVAL)


def move_share(line: Line, to: Line, quantity: Decimal, site: str = "") -> None:
    """Let so much of what is kept and waited for of a line be for another line of its kind.

    Without a `site` what is waited for goes first, so that who stays keeps what is there; else what is kept there goes first.
    """
    for sku, each in needs_of(line):
        left = quantity * each
        if not site:
            left -= goods.move_short(line.id, sku, left, to.order_id, to.id)
        rows = goods.kept_for(line.id, sku)
        rows.sort(key=lambda row: (row.stock.warehouse.code != site, row.pk))
        for row in rows if site else reversed(rows):
            if left > 0:
                taken = min(left, row.quantity)
                goods.move_kept(row, taken, to.order_id, to.id)
                left -= taken
        goods.move_short(line.id, sku, left, to.order_id, to.id)


def move_line(line: Line, source: Order, target: Order) -> None:
    """Give a whole line with everything kept, waited for and held of it to another locked order."""
    parts.move_line(line, target)
    goods.move_all(line.id, target.id)
    parts.move_line_holds(line, source, target)


def copy_holds(source: Order, target: Order, actor: Actor, at: datetime) -> None:
    """Hold a part for what people, and its address or its customer's credit, hold the order for."""
    rows = Hold.objects.filter(order=source, line=None, released_at=None).exclude(kind__in=_DERIVED)
    for hold in rows.order_by("id"):
        there = Hold.objects.filter(order=target, kind=hold.kind, cause=hold.cause, released_at=None)
        if not there.exists():
            new = NewHold(HoldKind(hold.kind), Stage(hold.stage), hold.cause, hold.reason)
            holds.raise_hold(target, new, actor, at)


def copy_remarks(source: Order, target: Order, actor: Actor, at: datetime) -> None:
    """Leave the remarks that wait on a part too; one that stops a stage and was not confirmed stops it there as well."""
    for _, copy in parts.copy_remarks(source, target):
        if copy.blocking and copy.state == InstructionState.OPEN:
            instructing.hold_for(target, copy, actor, at)


def settle(order: Order, actor: Actor, at: datetime) -> None:
    """Bring a locked order's goods, money and the holds that follow from them to what its rows say."""
    fulfilling.restate(order)
    _settle_stock(order, actor, at)
    paying.settle_paid(order, actor)
    if order.terms == Terms.PREPAID:
        paying.hold_again(order, None, actor, at)


def _settle_stock(order: Order, actor: Actor, at: datetime) -> None:
    """End holds for goods that are not missing any longer, and hold for those that are."""
    missing = Backorder.objects.filter(order=order).order_by("line__position", "id")
    short = list(missing.values_list("line", "sku__code"))
    lines = {line for line, _ in short}
    rows = Hold.objects.filter(order=order, kind=HoldKind.STOCK, released_at=None)
    ended = [hold for hold in rows if (hold.line_id not in lines if hold.line_id else not lines)]
    if ended:
        holds.release(order, ended, actor, "")
    allocating.hold_lines(order, short, actor, at)
