"""Whether a promotion's conditions hold of a basket as it stands. Pure."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol

from openoms.core.money import ZERO, round_money
from openoms.domains.pricing.book import Basket, Facts
from openoms.domains.pricing.drafts import Draft
from openoms.domains.pricing.goods import ALL_GOODS, Goods
from openoms.domains.pricing.promotions import (
    AmountIs,
    Condition,
    CustomerIs,
    OrderCountIs,
    OrderIs,
    QuantityIs,
)


class Scene(Protocol):
    """What conditions look at: the basket asked for, the lines as they stand, and what is known of the customer.

    `measures` keeps what was added up already, `matched` which lines some goods are: who changes a line clears the one,
    who changes what lines are there clears both.
    """

    basket: Basket
    drafts: list[Draft]
    facts: Facts
    inclusive: bool
    measures: dict[object, Decimal]
    matched: dict[Goods, list[Draft]]

    def rate(self, draft: Draft) -> Decimal:
        """The line's share of tax."""
        ...


def matching(scene: Scene, goods: Goods) -> list[Draft]:
    """The lines that `goods` speaks of; gifts are no goods bought."""
    found = scene.matched.get(goods)
    if found is None:
        named = _named(scene.drafts, goods)
        found = scene.matched[goods] = [draft for draft in named if goods.agreed or not draft.is_agreed]
    return found


def _named(drafts: Iterable[Draft], goods: Goods) -> list[Draft]:
    """The lines bought of these goods, reduced ones unless they are left out; those of agreed prices too."""
    bought = [draft for draft in drafts if not draft.gift_of]
    if goods == ALL_GOODS:
        return bought
    return [
        draft
        for draft in bought
        if (goods.reduced or not draft.reduced)
        and goods.names(draft.offer)
        and goods.prices(draft.unit.unit_price)
    ]


def holds(condition: Condition, scene: Scene) -> bool:
    """Whether one condition holds."""
    match condition:
        case AmountIs():
            return _within(amount_of(condition, scene), condition.least, condition.most)
        case CustomerIs():
            return _customer_is(condition, scene.facts)
        case OrderIs():
            return _order_is(condition, scene)
        case QuantityIs():
            return _quantity_is(condition, scene)
        case OrderCountIs():
            return _order_count_is(condition, scene.facts)


def amount_of(condition: AmountIs, scene: Scene) -> Decimal:
    """What the condition's goods cost as it counts them."""
    key = (condition.goods, condition.stage, condition.tax)
    known = scene.measures.get(key)
    if known is None:
        known = scene.measures[key] = _amount(condition, scene)
    return known


def _amount(condition: AmountIs, scene: Scene) -> Decimal:
    total = ZERO
    for draft in _named(scene.drafts, condition.goods):
        amount = draft.gross if condition.stage == "before" else draft.amount
        if condition.tax == "net" and scene.inclusive:
            amount /= 1 + scene.rate(draft)
        elif condition.tax == "gross" and not scene.inclusive:
            amount *= 1 + scene.rate(draft)
        total += amount
    # As one reads it: a net worked out of two prices is not a hair below what they cost together.
    return round_money(total, scene.basket.currency)


def _quantity_is(condition: QuantityIs, scene: Scene) -> bool:
    quantities = [draft.ask.quantity for draft in _named(scene.drafts, condition.goods)]
    if condition.per == "line":
        return any(_within(quantity, condition.least, condition.most) for quantity in quantities)
    return _within(sum(quantities, ZERO), condition.least, condition.most)


def _customer_is(condition: CustomerIs, facts: Facts) -> bool:
    return (
        (facts.customer != "" and facts.customer in condition.customers)
        or facts.tier in condition.tiers
        or not set(condition.segments).isdisjoint(facts.segments)
    )


def _order_is(condition: OrderIs, scene: Scene) -> bool:
    facts, basket = scene.facts, scene.basket
    places = (basket.country, f"{basket.country}/{basket.region}")
    return (
        (not condition.channels or facts.channel in condition.channels)
        and (not condition.order_types or facts.order_type in condition.order_types)
        and (not condition.terms or facts.terms in condition.terms)
        and (not condition.regions or not set(condition.regions).isdisjoint(places))
    )


def _order_count_is(condition: OrderCountIs, facts: Facts) -> bool:
    if facts.orders_before is None:
        return False
    count = facts.orders_before + 1
    if condition.nth is not None and count != condition.nth:
        return False
    if condition.every and count % condition.every:
        return False
    least, most = condition.least, condition.most
    return (least is None or count >= least) and (most is None or count <= most)


def _within(value: Decimal, least: Decimal | None, most: Decimal | None) -> bool:
    return (least is None or value >= least) and (most is None or value <= most)
