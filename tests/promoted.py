"""Promotions kept for tests of flows: ten per cent off the order, its coupon, and orders of the past."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from openoms.domains.customers.models import Customer
from openoms.domains.orders.models import Order
from openoms.domains.pricing.book import Discount
from openoms.domains.pricing.models import Promotion as PromotionRow
from openoms.domains.pricing.promotions import Benefit, Percent, Promotion
from openoms.flows.edit_promotions import CouponInput, create_coupons, save_promotion
from openoms.flows.place import place_order
from openoms.flows.steps.placing import History, LineRequest, OrderRequest
from tests.factories import owner

D = Decimal


def ten(code: str = "TEN", **fields: object) -> Promotion:
    """Ten per cent off the order."""
    usual: dict[str, object] = {"name": "Ten", "currency": "CNY"}
    return Promotion(code, (Benefit(Percent(D(10)), "order"),), **{**usual, **fields})  # type: ignore[arg-type]


def save(value: Promotion, *, is_active: bool = True) -> PromotionRow:
    return save_promotion(value, actor=owner(), is_active=is_active)


def with_coupon(code: str = "SAVE", limits: dict[str, Any] | None = None, **fields: Any) -> None:
    """A promotion TEN that this coupon opens."""
    save(ten(needs_coupon=True, **fields))
    create_coupons(CouponInput("TEN", code, **(limits or {})), actor=owner())


def make_past(
    customer: Customer, *lines: tuple[str, str, str], discount: Discount | None = None, day: int = 5
) -> Order:
    """An imported order of January 2024: (sku, quantity, agreed price)."""
    asked = tuple(LineRequest(sku, D(q), D(p), "imported") for sku, q, p in lines)
    first = replace(asked[0], discount=discount)
    history = History(datetime(2024, 1, day, tzinfo=UTC), shipping=D(7))
    request = OrderRequest((first, *asked[1:]), customer.code, channel="web", history=history)
    return place_order(request, actor=owner()).order
