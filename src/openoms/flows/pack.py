"""Packing: what was picked is checked into parcels, scanned one by one or noted at once, and weighed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.errors import InvalidInput
from openoms.core.money import plain
from openoms.core.types import Actor
from openoms.domains.catalog.models import Sku
from openoms.domains.events.services import record
from openoms.domains.fulfilment import kinds
from openoms.domains.fulfilment import packing_services as packing
from openoms.domains.fulfilment import services as fulfilment
from openoms.domains.fulfilment.errors import IllegalWork, MoreThanNeeded, NotOnTheList, PackMismatch
from openoms.domains.fulfilment.models import Fulfilment, FulfilmentLine, Parcel
from openoms.domains.fulfilment.rules import deal
from openoms.domains.fulfilment.states import FulfilmentState
from openoms.domains.fulfilment.types import ParcelInput
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.orders.models import Order
from openoms.domains.orders.states import Stage
from openoms.flows.steps import fulfilling, holds
from openoms.flows.steps.scanning import demand_quantity, sku_of, skus_of

ZERO = Decimal(0)
HEAVIEST_G = 10_000_000


@dataclass(frozen=True, slots=True)
class Packed:
    """What came of a scan: the parcel the sku went into, how many more of it and of everything are to be packed."""

    sku: Sku
    parcel: int
    left: Decimal
    all_left: Decimal


@flow
def pack_item(
    number: str,
    code: str,
    quantity: Decimal,
    *,
    actor: Actor,
    parcel: int | None = None,
    once: Once | None = None,
) -> Packed:
    """Put so many of what was scanned (sku or barcode) into a parcel, None the last one. What was not picked is refused.

    Raises UnknownCode, NotOnTheList, MoreThanNeeded, OrderOnHold, IllegalWork, NoSuchWork.
    """
    require(actor, Perm.ORDER_VIEW, Perm.FULFILMENT_WORK)
    idempotency.begin(once)
    demand_quantity(quantity)
    sku = sku_of(code)
    _order, row = _to_pack(number)
    lines = packing.lines_of(row)
    box = packing.parcel(row, parcel)
    packing.put(box, _shares(row, lines, sku, quantity, {}))
    left = {line: line.picked - line.packed for line in lines}
    done = Packed(
        sku,
        box.position,
        sum((rest for line, rest in left.items() if line.sku_id == sku.pk), ZERO),
        sum(left.values(), ZERO),
    )
    idempotency.finish(once, done)
    return done


@flow
def add_parcel(number: str, *, actor: Actor) -> Parcel:
    """Begin another parcel of a fulfilment being packed. Raises OrderOnHold, IllegalWork, NoSuchWork."""
    require(actor, Perm.ORDER_VIEW, Perm.FULFILMENT_WORK)
    _order, row = _to_pack(number)
    return packing.add_parcel(row)


@flow
def unpack(number: str, *, actor: Actor) -> Fulfilment:
    """Open all parcels again, of one that is packed too, as long as it was not shipped. Raises IllegalWork, NoSuchWork."""
    require(actor, Perm.ORDER_VIEW, Perm.FULFILMENT_WORK)
    order, row = fulfilling.lock_with_order(number)
    if row.state == FulfilmentState.PACKED:
        fulfilment.move(row, FulfilmentState.PICKED, now())
        record(
            actor, kinds.FULFILMENT_REPACKED, order.id, data={"number": order.number, "fulfilment": number}
        )
        fulfilling.restate(order)
    elif row.state != FulfilmentState.PICKED:
        raise IllegalWork(number, row.state, "unpacked")
    packing.unpack(row)
    return row


@flow
def finish_packing(number: str, weights: Sequence[int | None], *, actor: Actor) -> Fulfilment:
    """Close the parcels, with their weights in grams by their order. Raises PackMismatch, OrderOnHold, IllegalWork, InvalidInput."""
    require(actor, Perm.ORDER_VIEW, Perm.FULFILMENT_WORK)
    order, row = _to_pack(number)
    _close(order, row, weights, actor, now())
    return row


@flow
def pack_fulfilment(
    number: str, parcels: Sequence[ParcelInput] | None, *, actor: Actor, once: Once | None = None
) -> Fulfilment:
    """Pack what was picked into these parcels at once, None all of it into one; what was packed before is opened.

    Raises PackMismatch, UnknownCode, NotOnTheList, MoreThanNeeded, OrderOnHold, IllegalWork, NoSuchWork.
    """
    require(actor, Perm.ORDER_VIEW, Perm.FULFILMENT_WORK)
    idempotency.begin(once)
    order, row = _to_pack(number)
    packing.unpack(row)
    lines = packing.lines_of(row)
    if parcels is None:
        parcels = [ParcelInput()]
        packing.fill(row, [{line: line.picked for line in lines if line.picked}])
    else:
        packing.fill(row, _contents(row, lines, parcels))
    _close(order, row, [one.weight_g for one in parcels], actor, now())
    idempotency.finish(once, row)
    return row


def _to_pack(number: str) -> tuple[Order, Fulfilment]:
    """A picked fulfilment and its order, locked, that nothing keeps from packing."""
    order, row = fulfilling.lock_with_order(number)
    if row.state != FulfilmentState.PICKED:
        raise IllegalWork(number, row.state, "packed")
    holds.demand_free(order, Stage.PACKING)
    return order, row


def _contents(
    row: Fulfilment, lines: Sequence[FulfilmentLine], parcels: Sequence[ParcelInput]
) -> list[dict[FulfilmentLine, Decimal]]:
    """What of which line lies in each parcel."""
    skus = skus_of({code for one in parcels for code in one.goods})
    given: dict[FulfilmentLine, Decimal] = {}
    contents = []
    for wanted in parcels:
        if not wanted.goods:
            raise InvalidInput("A parcel holds something.", field="parcels")
        content: dict[FulfilmentLine, Decimal] = {}
        for code, quantity in wanted.goods.items():
            demand_quantity(quantity)
            for line, part in _shares(row, lines, skus[code], quantity, given).items():
                content[line] = content.get(line, ZERO) + part
                given[line] = given.get(line, ZERO) + part
        contents.append(content)
    return contents


def _shares(
    row: Fulfilment,
    lines: Sequence[FulfilmentLine],
    sku: Sku,
    quantity: Decimal,
    given: Mapping[FulfilmentLine, Decimal],
) -> dict[FulfilmentLine, Decimal]:
    """So many of a sku, dealt over its lines beside what is `given` already. Raises NotOnTheList, MoreThanNeeded."""
    mine = [line for line in lines if line.sku_id == sku.pk]
    wanted = [line.picked - line.packed - given.get(line, ZERO) for line in mine]
    left = sum(wanted, ZERO)
    if not left:
        raise NotOnTheList(row.number, sku.code)
    if quantity > left:
        raise MoreThanNeeded(row.number, sku.code, plain(left))
    return {line: part for line, part in zip(mine, deal(wanted, quantity), strict=True) if part}


def _close(order: Order, row: Fulfilment, weights: Sequence[int | None], actor: Actor, at: datetime) -> None:
    missing = [
        (line.sku.code, plain(line.picked - line.packed))
        for line in packing.lines_of(row)
        if line.packed < line.picked
    ]
    if missing:
        raise PackMismatch(row.number, missing)
    boxes = packing.drop_empty(row)
    if len(weights) > len(boxes):
        raise InvalidInput(f"There are {len(boxes)} parcels.", field="weights")
    if any(weight is not None and not 0 < weight <= HEAVIEST_G for weight in weights):
        raise InvalidInput("A parcel weighs between 1 g and 10 t.", field="weight_g")
    packing.weigh(boxes, weights)
    fulfilment.move(row, FulfilmentState.PACKED, at)
    fulfilling.restate(order)
    data = {
        "number": order.number,
        "fulfilment": row.number,
        "parcels": len(boxes),
        "weight_g": sum(box.weight_g or 0 for box in boxes),
    }
    record(actor, kinds.FULFILMENT_PACKED, order.id, data=data)
