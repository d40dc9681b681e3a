"""What the API answers about cancelling, splitting and merging orders."""

from typing import Any

from ninja import Schema

from openoms.domains.orders.cancelling import CancellationQuote, Work
from openoms.domains.orders.models import Order
from openoms.interfaces.api.amounts import money, number
from openoms.interfaces.api.outputs import OrderOut


class KeptOut(Schema):
    """Goods kept for an order at a warehouse."""

    warehouse: str
    sku: str
    quantity: str


class ShortOut(Schema):
    """What an order is short of."""

    sku: str
    quantity: str


class WorkOut(Schema):
    """What is made (`production`) or bought (`purchase`) for an order; `number` is the production or purchase order's."""

    kind: str
    number: str
    sku: str
    quantity: str


class OfferOut(Schema):
    promotion: str
    coupon: str


class CancellationOut(Schema):
    """Whether an order may be cancelled, at which stage it is, and what is let go of.

    `refusal` is null or one of cancelled, completed, shipped, delivered, performed, returned. `stop_work` has begun and
    is told to stop, `shrinks` has not. `kept_on_account` was paid and stays the customer's.
    """

    allowed: bool
    refusal: str | None
    stage: str
    goods: list[KeptOut]
    short: list[ShortOut]
    stop_work: list[WorkOut]
    shrinks: list[WorkOut]
    approval: list[str]
    holds: list[str]
    remarks: list[str]
    offers: list[OfferOut]
    departments: list[str]
    kept_on_account: str
    currency: str


class CancelledOut(CancellationOut):
    order: OrderOut


def cancellation_document(order: Order, quote: CancellationQuote) -> dict[str, Any]:
    """A quote as CancellationOut."""
    released = quote.released
    return {
        "allowed": quote.is_allowed,
        "refusal": quote.refusal or None,
        "stage": str(quote.stage),
        "goods": [
            {"warehouse": one.warehouse, "sku": one.sku, "quantity": number(one.quantity)}
            for one in released.goods
        ],
        "short": [{"sku": sku, "quantity": number(quantity)} for sku, quantity in released.short],
        "stop_work": [_work(one) for one in quote.stop_work],
        "shrinks": [_work(one) for one in released.shrinking],
        "approval": list(released.approval),
        "holds": list(released.holds),
        "remarks": list(released.remarks),
        "offers": [{"promotion": code, "coupon": coupon} for code, coupon in released.offers],
        "departments": list(quote.departments),
        "kept_on_account": money(released.paid, order.currency),
        "currency": order.currency,
    }


def _work(one: Work) -> dict[str, str]:
    return {"kind": one.kind, "number": one.number, "sku": one.sku, "quantity": number(one.quantity)}
