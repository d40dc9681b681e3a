"""Reading orders."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.expressions import RawSQL

from openoms.core.ids import floor_of
from openoms.core.types import Actor
from openoms.core.wire import Statement
from openoms.domains.customers import queries as customers
from openoms.domains.identity.permissions import Perm
from openoms.domains.orders.errors import NoSuchInstruction, NoSuchOrder
from openoms.domains.orders.instructions import WAITING
from openoms.domains.orders.models import (
    Channel,
    Hold,
    Instruction,
    Line,
    Lineage,
    LineComponent,
    Order,
    OrderType,
    Performance,
)
from openoms.domains.orders.types import CreditFacts

ANY = "any"


def visible_to(actor: Actor) -> QuerySet[Order]:
    """Orders the actor may see."""
    rows = Order.objects.select_related("customer", "channel", "order_type")
    return rows if actor.may(Perm.ORDER_VIEW) else rows.none()


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What a list of orders is narrowed to; an empty value does not narrow. Times are aware."""

    status: str = ""
    payment_state: str = ""
    fulfilment_state: str = ""
    hold: str = ""
    channel: str = ""
    customer: str = ""
    placed_from: datetime | None = None
    placed_to: datetime | None = None
    q: str = ""


def filtered(rows: QuerySet[Order], wanted: OrderFilter) -> QuerySet[Order]:
    """The rows that fit. `placed_to` is exclusive. `q` is a number, an external id, a customer's code or name."""
    exact = {
        "status": wanted.status,
        "payment_state": wanted.payment_state,
        "fulfilment_state": wanted.fulfilment_state,
        "channel_id": wanted.channel,
        "customer__code": wanted.customer,
    }
    rows = on_hold(rows.filter(**{name: value for name, value in exact.items() if value}), wanted.hold)
    # Ids carry the instant: bounding them lets the primary key find the rows.
    if wanted.placed_from:
        rows = rows.filter(pk__gte=floor_of(wanted.placed_from))
    if wanted.placed_to:
        rows = rows.filter(pk__lt=floor_of(wanted.placed_to))
    text = wanted.q.strip()
    if not text:
        return rows
    # Names are looked up first and bounded: joined into the list, they would be read for every order.
    named = customers.keys_matching(text)
    return rows.filter(Q(number=text.upper()) | Q(external_id=text) | Q(customer_id__in=named))


def on_hold(rows: QuerySet[Order], kind: str) -> QuerySet[Order]:
    """Those with an open hold of the kind, or of any for "any"; all of them for an empty one."""
    if kind == ANY:
        return rows.filter(open_holds__gt=0)
    held = Hold.objects.filter(kind=kind, released_at=None).values("order_id").distinct()
    return rows.filter(open_holds__gt=0, pk__in=held) if kind else rows


def get(actor: Actor, number: str) -> Order:
    """The order of that number; raises NoSuchOrder, also for one the actor may not see."""
    order = visible_to(actor).filter(number=number).first()
    if order is None:
        raise NoSuchOrder(number)
    return order


def instructions(audience: str = "", state: str | None = None) -> QuerySet[Instruction]:
    """Remarks for a role (or any) in a state; without a state those that wait for somebody."""
    rows = Instruction.objects.select_related("order").filter(state__in=[state] if state else WAITING)
    return rows.filter(audience=audience) if audience else rows


def number_of_instruction(actor: Actor, instruction_id: UUID) -> str:
    """The number of the order a remark is on; raises NoSuchInstruction."""
    rows = visible_to(actor).filter(instructions=instruction_id)
    number = rows.values_list("number", flat=True).first()
    if number is None:
        raise NoSuchInstruction
    return number


def complete(rows: QuerySet[Order]) -> QuerySet[Order]:
    """With everything an order's page shows."""
    return rows.select_related("created_by", "owner").prefetch_related(
        Prefetch("lines", Line.objects.select_related("sku")),
        Prefetch("holds", Hold.objects.filter(released_at=None)),
        "lines__adjustments",
        "lines__backorders",
        Prefetch("lines__components", LineComponent.objects.select_related("sku")),
        "instructions",
        "taggings",
        "payments",
        Prefetch("performances", Performance.objects.select_related("assignee")),
        Prefetch("came_from", Lineage.objects.select_related("parent")),
        Prefetch("became", Lineage.objects.select_related("child")),
    )


def asked(order: Order) -> Mapping[str, Any]:
    """What the order's present revision was priced from: lines and discount as they were asked for, plain values."""
    found = order.pricings.filter(revision=order.revision).values_list("inputs", flat=True).first()
    return found or {"lines": [], "discount": None}


def duplicates_statement(keys: Sequence[tuple[str, str]]) -> Statement:
    """The statement that finds which (channel, external id) exist; rows are (channel, external id, number)."""
    sql = (
        "SELECT o.channel_id, o.external_id, o.number FROM orders_order o "
        "JOIN json_to_recordset($1::json) AS k(channel text, external_id text) "
        "ON o.channel_id = k.channel AND o.external_id = k.external_id AND o.external_id <> ''"
    )
    return sql, (json.dumps([{"channel": channel, "external_id": external} for channel, external in keys]),)


def counts_statement(customers: Sequence[str]) -> Statement:
    """How many orders each of these customers has that were not cancelled; rows (customer code, count)."""
    sql = (
        "SELECT asked.code, count(o.id) FROM customers_customer asked "
        "JOIN customers_customer c ON c.id = COALESCE(asked.merged_into_id, asked.id) "
        "LEFT JOIN orders_order o ON o.customer_id = c.id AND o.status <> 'cancelled' "
        "WHERE asked.code IN (SELECT json_array_elements_text($1::json)) GROUP BY 1"
    )
    return sql, (json.dumps(list(customers)),)


def is_of_customer(order: UUID, code: str) -> bool:
    """Whether the order is one of the customer of that code, and not cancelled."""
    rows = Order.objects.filter(pk=order).exclude(status="cancelled")
    return rows.filter(Q(customer__code=code) | Q(customer__absorbed__code=code)).exists()


# What a customer owes: its orders on credit that are under way or done, not paid, and not themselves kept for its credit.
# Of one that was imported nobody knows what was paid in part, unless payments were recorded here since.
OWING = (
    "o.terms = 'credit' AND o.payment_state IN ('unpaid', 'partially_paid') "
    "AND o.status IN ('submitted', 'approved', 'completed') "
    "AND (NOT o.historical OR o.payment_state = 'unpaid' OR o.paid_total > 0) "
    "AND (o.open_holds = 0 OR NOT EXISTS (SELECT FROM orders_hold h "
    "WHERE h.order_id = o.id AND h.kind = 'credit' AND h.released_at IS NULL))"
)


def credit_statement(codes: Sequence[str], today: date) -> Statement:
    """The statement whose rows `credit_from` reads: what these customers may owe and owe on the firm's `today`.

    The code of one that was merged leads to the one that stayed. A sum is only as good as the lock on the customer
    (`customers.credit_lock_statement`), which must be a statement before this one: within one, the sum would be of the
    moment before the wait.
    """
    sql = (
        "SELECT asked.code, c.id, c.payment_terms, c.credit_limit, c.credit_currency, c.credit_days, owed.exposure, owed.overdue "
        "FROM customers_customer asked JOIN customers_customer c ON c.id = COALESCE(asked.merged_into_id, asked.id) "
        "CROSS JOIN LATERAL (SELECT "
        "COALESCE(sum(o.total - o.paid_total) FILTER (WHERE o.currency = c.credit_currency), 0) AS exposure, "
        "COALESCE(bool_or(o.due_date < $2::date), false) AS overdue "
        f"FROM orders_order o WHERE o.customer_id = c.id AND {OWING}) owed "  # nosec B608 - a constant
        "WHERE asked.code IN (SELECT json_array_elements_text($1::json))"
    )
    return sql, (json.dumps(list(codes)), today.isoformat())


def owing_of(customer_id: UUID) -> QuerySet[Order]:
    """The orders that make up what a customer owes, by the same rule as the sum."""
    sql = f"SELECT o.id FROM orders_order o WHERE o.customer_id = %s AND {OWING}"  # nosec B608 - a constant
    return Order.objects.filter(pk__in=RawSQL(sql, [customer_id]))  # nosec B611 - the same


def credit_from(rows: Sequence[tuple[Any, ...]]) -> dict[str, CreditFacts]:
    """Credit by the customer code that was asked for."""
    return {code: CreditFacts(*facts) for code, *facts in rows}


def numbers_statement(count: int) -> Statement:
    """The statement that draws the next `count` order numbers."""
    return "SELECT nextval('orders_number') FROM generate_series(1, $1::int)", (str(count),)


def channels() -> dict[str, Channel]:
    """Channels by code."""
    return {row.code: row for row in Channel.objects.all()}


def order_types() -> dict[str, OrderType]:
    """Order types by code."""
    return {row.code: row for row in OrderType.objects.all()}
