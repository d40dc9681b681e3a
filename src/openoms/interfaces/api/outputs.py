"""What the API answers: schemas for the published description, and the functions that fill them fast."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ninja import Schema

from openoms.core.money import plain
from openoms.core.types import Actor
from openoms.domains.customers.contacts import masked
from openoms.domains.identity.permissions import Perm
from openoms.domains.inventory.models import Backorder
from openoms.domains.orders.models import Adjustment, Line, Lineage, Order
from openoms.domains.orders.rules import next_actions
from openoms.flows.steps.placing import PlacedOrder
from openoms.interfaces.api.amounts import money, unit_price
from openoms.interfaces.api.desk_outputs import (
    HoldOut,
    InstructionOut,
    OwnerOut,
    PerformanceOut,
    desk_members,
    instant,
    performance_document,
)
from openoms.interfaces.api.payment_outputs import PaymentOut, paid_members, payments_of


class FieldProblemOut(Schema):
    loc: list[str | int]
    message: str
    code: str


class Problem(Schema):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldProblemOut] | None = None
    request_id: str | None = None


class AdjustmentOut(Schema):
    source: str
    label: str
    label_zh: str
    amount: str


class ChosenOut(Schema):
    """A value chosen for an extra, and what it added to the unit price (null under a typed price alone)."""

    option: str
    name: str
    name_zh: str
    value: str
    value_name: str
    value_name_zh: str
    amount: str | None


class ComponentOut(Schema):
    """A sku that a bundle consists of; `quantity` for one bundle."""

    sku: str
    quantity: str


class QuoteLineOut(Schema):
    """A line; `inputs` are what was said of goods made to measure, `gift_of` the promotion that gives the line."""

    sku: str
    quantity: str
    inputs: dict[str, str]
    options: list[ChosenOut]
    components: list[ComponentOut]
    list_unit_price: str | None
    unit_price: str
    adjustments: list[AdjustmentOut]
    tax_rate: str
    net: str
    tax: str
    total: str
    gift_of: str


class OrderLineOut(QuoteLineOut):
    """A line. What it is short of is there on `expected_on` by `expected_from`: `purchase:PO…`, `production:MO…`, `lead_time`,
    `no_source` (no day is known), "" for a line that is short of nothing, or that nobody has looked at yet.
    """

    line: int
    name: str
    unit: str
    price_source: str
    price_reason: str
    expected_on: date | None = None
    expected_from: str = ""
    unit_cost: str | None = None
    cost_currency: str | None = None


class AddressOut(Schema):
    name: str = ""
    phone: str = ""
    country: str = ""
    region: str = ""
    city: str = ""
    district: str = ""
    line: str = ""
    postcode: str = ""
    problems: list[str] = []


class OrderHeadOut(Schema):
    number: str
    revision: int
    status: str
    payment_state: str
    fulfilment_state: str
    channel: str
    external_id: str
    order_type: str
    customer: str
    customer_name: str
    currency: str
    items_total: str
    discount_total: str
    shipping_total: str
    tax_total: str
    total: str
    paid_total: str
    balance: str | None
    terms: str
    due_date: date | None
    requested_date: date | None
    placed_at: datetime
    submitted_at: datetime | None
    quote_valid_until: date | None
    cancelled_at: datetime | None
    on_hold: bool
    next_actions: list[str]


class OrderOut(OrderHeadOut):
    """A whole order; the lists name the orders it was split from or into, merged from or into."""

    tax_inclusive: bool
    split_from: list[str]
    split_into: list[str]
    merged_from: list[str]
    merged_into: list[str]
    lines: list[OrderLineOut]
    holds: list[HoldOut]
    instructions: list[InstructionOut]
    owner: OwnerOut | None
    tags: list[str]
    performances: list[PerformanceOut]
    payments: list[PaymentOut] | None
    ship_to: AddressOut
    bill_to: AddressOut | None


class OrderPage(Schema):
    items: list[OrderHeadOut]
    next_cursor: str | None


class BulkRowOut(Schema):
    index: int
    number: str | None = None
    problem: Problem | None = None


class BulkOut(Schema):
    results: list[BulkRowOut]
    placed: int
    refused: int


class TimelineEntryOut(Schema):
    id: str
    at: datetime
    kind: str
    actor: str
    text: str
    text_zh: str
    data: dict[str, Any]


class TimelineOut(Schema):
    items: list[TimelineEntryOut]


def order_head(order: Order, customer_code: str, customer_name: str, actor: Actor) -> dict[str, Any]:
    """An order as OrderHeadOut."""
    currency = order.currency
    return paid_members(order) | {
        "number": order.number,
        "revision": order.revision,
        "status": str(order.status),
        "payment_state": str(order.payment_state),
        "fulfilment_state": str(order.fulfilment_state),
        "channel": order.channel_id,
        "external_id": order.external_id,
        "order_type": order.order_type_id,
        "customer": customer_code,
        "customer_name": customer_name,
        "currency": currency,
        "items_total": money(order.items_total, currency),
        "discount_total": money(order.discount_total, currency),
        "shipping_total": money(order.shipping_total, currency),
        "tax_total": money(order.tax_total, currency),
        "total": money(order.total, currency),
        "terms": str(order.terms),
        "requested_date": order.requested_date,
        "placed_at": instant(order.placed_at),
        "submitted_at": instant(order.submitted_at),
        "quote_valid_until": order.quote_valid_until,
        "cancelled_at": instant(order.cancelled_at),
        "on_hold": order.open_holds > 0,
        "next_actions": list(next_actions(order.status, order.fulfilment_state, actor.permissions)),
    }


def _relatives(came_from: Iterable[Lineage], became: Iterable[Lineage]) -> dict[str, list[str]]:
    """Where an order came from and what became of it, as OrderOut names them."""
    before, after = list(came_from), list(became)
    return {
        "split_from": [row.parent.number for row in before if row.kind == "split"],
        "split_into": [row.child.number for row in after if row.kind == "split"],
        "merged_from": [row.parent.number for row in before if row.kind == "merge"],
        "merged_into": [row.child.number for row in after if row.kind == "merge"],
    }


def placed_document(placed: PlacedOrder, actor: Actor) -> dict[str, Any]:
    """An order just placed as OrderOut, without reading it back."""
    order = placed.order
    lines = [
        _line(
            row,
            line.offer.sku,
            line.adjustments,
            ((c.offer.sku, c.quantity) for c in line.components),
            order.currency,
            actor,
        )
        for row, line in zip(placed.lines, placed.priced.lines, strict=True)
    ]
    head = order_head(order, placed.customer.code, placed.customer.name, actor)
    positions = {row.id: row.position for row in placed.lines} if placed.holds else {}
    desk = desk_members(order, placed.holds, placed.instructions, positions)
    more = {"tags": [], "performances": [], "payments": payments_of((), actor), **_relatives((), ())}
    return head | _body(order, lines, actor) | desk | more


def order_document(order: Order, actor: Actor) -> dict[str, Any]:
    """A stored order (from orders.queries.complete) as OrderOut."""
    lines = [
        _line(
            row,
            row.sku.code,
            row.adjustments.all(),
            ((c.sku.code, c.quantity) for c in row.components.all()),
            order.currency,
            actor,
        )
        | _expected(row.backorders.all())
        for row in order.lines.all()
    ]
    head = order_head(order, order.customer.code, order.customer.name, actor)
    positions = {row.id: row.position for row in order.lines.all()}
    desk = desk_members(order, order.holds.all(), order.instructions.all(), positions)
    reveal = actor.may(Perm.CONTACT_REVEAL)
    services = [performance_document(row, positions[row.line_id], reveal) for row in order.performances.all()]
    more = {
        "tags": [row.tag_id for row in order.taggings.all()],
        "performances": services,
        "payments": payments_of(order.payments.all(), actor),
        **_relatives(order.came_from.all(), order.became.all()),
    }
    return head | _body(order, lines, actor) | desk | more


def _body(order: Order, lines: list[dict[str, Any]], actor: Actor) -> dict[str, Any]:
    reveal = actor.may(Perm.CONTACT_REVEAL)
    return {
        "tax_inclusive": order.tax_inclusive,
        "lines": lines,
        "ship_to": order.ship_to if reveal else masked(order.ship_to),
        "bill_to": order.bill_to if reveal or not order.bill_to else masked(order.bill_to),
    }


def _expected(short: Iterable[Backorder]) -> dict[str, Any]:
    """When all a line waits for is there; null where it waits for nothing, or for what nobody knows a day of."""
    last = max(short, key=lambda row: row.expected_on or date.max, default=None)
    return {
        "expected_on": last.expected_on if last else None,
        "expected_from": last.expected_from if last else "",
    }


def _line(
    row: Line,
    sku: str,
    adjustments: Iterable[Any],
    components: Iterable[tuple[str, Decimal]],
    currency: str,
    actor: Actor,
) -> dict[str, Any]:
    given = list(adjustments)
    shown: dict[str, Any] = {
        "unit_cost": None,
        "cost_currency": None,
        "expected_on": None,
        "expected_from": "",
    }
    if row.unit_cost is not None and actor.may(Perm.COST_VIEW):
        shown |= {"unit_cost": plain(row.unit_cost), "cost_currency": row.cost_currency}
    return shown | {
        "line": row.position,
        "sku": sku,
        "name": row.name,
        "unit": row.unit,
        "quantity": plain(row.quantity),
        "inputs": {said["option"]: said["value"] for said in row.options if "unit" in said},
        "options": [said for said in row.options if "unit" not in said],
        "components": components_of(components),
        "list_unit_price": unit_price(row.list_unit_price, currency)
        if row.list_unit_price is not None
        else None,
        "unit_price": unit_price(row.unit_price, currency),
        "price_source": row.price_source,
        "price_reason": row.price_reason,
        "adjustments": adjustments_of(given, currency),
        "tax_rate": plain(row.tax_rate),
        "net": money(row.net, currency),
        "tax": money(row.tax, currency),
        "total": money(row.net + row.tax, currency),
        "gift_of": _gift_of(row, given),
    }


def _gift_of(row: Line, adjustments: Sequence[Any]) -> str:
    """The promotion that gives a line at no price."""
    given = (a.source for a in adjustments if a.source.startswith("promotion:"))
    return next(given, "").removeprefix("promotion:") if row.price_source == "gift" else ""


def components_of(parts: Iterable[tuple[str, Decimal]]) -> list[dict[str, str]]:
    """Components as ComponentOut, from (sku, quantity)."""
    return [{"sku": sku, "quantity": plain(quantity)} for sku, quantity in parts]


def adjustments_of(rows: Iterable[Any] | Sequence[Adjustment], currency: str) -> list[dict[str, str]]:
    """Adjustments as AdjustmentOut."""
    return [
        {"source": a.source, "label": a.label, "label_zh": a.label_zh, "amount": money(a.amount, currency)}
        for a in rows
    ]
