"""Reading customers that are likely the one being typed, with what tells them apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from openoms.core.errors import InvalidInput
from openoms.core.types import Actor
from openoms.domains.customers import doubles
from openoms.domains.customers.contacts import masked_phone, normal_phone
from openoms.domains.identity.permissions import Perm

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Likely:
    """A customer that may be the one meant; `why` is phone, email or name. The last order is None for those who may not see it."""

    code: str
    name: str
    is_active: bool
    why: str
    phone: str
    place: str
    last_number: str | None = None
    last_at: datetime | None = None


def likely(actor: Actor, name: str, phone: str, email: str, country: str) -> Sequence[Likely]:
    """Customers like the one being typed, the surest first. Two statements.

    A phone without a prefix is one of `country`; one that is not whole yet is left out.
    """
    if not actor.may(Perm.CUSTOMER_VIEW):
        return []
    found = doubles.similar(name.strip()[:_LONGEST_NAME], _whole(phone, country), email.strip())
    latest = _last_orders([row.id for row in found]) if actor.may(Perm.ORDER_VIEW) else {}
    in_full = actor.may(Perm.CONTACT_REVEAL)
    return [
        Likely(
            row.code,
            row.name,
            row.is_active,
            row.why,
            row.phone if in_full else masked_phone(row.phone),
            " ".join(dict.fromkeys(filter(None, [row.region, row.city]))),
            *latest.get(row.id, (None, None)),
        )
        for row in found
    ]


def _whole(phone: str, country: str) -> str:
    try:
        return normal_phone(phone, country) if phone.strip() else ""
    except InvalidInput:
        return ""


def _last_orders(customers: Sequence[UUID]) -> Mapping[UUID, tuple[str, datetime]]:
    """Number and instant of each customer's newest order."""
    if not customers:
        return {}
    sql = (
        "SELECT c.id, o.number, o.placed_at FROM unnest(%s::uuid[]) AS c(id) CROSS JOIN LATERAL "
        "(SELECT number, placed_at FROM orders_order WHERE customer_id = c.id ORDER BY id DESC LIMIT 1) o"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(customers)])
        return {key: (number, at) for key, number, at in cursor.fetchall()}
