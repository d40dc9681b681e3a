"""What the API answers about a priced basket: its schema, and the function that fills it."""

from typing import Any

from ninja import Schema

from openoms.core.money import plain
from openoms.domains.approvals.rules import Requirement
from openoms.domains.pricing.engine import PricedBasket
from openoms.interfaces.api.amounts import money, unit_price
from openoms.interfaces.api.outputs import (
    AdjustmentOut,
    QuoteLineOut,
    adjustments_of,
    components_of,
)


class GivenOut(Schema):
    """What a promotion gave, and by which coupon."""

    code: str
    name: str
    name_zh: str
    amount: str
    coupon: str


class RefusedOut(Schema):
    """A coupon or gift that could not be given, and why (a code of docs/pricing.md)."""

    code: str
    reason: str
    coupon: str


class DeliveryOut(Schema):
    """A shipping fee: `gross` before promotions, `net` and `tax` after."""

    method: str
    gross: str
    adjustments: list[AdjustmentOut]
    net: str
    tax: str


class NeededOut(Schema):
    """A step of approval that the order would have to pass, in turn, and the codes of the rules that ask for it."""

    step: str
    rules: list[str]


class QuoteOut(Schema):
    """A priced basket: total = items_total + shipping_total + tax_total, items_total = the sum of the lines' net."""

    currency: str
    tax_inclusive: bool
    lines: list[QuoteLineOut]
    shipping: str
    adjustments: list[AdjustmentOut]
    items_total: str
    discount_total: str
    shipping_total: str
    tax_total: str
    total: str
    given: list[GivenOut]
    refused: list[RefusedOut]
    deliveries: list[DeliveryOut]
    approvals: list[NeededOut]
    trace: list[dict[str, Any]]


def quote_document(priced: PricedBasket, requirement: Requirement) -> dict[str, Any]:
    """A priced basket, and what approval it would need, as QuoteOut."""
    currency = priced.currency
    return {
        "currency": currency,
        "tax_inclusive": priced.tax_inclusive,
        "lines": [
            {
                "sku": line.offer.sku,
                "quantity": plain(line.quantity),
                "inputs": {measure.input.code: plain(measure.value) for measure in line.measures},
                "options": [chosen.document() for chosen in line.options],
                "components": components_of((c.offer.sku, c.quantity) for c in line.components),
                "list_unit_price": unit_price(line.list_unit_price, currency)
                if line.list_unit_price is not None
                else None,
                "unit_price": unit_price(line.unit_price, currency),
                "adjustments": adjustments_of(line.adjustments, currency),
                "tax_rate": plain(line.tax_rate),
                "net": money(line.net, currency),
                "tax": money(line.tax, currency),
                "total": money(line.total, currency),
                "gift_of": line.gift_of,
            }
            for line in priced.lines
        ],
        "shipping": money(priced.shipping_total, currency),
        "adjustments": adjustments_of(priced.adjustments, currency),
        "items_total": money(priced.items_total, currency),
        "discount_total": money(priced.discount_total, currency),
        "shipping_total": money(priced.shipping_total, currency),
        "tax_total": money(priced.tax_total, currency),
        "total": money(priced.total, currency),
        "given": [
            {
                "code": g.code,
                "name": g.name,
                "name_zh": g.name_zh,
                "amount": money(g.amount, currency),
                "coupon": g.coupon,
            }
            for g in priced.given
        ],
        "refused": [{"code": r.code, "reason": r.reason, "coupon": r.coupon} for r in priced.refused],
        "deliveries": [
            {
                "method": d.method,
                "gross": money(d.gross, currency),
                "adjustments": adjustments_of(d.adjustments, currency),
                "net": money(d.net, currency),
                "tax": money(d.tax, currency),
            }
            for d in priced.deliveries
        ],
        "approvals": [{"step": n.step.name, "rules": list(n.rules)} for n in requirement.steps],
        "trace": [{"code": step.code, "line": step.line, **step.data} for step in priced.trace],
    }
