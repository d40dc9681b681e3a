"""Reading customers for pages: contact data as the actor may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Count, QuerySet

from openoms.core.money import round_money
from openoms.core.types import Actor
from openoms.domains.customers.contacts import masked, masked_phone
from openoms.domains.customers.labels import ROLE
from openoms.domains.customers.merging import FIELDS, Person, already_there, same_person
from openoms.domains.customers.models import Address, Contact, Customer
from openoms.domains.events import queries as events
from openoms.domains.events.models import Event
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders import queries as orders
from openoms.domains.orders.models import Line, Order
from openoms.domains.orders.states import PaymentState, Status

# Figures are of the newest orders of a customer: enough for habits, and a bound on what a page may cost.
MOST_ORDERS = 10_000
_LATEST = 200
_SHOWN, _WAITING = 10, 5

_PARTS = ("name", "phone", "country", "region", "city", "district", "line", "postcode")


@dataclass(frozen=True, slots=True)
class ShownContact:
    """A contact; phone and e-mail are masked for those who may not see them."""

    id: UUID
    role: str
    name: str
    title: str
    phone: str
    email: str
    is_primary: bool

    @property
    def role_name(self) -> str:
        """Its role in the page's language."""
        return str(ROLE.get(self.role, self.role))


@dataclass(frozen=True, slots=True)
class ShownAddress:
    """An address; `document` as an order's ship_to, masked likewise."""

    id: UUID
    label: str
    is_default: bool
    is_billing: bool
    problems: Sequence[str]
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Turnover:
    """A customer's orders in one currency: how many, their sum and average."""

    currency: str
    orders: int
    total: Decimal
    average: Decimal


@dataclass(frozen=True, slots=True)
class Habits:
    """What a customer's orders say of it; drafts and cancelled ones are not counted. `every_days` is the mean distance."""

    orders: int
    is_bounded: bool
    first: datetime | None
    last: datetime | None
    every_days: int | None
    turnover: Sequence[Turnover]
    products: Sequence["UsualGoods"]


@dataclass(frozen=True, slots=True)
class UsualGoods:
    """A sku that is bought often, by the names it has now; `orders` is in how many of the latest ones."""

    sku: str
    name: str
    name_zh: str
    orders: int


@dataclass(frozen=True, slots=True)
class Recent:
    """The customer's newest orders, and which of them wait: drafts, and orders not paid in full. Rows are named tuples."""

    latest: Sequence[Any]
    drafts: Sequence[Any]
    unpaid: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Move:
    """What merging would do: what comes over, and the fields that differ as (field, the one that stays, the other).

    `owner` is who will look after the one that stays though nobody did so far.
    """

    orders: int
    contacts: int
    addresses: int
    tags: Sequence[str]
    differing: Sequence[tuple[str, Any, Any]]
    owner: str = ""


def shown_contacts(actor: Actor, customer: Customer, *, in_full: bool = False) -> list[ShownContact]:
    """The customer's contacts, the primary one first; `in_full` for one look that was recorded."""
    reveal = in_full or actor.may(Perm.CONTACT_REVEAL)
    return [_contact(contact, in_full=reveal) for contact in customer.contacts.all()]


def shown_addresses(actor: Actor, customer: Customer, *, in_full: bool = False) -> list[ShownAddress]:
    """The customer's addresses, the default one first."""
    rows = []
    for row in customer.addresses.all():
        document = {name: getattr(row, name) for name in _PARTS}
        shown = document if in_full or actor.may(Perm.CONTACT_REVEAL) else masked(document)
        rows.append(ShownAddress(row.pk, row.label, row.is_default, row.is_billing, row.problems, shown))
    return rows


def habits(actor: Actor, customer: Customer) -> Habits | None:
    """Figures of the customer's newest orders, at most MOST_ORDERS; None for those who may not see orders."""
    if not actor.may(Perm.ORDER_VIEW):
        return None
    rows = _figures(customer)
    count = sum(row.orders for row in rows)
    first, last = (
        min((row.first for row in rows), default=None),
        max((row.last for row in rows), default=None),
    )
    every = (last - first).days // (count - 1) if first and last and count > 1 else None
    turnover = [
        Turnover(row.currency, row.orders, row.total, round_money(row.total / row.orders, row.currency))
        for row in rows
    ]
    return Habits(count, count >= MOST_ORDERS, first, last, every, turnover, _usual_products(customer))


class _Figures(NamedTuple):
    """Orders in one currency: how many, their sum, the first and the last instant."""

    currency: str
    orders: int
    total: Decimal
    first: datetime
    last: datetime


def _figures(customer: Customer) -> list[_Figures]:
    """Of the customer's newest orders without drafts and cancelled ones, by currency, the largest sum first.

    Read in one walk along the customer's index; "id IN (the newest)" would look each order up a second time.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT currency, count(*), sum(total), min(placed_at), max(placed_at) FROM "
            "(SELECT currency, total, placed_at, status FROM orders_order WHERE customer_id = %s ORDER BY id DESC LIMIT %s) t "
            "WHERE status NOT IN (%s, %s) GROUP BY currency ORDER BY sum(total) DESC",
            [customer.pk, MOST_ORDERS, Status.DRAFT, Status.CANCELLED],
        )
        return [_Figures(*row) for row in cursor.fetchall()]


def _usual_products(customer: Customer) -> list[UsualGoods]:
    """What was bought most often of late, named as an order's line is: the product, then its version."""
    latest = _orders_of(customer).exclude(status=Status.CANCELLED).order_by("-id").values("pk")[:_LATEST]
    names = ("sku__code", "sku__product__name", "sku__name", "sku__product__name_zh", "sku__name_zh")
    lines = Line.objects.filter(order_id__in=latest).order_by().values(*names)
    often = lines.annotate(n=Count("order", distinct=True)).order_by("-n", "sku__code")[:5]
    found = []
    for row in often:
        code, product, version, product_zh, version_zh = (row[name] for name in names)
        chinese = [product_zh or product, version_zh or version] if product_zh or version_zh else []
        found.append(UsualGoods(code, _joined(product, version), _joined(*chinese), row["n"]))
    return found


def _joined(*names: str) -> str:
    return " ".join(dict.fromkeys(filter(None, names)))


def recent_orders(actor: Actor, customer: Customer) -> Recent:
    """The newest orders and what waits among the newest 200, in one statement; nothing for those who may not see orders."""
    rows = list(
        orders.visible_to(actor)
        .select_related(None)
        .filter(customer=customer)
        .order_by("-id")
        .values_list("number", "placed_at", "status", "payment_state", "total", "currency", named=True)[
            :_LATEST
        ]
    )
    going, owing = {Status.SUBMITTED, Status.APPROVED}, {PaymentState.UNPAID, PaymentState.PARTIALLY_PAID}
    return Recent(
        latest=rows[:_SHOWN],
        drafts=[row for row in rows if row.status == Status.DRAFT][:_WAITING],
        unpaid=[row for row in rows if row.status in going and row.payment_state in owing][:_WAITING],
    )


def history(customer: Customer) -> list[Event]:
    """What happened to the customer, the newest first."""
    return list(reversed(events.timeline(customer.pk, limit=50)))


def preview_merge(other: Customer, survivor: Customer) -> Move:
    """What merging `other` into `survivor` would move and where their values differ; changes nothing."""
    people = [Person(c.pk, c.name, c.phone, c.email) for c in survivor.contacts.all()]
    coming = 0
    for row in other.contacts.all():
        person = Person(row.pk, row.name, row.phone, row.email)
        if same_person(person, people) is None:
            people.append(person)
            coming += 1
    theirs = {row.pk: _place_key(row) for row in other.addresses.all()}
    double = already_there(theirs, [_place_key(row) for row in survivor.addresses.all()])
    differing = [
        (name, _value(survivor, name), _value(other, name))
        for name in FIELDS
        if _value(survivor, name) != _value(other, name)
    ]
    return Move(
        orders=_orders_of(other).count(),
        contacts=coming,
        addresses=len(theirs) - len(double),
        tags=[tag for tag in other.tags if tag not in survivor.tags],
        differing=differing,
        owner=other.owner.name if other.owner and survivor.owner_id is None else "",
    )


def _value(customer: Customer, name: str) -> Any:
    if name == "credit":
        limit = customer.credit_limit
        amount = f"{limit.normalize():f} {customer.credit_currency}" if limit is not None else ""
        days = str(customer.credit_days) if customer.credit_days is not None else ""
        return " · ".join(filter(None, [customer.get_payment_terms_display(), amount, days]))
    if name == "kind":
        return customer.get_kind_display()
    if name == "tier":
        return customer.tier_id or ""
    return getattr(customer, name)


def _place_key(row: Address) -> tuple[str, ...]:
    return tuple(str(getattr(row, name)) for name in _PARTS)


def _orders_of(customer: Customer) -> QuerySet[Order]:
    return Order.objects.filter(customer=customer)


def places(customers: Sequence[Customer]) -> dict[UUID, str]:
    """The province and city of each customer's default address: coarse enough for everybody."""
    found = {}
    for customer in customers:
        default = next((row for row in customer.addresses.all() if row.is_default), None)
        if default is not None:
            found[customer.pk] = " ".join(dict.fromkeys(filter(None, [default.region, default.city])))
    return found


def _contact(contact: Contact, *, in_full: bool) -> ShownContact:
    if in_full:
        return ShownContact(
            contact.pk,
            contact.role,
            contact.name,
            contact.title,
            contact.phone,
            contact.email,
            contact.is_primary,
        )
    user, at, host = contact.email.partition("@")
    email = f"{user[:1]}***{at}{host}" if at else ""
    return ShownContact(
        contact.pk,
        contact.role,
        contact.name,
        contact.title,
        masked_phone(contact.phone),
        email,
        contact.is_primary,
    )
