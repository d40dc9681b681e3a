"""Reading customers."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from openoms.core.types import Actor
from openoms.core.wire import Statement
from openoms.domains.customers.models import Customer
from openoms.domains.identity.permissions import Perm


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """What placing an order needs of a customer; `address` is the default one as an order's ship_to, if any."""

    id: UUID
    code: str
    name: str
    tier: str | None
    tax_exempt: bool
    is_active: bool
    address: dict[str, Any] | None


def facts_statement(codes: Sequence[str]) -> Statement:
    """The statement whose rows `facts_from` reads: customers by code with their default addresses."""
    sql = (
        "SELECT c.id, c.code, c.name, c.tier_id, c.tax_exempt, c.is_active, a.id IS NOT NULL, a.name, a.phone, a.country, "
        "a.region, a.city, a.district, a.line, a.postcode, a.problems "
        "FROM customers_customer c LEFT JOIN customers_address a ON a.customer_id = c.id AND a.is_default "
        "WHERE c.code IN (SELECT json_array_elements_text($1::json))"
    )
    return sql, (json.dumps(list(codes)),)


def facts_from(rows: Sequence[tuple[Any, ...]]) -> dict[str, CustomerFacts]:
    """Facts by customer code."""
    names = ("name", "phone", "country", "region", "city", "district", "line", "postcode", "problems")
    found = {}
    for number, code, name, tier, exempt, active, has_address, *parts in rows:
        address = dict(zip(names, parts, strict=True)) if has_address else None
        found[code] = CustomerFacts(number, code, name, tier, exempt, active, address)
    return found


def visible_to(actor: Actor) -> QuerySet[Customer]:
    """Customers the actor may see, complete for a list."""
    rows = Customer.objects.select_related("tier").prefetch_related("contacts", "addresses")
    return rows if actor.may(Perm.CUSTOMER_VIEW) else rows.none()


def matching(rows: QuerySet[Customer], text: str) -> QuerySet[Customer]:
    """Those whose code begins with `text`, whose name contains it, or with a phone that ends in its four digits."""
    found = Q(code__istartswith=text) | Q(name__icontains=text)
    if text.isdigit() and len(text) == 4:
        found |= Q(contacts__phone_tail=text)
        return rows.filter(found).distinct()
    return rows.filter(found)
