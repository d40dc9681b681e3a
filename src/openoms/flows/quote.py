"""Quoting: the price of a basket and who would have to approve it; the same steps as placing, nothing written."""

from dataclasses import dataclass, replace
from uuid import UUID

from openoms.core.clock import now
from openoms.core.errors import InvalidInput
from openoms.core.types import Actor
from openoms.domains.approvals.rules import Requirement
from openoms.domains.customers.types import CustomerInput
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.orders.models import Order
from openoms.domains.pricing.engine import PricedBasket
from openoms.flows.steps import offers, paying, placing, pricing, weighing
from openoms.flows.steps.placing import OrderRequest


@dataclass(frozen=True, slots=True)
class Quoted:
    """What the request would cost, and what it would need when it is submitted."""

    priced: PricedBasket
    requirement: Requirement


def quote(request: OrderRequest, *, actor: Actor, of: UUID | None = None) -> Quoted:
    """The request as it would be placed now. Raises the refusals of placing.

    `of` is the draft it will replace: what that was given is not in its way.
    """
    require(actor, Perm.ORDER_CREATE)
    placing.check_price_abilities(actor, [request])
    known = placing.read([request], numbers=False, duplicates=False, lock=False)
    if of is not None:
        known = replace(known, offers=offers.without(known.offers, of, pricing.customer_asked(request)))
    instant = now()
    placing.check_request(request, known, instant)
    customer = placing.customer_of(request, known)
    if request.customer is not None and customer is None and not isinstance(request.customer, CustomerInput):
        raise InvalidInput("Name the customer by its code.", field="customer")
    ship_to = placing.ship_to_of(request, customer)
    priced, _ = pricing.price_request(request, known, customer, ship_to, instant)
    if customer is not None and known.configuration.approval.asks_credit:
        known = replace(known, credit=paying.seen_credit(request.terms, request.customer, instant))
    wanted = weighing.weigh_request(request, known, priced, customer, ship_to, instant)
    return Quoted(priced, wanted.requirement)


def weigh_draft(order: Order, *, actor: Actor) -> Requirement:
    """What a draft would need if it were submitted now; its customer is loaded."""
    require(actor, Perm.ORDER_VIEW)
    if not weighing.has_rules():
        return Requirement()
    credit = paying.seen_credit(order.terms, order.customer.code, now()).get(order.customer.code)
    return weighing.weigh_order(order, credit).requirement
