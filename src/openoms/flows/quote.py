"""Quoting: the price of a basket; the same steps as placing, nothing written."""

from dataclasses import replace
from uuid import UUID

from openoms.core.clock import now
from openoms.core.errors import InvalidInput
from openoms.core.types import Actor
from openoms.domains.customers.types import CustomerInput
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.pricing.engine import PricedBasket
from openoms.flows.steps import offers, placing, pricing
from openoms.flows.steps.placing import OrderRequest


def quote(request: OrderRequest, *, actor: Actor, of: UUID | None = None) -> PricedBasket:
    """The price of the request as it would be placed now. Raises the refusals of placing.

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
    return priced
