"""Why a coupon that was typed gives nothing, in a sentence at the order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from openoms.domains.pricing.priced import PricedBasket

# What is said of a coupon or gift wherever it is asked for: at the order, and where a promotion is tried.
COUPON_OR_GIFT: Mapping[str, Callable[[], str]] = {
    "unknown_coupon": lambda: _("There is no such coupon, or it or its promotion is off."),
    "coupon_not_yet": lambda: _("The coupon is not valid yet."),
    "coupon_expired": lambda: _("The coupon has expired."),
    "coupon_used_up": lambda: _("The coupon was used as often as it may be."),
    "coupon_used_up_by_customer": lambda: _("This customer has used the coupon as often as may be."),
    "same_promotion": lambda: _("Another coupon of the same promotion is used already."),
    "gift_out_of_stock": lambda: _("The gift is out of stock."),
    "gift_not_on_sale": lambda: _("The gift is not on sale now."),
}
_BY_REASON: Mapping[str, Callable[[], str]] = {
    **COUPON_OR_GIFT,
    "used_up": lambda: _("Its promotion was given as often as it may be."),
    "used_up_by_customer": lambda: _("This customer was given its promotion as often as may be."),
    "budget": lambda: _("Less is left of its promotion's budget than this order would take."),
    "nothing_to_give": lambda: _("Nothing in this order earns it."),
    "other_currency": lambda: _("It is for orders in another currency."),
    "not_running": lambda: _("Its promotion does not run now."),
    "excluded": lambda: _("A promotion that stands alone was given instead."),
    "lost_group": lambda: _("Another promotion of its group was given instead."),
}
_BY_CONDITION: Mapping[str, Callable[[], str]] = {
    "amount": lambda: _("The goods' worth is not within what it asks for."),
    "quantity": lambda: _("The goods' quantity is not within what it asks for."),
    "customer": lambda: _("It is for other customers."),
    "order": lambda: _("It is for other channels, order types, terms or destinations."),
    "order_count": lambda: _("It is for another of the customer's orders, such as the first."),
}


def coupon_reason(reason: str, condition: str = "") -> str:
    """The sentence; `condition` is the kind of the one that does not hold, for the reason "condition"."""
    found = _BY_CONDITION.get(condition) if reason == "condition" else _BY_REASON.get(reason)
    return found() if found else _("A condition of its promotion does not hold.")


@dataclass(frozen=True, slots=True)
class CouponState:
    """A coupon at an order: what it gives (None: nothing is priced, or it gives nothing), and why it gives nothing."""

    code: str
    given: Decimal | None = None
    why: str = ""


def coupon_states(codes: Sequence[str], priced: PricedBasket | None) -> list[CouponState]:
    """What each coupon that was typed does, in their order."""
    given = {one.coupon: one.amount for one in priced.given} if priced else {}
    refused = {one.coupon: one for one in priced.refused} if priced else {}
    states = []
    for code in codes:
        found = refused.get(code)
        why = coupon_reason(found.reason, str(found.data.get("condition", ""))) if found else ""
        states.append(CouponState(code, given.get(code), why))
    return states
