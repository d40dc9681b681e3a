"""Merging orders 合单: what goes to one customer at one address leaves as one; the inverse of splitting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.money import round_money
from openoms.core.types import Actor
from openoms.domains.events.services import record
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.inventory.splitting import Amounts, merge
from openoms.domains.orders import kinds
from openoms.domains.orders import part_services as parts
from openoms.domains.orders import queries as order_queries
from openoms.domains.orders import services as orders
from openoms.domains.orders.errors import CannotMerge, NoSuchOrder
from openoms.domains.orders.models import Line, Order, Pricing
from openoms.domains.orders.parting import merge_refusal
from openoms.domains.orders.types import CreditFacts
from openoms.domains.pricing import offer_services
from openoms.flows.steps import (
    cancelling,
    parting,
    parting_goods,
    parting_money,
    paying,
    releasing,
    submitting,
)

MOST = 50


@dataclass(frozen=True, slots=True)
class Together:
    """The order that stays, those that go into it, what it holds then, and the lines of them all, its own last."""

    order: Order
    others: Sequence[Order]
    amounts: Amounts
    lines: Sequence[Line]


def preview_merge(numbers: Sequence[str], *, actor: Actor) -> Together:
    """What merging these orders now would make; writes nothing. Raises NoSuchOrder, CannotMerge."""
    require(actor, Perm.ORDER_VIEW, Perm.ORDER_SPLIT)
    rows = list(order_queries.visible_to(actor).filter(number__in=numbers).order_by("pk"))
    _demand_all(numbers, rows)
    return _together(rows)


@flow
def merge_orders(numbers: Sequence[str], *, actor: Actor, once: Once | None = None) -> Together:
    """Merge approved orders that nobody has begun on into the first placed of them; the others end, and say into which.

    Where the rules ask for it because it is more now, it is to be approved again. Raises NoSuchOrder, CannotMerge.
    """
    require(actor, Perm.ORDER_VIEW, Perm.ORDER_SPLIT)
    idempotency.begin(once)
    instant = now()
    rows, credit = _lock(numbers, instant)
    found = _together(rows)
    for row in rows:
        releasing.recall(row, actor)
    total_before = found.order.total
    before = parts.pricing_of(found.order)
    asked = [_take_in(found.order, other, actor, instant) for other in found.others]
    _write(found, actor, instant)
    parts.count_revision(found.order)
    merged = [other.number for other in found.others]
    parting_money.keep_pricing(found.order, before, [one for one in asked if one], merged=merged)
    submitting.review(found.order, credit, actor, instant)
    releasing.release_if_free(found.order, actor, instant)
    data = {
        "number": found.order.number,
        "revision": found.order.revision,
        "merged": merged,
        "total_before": f"{round_money(total_before, found.order.currency)}",
        "total": f"{round_money(found.order.total, found.order.currency)}",
    }
    record(actor, kinds.ORDER_MERGED, found.order.id, data=data)
    idempotency.finish(once, found)
    return found


def _demand_all(numbers: Sequence[str], rows: Sequence[Order]) -> None:
    missing = set(numbers) - {row.number for row in rows}
    if missing:
        raise NoSuchOrder(min(missing))
    if len(rows) > MOST:
        raise CannotMerge("too_many", rows[MOST].number)


def _lock(numbers: Sequence[str], at: datetime) -> tuple[list[Order], CreditFacts | None]:
    """The orders by their keys, locked in that order, the customer before them where they are on credit."""
    wanted = Order.objects.filter(number__in=numbers).order_by("pk")
    found = list(wanted.values_list("number", flat=True)[: MOST + 1])
    if not found:
        raise NoSuchOrder(min(numbers, default=""))
    first, credit = paying.lock_with_credit(found[0], at)
    rows = [first, *(orders.lock(number) for number in found[1:])]
    _demand_all(numbers, rows)
    return rows, credit


def _age(order: Order) -> tuple[datetime, int, str]:
    """Smaller is older: parts were placed when the whole was, and have later numbers."""
    return order.placed_at, len(order.number), order.number


def _together(rows: Sequence[Order]) -> Together:
    """What the orders make, the first placed of them first. Raises CannotMerge."""
    reason, number = merge_refusal(parting.standings_of(rows))
    if reason:
        raise CannotMerge(reason, number)
    rows = sorted(rows, key=_age)
    lines = parting.lines_of_all(rows)
    amounts = merge([parting.amounts_of(row, lines[row.pk]) for row in rows])
    every = [line for row in reversed(rows) for line in lines[row.pk]]
    return Together(rows[0], rows[1:], amounts, every)


def _take_in(order: Order, other: Order, actor: Actor, at: datetime) -> Pricing | None:
    """Let everything of another locked order be of the one that stays, but for amounts; what it was priced from, at its new places."""
    lines = {parting.key_of(line): line for line in parting.lines_of(order)}
    positions = {line.position for line in lines.values()}
    placed: dict[int, int] = {}
    for line in parting.lines_of(other):
        known = lines.get(parting.key_of(line))
        if known is None:
            free = line.position if line.position not in positions else max(positions) + 1
            known = parts.copy_line(line, order, parting.share_of(parting.charge_of(line)), free)
            positions.add(free)
            parts.move_performance(line, known)
        placed[line.position] = known.position
        parting_goods.move_share(line, known, line.quantity)
    asked = parts.pricing_of(other)
    parting_goods.copy_remarks(other, order, actor, at)
    parting_goods.copy_holds(other, order, actor, at)
    parts.watch_too(other, order)
    offer_services.move_order(other.id, order.id)
    parting_money.pass_on(other, order, other.paid_total, actor, at)
    parts.note("merge", other.id, order.id, at)
    cancelling.cancel(other, actor, at, f"→ {order.number}", gives_back=False)
    data = {"number": other.number, "into": order.number}
    record(actor, kinds.ORDER_MERGED_AWAY, other.id, data=data)
    return parting_money.moved(asked, placed) if asked else None


def _write(found: Together, actor: Actor, at: datetime) -> None:
    """Write the amounts of the order that stays, as one."""
    order = found.order
    charges = {charge.key: charge for charge in found.amounts.lines}
    for line in parting.lines_of(order):
        charge = charges[parting.key_of(line)]
        if parting.charge_of(line) != charge:
            parts.set_line(line, parting.share_of(charge))
    days = [row.requested_date for row in (order, *found.others) if row.requested_date is not None]
    parts.set_requested(order, min(days, default=None))
    parts.set_totals(order, *parting.shipping_of(found.amounts))
    parting_money.count(order)
    parting_goods.settle(order, actor, at)
