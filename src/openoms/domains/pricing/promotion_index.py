"""Which promotions could matter to a basket, found without looking at each. Pure."""

from collections.abc import Iterable, Sequence

from openoms.domains.pricing.goods import Ware
from openoms.domains.pricing.promotions import Promotion, phase_of


class Index:
    """The promotions of a book by what a basket must have for them to matter; made once a book."""

    def __init__(self, promotions: Sequence[Promotion]) -> None:
        self.by_code = {promotion.code: promotion for promotion in promotions}
        self._general: list[Promotion] = []
        self._by_key: dict[tuple[str, str], list[Promotion]] = {}
        for promotion in promotions:
            if promotion.needs_coupon:
                continue
            keys = _keys(promotion)
            if keys is None:
                self._general.append(promotion)
            for key in keys or ():
                self._by_key.setdefault(key, []).append(promotion)

    def candidates(self, wares: Iterable[Ware], by_coupon: Iterable[str]) -> list[Promotion]:
        """Promotions that could give a basket of these wares something, in no order, and those its coupons name."""
        found = {promotion.code: promotion for promotion in self._general}
        if self._by_key:
            for ware in wares:
                keys = [("sku", ware.sku), ("product", ware.product)]
                keys += [("category", code) for code in ware.categories]
                for key in keys:
                    for promotion in self._by_key.get(key, ()):
                        found[promotion.code] = promotion
        for code in by_coupon:
            if named := self.by_code.get(code):
                found[code] = named
        return list(found.values())


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
