"""Papers that go with goods carry the recipient's address and phone: who works in the warehouse may print them, and that is noted."""

from openoms.core.db import flow
from openoms.core.types import Actor
from openoms.domains.customers import kinds
from openoms.domains.events.services import record
from openoms.domains.fulfilment.errors import NoSuchWork
from openoms.domains.fulfilment.models import Fulfilment
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require


@flow
def print_papers(number: str, *, actor: Actor) -> Fulfilment:
    """Let somebody print a fulfilment's papers; noted as a look at contact data where these are hidden from them. Raises NoSuchWork."""
    require(actor, Perm.ORDER_VIEW, Perm.FULFILMENT_WORK)
    row = Fulfilment.objects.select_related("order__customer").filter(number=number).first()
    if row is None:
        raise NoSuchWork("fulfilment", number)
    if not actor.may(Perm.CONTACT_REVEAL):
        customer = row.order.customer
        record(actor, kinds.CONTACT_REVEALED, customer.pk, data={"code": customer.code})
    return row
