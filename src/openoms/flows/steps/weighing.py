"""Steps that weigh an order by the approval rules: what it looks like to them, fresh from its price or from its rows."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from openoms.domains.approvals import queries
from openoms.domains.approvals.rules import OrderFacts
from openoms.domains.customers.queries import CustomerFacts
from openoms.domains.orders.models import Order
from openoms.domains.orders.types import CreditFacts
from openoms.domains.pricing.engine import PricedBasket
from openoms.domains.pricing.measures import depth_of
from openoms.flows.steps import configuration
from openoms.flows.steps.approving import Wanted

if TYPE_CHECKING:
    from openoms.flows.steps.placing import Known, OrderRequest


def weigh_request(
    request: "OrderRequest",
    known: "Known",
    priced: PricedBasket,
    customer: CustomerFacts | None,
    ship_to: Mapping[str, Any],
    now: datetime,
) -> Wanted:
    """What an order being placed needs; `known` still counts it not in."""
    book = known.configuration.approval
    if not book.rules:
        return Wanted(book.required(NO_FACTS), NO_FACTS)
    measured = depth_of(priced, now.astimezone(UTC).date())
    asked = request.customer if isinstance(request.customer, str) else ""
    credit = known.credit.get(asked)
    facts = OrderFacts(
        worth=book.worth(priced.total, priced.currency),
        order_type=request.order_type,
        channel=request.channel,
        terms=request.terms.value,
        country=str(ship_to.get("country") or ""),
        region=str(ship_to.get("region") or ""),
        goods=tuple(sorted({line.offer.categories for line in priced.lines})),
        discount_percent=measured.discount,
        line_discount_percent=measured.deepest,
        margin_percent=measured.margin,
        has_typed_price=measured.typed,
        has_formula=measured.reckoned,
        customer=customer.code if customer else "",
        tier=customer.tier if customer else None,
        segments=customer.tags if customer else (),
        orders_before=_orders_before(request, known),
        **queries.credit_figures(credit, priced.total, priced.currency),
    )
    return Wanted(book.required(facts), facts, request.approval_note)


def _orders_before(request: "OrderRequest", known: "Known") -> int | None:
    """1 where the customer ordered before, None where no rule looks at it or nobody said yet who the customer is."""
    if not known.configuration.approval.counts_orders or request.customer is None:
        return None
    asked = request.customer if isinstance(request.customer, str) else ""
    return min(known.offers.orders_before.get(asked, 0), 1)


def has_rules() -> bool:
    """Whether any approval rule is on."""
    return bool(configuration.now().approval.rules)


def weigh_order(order: Order, credit: CreditFacts | None, note: str = "") -> Wanted:
    """What an order already written needs as it now is; its customer is loaded."""
    book = configuration.now().approval
    if not book.rules:
        return Wanted(book.required(NO_FACTS), NO_FACTS)
    facts = queries.facts_of_orders([order], book, {order.pk: credit} if credit else {})[order.pk]
    return Wanted(book.required(facts), facts, note)


NO_FACTS = OrderFacts({})
