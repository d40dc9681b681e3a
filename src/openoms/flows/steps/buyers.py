"""Steps of finding an order's customer, or making the one it brings with it."""

from datetime import datetime

from openoms.core.errors import InvalidInput
from openoms.core.types import Actor
from openoms.domains.customers import kinds
from openoms.domains.customers import services as customers
from openoms.domains.customers.contacts import AddressParts, CheckedAddress
from openoms.domains.customers.queries import CustomerFacts
from openoms.domains.customers.types import CustomerInput
from openoms.domains.events.services import record
from openoms.flows.steps import placing, pricing
from openoms.flows.steps.placing import Known, OrderRequest


def buyer_of(request: OrderRequest, known: Known, actor: Actor, now: datetime) -> CustomerFacts:
    """The customer a request names, or the new one made of what it says; raises InvalidInput when it says neither."""
    found = placing.customer_of(request, known)
    return found if found is not None else _made(request, known, actor, now)


def _made(request: OrderRequest, known: Known, actor: Actor, now: datetime) -> CustomerFacts:
    """Make the customer an order brings with it, after its price shows that the order can stand."""
    if not isinstance(request.customer, CustomerInput):
        raise InvalidInput("An order needs a customer.", field="customer")
    ship_to = placing.ship_to_of(request, None)
    pricing.price_request(request, known, None, ship_to, now)
    if request.bill_to:
        placing.address_document(request.bill_to, "bill_to", lenient=False)
    made = customers.create(request.customer)
    record(actor, kinds.CUSTOMER_CREATED, made.pk, data={"code": made.code})
    if ship_to:
        parts = AddressParts(**{name: value for name, value in ship_to.items() if name != "problems"})
        address = customers.add_address(made, CheckedAddress(parts, tuple(ship_to["problems"])))
        record(actor, kinds.ADDRESS_ADDED, made.pk, data={"code": made.code, "country": address.country})
    return CustomerFacts(made.pk, made.code, made.name, made.tier_id, made.tax_exempt, True, None)
