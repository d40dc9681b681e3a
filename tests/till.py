"""A till for tests of promotions: baskets of wares at given prices, rung up by the engine."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from openoms.domains.pricing.book import (
    Basket,
    BasketLine,
    Book,
    Facts,
    ListRule,
    Offer,
    Rules,
    TaxRule,
    Tier,
)
from openoms.domains.pricing.engine import price
from openoms.domains.pricing.priced import PricedBasket
from openoms.domains.pricing.promotions import Promotion

D = Decimal
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
VAT = (TaxRule("standard", "CN", "", D("0.13")), TaxRule("reduced", "CN", "", D("0.09")))
# A line: sku, unit price, quantity, and what of the BasketLine differs.
Line = tuple[Any, ...]


def ware(sku: str, unit_price: str, currency: str = "CNY", **fields: Any) -> Offer:
    """A sku at a price on the list of the currency."""
    prices = {currency: (Tier(D(0), D(unit_price)),)}
    usual: dict[str, Any] = {"tax_class": "standard", "prices": prices, "product": sku}
    return Offer(sku, UUID(int=1), **{**usual, **fields})


def ring_up(
    lines: Sequence[Line],
    *promotions: Promotion,
    facts: Facts | None = None,
    wares: Mapping[str, Mapping[str, Any]] | None = None,
    gifts: Sequence[Offer] = (),
    rules: Mapping[str, Any] | None = None,
    explain: bool = False,
    now: datetime = NOW,
    currency: str = "CNY",
    **basket: Any,
) -> PricedBasket:
    """The price of lines (sku, unit price, quantity, fields of the line) under the promotions; tax is 13 % included."""
    offers = {gift.sku: gift for gift in gifts}
    asked = []
    for sku, unit_price, quantity, *more in lines:
        offers[sku] = ware(sku, unit_price, currency, **(wares or {}).get(sku, {}))
        asked.append(BasketLine(sku, D(quantity), **(more[0] if more else {})))
    lists = (ListRule(currency, currency, None, True, 0),)
    made = Rules(
        **{"lists": lists, "taxes": VAT, "home_country": "CN", **(rules or {})}, promotions=promotions
    )
    wanted = Basket(currency, tuple(asked), **basket)
    return price(wanted, Book(made, offers), facts or Facts(), now, explain=explain)


def costs(priced: PricedBasket) -> list[Decimal]:
    """What each line costs with its tax, in order."""
    return [line.total for line in priced.lines]


def why(priced: PricedBasket) -> dict[str, str]:
    """The reason of each promotion or coupon refused."""
    return {refused.coupon or refused.code: refused.reason for refused in priced.refused}


def amounts(*texts: str | int) -> list[Decimal]:
    """Decimals."""
    return [D(text) for text in texts]
