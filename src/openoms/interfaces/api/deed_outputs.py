"""What the API answers about cancelling, splitting and merging orders."""

from typing import Any

from ninja import Schema

from openoms.core.money import plain
from openoms.domains.orders.cancelling import CancellationQuote, Work
from openoms.domains.orders.models import Order
from openoms.flows.split import Foreseen
from openoms.flows.steps.parting import key_of, shipping_of
from openoms.interfaces.api.amounts import money
from openoms.interfaces.api.outputs import OrderHeadOut, OrderOut


class KeptOut(Schema):
    """Goods kept for an order at a warehouse."""

    warehouse: str
    sku: str
    quantity: str


class OrderShortOut(Schema):
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
    short: list[OrderShortOut]
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


class OrderPartLineOut(Schema):
    line: int
    sku: str
    quantity: str
    total: str


class OrderPartOut(Schema):
    """A part: `part` is `stays` or `taken` (by hand), `now` or `later` (by availability), else a warehouse's code, ""
    for what none keeps. `paid` is its share of what arrived.
    """

    part: str
    lines: list[OrderPartLineOut]
    shipping_total: str
    total: str
    paid: str


class SplitPreviewOut(Schema):
    number: str
    currency: str
    parts: list[OrderPartOut]


class OrdersOut(Schema):
    orders: list[OrderOut]


class MergeableOut(Schema):
    items: list[OrderHeadOut]


def split_document(found: Foreseen) -> dict[str, Any]:
    """The parts foreseen as SplitPreviewOut."""
    currency = found.order.currency
    skus = {key_of(line): line.sku.code for line in found.lines}
    return {
        "number": found.order.number,
        "currency": currency,
        "parts": [
            {
                "part": name,
                "lines": [
                    {
                        "line": line.position,
                        "sku": skus[line.key],
                        "quantity": plain(line.quantity),
                        "total": money(line.net + line.tax, currency),
                    }
                    for line in part.lines
                ],
                "shipping_total": money(shipping_of(part)[0], currency),
                "total": money(part.total, currency),
                "paid": money(part.paid, currency),
            }
            for name, part in found.parts
        ],
    }


def cancellation_document(order: Order, quote: CancellationQuote) -> dict[str, Any]:
    """A quote as CancellationOut."""
    released = quote.released
    return {
        "allowed": quote.is_allowed,
        "refusal": quote.refusal or None,
        "stage": str(quote.stage),
        "goods": [
            {"warehouse": one.warehouse, "sku": one.sku, "quantity": plain(one.quantity)}
            for one in released.goods
        ],
        "short": [{"sku": sku, "quantity": plain(quantity)} for sku, quantity in released.short],
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
    return {"kind": one.kind, "number": one.number, "sku": one.sku, "quantity": plain(one.quantity)}
