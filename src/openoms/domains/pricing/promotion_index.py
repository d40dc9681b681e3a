"""Which promotions could matter to a basket, found without looking at each. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from openoms.domains.pricing.goods import ALL_GOODS, Ware
from openoms.domains.pricing.promotions import (
    PHASES,
    AmountIs,
    Benefit,
    Condition,
    CustomerIs,
    Gift,
    Phase,
    Promotion,
    QuantityIs,
    SetPrice,
    in_turn,
    phase_of,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A promotion made ready: its turn among all, its benefits by phase, and its conditions parted in two.

    Those of `before` look at the customer and the order's head, those of `during` at the lines as they then stand.
    """

    turn: int
    promotion: Promotion
    plan: Mapping[Phase, tuple[Benefit | Gift, ...]]
    before: tuple[Condition, ...]
    during: tuple[Condition, ...]


Key = tuple[str, str]


class Index:
    """The promotions of a book by what a basket must have for them to matter; made once a book.

    Each that is for some goods, some customers or from an amount on is filed under one of these and not looked at where
    that is not met; the rest are looked at for every basket.
    """

    def __init__(self, promotions: Sequence[Promotion]) -> None:
        entries = [_entry(turn, promotion) for turn, promotion in enumerate(in_turn(promotions))]
        self.by_code = {entry.promotion.code: entry for entry in entries}
        self._general: list[Entry] = []
        self._by_goods: dict[Key, list[Entry]] = {}
        self._by_customer: dict[Key, list[Entry]] = {}
        thresholds: list[tuple[Decimal, Entry]] = []
        # A set price that may raise a line can lift a basket over any amount.
        can_rise = any(_may_raise(benefit) for promotion in promotions for benefit in promotion.benefits)
        for entry in entries:
            promotion = entry.promotion
            if promotion.needs_coupon:
                continue
            if (goods := _goods_keys(promotion)) is not None:
                _file(self._by_goods, goods, entry)
            elif (customers := _customer_keys(promotion)) is not None:
                _file(self._by_customer, customers, entry)
            elif (least := _threshold(promotion)) is not None and not can_rise:
                thresholds.append((least, entry))
            else:
                self._general.append(entry)
        thresholds.sort(key=lambda one: one[0])
        self._least = [least for least, _ in thresholds]
        self._from_amount = [entry for _, entry in thresholds]

    def candidates(
        self,
        wares: Iterable[Ware],
        by_coupon: Iterable[str],
        customer: Iterable[Key] = (),
        amount: Decimal | None = None,
    ) -> list[Entry]:
        """Promotions that could give a basket of these wares something, and those its coupons name, in their turn.

        `customer` are the keys the customer answers to, `amount` what the goods cost before promotions; None leaves out
        none for their customers or amounts, so that it can be told why they give nothing.
        """
        found = {entry.turn: entry for entry in self._general}
        _find(
            found, self._by_goods, {key for ware in wares for key in _keys_of(ware)} if self._by_goods else ()
        )
        if amount is None:
            _find(found, self._by_customer, self._by_customer)
            found |= {entry.turn: entry for entry in self._from_amount}
        else:
            _find(found, self._by_customer, customer)
            reached = self._from_amount[: bisect_right(self._least, amount)]
            found |= {entry.turn: entry for entry in reached}
        for code in by_coupon:
            if named := self.by_code.get(code):
                found[named.turn] = named
        return [found[turn] for turn in sorted(found)]


def _entry(turn: int, promotion: Promotion) -> Entry:
    plan = {
        phase: tuple(b for b in promotion.benefits if phase_of(promotion, b) == phase) for phase in PHASES
    }
    during = tuple(c for c in promotion.conditions if isinstance(c, AmountIs | QuantityIs))
    before = tuple(c for c in promotion.conditions if c not in during)
    return Entry(turn, promotion, {phase: given for phase, given in plan.items() if given}, before, during)


def _file(shelf: dict[Key, list[Entry]], keys: Iterable[Key], entry: Entry) -> None:
    for key in keys:
        shelf.setdefault(key, []).append(entry)


def _find(found: dict[int, Entry], shelf: Mapping[Key, list[Entry]], keys: Iterable[Key]) -> None:
    for key in keys:
        for entry in shelf.get(key, ()):
            found[entry.turn] = entry


def customer_keys(customer: str, tier: str | None, segments: Iterable[str]) -> list[Key]:
    """What a customer answers to."""
    keys = [("segment", segment) for segment in segments]
    return [("customer", customer), *([("tier", tier)] if tier else []), *keys]


def _keys_of(ware: Ware) -> Iterable[Key]:
    yield "sku", ware.sku
    yield "product", ware.product
    for code in ware.categories:
        yield "category", code


def _may_raise(benefit: Benefit | Gift) -> bool:
    return isinstance(benefit, Benefit) and isinstance(benefit.worth, SetPrice) and benefit.worth.may_raise


def _customer_keys(promotion: Promotion) -> set[Key] | None:
    """What the customer must answer to one of; None when any customer may do."""
    named = next((c for c in promotion.conditions if isinstance(c, CustomerIs)), None)
    if named is None:
        return None
    keys = {("customer", code) for code in named.customers} | {("tier", code) for code in named.tiers}
    return keys | {("segment", code) for code in named.segments}


def _threshold(promotion: Promotion) -> Decimal | None:
    """What all goods must cost at least, as listed; None where nothing of the kind is asked.

    What promotions leave is never more than what was there before them, so that this can be looked at beforehand.
    """
    return next(
        (
            c.least
            for c in promotion.conditions
            if isinstance(c, AmountIs) and c.least is not None and c.tax == "listed" and c.goods == ALL_GOODS
        ),
        None,
    )


def _goods_keys(promotion: Promotion) -> set[Key] | None:
    """What a basket must have one of for the promotion to give anything; None when any basket may do."""
    keys: set[Key] = set()
    for benefit in promotion.benefits:
        if phase_of(promotion, benefit) == "shipping" or not benefit.goods.named:
            return None
        goods = benefit.goods
        keys |= {("sku", code) for code in goods.skus} | {("product", code) for code in goods.products}
        keys |= {("category", code) for code in goods.categories}
    return keys
