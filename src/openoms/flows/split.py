"""Splitting an order 拆单: by warehouse, by what is there, or by hand; seen before it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from openoms.core import db
from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.money import round_money
from openoms.core.types import Actor
from openoms.domains.events.services import record
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.inventory import part_services as goods
from openoms.domains.inventory.splitting import Amounts
from openoms.domains.orders import kinds
from openoms.domains.orders import part_services as parts
from openoms.domains.orders import queries as order_queries
from openoms.domains.orders import services as orders
from openoms.domains.orders.models import Line, Order, Pricing
from openoms.flows.steps import parting, parting_goods, parting_money, releasing
from openoms.flows.steps.parting import Way

NOTHING: Mapping[int, Decimal] = {}


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The parts an order would be split into, by name, the one that stays first, with its lines."""

    order: Order
    lines: Sequence[Line]
    parts: Sequence[tuple[str, Amounts]]


@dataclass(frozen=True, slots=True)
class Split:
    """An order that was split, and what was split off."""

    order: Order
    parts: Sequence[Order]


def preview_split(number: str, way: Way, taken: Mapping[int, Decimal] = NOTHING, *, actor: Actor) -> Foreseen:
    """What splitting the order now would make of it; writes nothing. `taken`: how much of which line, by hand.

    Raises NoSuchOrder, CannotSplit.
    """
    require(actor, Perm.ORDER_VIEW, Perm.ORDER_SPLIT)
    order = order_queries.get(actor, number)
    return _foresee(order, way, taken)


@flow
def split_order(
    number: str,
    way: Way,
    taken: Mapping[int, Decimal] = NOTHING,
    *,
    actor: Actor,
    base_revision: int | None = None,
    once: Once | None = None,
) -> Split:
    """Split an approved order that nobody has begun on; quantities, money and what is kept go with their lines.

    Raises NoSuchOrder, StaleRevision, CannotSplit.
    """
    require(actor, Perm.ORDER_VIEW, Perm.ORDER_SPLIT)
    idempotency.begin(once)
    instant = now()
    order = orders.lock(number, base_revision)
    foreseen = _foresee(order, way, taken)
    releasing.recall(order, actor)
    before, total_before = parts.pricing_of(order), order.total
    (_, stays), *others = foreseen.parts
    made = []
    for name, part in others:
        site = name if way is Way.WAREHOUSE else ""
        made.append(_split_off(order, part, site, before, actor, instant))
    _keep_rest(order, stays, before)
    for part_order in [order, *made]:
        parting_goods.settle(part_order, actor, instant)
        releasing.release_if_free(part_order, actor, instant)
    _tell(order, made, way, total_before, actor)
    done = Split(order, made)
    idempotency.finish(once, done)
    return done


def _foresee(order: Order, way: Way, taken: Mapping[int, Decimal]) -> Foreseen:
    parting.demand_splittable(order)
    lines = parting.lines_of(order)
    return Foreseen(order, lines, parting.parts_of(order, lines, way, taken).parts)


def _split_off(
    order: Order, part: Amounts, site: str, before: Pricing | None, actor: Actor, at: datetime
) -> Order:
    """Make an order of a part of a locked one; what is left of the lines it shares with others is written later."""
    [[(drawn,)]] = db.run_together([order_queries.numbers_statement(1)])
    child = parts.create_part(order, f"SO{drawn:06d}")
    lines = {parting.key_of(line): line for line in parting.lines_of(order)}
    for charge in part.lines:
        line = lines[charge.key]
        if charge.quantity == line.quantity:
            parting_goods.move_line(line, order, child)
            if parting.charge_of(line) != charge:
                # Others of its parts were taken out before.
                parts.set_line(line, parting.share_of(charge))
            continue
        copy = parts.copy_line(line, child, parting.share_of(charge), line.position)
        parting_goods.move_share(line, copy, charge.quantity, site)
        line.quantity -= charge.quantity
        line.save(update_fields=["quantity"])
    goods.copy_told(order.id, child.id)
    parts.set_totals(child, *parting.shipping_of(part))
    parting_money.keep_pricing(child, before, of=order.number)
    parting_goods.copy_remarks(order, child, actor, at)
    parting_goods.copy_holds(order, child, actor, at)
    parting_money.pass_on(order, child, part.paid, actor, at)
    parts.note("split", order.id, child.id, at)
    return child


def _keep_rest(order: Order, part: Amounts, before: Pricing | None) -> None:
    """Let a locked order be the part that stays."""
    lines = {parting.key_of(line): line for line in parting.lines_of(order)}
    for charge in part.lines:
        parts.set_line(lines[charge.key], parting.share_of(charge))
    parts.set_totals(order, *parting.shipping_of(part))
    parts.count_revision(order)
    parting_money.keep_pricing(order, before, of=order.number)
    parting_money.count(order)


def _tell(order: Order, made: Sequence[Order], way: Way, total_before: Decimal, actor: Actor) -> None:
    for part in made:
        data = {
            "number": part.number,
            "of": order.number,
            "lines": part.lines.count(),
            "total": f"{round_money(part.total, part.currency)}",
            "currency": part.currency,
        }
        record(actor, kinds.ORDER_SPLIT_OFF, part.id, data=data)
    data = {
        "number": order.number,
        "revision": order.revision,
        "way": str(way),
        "parts": [part.number for part in made],
        "total_before": f"{round_money(total_before, order.currency)}",
        "total": f"{round_money(order.total, order.currency)}",
    }
    record(actor, kinds.ORDER_SPLIT, order.id, data=data)
