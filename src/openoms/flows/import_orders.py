"""Orders of the past beside what is stored: which are there already and whether they are the same; nothing is written.

The placing itself is `flows.place.place_orders`, the same as for orders of today.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from openoms.core.clock import now
from openoms.core.errors import DomainError, InvalidInput
from openoms.core.types import Actor
from openoms.domains.events.models import Event
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.orders import kinds
from openoms.domains.orders.models import Line, Order, Pricing
from openoms.domains.pricing.book import Basket, BasketLine
from openoms.domains.pricing.documents import basket_from
from openoms.domains.pricing.engine import PricedBasket
from openoms.flows.steps import placing, pricing
from openoms.flows.steps.placing import Known, OrderRequest


@dataclass(frozen=True, slots=True)
class Stored:
    """An order that is there already: its amounts, and in which respects the file says something else."""

    number: str
    nets: tuple[Decimal, ...]
    shipping: Decimal
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """What placing an order would come to: its price, or the problem that would refuse it."""

    priced: PricedBasket | None = None
    problem: DomainError | None = None


def compare_stored(requests: Sequence[OrderRequest], *, actor: Actor) -> dict[int, Stored]:
    """Those of the requests, by index, whose channel and external id are stored already. Each has a history."""
    require(actor, Perm.ORDER_VIEW, Perm.ORDER_IMPORT)
    wanted = {(r.channel, r.external_id): index for index, r in enumerate(requests)}
    rows = Order.objects.filter(external_id__in={external for _, external in wanted})
    found = [row for row in rows.select_related("customer") if (row.channel_id, row.external_id) in wanted]
    if not found:
        return {}
    ids = [row.pk for row in found]
    baskets = {
        pricing.order_id: basket_from(pricing.inputs)[0]
        for pricing in Pricing.objects.filter(order__in=ids, revision=1)
    }
    nets = _nets(found)
    moments = _moments(found)
    stored = {}
    for order in found:
        index = wanted[order.channel_id, order.external_id]
        differences = _differences(requests[index], order, baskets.get(order.pk), moments.get(order.pk, {}))
        stored[index] = Stored(order.number, nets[order.pk], order.shipping_total, tuple(differences))
    return stored


def try_orders(requests: Sequence[OrderRequest], *, actor: Actor) -> list[Tried]:
    """What placing each would come to now, in order."""
    placing.check_abilities(actor, requests)
    known = placing.read(requests, numbers=False, lock=False)
    return [_try(request, known) for request in requests]


def taken_numbers(numbers: Sequence[str], *, actor: Actor) -> set[str]:
    """Those of the order numbers that some order has."""
    require(actor, Perm.ORDER_VIEW)
    return set(Order.objects.filter(number__in=numbers).values_list("number", flat=True))


def _try(request: OrderRequest, known: Known) -> Tried:
    instant = now()
    try:
        placing.check_request(request, known, instant)
        customer = placing.customer_of(request, known)
        if customer is None:
            raise InvalidInput("An order needs a customer.", field="customer")
        ship_to = placing.ship_to_of(request, customer)
        if request.bill_to:
            placing.address_document(request.bill_to, "bill_to", lenient=True)
        return Tried(priced=pricing.price_request(request, known, customer, ship_to, instant)[0])
    except DomainError as problem:
        return Tried(problem=problem)


def _nets(orders: Sequence[Order]) -> dict[UUID, tuple[Decimal, ...]]:
    """Net amounts of the orders' lines, by order, in the lines' order."""
    found: dict[UUID, list[Decimal]] = {order.pk: [] for order in orders}
    lines = Line.objects.filter(order__in=list(found))
    for order_id, net in lines.order_by("order", "position").values_list("order_id", "net"):
        found[order_id].append(net)
    return {order_id: tuple(nets) for order_id, nets in found.items()}


def _moments(orders: Sequence[Order]) -> dict[UUID, dict[str, Any]]:
    """When the orders were shipped and completed, and the carrier, as their events tell."""
    found: dict[UUID, dict[str, Any]] = {}
    told = (kinds.ORDER_SHIPPED.code, kinds.ORDER_COMPLETED.code)
    events = Event.objects.filter(subject_id__in=[order.pk for order in orders], kind__in=told)
    for subject, kind, at, data in events.values_list("subject_id", "kind", "at", "data"):
        moments = found.setdefault(subject, {})
        if kind == kinds.ORDER_SHIPPED.code:
            moments |= {"shipped": at, "carrier": data.get("carrier", "")}
        else:
            moments |= {"completed": at}
    return found


def _differences(
    request: OrderRequest, order: Order, basket: Basket | None, moments: Mapping[str, Any]
) -> list[str]:
    """What the file says otherwise, each as a short sentence."""
    history = request.history
    assert history is not None, "only orders of the past are compared"
    try:
        ship_to = placing.ship_to_of(request, None)
    except DomainError as problem:
        return [f"address: {problem.detail}"]
    pairs: list[tuple[str, object, object]] = [
        ("customer", request.customer, order.customer.code),
        ("placed", history.placed_at, order.placed_at),
        ("requested date", request.requested_date, order.requested_date),
        ("type", request.order_type, order.order_type_id),
        ("terms", request.terms, order.terms),
        ("status", history.status, order.status),
        ("payment", history.payment_state, order.payment_state),
        ("fulfilment", history.fulfilment_state, order.fulfilment_state),
        ("shipped", history.shipped_at, moments.get("shipped")),
        ("carrier", history.carrier if history.shipped_at else "", moments.get("carrier", "")),
        ("completed", history.completed_at, moments.get("completed")),
    ]
    if request.number:
        pairs.append(("number", request.number, order.number))
    if request.ship_to is not None:
        pairs.append(("address", _place(ship_to), _place(order.ship_to)))
    found = [f"{what}: the file says {said}, stored is {kept}" for what, said, kept in pairs if said != kept]
    if basket is not None:
        wanted = pricing.basket_of(request, ship_to or order.ship_to)
        found += _basket_differences(wanted, basket)
    return found


def _place(document: Mapping[str, Any]) -> str:
    names = ("name", "phone", "line", "district", "city", "region", "postcode", "country")
    return ", ".join(str(document[name]) for name in names if document.get(name))


def _basket_differences(wanted: Basket, stored: Basket) -> list[str]:
    found = []
    for what in ("currency", "shipping"):
        said, kept = getattr(wanted, what), getattr(stored, what)
        if said != kept:
            found.append(f"{what}: the file says {said}, stored is {kept}")
    if len(wanted.lines) != len(stored.lines):
        return [*found, f"lines: the file has {len(wanted.lines)}, stored are {len(stored.lines)}"]
    for position, (said, kept) in enumerate(zip(wanted.lines, stored.lines, strict=True), start=1):
        # The reason of a price is the importer's own word, not the file's.
        if said != replace(kept, price_reason=said.price_reason):
            found.append(f"line {position}: the file says {_line(said)}, stored is {_line(kept)}")
    return found


def _line(line: BasketLine) -> str:
    off = f" less {line.discount.value:f} ({line.discount.kind})" if line.discount else ""
    return f"{line.quantity:f} × {line.sku} at {line.unit_price}{off}"
