"""Trying a promotion that nobody has saved yet on a basket, beside those that are on. Nothing is written."""

from dataclasses import dataclass, replace
from datetime import datetime

from openoms.core.types import Actor
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.pricing.book import Book, CouponFact, Facts
from openoms.domains.pricing.engine import PricedBasket, price
from openoms.domains.pricing.promotion_checks import check_promotion
from openoms.domains.pricing.promotions import Promotion
from openoms.flows.steps import offers, placing, pricing
from openoms.flows.steps.placing import Known, OrderRequest

# What a promotion that needs a coupon is opened with where it has none yet.
TRIAL_COUPON = "TRIAL"


@dataclass(frozen=True, slots=True)
class Trial:
    """A basket priced with the promotion and without it; `promotions` are all that took part, by code.

    `is_open`: it needs no coupon, or one of its own was typed.
    """

    priced: PricedBasket
    without: PricedBasket
    promotions: dict[str, Promotion]
    is_open: bool


def try_promotion(
    promotion: Promotion, request: OrderRequest, *, actor: Actor, instant: datetime, with_coupon: bool = False
) -> Trial:
    """Price the request at `instant` (aware) with the promotion as it stands, and with only those that are on.

    `with_coupon` opens it as a coupon of its own would. Raises the refusals of quoting, InvalidInput of the promotion.
    """
    require(actor, Perm.PRICE_EDIT)
    # What is only tried may have no code yet.
    check_promotion(replace(promotion, code="trial"))
    known = placing.read([request], numbers=False, duplicates=False, lock=False)
    placing.check_request(request, known, instant)
    own = known.configuration.book.rules.promotions
    others = tuple(other for other in own if other.code != promotion.code)
    tried = _known_with(known, request, (*others, promotion))
    facts = _facts(tried, request, promotion.code if with_coupon else "")
    is_open = not promotion.needs_coupon or any(c.promotion == promotion.code for c in facts.coupons)
    before = _known_with(known, request, others)
    return Trial(
        _price(tried, request, facts, instant),
        _price(before, request, _facts(before, request, ""), instant),
        {one.code: one for one in (*others, promotion)},
        is_open,
    )


def _known_with(known: Known, request: OrderRequest, promotions: tuple[Promotion, ...]) -> Known:
    """What is known, with these promotions in the book and what they want to know read."""
    book = known.configuration.book
    own = Book(replace(book.rules, promotions=promotions), book.offers, book.version, book.contracted)
    current = replace(known.configuration, book=own)
    return replace(known, configuration=current, offers=offers.read(current, [request], {}, {}))


def _facts(known: Known, request: OrderRequest, coupon_of: str) -> Facts:
    facts = pricing.facts_of(request, known, placing.customer_of(request, known))
    if not coupon_of:
        return facts
    return replace(facts, coupons=(*facts.coupons, CouponFact(TRIAL_COUPON, coupon_of)))


def _price(known: Known, request: OrderRequest, facts: Facts, instant: datetime) -> PricedBasket:
    customer = placing.customer_of(request, known)
    basket = pricing.basket_of(request, placing.ship_to_of(request, customer))
    return price(basket, known.configuration.book, facts, instant, explain=True)
