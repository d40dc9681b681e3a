"""Proving that figures kept for speed are the sums of their rows, and mending them; each mend is told of."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Q

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.money import plain
from openoms.domains.events.queries import verify_chain
from openoms.domains.events.services import record
from openoms.domains.fulfilment import queries as fulfilment
from openoms.domains.identity.rules import system
from openoms.domains.inventory import kinds, lot_services
from openoms.domains.inventory import queries as inventory
from openoms.domains.inventory import services as stock
from openoms.domains.orders import services as orders
from openoms.domains.orders.kinds import HOLDS_MENDED, STATE_MENDED
from openoms.domains.orders.models import Order
from openoms.domains.payments.queries import wrong_totals
from openoms.flows.steps import fulfilling

_ACTOR = system("audit")


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that is not as its rows say, in a sentence.

    `kind` is stock, lots, holds, payments, fulfilment or events.
    """

    kind: str
    text: str


def audit() -> list[Wrong]:
    """Everything that is wrong; nothing in a sound database."""
    found = [
        Wrong(
            "stock",
            f"stock of {row.sku} at {row.warehouse}: on hand {plain(row.on_hand)}, moved {plain(row.moved)}; "
            f"reserved {plain(row.reserved)}, kept for orders {plain(row.kept)}",
        )
        for row in inventory.wrong_stock()
    ]
    found += [
        Wrong("lots", f"lots of {sku} at {place}: on hand {plain(on_hand)}, lots come to {plain(lots)}")
        for _key, sku, place, on_hand, lots in inventory.wrong_lots()
    ]
    found += [
        Wrong("holds", f"order {number}: counts {counted} open holds, has {actual}")
        for number, counted, actual in _wrong_holds()
    ]
    found += [
        Wrong(
            "payments",
            f"order {row.number}: paid {plain(row.paid_total)}, payments come to {plain(row.payments)}",
        )
        for row in wrong_totals()
    ]
    found += [
        Wrong("fulfilment", f"{number} works on {sku} that is not kept for it as it says")
        for number, sku in fulfilment.wrong_lines()
    ]
    found += [
        Wrong("fulfilment", f"order {number}: is {state}, its goods are {told}")
        for number, state, told in fulfilment.wrong_states()
    ]
    chain = verify_chain()
    if chain.broken_at is not None:
        found.append(Wrong("events", f"the chain over events is broken at link {chain.broken_at}"))
    return found


def _wrong_holds() -> list[tuple[str, int, int]]:
    rows = Order.objects.annotate(actual=Count("holds", filter=Q(holds__released_at=None)))
    wrong = rows.exclude(open_holds=F("actual")).order_by("number")
    return list(wrong.values_list("number", "open_holds", "actual"))


def repair() -> int:
    """Set stock, counts of holds and how far goods are to what their rows say; how many. What events tell is never mended."""
    mended = sum(_mend_stock(row.stock) for row in inventory.wrong_stock())
    # After what lies there is right: lots are made to come to that.
    mended += sum(_mend_lots(row[0]) for row in inventory.wrong_lots())
    mended += sum(_mend_holds(number) for number, _, _ in _wrong_holds())
    return mended + sum(_mend_state(number) for number, _, _ in fulfilment.wrong_states())


@flow
def _mend_stock(key: UUID) -> bool:
    """Set a row to its movements and reservations; where more is kept than ever came, that much must lie there."""
    stock.lock_stock([key])
    row = next(iter(inventory.wrong_stock([key])), None)
    if row is None:
        return False
    on_hand = stock.mend(key, row.moved, row.kept, now())
    data = {
        "sku": row.sku,
        "warehouse": row.warehouse,
        "before": f"{plain(row.on_hand)} / {plain(row.reserved)}",
        "after": f"{plain(on_hand)} / {plain(row.kept)}",
    }
    record(_ACTOR, kinds.STOCK_MENDED, key, data=data)
    return True


@flow
def _mend_lots(key: UUID) -> bool:
    """Make a row's lots come to what is on hand: what lacks is of a lot nobody knows."""
    [place] = stock.lock_stock([key])
    row = next(iter(inventory.wrong_lots([key])), None)
    if row is None:
        return False
    _key, sku, warehouse, _on_hand, before = row
    lot_services.mend(place, now()) if place.sku.tracks_lots else lot_services.end(place)
    data = {"sku": sku, "warehouse": warehouse, "before": plain(before), "after": plain(place.on_hand)}
    record(_ACTOR, kinds.LOTS_MENDED, key, data=data)
    return True


@flow
def _mend_holds(number: str) -> bool:
    order = orders.lock(number)
    actual = order.holds.filter(released_at=None).count()
    if order.open_holds == actual:
        return False
    before = order.open_holds
    orders.count_holds(order, actual)
    record(_ACTOR, HOLDS_MENDED, order.id, data={"number": number, "before": before, "after": actual})
    return True


@flow
def _mend_state(number: str) -> bool:
    order = orders.lock(number)
    before = order.fulfilment_state
    fulfilling.restate(order)
    if before == order.fulfilment_state:
        return False
    data = {"number": number, "before": str(before), "after": str(order.fulfilment_state)}
    record(_ACTOR, STATE_MENDED, order.id, data=data)
    return True
