"""Which promotions could matter to a basket, found without looking at each. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from openoms.domains.pricing.goods import Ware
from openoms.domains.pricing.promotions import (
    PHASES,
    AmountIs,
    Benefit,
    Condition,
    Gift,
    Phase,
    Promotion,
    QuantityIs,
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


class Index:
    """The promotions of a book by what a basket must have for them to matter; made once a book."""

    def __init__(self, promotions: Sequence[Promotion]) -> None:
        entries = [_entry(turn, promotion) for turn, promotion in enumerate(in_turn(promotions))]
        self.by_code = {entry.promotion.code: entry for entry in entries}
        self._general: list[Entry] = []
        self._by_key: dict[tuple[str, str], list[Entry]] = {}
        for entry in entries:
            if entry.promotion.needs_coupon:
                continue
            keys = _keys(entry.promotion)
            if keys is None:
                self._general.append(entry)
            for key in keys or ():
                self._by_key.setdefault(key, []).append(entry)

    def candidates(self, wares: Iterable[Ware], by_coupon: Iterable[str]) -> list[Entry]:
        """Promotions that could give a basket of these wares something, and those its coupons name, in their turn."""
        found = {entry.turn: entry for entry in self._general}
        if self._by_key:
            keys = {key for ware in wares for key in _keys_of(ware)}
            for key in keys & self._by_key.keys():
                found |= {entry.turn: entry for entry in self._by_key[key]}
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


def _keys_of(ware: Ware) -> Iterable[tuple[str, str]]:
    yield "sku", ware.sku
    yield "product", ware.product
    for code in ware.categories:
        yield "category", code


def _keys(promotion: Promotion) -> set[tuple[str, str]] | None:
    """What a basket must have one of for the promotion to give anything; None when any basket may do."""
    keys: set[tuple[str, str]] = set()
    for benefit in promotion.benefits:
        if phase_of(promotion, benefit) == "shipping" or not benefit.goods.named:
            return None
        goods = benefit.goods
        keys |= {("sku", code) for code in goods.skus} | {("product", code) for code in goods.products}
        keys |= {("category", code) for code in goods.categories}
    return keys
