"""Steps of promotions around an order: read what they must know, lock what is limited, and count what was given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from openoms.core import db
from openoms.core.wire import Statement
from openoms.domains.orders import queries as order_queries
from openoms.domains.pricing import facts as pricing_facts
from openoms.domains.pricing import offer_services
from openoms.domains.pricing.book import Book, CouponFact, Uses
from openoms.domains.pricing.facts import normal_coupon
from openoms.domains.pricing.priced import PricedBasket
from openoms.domains.pricing.promotions import OrderCountIs
from openoms.flows.steps.configuration import Configuration

if TYPE_CHECKING:
    from openoms.flows.steps.placing import OrderRequest

Rows = Sequence[tuple[Any, ...]]


@dataclass(slots=True)
class OffersKnown:
    """What promotions know in this transaction; it changes as orders are given something.

    `locked` are the promotions and coupons nobody else can give meanwhile, by "promotion:…" or "coupon:…".
    """

    facts: pricing_facts.Known = field(default_factory=pricing_facts.Known)
    orders_before: dict[str, int] = field(default_factory=dict)
    customers: Sequence[str] = ()
    locked: set[str] = field(default_factory=set)


def wanted(current: Configuration | None, requests: Sequence["OrderRequest"]) -> dict[str, Statement]:
    """The statements that the book needs answered for these requests, by name."""
    fresh = [request for request in requests if request.history is None]
    if current is None or not fresh:
        return {}
    book = current.book
    customers = _customers(fresh)
    asked: dict[str, Statement] = {}
    if pairs := _coupon_pairs(fresh):
        asked["coupons"] = pricing_facts.coupons_statement(pairs)
    if limited := pricing_facts.limited_codes(book):
        asked["uses"] = pricing_facts.uses_statement(limited)
        asked["uses_each"] = pricing_facts.uses_each_statement(limited, customers)
    if customers and (_counts_orders(book) or current.approval.counts_orders):
        asked["orders_before"] = order_queries.counts_statement(customers)
    if customers and book.contracted:
        skus = sorted({line.sku for request in fresh for line in request.lines})
        asked["agreements"] = pricing_facts.agreements_statement(customers, skus)
    return asked


def read(
    current: Configuration,
    requests: Sequence["OrderRequest"],
    asked: Mapping[str, Statement],
    told: Mapping[str, Rows],
) -> OffersKnown:
    """What was told, after asking anew where the book in force wants to know something else."""
    book, now_wanted = current.book, wanted(current, requests)
    if now_wanted != asked:
        told = dict(zip(now_wanted, db.run_together(list(now_wanted.values())), strict=True))
    facts = pricing_facts.Known(
        pricing_facts.coupons_from(told.get("coupons", ())),
        pricing_facts.uses_from(pricing_facts.limited_codes(book), told.get("uses", ())),
        {(customer, code): times for customer, code, times in told.get("uses_each", ())},
        pricing_facts.agreements_from(told.get("agreements", ())),
    )
    return OffersKnown(facts, dict(told.get("orders_before", ())), _customers(requests))


def claim(known: OffersKnown, priced: PricedBasket, book: Book, customer: str) -> bool:
    """Lock what was given that is limited; whether something was locked now, so that the price must be looked at again."""
    limited = set(pricing_facts.limited_codes(book))
    codes = sorted(
        {g.code for g in priced.given if g.code in limited and f"promotion:{g.code}" not in known.locked}
    )
    coupons = sorted(
        {
            g.coupon
            for g in priced.given
            if _is_limited(known.facts.coupons.get((g.coupon, customer)))
            and f"coupon:{g.coupon}" not in known.locked
        }
    )
    if not codes and not coupons:
        return False
    fresh = offer_services.lock_uses(codes, coupons, known.customers)
    known.locked |= {f"promotion:{code}" for code in codes} | {f"coupon:{code}" for code in coupons}
    facts = known.facts
    known.facts = replace(
        facts,
        uses={**facts.uses, **fresh.uses},
        uses_each={**facts.uses_each, **fresh.uses_each},
        coupons={**facts.coupons, **fresh.coupons},
    )
    return True


def _is_limited(coupon: CouponFact | None) -> bool:
    return coupon is not None and (coupon.left is not None or coupon.left_for_customer is not None)


def book(known: OffersKnown, order: UUID, customer: UUID, code: str, priced: PricedBasket) -> None:
    """Count the order and what it was given, for later orders of this transaction too; the code is as it was asked for,
    "" of a customer made with the order: another such one is somebody else.
    """
    if code in known.orders_before:
        known.orders_before[code] += 1
    if not priced.given:
        return
    offer_services.count_uses(order, customer, priced)
    facts = known.facts
    uses, each, coupons = dict(facts.uses), dict(facts.uses_each), dict(facts.coupons)
    for given in priced.given:
        if given.code in uses:
            before = uses[given.code]
            uses[given.code] = Uses(before.times + 1, 0, before.given + given.amount)
            if code:
                each[code, given.code] = each.get((code, given.code), 0) + 1
        for (coupon, whose), fact in facts.coupons.items():
            # One use less for everybody; of the customer's own only for the one who was given it.
            if coupon == given.coupon:
                mine = bool(code) and whose == code
                coupons[coupon, whose] = replace(
                    fact, left=_less(fact.left), left_for_customer=_less(fact.left_for_customer, mine)
                )
    known.facts = replace(facts, uses=uses, uses_each=each, coupons=coupons)


def _less(left: int | None, used: bool = True) -> int | None:
    return left - 1 if left is not None and used else left


def release(order: UUID) -> bool:
    """Take back what the order was given, before it is priced anew or ends; whether there was something."""
    return offer_services.release_uses(order)


def without(known: OffersKnown, order: UUID, customer: str) -> OffersKnown:
    """What promotions would know had the order not been there; nothing is written."""
    facts, orders_before = known.facts, dict(known.orders_before)
    if orders_before.get(customer) and order_queries.is_of_customer(order, customer):
        orders_before[customer] -= 1
    uses, each, coupons = dict(facts.uses), dict(facts.uses_each), dict(facts.coupons)
    for code, coupon, amount in pricing_facts.uses_of_order(order):
        if code in uses:
            before = uses[code]
            uses[code] = Uses(before.times - 1, 0, before.given - amount)
            each[customer, code] = max(each.get((customer, code), 0) - 1, 0)
        used = coupons.get((coupon, customer))
        if used is not None:
            coupons[coupon, customer] = replace(
                used,
                left=None if used.left is None else used.left + 1,
                left_for_customer=None if used.left_for_customer is None else used.left_for_customer + 1,
            )
    given_nothing = replace(facts, uses=uses, uses_each=each, coupons=coupons)
    return replace(known, facts=given_nothing, orders_before=orders_before)


def leave_out(known: OffersKnown, code: str, is_theirs: bool) -> None:
    """A draft that is priced anew is none of the orders its customer had before it."""
    if is_theirs and known.orders_before.get(code):
        known.orders_before[code] -= 1


def again(current: Configuration, requests: Sequence["OrderRequest"]) -> OffersKnown:
    """What promotions know, read anew."""
    return read(current, requests, {}, {})


def _customers(requests: Sequence["OrderRequest"]) -> list[str]:
    """The codes of customers who are there already."""
    return sorted({r.customer for r in requests if isinstance(r.customer, str)})


def _coupon_pairs(requests: Sequence["OrderRequest"]) -> set[tuple[str, str]]:
    return {
        (normal_coupon(code), request.customer if isinstance(request.customer, str) else "")
        for request in requests
        for code in request.coupons
    }


def _counts_orders(book: Book) -> bool:
    return any(isinstance(c, OrderCountIs) for p in book.rules.promotions for c in p.conditions)
