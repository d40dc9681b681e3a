"""Writing prices and the rules of pricing."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F

from openoms.core.db import require_atomic
from openoms.core.errors import InvalidInput
from openoms.core.money import UNIT_PRICE_STEP, step
from openoms.domains.catalog.models import Sku
from openoms.domains.pricing.book import Rules
from openoms.domains.pricing.documents import digest_of, rules_document
from openoms.domains.pricing.models import PriceList, PriceTier, PricingPolicy, RulesSnapshot
from openoms.domains.pricing.types import PriceInput

LARGEST = Decimal("999999999999")


def bump_version() -> int:
    """Count the configuration version up and return it; holds its row's lock, so versions commit in their order."""
    require_atomic()
    PricingPolicy.objects.filter(pk=1).update(version=F("version") + 1)
    return PricingPolicy.objects.values_list("version", flat=True).get(pk=1)


def keep_rules(rules: Rules) -> None:
    """Store the rules under their digest, once."""
    require_atomic()
    RulesSnapshot.objects.bulk_create(
        [RulesSnapshot(digest=digest_of(rules), rules=rules_document(rules))], ignore_conflicts=True
    )


def price_list(code: str, currency: str, *, name: str = "", tax_inclusive: bool = True) -> PriceList:
    """The list with that code, made when missing; raises InvalidInput when it is in another currency."""
    require_atomic()
    step(currency)
    row, _ = PriceList.objects.get_or_create(
        code=code, defaults={"name": name or code, "currency": currency, "tax_inclusive": tax_inclusive}
    )
    if row.currency != currency:
        raise InvalidInput(f"The price list {code} is in {row.currency}, not {currency}.", field="price_list")
    return row


def set_prices(sku: Sku, prices: Sequence[PriceInput]) -> list[tuple[str, list[Any], list[Any]]]:
    """Replace the sku's prices on the lists named in `prices`.

    Returns (list, before, after) for each list that changed, prices as [minimum quantity, unit price] strings.
    Raises InvalidInput for an unknown list, a negative price or two prices for one quantity.
    """
    require_atomic()
    if not prices:
        return []
    lists = {row.code: row for row in PriceList.objects.filter(code__in={p.price_list for p in prices})}
    wanted: dict[str, dict[Decimal, Decimal]] = {}
    for index, price in enumerate(prices):
        _check_price(price, index, lists, wanted.setdefault(price.price_list, {}))
    current: dict[str, dict[Decimal, Decimal]] = {code: {} for code in wanted}
    rows = PriceTier.objects.filter(sku=sku, price_list__in=lists.values())
    for code, quantity, price_now in rows.values_list("price_list__code", "min_quantity", "unit_price"):
        current[code][quantity] = price_now
    changed = [code for code, tiers in wanted.items() if current[code] != tiers]
    if any(current[code] for code in changed):
        rows.filter(price_list__code__in=changed).delete()
    PriceTier.objects.bulk_create(
        PriceTier(sku=sku, price_list=lists[code], min_quantity=quantity, unit_price=unit_price)
        for code in changed
        for quantity, unit_price in wanted[code].items()
    )
    return [(code, _spelled(current[code]), _spelled(wanted[code])) for code in changed]


def _check_price(
    price: PriceInput, index: int, lists: dict[str, PriceList], tiers: dict[Decimal, Decimal]
) -> None:
    loc = ("prices", index)
    if price.price_list not in lists:
        raise InvalidInput(f"There is no price list {price.price_list!r}.", field=(*loc, "price_list"))
    if not 0 <= price.unit_price <= LARGEST:
        raise InvalidInput("A unit price lies between 0 and 999,999,999,999.", field=(*loc, "unit_price"))
    if not 0 < price.min_quantity <= LARGEST:
        raise InvalidInput("A minimum quantity is above 0.", field=(*loc, "min_quantity"))
    if price.min_quantity in tiers:
        raise InvalidInput("Two prices start at one quantity.", field=(*loc, "min_quantity"))
    tiers[price.min_quantity] = price.unit_price.quantize(UNIT_PRICE_STEP)


def _spelled(tiers: dict[Decimal, Decimal]) -> list[Any]:
    return [
        [f"{quantity.normalize():f}", f"{price.normalize():f}"] for quantity, price in sorted(tiers.items())
    ]
