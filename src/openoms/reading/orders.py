"""Reading orders for pages: the list with its filters."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from openoms.core.ids import floor_of
from openoms.core.types import Actor
from openoms.domains.customers import queries as customers
from openoms.domains.customers.contacts import masked
from openoms.domains.customers.models import Customer
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders import queries as orders
from openoms.domains.orders.models import Order

# A search that many customers fit is answered with orders of the first of them; one types more letters.
_CUSTOMERS_SEARCHED = 200
# An order's id is minted a moment after its instant is taken: ids bound the days a little wider.
_SLACK = timedelta(minutes=1)


def order_list(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Order]:
    """Orders the actor may see that fit the filters (names as on the page); not yet sorted or cut."""
    rows = orders.visible_to(actor)
    for name in ("status", "payment_state", "fulfilment_state"):
        if filters.get(name):
            rows = rows.filter(**{name: filters[name]})
    if filters.get("channel"):
        rows = rows.filter(channel_id=filters["channel"])
    if filters.get("customer"):
        rows = rows.filter(customer__code=filters["customer"])
    rows = _placed_between(
        rows, filters.get("placed_from"), filters.get("placed_to"), ZoneInfo(actor.timezone)
    )
    return _matching(rows, str(filters.get("q") or "").strip())


def latest_orders(actor: Actor, customer: Customer, count: int = 10) -> Sequence[Order]:
    """The customer's newest orders that the actor may see."""
    return list(orders.visible_to(actor).filter(customer=customer).order_by("-id")[:count])


def shown_address(actor: Actor, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """An address as the actor may see it."""
    return document if not document or actor.may(Perm.CONTACT_REVEAL) else masked(dict(document))


def _placed_between(
    rows: QuerySet[Order], first: date | None, last: date | None, zone: ZoneInfo
) -> QuerySet[Order]:
    """Those placed on local days `first` … `last`; ids are bounded too, for the list pages by them."""
    if first:
        begins = datetime.combine(first, time.min, zone)
        rows = rows.filter(placed_at__gte=begins, id__gte=floor_of(begins - _SLACK))
    if last:
        ends = datetime.combine(last + timedelta(days=1), time.min, zone)
        rows = rows.filter(placed_at__lt=ends, id__lt=floor_of(ends + _SLACK))
    return rows


def _matching(rows: QuerySet[Order], text: str) -> QuerySet[Order]:
    """Those whose number begins with the text, whose external reference it is, or whose customer it fits."""
    if not text:
        return rows
    found = customers.matching(Customer.objects.all(), text).order_by().values_list("pk", flat=True)
    return rows.filter(
        Q(number__startswith=text.upper())
        | Q(number=text)
        | Q(external_id=text)
        | Q(customer__in=list(found[:_CUSTOMERS_SEARCHED]))
    )
