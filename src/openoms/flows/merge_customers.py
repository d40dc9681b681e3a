"""Merging two customers that are one: the other's orders, people and places move, its code leads to the one that stays."""

from collections.abc import Sequence

from openoms.core.db import flow
from openoms.core.types import Actor
from openoms.domains.customers import kinds, merge_services
from openoms.domains.customers import services as customers
from openoms.domains.customers.models import Customer
from openoms.domains.events.services import record
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.orders import services as orders
from openoms.domains.pricing import offer_services as offers


@flow
def merge_customers(
    code: str, into: str, *, take: Sequence[str] = (), actor: Actor, once: Once | None = None
) -> Customer:
    """Merge the customer `code` into `into`, which takes its values of the fields in `take`; the one that stays.

    Both are locked by key, then the orders move; raises NotFound, Conflict for one merged already.
    """
    require(actor, Perm.CUSTOMER_MERGE, Perm.CUSTOMER_EDIT)
    idempotency.begin(once)
    other, survivor = customers.lock_two(code, into)
    moved = merge_services.absorb(survivor, other, take)
    count = orders.move_customer(other.pk, survivor.pk)
    offers.move_customer(other.pk, survivor.pk)
    record(actor, kinds.CUSTOMER_MERGED, other.pk, data={"code": other.code, "into": survivor.code})
    data = {
        "code": survivor.code,
        "merged": other.code,
        "orders": count,
        "contacts": moved.contacts,
        "addresses": moved.addresses,
        "taken": [*take, *(["owner"] if moved.owner else [])],
    }
    record(actor, kinds.CUSTOMER_ABSORBED, survivor.pk, data=data)
    idempotency.finish(once, survivor)
    return survivor
