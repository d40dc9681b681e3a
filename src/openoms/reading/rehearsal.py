"""A promotion tried on orders of the past: what they would have cost, had it been running. Writes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from openoms.core.errors import DomainError, InvalidInput
from openoms.core.ids import floor_of
from openoms.core.money import UNIT_PRICE_STEP, ZERO
from openoms.domains.orders.models import Order, Pricing
from openoms.domains.orders.states import Status
from openoms.domains.pricing.book import (
    Basket,
    BasketLine,
    Book,
    CouponFact,
    Facts,
    ListRule,
    Offer,
    Rules,
    Tier,
)
from openoms.domains.pricing.choices import NO_MENU
from openoms.domains.pricing.documents import basket_from, offer_from
from openoms.domains.pricing.engine import PricedBasket, price
from openoms.domains.pricing.promotions import ALWAYS, Promotion
from openoms.domains.pricing.queries import read_rules_snapshot

MOST_ORDERS = 2000
MOST_DAYS = 366
_EXAMPLES = 10
_PAST = "past"


@dataclass(slots=True)
class Effect:
    """What a promotion would have done to orders of one currency."""

    currency: str
    orders: int = 0
    affected: int = 0
    before: Decimal = ZERO
    after: Decimal = ZERO
    given: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Example:
    """One order it would have changed; totals with tax."""

    number: str
    placed_at: datetime
    currency: str
    before: Decimal
    after: Decimal


@dataclass(slots=True)
class Rehearsal:
    """The effect by currency, the orders with the largest difference, and how much of the period was looked at.

    `truncated`: there are more orders than are looked at; the newest were. `skipped` could not be priced again.
    """

    effects: dict[str, Effect] = field(default_factory=dict)
    examples: list[Example] = field(default_factory=list)
    looked_at: int = 0
    skipped: int = 0
    truncated: bool = False


def rehearse(promotion: Promotion, since: date, until: date, book: Book, timezone: str) -> Rehearsal:
    """Price the orders placed in these days (both included, in `timezone`) with the promotion beside what held then.

    It runs as if always open, with its coupon if it needs one, and as if nobody had used it before. Orders that came
    with agreed prices are taken as if those, less the lines' own discounts, were the list's: nobody's past has a
    promotion in it otherwise. Which of the customer's orders such a one was is not known.
    Raises InvalidInput for days that are none, or too many.
    """
    check_days(since, until)
    found = Rehearsal()
    tried = replace(promotion, window=ALWAYS)
    rules: dict[str, Rules] = {}
    for pricing in _pricings(since, until, timezone):
        found.looked_at += 1
        if found.looked_at > MOST_ORDERS:
            found.looked_at, found.truncated = MOST_ORDERS, True
            break
        known = rules.get(pricing.rules_digest) or read_rules_snapshot(pricing.rules_digest)
        rules[pricing.rules_digest] = known
        _try(found, tried, pricing, known, book)
    found.examples.sort(key=lambda example: example.after - example.before)
    del found.examples[_EXAMPLES:]
    return found


def check_days(since: date, until: date) -> None:
    """Raise InvalidInput for days that are none, or too many."""
    if since > until:
        raise InvalidInput("It ends before it begins.", field="to")
    if (until - since).days > MOST_DAYS:
        raise InvalidInput(f"At most {MOST_DAYS} days at once.", field="from")
    if not 1990 <= since.year <= until.year <= 2100:
        raise InvalidInput("No orders lie before 1990 or after 2100.", field="from")


def _pricings(since: date, until: date, timezone: str) -> Iterator[Pricing]:
    """What the orders' present revisions were priced from, newest first, a few more than are looked at."""
    zone = ZoneInfo(timezone)
    begin = datetime(since.year, since.month, since.day, tzinfo=zone)
    end = datetime(until.year, until.month, until.day, tzinfo=zone)
    orders = Order.objects.filter(placed_at__gte=begin, placed_at__lt=next_day(end), pk__gte=floor_of(begin))
    orders = orders.exclude(status=Status.CANCELLED).order_by("-placed_at", "-pk")
    numbers = {order.pk: order for order in orders[: MOST_ORDERS + 1]}
    rows = Pricing.objects.filter(order__in=numbers).select_related("order__customer")
    latest: dict[Any, Pricing] = {}
    for row in rows.iterator(chunk_size=500):
        if row.revision == numbers[row.order_id].revision:
            latest[row.order_id] = row
    return (latest[key] for key in numbers if key in latest)


def next_day(day: datetime) -> datetime:
    """The beginning of the day after."""
    return (day + timedelta(days=1)).replace(hour=0)


def _try(found: Rehearsal, promotion: Promotion, pricing: Pricing, rules: Rules, book: Book) -> None:
    if "split" in pricing.inputs:
        # A share of an order, or several in one: its price is what was agreed, it has none of its own.
        found.skipped += 1
        return
    basket, facts = basket_from(pricing.inputs)
    offers = {
        sku: _with_place(offer_from(sku, known), book) for sku, known in pricing.inputs["offers"].items()
    }
    try:
        before, after = _priced(promotion, pricing, basket, facts, rules, offers)
    except DomainError:
        found.skipped += 1
        return
    _count(found, promotion, pricing.order, before, after)


def _priced(
    promotion: Promotion,
    pricing: Pricing,
    basket: Basket,
    facts: Facts,
    rules: Rules,
    offers: dict[str, Offer],
) -> tuple[PricedBasket, PricedBasket]:
    """The order without the promotion, and with it. Raises the refusals of pricing: what was sold then may have no price now."""
    at = pricing.priced_at
    if facts.as_agreed:
        head = _head(facts, pricing.order)
        basket, facts, rules, offers = _as_listed(basket, head, rules, offers, at)
    facts = replace(facts, uses={code: used for code, used in facts.uses.items() if code != promotion.code})
    if promotion.needs_coupon:
        facts = replace(facts, coupons=(*facts.coupons, CouponFact("REHEARSAL", promotion.code)))
    others = tuple(p for p in rules.promotions if p.code != promotion.code)
    books = [Book(replace(rules, promotions=held), offers) for held in (others, (*others, promotion))]
    before, after = (price(basket, book, facts, at) for book in books)
    return before, after


def _count(
    found: Rehearsal, promotion: Promotion, order: Order, before: PricedBasket, after: PricedBasket
) -> None:
    effect = found.effects.setdefault(before.currency, Effect(before.currency))
    effect.orders += 1
    effect.before += before.total
    effect.after += after.total
    given = next((g.amount for g in after.given if g.code == promotion.code), None)
    if given is not None:
        effect.affected += 1
        effect.given += given
        found.examples.append(
            Example(order.number, order.placed_at, before.currency, before.total, after.total)
        )


def _with_place(offer: Offer, book: Book) -> Offer:
    """The offer of then in the product and categories of now: they were not kept while no promotion asked for them."""
    now = book.offers.get(offer.sku)
    if now is None or offer.product:
        return offer
    return replace(offer, product=now.product, categories=now.categories, floors=now.floors)


def _head(facts: Facts, order: Order) -> Facts:
    """The facts with what conditions ask of an order's head: imports keep it with the order alone."""
    return replace(
        facts,
        customer=order.customer.code,
        channel=order.channel_id,
        order_type=order.order_type_id,
        terms=order.terms,
    )


def _as_listed(
    basket: Basket, facts: Facts, rules: Rules, offers: dict[str, Offer], at: datetime
) -> tuple[Basket, Facts, Rules, dict[str, Offer]]:
    """An order of the past as if each agreed price were on a list, without tax of its own; its fee stays as it was.

    Each line is asked for by a name of its own: one sku may have been sold at two prices in one order.
    """
    was = price(basket, Book(rules, offers), facts, at)
    listed, lines = {}, []
    for ask, line in zip(basket.lines, was.lines, strict=True):
        each = (line.net / ask.quantity).quantize(UNIT_PRICE_STEP)
        name = f"{ask.sku}\n{line.position}"
        listed[name] = replace(
            offers[ask.sku], prices={_PAST: (Tier(ZERO, each),)}, formula=None, menu=NO_MENU,
            pack_quantity=ZERO, min_quantity=ZERO, active_from=None, active_to=None, floors={},
        )  # fmt: skip
        lines.append(BasketLine(name, ask.quantity))
    own = Rules((ListRule(_PAST, basket.currency, None, False, 0),), promotions=rules.promotions)
    return (
        replace(basket, lines=tuple(lines), discount=None),
        replace(facts, as_agreed=False, tax_exempt=False),
        own,
        listed,
    )
