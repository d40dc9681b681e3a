"""Steps of splitting and merging: orders as arithmetic knows them (inventory/splitting.py), and which plan makes the parts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum
from uuid import UUID

from openoms.domains.catalog.models import Product
from openoms.domains.inventory.errors import CannotSplit
from openoms.domains.inventory.models import Reservation
from openoms.domains.inventory.splitting import (
    Amounts,
    Charge,
    Parts,
    by_availability,
    by_hand,
    by_site,
    split,
)
from openoms.domains.orders.models import Line, Order, Performance
from openoms.domains.orders.part_services import Share
from openoms.domains.orders.parting import Standing, place_of, state_refusal

ZERO = Decimal(0)
SHIPPING = "shipping"
# How an adjustment's source and labels are one key of the engine.
_BETWEEN = "\x1f"


class Way(StrEnum):
    """By what an order is split."""

    WAREHOUSE = "warehouse"
    AVAILABILITY = "availability"
    HAND = "hand"


def lines_of(order: Order) -> list[Line]:
    """An order's lines with what they hold, in order."""
    return lines_of_all([order])[order.pk]


def lines_of_all(rows: Sequence[Order]) -> dict[UUID, list[Line]]:
    """The lines of orders, by their keys, together."""
    lines = Line.objects.filter(order__in=[row.pk for row in rows]).select_related("sku__product")
    found: dict[UUID, list[Line]] = {row.pk: [] for row in rows}
    for line in lines.prefetch_related("adjustments", "components__sku__product").order_by("position"):
        found[line.order_id].append(line)
    return found


def standings_of(rows: Sequence[Order]) -> list[Standing]:
    """Orders as the rules of splitting and merging know them."""
    done = Performance.objects.filter(order__in=[row.pk for row in rows]).exclude(performed_at=None)
    performed = set(done.values_list("order", flat=True))
    return [_standing(row, row.pk in performed) for row in rows]


def _standing(order: Order, is_performed: bool) -> Standing:
    return Standing(
        number=order.number,
        status=order.status,
        fulfilment_state=order.fulfilment_state,
        is_performed=is_performed,
        historical=order.historical,
        customer=order.customer_id,
        channel=order.channel_id,
        currency=order.currency,
        tax_inclusive=order.tax_inclusive,
        terms=order.terms,
        address=(place_of(order.ship_to or {}), place_of(order.bill_to) if order.bill_to else None),
    )


def demand_splittable(order: Order) -> None:
    """Raise CannotSplit for an order that is not approved, or that somebody has begun to carry out."""
    if reason := state_refusal(standings_of([order])[0]):
        raise CannotSplit(reason)


def key_of(line: Line) -> str:
    """What the engine knows a line by: parts of one line are one."""
    return str(line.origin or line.id)


def charge_of(line: Line) -> Charge:
    """A line as the engine knows it."""
    off = ((_BETWEEN.join((a.source, a.label, a.label_zh)), a.amount) for a in line.adjustments.all())
    return Charge(key_of(line), line.quantity, line.gross, line.net, line.tax, tuple(off), line.position)


def amounts_of(order: Order, lines: Sequence[Line]) -> Amounts:
    """An order as the engine knows it."""
    charges = tuple(charge_of(line) for line in lines)
    fees: tuple[Charge, ...] = ()
    if order.shipping_total or order.shipping_tax:
        gross = order.shipping_total + (order.shipping_tax if order.tax_inclusive else ZERO)
        fees = (Charge(SHIPPING, Decimal(1), gross, order.shipping_total, order.shipping_tax),)
    return Amounts(order.currency, order.tax_inclusive, charges, fees, order.paid_total)


def share_of(charge: Charge) -> Share:
    """A line of a part as its services write it; what of an adjustment is nothing is left out."""
    named = (
        ((source, label, label_zh), amount)
        for key, amount in charge.adjustments
        for source, label, label_zh in [key.split(_BETWEEN)]
        if amount
    )
    return Share(charge.quantity, charge.gross, charge.net, charge.tax, tuple(named))


def shipping_of(part: Amounts) -> tuple[Decimal, Decimal]:
    """The shipping of a part, and its tax."""
    return sum((fee.net for fee in part.fees), ZERO), sum((fee.tax for fee in part.fees), ZERO)


def parts_of(order: Order, lines: Sequence[Line], way: Way, taken: Mapping[int, Decimal]) -> Parts:
    """The parts that splitting makes; the order itself keeps the first. `taken` is what is taken out by hand, by line.

    By warehouse a part is named by its code, what no warehouse keeps "". Raises CannotSplit.
    """
    amounts = amounts_of(order, lines)
    if way is Way.HAND:
        plan = by_hand(amounts, _by_key(lines, taken))
        plan = {name: plan[name] for name in ("stays", "taken") if name in plan}
    elif way is Way.AVAILABILITY:
        plan = by_availability(amounts, {key_of(line): _complete(line, _kept(order)) for line in lines})
    else:
        plan = by_site(amounts, _sites(lines, _kept(order)))
    return split(amounts, plan)


def _by_key(lines: Sequence[Line], taken: Mapping[int, Decimal]) -> dict[str, Decimal]:
    known = {line.position: line for line in lines}
    found = {}
    for position, quantity in taken.items():
        line = known.get(position)
        if line is None:
            raise CannotSplit("unknown_line", str(position))
        if quantity <= 0:
            raise CannotSplit("not_positive", str(position))
        if quantity > line.quantity:
            raise CannotSplit("too_much", str(position))
        if line.quantity == line.quantity.to_integral_value() and quantity != quantity.to_integral_value():
            raise CannotSplit("broken_piece", str(position))
        found[key_of(line)] = quantity
    return found


Kept = Mapping[tuple[UUID, UUID], Mapping[str, Decimal]]


def _kept(order: Order) -> Kept:
    """What is kept for an order: by line and sku, how much at which warehouse."""
    found: defaultdict[tuple[UUID, UUID], dict[str, Decimal]] = defaultdict(dict)
    rows = Reservation.objects.filter(order=order, state="open")
    for line, sku, code, quantity in rows.values_list(
        "line", "stock__sku", "stock__warehouse__code", "quantity"
    ):
        found[line, sku][code] = found[line, sku].get(code, ZERO) + quantity
    return found


def needs_of(line: Line) -> list[tuple[UUID, Decimal]]:
    """What one of a line takes of each sku that is kept in stock; nothing for a service."""
    parts = [(part.sku, part.quantity) for part in line.components.all()] or [(line.sku, Decimal(1))]
    return [(sku.pk, quantity) for sku, quantity in parts if sku.product.kind != Product.Kind.SERVICE]


def _complete(line: Line, kept: Kept, site: str | None = None) -> Decimal:
    """How much of a line is kept whole, anywhere or at one site; pieces are not broken. A service is always there."""
    needs = needs_of(line)
    if not needs:
        return line.quantity
    least = line.quantity
    for sku, each in needs:
        there = kept.get((line.id, sku), {})
        least = min(least, (sum(there.values(), ZERO) if site is None else there.get(site, ZERO)) / each)
    is_whole = line.quantity == line.quantity.to_integral_value()
    return (
        least.to_integral_value(ROUND_FLOOR) if is_whole else least.quantize(Decimal("0.000001"), ROUND_FLOOR)
    )


def _sites(lines: Sequence[Line], kept: Kept) -> list[tuple[str, str, Decimal]]:
    """How much of each line which warehouse sends; a service goes with the first of them."""
    codes = sorted({code for there in kept.values() for code in there})
    found = []
    for line in lines:
        if not needs_of(line):
            found += [(key_of(line), codes[0], line.quantity)] if codes else []
            continue
        shares = ((code, _complete(line, kept, code)) for code in codes)
        found += [(key_of(line), code, quantity) for code, quantity in shares if quantity > 0]
    return found
