"""What the rows of a past order say, as values; raises BadRow with the reason where they do not make sense."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from openoms.core.money import CURRENCIES, ZERO
from openoms.domains.customers.contacts import AddressParts
from openoms.domains.orders.states import FulfilmentState, PaymentState, Status, Terms
from openoms.domains.pricing.book import Discount
from openoms.integrations.imports import agreed
from openoms.integrations.imports.addresses import address_of
from openoms.integrations.imports.errors import BadRow
from openoms.integrations.imports.mapping import LineTable, OrdersMapping, OrderTable
from openoms.integrations.imports.rows import Place, Row
from openoms.integrations.imports.values import Reading

E = TypeVar("E", bound=StrEnum)
_Cells = Mapping[str, str]
# The numbers the system draws; one of the past must not stand in their way.
_OWN_NUMBER = re.compile(r"SO\d+", re.IGNORECASE)
_FIRST_INSTANT = datetime(1970, 1, 1, tzinfo=UTC)
_PAST = frozenset({Status.APPROVED, Status.COMPLETED, Status.CANCELLED})


@dataclass(frozen=True, slots=True)
class LineRecord:
    """One line; `exact_net` is what the source says it came to, not rounded."""

    place: Place
    sku: str
    quantity: Decimal
    unit_price: Decimal
    discount: Discount | None
    exact_net: Decimal


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """One order; `rows` are those of the main file it is made of."""

    rows: tuple[Row, ...]
    external_id: str
    number: str
    customer: str
    channel: str
    order_type: str
    currency: str
    terms: Terms
    placed_at: datetime
    requested_date: date | None
    shipping: Decimal
    shipped_at: datetime | None
    completed_at: datetime | None
    carrier: str
    status: Status
    payment_state: PaymentState
    fulfilment_state: FulfilmentState
    ship_to: AddressParts | None
    bill_to: AddressParts | None
    lines: tuple[LineRecord, ...]


def order_record(
    mapping: OrdersMapping,
    rows: Sequence[Row],
    head: _Cells,
    lines: Sequence[tuple[Place, _Cells]],
    reading: Reading,
    now: datetime,
) -> OrderRecord:
    """The order whose head `head` says, with `lines`; `now` bounds what can have happened."""
    order = mapping.order
    currency = reading.needed(order.currency, head, "currency").upper()
    if currency not in CURRENCIES:
        raise BadRow(f"{currency!r} is not an ISO 4217 currency code")
    placed_at, shipped_at, completed_at = _instants(order, head, reading, now)
    return OrderRecord(
        rows=tuple(rows),
        external_id=reading.needed(order.external_id, head, "order id", most=100),
        number=_number(reading.text(order.number, head, most=30)),
        customer=reading.needed(order.customer, head, "customer"),
        channel=reading.text(order.channel, head) or "desk",
        order_type=reading.text(order.order_type, head) or "standard",
        currency=currency,
        terms=_one_of(Terms, reading.text(order.terms, head)) or Terms.PREPAID,
        placed_at=placed_at,
        requested_date=reading.day(order.requested_date, head),
        shipping=_shipping(reading.number(order.shipping, head)),
        shipped_at=shipped_at,
        completed_at=completed_at,
        carrier=reading.text(order.carrier, head, most=80),
        status=_status(reading.text(order.status, head)),
        payment_state=_one_of(PaymentState, reading.text(order.payment_state, head)) or PaymentState.UNPAID,
        fulfilment_state=_one_of(FulfilmentState, reading.text(order.fulfilment_state, head))
        or FulfilmentState.UNALLOCATED,
        ship_to=address_of(mapping.ship_to, head, reading),
        bill_to=address_of(mapping.bill_to, head, reading),
        lines=tuple(_line(mapping.line, place, cells, reading, currency) for place, cells in lines),
    )


def _instants(
    order: OrderTable, head: _Cells, reading: Reading, now: datetime
) -> tuple[datetime, datetime | None, datetime | None]:
    """When it was placed, shipped and completed."""
    placed_at = reading.instant(order.placed_at, head)
    if placed_at is None:
        raise BadRow("no date of the order")
    shipped_at, completed_at = (
        reading.instant(order.shipped_at, head),
        reading.instant(order.completed_at, head),
    )
    for instant, word in ((placed_at, "placed"), (shipped_at, "shipped"), (completed_at, "completed")):
        if instant is not None and not _FIRST_INSTANT <= instant <= now:
            raise BadRow(f"{word} on {instant:%Y-%m-%d}, which is not between 1970 and now")
    return placed_at, shipped_at, completed_at


def _line(table: LineTable, place: Place, cells: _Cells, reading: Reading, currency: str) -> LineRecord:
    try:
        quantity = reading.number(table.quantity, cells)
        if quantity is None:
            raise BadRow("no quantity")
        terms = _agreed(table, cells, reading, quantity, currency)
        sku = reading.needed(table.sku, cells, "sku")
    except BadRow as error:
        raise BadRow(f"{place}: {error}") from error
    return LineRecord(place, sku, quantity, terms.unit_price, terms.discount, terms.exact_net)


def _agreed(
    table: LineTable, cells: _Cells, reading: Reading, quantity: Decimal, currency: str
) -> agreed.Agreed:
    share = reading.number(table.discount_share, cells) or ZERO
    percent = reading.number(table.discount_percent, cells)
    if percent is not None:
        share = percent / 100
    if table.net is not None:
        net = reading.number(table.net, cells)
        if net is None:
            raise BadRow("no amount")
        return agreed.by_net(net, quantity, share, currency)
    unit_price = reading.number(table.unit_price, cells)
    if unit_price is None:
        raise BadRow("no unit price")
    return agreed.by_unit_price(unit_price, quantity, share)


def _number(text: str) -> str:
    if _OWN_NUMBER.fullmatch(text):
        raise BadRow(
            f"the number {text} is one of those the system draws itself: give it a prefix in the mapping"
        )
    return text


def _shipping(fee: Decimal | None) -> Decimal:
    if fee is not None and fee < 0:
        raise BadRow(f"a shipping fee of {fee}")
    return fee or ZERO


def _status(text: str) -> Status:
    status = _one_of(Status, text) or Status.APPROVED
    if status not in _PAST:
        raise BadRow(f"the status {status}: an order of the past is approved, completed or cancelled")
    return status


def _one_of(kind: type[E], text: str) -> E | None:
    if not text:
        return None
    try:
        return kind(text)
    except ValueError as error:
        raise BadRow(f"{text!r} is none of {', '.join(kind)}") from error
