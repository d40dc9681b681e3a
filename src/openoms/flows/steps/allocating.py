"""Steps that keep goods for an order: routed over the warehouses, what is short set aside, and let go of again.

An order being placed reads what is available with its first round trip and keeps it with its last statement; where
something was taken meanwhile the flow is run again (`inventory_reserve`). Others do both under their own locks.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from openoms.core import db
from openoms.core.types import Actor
from openoms.core.wire import Statement
from openoms.domains.events.services import record
from openoms.domains.inventory import kinds, queries
from openoms.domains.inventory import services as inventory
from openoms.domains.inventory.errors import OutOfStock
from openoms.domains.inventory.models import Backorder, Reservation
from openoms.domains.inventory.queries import InventoryBook, Levels
from openoms.domains.inventory.routing import Routed, route
from openoms.domains.inventory.services import Kept, Short
from openoms.domains.inventory.sites import Demand, DemandLine, Place, Stock
from openoms.domains.inventory.states import OnShort, ReserveAt, ShipPolicy
from openoms.domains.orders import services as orders
from openoms.domains.orders.models import Hold, Line, Order
from openoms.domains.orders.states import FulfilmentState, HoldKind, Stage
from openoms.domains.orders.types import NewHold
from openoms.domains.pricing.engine import PricedBasket
from openoms.flows.steps import configuration, fulfilling, holds
from openoms.flows.steps.configuration import Configuration

if TYPE_CHECKING:
    from openoms.flows.steps.placing import OrderRequest

WHOLE = "stock:order"
# The steps of routing that people are told; the rest are figures.
_TOLD = frozenset({"parcels", "lacks", "preferred", "shared_stock", "split_line", "short", "waits_complete"})
_MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """So much of a sku for a line; a bundle's line wants each of its parts."""

    line: UUID
    sku: str
    sku_id: UUID
    quantity: Decimal

    @property
    def key(self) -> str:
        """What routing knows it by."""
        return f"{self.line}:{self.sku}"


def reads(current: Configuration | None, requests: Sequence["OrderRequest"]) -> list[Statement]:
    """The statement that says what is available for these requests, with the first round trip; none where nothing is kept."""
    skus = _skus(current, requests)
    return [queries.levels_statement(skus)] if skus else []


def levels(
    current: Configuration, requests: Sequence["OrderRequest"], told: Sequence[Sequence[tuple[object, ...]]]
) -> Levels:
    """What was told, after asking where the configuration at hand did not know what to ask."""
    skus = _skus(current, requests)
    if not skus:
        return Levels()
    return queries.levels_from(
        skus, told[0] if told else db.run_together([queries.levels_statement(skus)])[0]
    )


def _skus(current: Configuration | None, requests: Sequence["OrderRequest"]) -> set[str]:
    """The skus of goods that these requests may want, a bundle's parts among them."""
    if current is None or not _keeps_at(current.inventory, ReserveAt.SUBMISSION):
        return set()
    found: set[str] = set()
    for request in requests:
        if not request.submit or request.history is not None:
            continue
        for line in request.lines:
            offer = current.book.offers.get(line.sku)
            if offer is None or offer.is_service:
                continue
            bundle = offer.menu.bundle
            found |= {part.sku for group in bundle.groups for part in group.parts} if bundle else {line.sku}
    return found


def _keeps_at(book: InventoryBook, moment: ReserveAt) -> bool:
    return bool(book.sites) and book.reserve_at == moment


def demand_stock(
    priced: PricedBasket, to: Mapping[str, object], current: Configuration, known: Levels, at: datetime
) -> None:
    """Raise OutOfStock for an order that could not be served whole, where the firm takes none that would wait.

    Called before anything of it is set aside. Gifts are left out: without stock they switch themselves off.
    """
    book = current.inventory
    if book.on_short != OnShort.REFUSE or not _keeps_at(book, ReserveAt.SUBMISSION):
        return
    wanted = {
        f"{line.position}:{part.sku}": (line.position, part.sku, quantity)
        for line in priced.lines
        for part, quantity in (
            [(c.offer, c.quantity * line.quantity) for c in line.components] or [(line.offer, line.quantity)]
        )
        if not part.is_service and part.sku in known.asked
    }
    lines = tuple(DemandLine(key, sku, quantity) for key, (_line, sku, quantity) in wanted.items())
    demand = Demand(lines, _place_of(to), False, at)
    _refuse(route(demand, Stock(book.sites, known.available), book.policy), wanted)


def _refuse(routed: Routed, wanted: Mapping[str, tuple[int, str, Decimal]]) -> None:
    """Raise OutOfStock naming each line that routing left short; `wanted` has position, sku and quantity by its keys."""
    missing: dict[str, Decimal] = defaultdict(Decimal)
    for shortage in routed.shortages:
        missing[shortage.line] += shortage.quantity
    if missing:
        raise OutOfStock(
            [
                (position, sku, quantity, quantity - missing[key])
                for key, (position, sku, quantity) in wanted.items()
                if key in missing
            ]
        )


def place(
    order: Order,
    lines: Sequence[Line],
    priced: PricedBasket,
    current: Configuration,
    known: Levels,
    actor: Actor,
    at: datetime,
) -> list[Hold]:
    """Keep goods for an order being placed, by the flow's last statement; holds for what is short."""
    book = current.inventory
    if not _keeps_at(book, ReserveAt.SUBMISSION):
        return []
    wanted = [
        Wanted(row.id, part.sku, part.sku_id, quantity)
        for row, line in zip(lines, priced.lines, strict=True)
        for part, quantity in (
            [(c.offer, c.quantity * line.quantity) for c in line.components] or [(line.offer, line.quantity)]
        )
        if not part.is_service
    ]
    missing = {one.sku for one in wanted} - known.asked
    if missing:
        # Gifts are known only once the price is.
        known.add(queries.levels_from(missing, db.run_together([queries.levels_statement(missing)])[0]))
    return _keep(order, wanted, book, known, actor, at, fresh=True)


def allocate(
    order: Order, actor: Actor, at: datetime, moment: ReserveAt | None = ReserveAt.SUBMISSION
) -> None:
    """Keep goods for a locked order that has none kept, where the firm does so at that moment (None: now).

    Raises OutOfStock at submission, where the firm takes no order that would wait.
    """
    book = configuration.now().inventory
    is_time = _keeps_at(book, moment) if moment else bool(book.sites)
    if not is_time or order.historical or _has_some(order):
        return
    wanted = wanted_by(order)
    known = _levels_now(wanted)
    if moment is ReserveAt.SUBMISSION and book.on_short == OnShort.REFUSE:
        positions = dict(order.lines.values_list("pk", "position"))
        named = {one.key: (positions[one.line], one.sku, one.quantity) for one in wanted}
        _refuse(_routed(order, wanted, book, known, at), named)
    _keep(order, wanted, book, known, actor, at, fresh=False)


def _has_some(order: Order) -> bool:
    return (
        Reservation.objects.filter(order=order).exclude(state="freed").exists()
        or Backorder.objects.filter(order=order).exists()
    )


def wanted_by(order: Order) -> list[Wanted]:
    """What the lines of an order already written want, services left out."""
    rows = order.lines.select_related("sku__product").prefetch_related("components__sku__product")
    return [
        Wanted(row.id, sku.code, sku.pk, quantity)
        for row in rows
        for sku, quantity in (
            [(c.sku, c.quantity * row.quantity) for c in row.components.all()] or [(row.sku, row.quantity)]
        )
        if sku.product.kind != "service"
    ]


def _levels_now(wanted: Iterable[Wanted]) -> Levels:
    skus = {one.sku for one in wanted}
    return (
        queries.levels_from(skus, db.run_together([queries.levels_statement(skus)])[0]) if skus else Levels()
    )


def _keep(
    order: Order,
    wanted: Sequence[Wanted],
    book: InventoryBook,
    known: Levels,
    actor: Actor,
    at: datetime,
    *,
    fresh: bool,
) -> list[Hold]:
    if not wanted:
        return []
    routed = _routed(order, wanted, book, known, at)
    by_key = {one.key: one for one in wanted}
    kept = [Kept(by_key[a.line].line, known.keys[a.site, a.sku], a.quantity) for a in routed.allocations]
    short = [Short(by_key[s.line].line, by_key[s.line].sku_id, s.quantity) for s in routed.shortages]
    (inventory.reserve_last if fresh else inventory.reserve)(order.id, kept, at)
    for taken in routed.allocations:
        known.take(taken.site, taken.sku, taken.quantity)
    inventory.write_short(order.id, short, at, needed_by=order.requested_date)
    state = FulfilmentState.BACKORDERED if short else FulfilmentState.ALLOCATED
    if fresh:
        order.fulfilment_state = state
    else:
        orders.set_fulfilment(order, state)
    missing = {by_key[s.line].sku: s.quantity for s in routed.shortages}
    data = {
        "number": order.number,
        "warehouses": sorted({a.site for a in routed.allocations}),
        "short": [f"{sku} {quantity.normalize():f}" for sku, quantity in sorted(missing.items())],
        "why": _why(routed),
    }
    record(actor, kinds.ORDER_ALLOCATED, order.id, data=data)
    return _hold_short(order, [by_key[s.line] for s in routed.shortages], book.ship, actor, at, fresh=fresh)


def _why(routed: Routed) -> list[dict[str, object]]:
    """Why these warehouses, as docs/goods.md has its codes; nothing of what one parcel from the best warehouse is."""
    told = [step for step in routed.trace if step.code in _TOLD][:_MOST_TOLD]
    if len(routed.parcels) < 2 and {step.code for step in told} <= {"parcels"}:
        return []
    return [{"code": step.code, **step.data} for step in told]


def _routed(
    order: Order, wanted: Sequence[Wanted], book: InventoryBook, known: Levels, at: datetime
) -> Routed:
    lines = tuple(DemandLine(one.key, one.sku, one.quantity) for one in wanted)
    demand = Demand(lines, _place_of(order.ship_to), book.ship == ShipPolicy.COMPLETE, at)
    return route(demand, Stock(book.sites, known.available), book.policy)


def _place_of(to: Mapping[str, object]) -> Place:
    return Place(str(to.get("country") or ""), str(to.get("region") or ""), str(to.get("city") or ""))


def _hold_short(
    order: Order, short: Sequence[Wanted], ship: ShipPolicy, actor: Actor, at: datetime, *, fresh: bool
) -> list[Hold]:
    """Hold what is short: its lines, or the order where it must leave complete."""
    if not short:
        return []
    named: dict[UUID, list[str]] = defaultdict(list)
    for one in short:
        named[one.line].append(one.sku)
    if ship == ShipPolicy.COMPLETE:
        reason = ", ".join(sorted({one.sku for one in short}))[:500]
        new = [NewHold(HoldKind.STOCK, Stage.ALLOCATION, WHOLE, reason)]
    else:
        new = [
            NewHold(HoldKind.STOCK, Stage.ALLOCATION, f"stock:{line}", ", ".join(sorted(skus))[:500], line)
            for line, skus in named.items()
        ]
    return [holds.raise_hold(order, one, actor, at, fresh=fresh) for one in new]


def hold_lines(order: Order, short: Sequence[tuple[UUID, str]], actor: Actor, at: datetime) -> None:
    """Hold lines (with the sku each lacks) of a locked order that are short again, or the order where it must leave complete."""
    is_whole = configuration.now().inventory.ship == ShipPolicy.COMPLETE
    rows = Hold.objects.filter(order=order, kind=HoldKind.STOCK, released_at=None)
    held = set(rows.values_list("cause", flat=True))
    for line, sku in short:
        cause = WHOLE if is_whole else f"stock:{line}"
        if cause not in held:
            held.add(cause)
            new = NewHold(HoldKind.STOCK, Stage.ALLOCATION, cause, sku, None if is_whole else line)
            holds.raise_hold(order, new, actor, at)


def free(order: Order, actor: Actor, at: datetime, reason: str) -> None:
    """Let go of what is kept for a locked order, and of what it waits for; nothing where nothing is."""
    fulfilling.drop(order, actor, at)
    if (
        not Reservation.objects.filter(order=order, state="open").exists()
        and not Backorder.objects.filter(order=order).exists()
    ):
        return
    freed = inventory.free(order.id, at)
    orders.set_fulfilment(order, FulfilmentState.UNALLOCATED)
    ended = list(Hold.objects.filter(order=order, kind=HoldKind.STOCK, released_at=None))
    if ended:
        holds.release(order, ended, actor, reason)
    data = {
        "number": order.number,
        "warehouses": sorted({r.stock.warehouse.code for r in freed}),
        "skus": sorted({r.stock.sku.code for r in freed}),
        "reason": reason,
    }
    record(actor, kinds.ORDER_FREED, order.id, data=data)


def serve(order: Order, actor: Actor, at: datetime) -> bool:
    """Give a locked order what has become available of what it is short of; whether it got something."""
    short = list(Backorder.objects.filter(order=order).select_related("sku").order_by("id"))
    book = configuration.now().inventory
    if not short or not book.sites:
        return False
    wanted = [Wanted(row.line_id, row.sku.code, row.sku_id, row.quantity) for row in short]
    known = _levels_now(wanted)
    routed = _routed(order, wanted, book, known, at)
    if not routed.allocations:
        return False
    rows = {(row.line_id, row.sku.code): row for row in short}
    by_key = {one.key: one for one in wanted}
    served: Mapping[tuple[UUID, str], Decimal] = _sums(
        (by_key[a.line], a.quantity) for a in routed.allocations
    )
    inventory.reserve(
        order.id,
        [Kept(by_key[a.line].line, known.keys[a.site, a.sku], a.quantity) for a in routed.allocations],
        at,
    )
    for key, quantity in served.items():
        inventory.shrink(rows[key], quantity)
    _settle(order, actor)
    data = {"number": order.number, "warehouses": sorted({a.site for a in routed.allocations})}
    still = [f"{s.sku} {s.quantity.normalize():f}" for s in routed.shortages]
    record(actor, kinds.ORDER_ALLOCATED, order.id, data={**data, "short": still, "why": _why(routed)})
    return True


def _sums(parts: Iterable[tuple[Wanted, Decimal]]) -> dict[tuple[UUID, str], Decimal]:
    found: dict[tuple[UUID, str], Decimal] = defaultdict(Decimal)
    for one, quantity in parts:
        found[one.line, one.sku] += quantity
    return found


def _settle(order: Order, actor: Actor) -> None:
    """End the holds of lines that are no longer short, and say so of the order when none is."""
    waiting = set(Backorder.objects.filter(order=order).values_list("line", flat=True))
    fulfilling.restate(order)
    rows = Hold.objects.filter(order=order, kind=HoldKind.STOCK, released_at=None)
    ended = [hold for hold in rows if (hold.line_id not in waiting if hold.line_id else not waiting)]
    if ended:
        holds.release(order, ended, actor, "")
