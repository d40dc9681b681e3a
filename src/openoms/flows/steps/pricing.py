"""Steps of pricing a request: its basket, what is known of it, and the price."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from openoms.core.errors import InvalidInput
from openoms.core.money import UnknownCurrency, step
from openoms.domains.customers.queries import CustomerFacts
from openoms.domains.pricing.book import Basket, BasketLine, Delivery, Facts
from openoms.domains.pricing.documents import basket_document
from openoms.domains.pricing.engine import PricedBasket, price
from openoms.domains.pricing.facts import normal_coupon
from openoms.flows.steps import offers

if TYPE_CHECKING:
    from openoms.flows.steps.placing import Known, OrderRequest

# Totals have 14 digits before the point in the database; the sum of an order must stay below.
LARGEST_TOTAL = Decimal("9999999999999")


def price_request(
    request: "OrderRequest",
    known: "Known",
    customer: CustomerFacts | None,
    ship_to: dict[str, Any],
    now: datetime,
    *,
    explain: bool = False,
) -> tuple[PricedBasket, dict[str, Any]]:
    """The request's price and the inputs it can be priced from again."""
    try:
        minor = step(request.currency)
    except UnknownCurrency as error:
        raise InvalidInput(error.detail, field="currency") from error
    facts, basket = facts_of(request, known, customer), basket_of(request, ship_to)
    priced = price(basket, known.configuration.book, facts, now, explain=explain)
    if request.delivery and request.history is None and not priced.deliveries and _is_sent(priced):
        raise InvalidInput(f"The delivery method {request.delivery!r} does not go there.", field="delivery")
    if priced.total > LARGEST_TOTAL * max(minor, Decimal("0.01")) * 100:
        raise InvalidInput("The order's total is larger than can be kept. Split it.", field="lines")
    return priced, basket_document(basket, facts)


def _is_sent(priced: PricedBasket) -> bool:
    """Whether there is something to send: services alone are not."""
    return any(not line.offer.is_service for line in priced.lines)


def price_for_good(
    request: "OrderRequest", known: "Known", customer: CustomerFacts, ship_to: dict[str, Any], now: datetime
) -> tuple[PricedBasket, dict[str, Any]]:
    """The price an order is placed at: what is limited is locked, so that nobody else is given it meanwhile."""
    asked = customer_asked(request)
    priced, inputs = price_request(request, known, customer, ship_to, now)
    # What is left once something is locked may change who gets what, which may ask for more locks; each is taken once.
    while offers.claim(known.offers, priced, known.configuration.book, asked):
        priced, inputs = price_request(request, known, customer, ship_to, now)
    _check_coupons(request, priced)
    return priced, inputs


def _check_coupons(request: "OrderRequest", priced: PricedBasket) -> None:
    """Refuse an order whose coupon gives nothing: the customer counts on it."""
    if request.history is not None:
        return
    for index, code in enumerate(request.coupons):
        found = next((r for r in priced.refused if r.coupon == normal_coupon(code)), None)
        if found:
            raise CouponRefused(code, found.reason, index, str(found.data.get("condition", "")))


class CouponRefused(InvalidInput):
    """A coupon that was typed gives nothing; `reason` is a code of docs/pricing.md."""

    code = "coupon_refused"

    def __init__(self, coupon: str, reason: str, index: int, condition: str = "") -> None:
        data: dict[str, Any] = {"condition": condition} if condition else {}
        super().__init__(
            f"The coupon {coupon} gives nothing here ({reason}). Take it out or change the order.",
            field=("coupons", index),
            coupon=coupon,
            reason=reason,
            **data,
        )


def customer_asked(request: "OrderRequest") -> str:
    """The customer's code as the request says it; "" of a new one, or none."""
    return request.customer if isinstance(request.customer, str) else ""


def facts_of(request: "OrderRequest", known: "Known", customer: CustomerFacts | None) -> Facts:
    """What pricing must know of the request's customer and head."""
    if request.history is not None:
        return Facts(
            tier=customer.tier if customer else None,
            tax_exempt=customer is not None and customer.tax_exempt,
            as_agreed=True,
        )
    asked = customer_asked(request)
    read = known.offers.facts
    return Facts(
        tier=customer.tier if customer else None,
        tax_exempt=customer is not None and customer.tax_exempt,
        customer=customer.code if customer else "",
        segments=customer.tags if customer else (),
        channel=request.channel,
        order_type=request.order_type,
        terms=request.terms.value,
        # A customer who is made with the order has none; in a quote there is no such customer yet.
        orders_before=known.offers.orders_before.get(asked, 0) if request.customer is not None else None,
        coupons=read.coupons_of(dict.fromkeys(map(normal_coupon, request.coupons)), asked),
        uses=read.uses_of(asked),
        agreements=read.agreements_of(asked, dict.fromkeys(line.sku for line in request.lines)),
    )


def basket_of(request: "OrderRequest", ship_to: dict[str, Any]) -> Basket:
    """What the request asks of pricing."""
    return Basket(
        currency=request.currency,
        lines=tuple(
            BasketLine(
                line.sku,
                line.quantity,
                line.unit_price,
                line.price_reason,
                line.discount,
                line.options,
                line.parts,
                line.inputs,
            )
            for line in request.lines
        ),
        discount=request.discount,
        country=ship_to.get("country", ""),
        region=ship_to.get("region", ""),
        shipping=request.history.shipping if request.history else None,
        deliveries=(Delivery(request.delivery),) if request.delivery else (),
        automatic=request.automatic,
    )
