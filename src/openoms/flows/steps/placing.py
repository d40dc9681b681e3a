"""Steps of quoting and placing: from what was asked to a basket, its price and the rows of an order.

Shared by one order, a bulk of them, imports and quotes: they differ in nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openoms.core import db
from openoms.core.clock import now
from openoms.core.errors import InvalidInput
from openoms.core.money import UNIT_PRICE_STEP
from openoms.core.types import Actor
from openoms.core.wire import Statement
from openoms.domains.customers import queries as customers
from openoms.domains.customers.contacts import AddressParts, check_address, normal_phone
from openoms.domains.customers.queries import CustomerFacts
from openoms.domains.customers.types import CustomerInput
from openoms.domains.events.services import record
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.inventory.queries import Levels
from openoms.domains.orders import kinds
from openoms.domains.orders import queries as order_queries
from openoms.domains.orders import services as orders
from openoms.domains.orders.errors import DuplicateExternalId
from openoms.domains.orders.models import Hold, Instruction, Line, Order
from openoms.domains.orders.rules import earliest_today
from openoms.domains.orders.states import FulfilmentState, PaymentState, Status, Terms
from openoms.domains.orders.types import CreditFacts, NewInstruction, NewOrder
from openoms.domains.pricing.book import Discount
from openoms.domains.pricing.choices import Picked
from openoms.domains.pricing.engine import PricedBasket
from openoms.domains.pricing.queries import VERSION_STATEMENT, retired_offers
from openoms.flows.steps import (
    allocating,
    configuration,
    holds,
    instructing,
    offers,
    paying,
    pricing,
    submitting,
    watching,
    weighing,
)
from openoms.flows.steps.configuration import Configuration
from openoms.flows.steps.offers import OffersKnown

MOST_LINES = 2000
LARGEST_QUANTITY = Decimal("1000000000")
LARGEST_PRICE = Decimal("999999999999")


@dataclass(frozen=True, slots=True)
class LineRequest:
    """One line asked for; `unit_price` typed by hand needs a reason and the permission.

    `options` are the values chosen for each extra, `parts` the skus chosen from each group of a bundle, `inputs` what
    a formula goes by.
    """

    sku: str
    quantity: Decimal
    unit_price: Decimal | None = None
    price_reason: str = ""
    discount: Discount | None = None
    options: Picked = field(default_factory=dict)
    parts: Picked = field(default_factory=dict)
    inputs: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class History:
    """How an imported order came to be where it is: its instants, states and agreed fee. Nothing happens again."""

    placed_at: datetime
    shipping: Decimal = Decimal(0)
    shipped_at: datetime | None = None
    carrier: str = ""
    completed_at: datetime | None = None
    status: Status = Status.APPROVED
    payment_state: PaymentState = PaymentState.UNPAID
    fulfilment_state: FulfilmentState = FulfilmentState.UNALLOCATED


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """An order asked for. `customer` is a code, or a new customer to be made with it; a quote may do without.

    `approval_note` is what those who approve it are told. `coupons` are the codes that were typed, `delivery` the method of sending asked for ("": the usual one). Without
    `automatic` only the coupons' promotions take part.
    """

    lines: tuple[LineRequest, ...]
    customer: str | CustomerInput | None = None
    channel: str = "desk"
    order_type: str = "standard"
    currency: str = "CNY"
    discount: Discount | None = None
    ship_to: AddressParts | None = None
    bill_to: AddressParts | None = None
    external_id: str = ""
    terms: Terms = Terms.PREPAID
    requested_date: date | None = None
    instructions: tuple[NewInstruction, ...] = ()
    submit: bool = True
    number: str = ""
    history: History | None = None
    coupons: tuple[str, ...] = ()
    delivery: str = ""
    automatic: bool = True
    approval_note: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the database said in one round trip before anything was decided."""

    configuration: Configuration
    customers: dict[str, CustomerFacts]
    duplicates: dict[tuple[str, str], str]
    numbers: list[int]
    offers: OffersKnown
    credit: dict[str, CreditFacts] = field(default_factory=dict)
    levels: Levels = field(default_factory=Levels)


@dataclass(slots=True)
class PlacedOrder:
    """An order as it was placed, its rows not yet read back; `priced` has the trace."""

    order: Order
    lines: Sequence[Line]
    customer: CustomerFacts
    priced: PricedBasket
    instructions: Sequence[Instruction] = ()
    holds: Sequence[Hold] = ()


def check_abilities(actor: Actor, requests: Sequence[OrderRequest]) -> None:
    """Demand the permissions these requests need; raises MissingPermission."""
    require(actor, Perm.ORDER_CREATE)
    if any(request.submit for request in requests):
        require(actor, Perm.ORDER_SUBMIT)
    if any(isinstance(request.customer, CustomerInput) for request in requests):
        require(actor, Perm.CUSTOMER_EDIT)
    if any(request.history for request in requests):
        require(actor, Perm.ORDER_IMPORT)
    check_price_abilities(actor, requests)


def check_price_abilities(actor: Actor, requests: Sequence[OrderRequest]) -> None:
    """Demand what typed prices and discounts need."""
    for request in requests:
        if any(line.unit_price is not None for line in request.lines):
            require(actor, Perm.PRICE_OVERRIDE)
        if request.discount or any(line.discount for line in request.lines):
            require(actor, Perm.ORDER_DISCOUNT)


def read(
    requests: Sequence[OrderRequest],
    *,
    once: Once | None = None,
    numbers: bool = True,
    duplicates: bool = True,
    lock: bool = True,
) -> Known:
    """Everything placing needs to know, in one network flush. Raises AnsweredBefore, IdempotencyKeyReused.

    Without `numbers` none are drawn; without `duplicates` external references are not looked up. With `lock` the
    customers cannot be merged away until the flow ends; who writes nothing does without.
    """
    codes = sorted({r.customer for r in requests if isinstance(r.customer, str)})
    at, indebted = now(), _indebted(requests) if lock else []
    keys = [(r.channel, r.external_id) for r in requests if r.external_id and duplicates]
    # Customers who buy on credit are locked ahead of everything else, so that what they owe is what they owe.
    owing = paying.lock_statements(indebted, at)
    statements: list[Statement] = [
        *owing,
        (VERSION_STATEMENT, ()),
        customers.facts_statement(codes, lock=lock),
    ]
    if keys:
        statements.append(order_queries.duplicates_statement(keys))
    if numbers:
        statements.append(order_queries.numbers_statement(len(requests)))
    if once:
        statements.append(once.lookup())
    # What the book this process has at hand wants to know goes with the same flush; another book may want more.
    asked = offers.wanted(configuration.remembered(), requests)
    stock = allocating.reads(configuration.remembered(), requests) if lock else []
    answers = db.run_together([*statements, *asked.values(), *stock])
    behind = len(statements) + len(asked)
    told = dict(zip(asked, answers[len(statements) : behind], strict=True))
    credit = paying.credit_from(indebted, answers[: len(owing)], at)
    version, facts, *rest = answers[len(owing) : len(statements)]
    if once:
        once.check(rest.pop())
    drawn = [row[0] for row in rest.pop()] if numbers else []
    taken = {(channel, external): number for channel, external, number in (rest.pop() if rest else [])}
    current = with_retired(configuration.at(version[0][0]), requests)
    facts_found = _all_facts(codes, facts) if lock else customers.facts_from(facts)
    known = offers.read(current, requests, asked, told)
    levels = allocating.levels(current, requests, answers[behind:]) if lock else Levels()
    return Known(current, facts_found, taken, drawn, known, credit, levels)


def _indebted(requests: Sequence[OrderRequest]) -> list[str]:
    """The customers of those that are submitted on credit: what they owe matters."""
    credit = [r for r in requests if r.submit and r.history is None and r.terms == Terms.CREDIT]
    return sorted({r.customer for r in credit if isinstance(r.customer, str)})


def _all_facts(codes: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> dict[str, CustomerFacts]:
    """The customers' facts by code; one that was being merged away meanwhile is looked up again, as the one that stayed."""
    found = customers.facts_from(rows)
    missing = [code for code in codes if code not in found]
    if missing:
        [rows] = db.run_together([customers.facts_statement(missing, lock=True)])
        found |= customers.facts_from(rows)
    return found


def with_retired(current: Configuration, requests: Sequence[OrderRequest]) -> Configuration:
    """The configuration with the skus that orders of the past name though they are no longer sold."""
    if not all(request.history for request in requests):
        return current
    asked = {line.sku for request in requests for line in request.lines}
    missing = asked - current.book.offers.keys()
    if not missing:
        return current
    book = replace(current.book, offers={**current.book.offers, **retired_offers(missing)})
    return replace(current, book=book)


def check_request(request: OrderRequest, known: Known, now: datetime) -> None:
    """Refuse what cannot be an order before it is priced; raises InvalidInput, DuplicateExternalId."""
    if not request.lines:
        raise InvalidInput("An order needs at least one line.", field="lines")
    if len(request.lines) > MOST_LINES:
        raise InvalidInput(f"An order has at most {MOST_LINES} lines.", field="lines")
    for index, line in enumerate(request.lines):
        _check_line(line, index)
    if request.channel not in known.configuration.channels:
        raise InvalidInput(f"There is no channel {request.channel!r}.", field="channel")
    if request.order_type not in known.configuration.order_types:
        raise InvalidInput(f"There is no order type {request.order_type!r}.", field="order_type")
    check_delivery(request, known)
    existing = known.duplicates.get((request.channel, request.external_id)) if request.external_id else None
    if existing:
        raise DuplicateExternalId(request.channel, request.external_id, existing)
    if request.requested_date and not request.history and request.requested_date < earliest_today(now):
        raise InvalidInput("The requested date lies in the past.", field="requested_date")


def check_delivery(request: OrderRequest, known: Known) -> None:
    """Refuse a method of sending that the firm has not: it would cost nothing."""
    methods = {rule.method for rule in known.configuration.book.rules.shipping}
    if request.delivery and request.delivery not in methods and request.history is None:
        raise InvalidInput(f"There is no delivery method {request.delivery!r}.", field="delivery")


def _check_line(line: LineRequest, index: int) -> None:
    if not 0 < line.quantity <= LARGEST_QUANTITY:
        raise InvalidInput(
            "A quantity lies above 0 and up to 1,000,000,000.", field=("lines", index, "quantity")
        )
    if line.quantity != line.quantity.quantize(UNIT_PRICE_STEP):
        raise InvalidInput("A quantity has at most 6 decimals.", field=("lines", index, "quantity"))
    if line.unit_price is None:
        return
    if not 0 <= line.unit_price <= LARGEST_PRICE:
        raise InvalidInput(
            "A unit price lies between 0 and 999,999,999,999.", field=("lines", index, "unit_price")
        )
    if not line.price_reason.strip():
        raise InvalidInput("A price typed by hand needs a reason.", field=("lines", index, "price_reason"))


def customer_of(request: OrderRequest, known: Known) -> CustomerFacts | None:
    """The customer a request names, or None; raises InvalidInput for one that is not there or not active."""
    if not isinstance(request.customer, str):
        return None
    found = known.customers.get(request.customer)
    if found is None:
        raise InvalidInput(f"There is no customer {request.customer!r}.", field="customer")
    if not found.is_active and not request.history:
        raise InvalidInput(f"The customer {found.code} is closed for new orders.", field="customer")
    return found


def ship_to_of(request: OrderRequest, customer: CustomerFacts | None) -> dict[str, Any]:
    """Where the order goes, checked against its country, what is doubtful named in `problems`; {} when nobody said."""
    if request.ship_to is not None:
        return address_document(request.ship_to, "ship_to", lenient=request.history is not None)
    return dict(customer.address) if customer and customer.address else {}


def address_document(parts: AddressParts, loc: str, *, lenient: bool) -> dict[str, Any]:
    """A typed address as it is kept with an order; a wrong phone refuses it, a doubtful place only marks it."""
    if "country_invalid" in check_address(replace(parts, name="", phone="")).problems:
        raise InvalidInput(f"{parts.country!r} is not an ISO 3166 country code.", field=(loc, "country"))
    if parts.phone and not lenient:
        parts = replace(parts, phone=normal_phone(parts.phone, parts.country, (loc, "phone")))
    checked = check_address(replace(parts, name="", phone=""))
    return checked.document() | {"name": parts.name, "phone": parts.phone}


def write(
    request: OrderRequest, number: int, customer: CustomerFacts, known: Known, actor: Actor, now: datetime
) -> PlacedOrder:
    """Price one checked request and set its rows and events aside."""
    ship_to = ship_to_of(request, customer)
    priced, inputs = pricing.price_for_good(request, known, customer, ship_to, now)
    wanted = None
    if request.submit and request.history is None:
        allocating.demand_stock(priced, ship_to, known.configuration, known.levels, now)
        wanted = weighing.weigh_request(request, known, priced, customer, ship_to, now)
    new = head_of(request, request.number or f"SO{number:06d}", customer, ship_to, actor, now)
    order, lines = orders.create(new, priced)
    orders.keep_pricing(order, known.configuration.book, inputs, priced, now)
    offers.book(known.offers, order.id, customer.id, pricing.customer_asked(request), priced)
    _tell(order, priced, request, actor)
    watching.begin(order)
    remarks, blocked = instructing.leave_all(order, request.instructions, actor, new.placed_at)
    held = [*blocked, *holds.doubt_address(order, actor, now, fresh=True)]
    if wanted is not None:
        held += allocating.place(order, lines, priced, known.configuration, known.levels, actor, now)
        credit = known.credit.get(pricing.customer_asked(request))
        held = submitting.arrive(order, wanted, credit, actor, now, fresh=True, held=held)
        paying.count_in(known.credit, order, held)
    return PlacedOrder(order, lines, customer, priced, remarks, held)


def head_of(
    request: OrderRequest,
    number: str,
    customer: CustomerFacts,
    ship_to: dict[str, Any],
    actor: Actor,
    now: datetime,
) -> NewOrder:
    """The order's head as it is to be written."""
    history = request.history
    submitted = request.submit and history is None
    return NewOrder(
        number=number,
        channel=request.channel,
        external_id=request.external_id,
        order_type=request.order_type,
        customer_id=customer.id,
        created_by=actor.user_id,
        status=history.status if history else Status.SUBMITTED if submitted else Status.DRAFT,
        placed_at=history.placed_at if history else now,
        submitted_at=history.placed_at if history else now if submitted else None,
        ship_to=ship_to,
        bill_to=address_document(request.bill_to, "bill_to", lenient=bool(history))
        if request.bill_to
        else None,
        terms=request.terms,
        requested_date=request.requested_date,
        historical=history is not None,
        payment_state=history.payment_state if history else PaymentState.UNPAID,
        fulfilment_state=history.fulfilment_state if history else FulfilmentState.UNALLOCATED,
        owner=None if history else watching.first_owner(actor),
    )


def _tell(order: Order, priced: PricedBasket, request: OrderRequest, actor: Actor) -> None:
    """Record what happened; for history at the instants it did."""
    history = request.history
    at = history.placed_at if history else None
    summary = {
        "number": order.number,
        "total": str(priced.total),
        "currency": priced.currency,
        "lines": len(priced.lines),
        "channel": request.channel,
    }
    record(actor, kinds.ORDER_PLACED, order.id, at=at, data=summary)
    if order.submitted_at is not None:
        data = {"number": order.number, "revision": order.revision}
        record(actor, kinds.ORDER_SUBMITTED, order.id, at=at, data=data)
    if history and history.shipped_at:
        data_shipped = {
            "number": order.number, "carrier": history.carrier, "waybill": "", "shipment": "", "warehouse": "",
            "goods": [],
        }  # fmt: skip
        record(actor, kinds.ORDER_SHIPPED, order.id, at=history.shipped_at, data=data_shipped)
    if history and history.completed_at:
        record(actor, kinds.ORDER_COMPLETED, order.id, at=history.completed_at, data={"number": order.number})
