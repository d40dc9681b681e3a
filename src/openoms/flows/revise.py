"""Replacing the content of a draft: priced anew, its revision counted up; and giving it out as a quotation."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from openoms.core import db
from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.errors import InvalidInput
from openoms.core.types import Actor
from openoms.domains.customers.queries import CustomerFacts
from openoms.domains.events.services import record
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.orders import kinds, rules
from openoms.domains.orders import queries as order_queries
from openoms.domains.orders import services as orders
from openoms.domains.orders.changes import line_changes
from openoms.domains.orders.models import Order
from openoms.domains.pricing.engine import PricedBasket
from openoms.flows.steps import (
    buyers,
    configuration,
    holds,
    instructing,
    offers,
    placing,
    pricing,
    submitting,
)
from openoms.flows.steps.placing import Known, OrderRequest


@dataclass(frozen=True, slots=True)
class RevisedOrder:
    """A draft as it now is."""

    order: Order
    customer: CustomerFacts
    priced: PricedBasket


@flow
def revise_draft(
    number: str,
    request: OrderRequest,
    *,
    actor: Actor,
    base_revision: int | None = None,
    once: Once | None = None,
) -> RevisedOrder:
    """Give a draft the content of `request`; with `submit` it is submitted in the same transaction.

    Raises NoSuchOrder, StaleRevision, NotADraft and the refusals of placing.
    """
    require(actor, Perm.ORDER_VIEW, Perm.ORDER_CREATE)
    placing.check_abilities(actor, [request])
    idempotency.begin(once)
    # Customers are locked before orders, here as where two of them are merged.
    known = placing.read([request], numbers=False)
    order = orders.lock(number, base_revision)
    rules.check_draft(order.number, order.status)
    known = _of_others(known, order)
    if offers.release(order.id):
        known = replace(known, offers=offers.again(known.configuration, [request]))
    offers.leave_out(known.offers, pricing.customer_asked(request), _is_of(order, request, known))
    revised = _revise(order, known, request, actor, now())
    if request.submit:
        credit = known.credit.get(pricing.customer_asked(request))
        submitting.submit(order, credit, actor, request.approval_note)
    idempotency.finish(once, revised)
    return revised


@flow
def give_quotation(
    number: str, valid_until: date, *, actor: Actor, base_revision: int | None = None
) -> Order:
    """Promise the customer a draft's price up to a day. Raises NoSuchOrder, StaleRevision, NotADraft, InvalidInput."""
    require(actor, Perm.ORDER_VIEW, Perm.ORDER_CREATE)
    order = orders.lock(number, base_revision)
    rules.check_draft(order.number, order.status)
    if valid_until < rules.earliest_today(now()):
        raise InvalidInput("The last day of a quotation lies in the past.", field="valid_until")
    orders.set_quotation(order, valid_until)
    data = {"number": order.number, "valid_until": valid_until.isoformat()}
    record(
        actor,
        kinds.ORDER_QUOTED,
        order.id,
        data={**data, "total": str(order.total), "currency": order.currency},
    )
    return order


def _is_of(order: Order, request: OrderRequest, known: Known) -> bool:
    """Whether the draft is, so far, an order of the customer asked for."""
    customer = placing.customer_of(request, known)
    return customer is not None and customer.id == order.customer_id


def _of_others(known: Known, order: Order) -> Known:
    """What placing must know; the order's own reference is no duplicate of itself."""
    others = {key: number for key, number in known.duplicates.items() if number != order.number}
    return replace(known, duplicates=others)


def _revise(
    order: Order, known: Known, request: OrderRequest, actor: Actor, instant: datetime
) -> RevisedOrder:
    placing.check_request(request, known, instant)
    customer = buyers.buyer_of(request, known, actor, instant)
    ship_to = placing.ship_to_of(request, customer)
    priced, inputs = pricing.price_for_good(request, known, customer, ship_to, instant)
    before, total_before = order_queries.asked(order)["lines"], order.total
    new = placing.head_of(request, order.number, customer, ship_to, actor, instant)
    changed = list(orders.revise(order, new, priced))
    if instructing.replace(order, request.instructions, actor, instant):
        changed.append("instructions")
    if "ship_to" in changed:
        holds.review_address(order, actor, instant)
    # A price promised to the customer does not hold for another content.
    orders.set_quotation(order, None)
    offers.book(known.offers, order.id, customer.id, pricing.customer_asked(request), priced)
    orders.keep_pricing(order, known.configuration.book, inputs, priced, instant)
    configuration.keep_rules(known.configuration)
    lines = [change.document() for change in line_changes(before, inputs["lines"])]
    record(actor, kinds.ORDER_REVISED, order.id, data=_told(order, total_before, changed, lines))
    db.flush()
    return RevisedOrder(order, customer, priced)


# Columns that follow from others are not told of.
_FOLLOWING = frozenset({"ship_phone_tail", "tax_inclusive", "items_total", "discount_total", "shipping_total", "shipping_tax", "tax_total", "total"})  # fmt: skip


def _told(order: Order, total_before: Any, changed: list[str], lines: list[Any]) -> dict[str, Any]:
    names = [name.removesuffix("_id") for name in changed if name not in _FOLLOWING]
    return {
        "number": order.number,
        "revision": order.revision,
        "currency": order.currency,
        "total_before": str(total_before),
        "total": str(order.total),
        "changed": [*(["lines"] if lines else []), *names],
        "lines": lines,
    }
