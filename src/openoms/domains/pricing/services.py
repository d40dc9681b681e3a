"""Writing prices and the rules of pricing."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F

from openoms.core.db import require_atomic
from openoms.core.errors import InvalidInput
from openoms.core.money import step
from openoms.domains.catalog.models import Sku
from openoms.domains.pricing import list_services
from openoms.domains.pricing.book import Rules
from openoms.domains.pricing.documents import digest_of, rules_document
from openoms.domains.pricing.models import PriceList, PricingPolicy, RulesSnapshot
from openoms.domains.pricing.tiers import TierRow, Tiers, add
from openoms.domains.pricing.types import PriceInput


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

    Returns (list, before, after) for each list that changed, prices as tiers.spelled has them.
    Raises InvalidInput for an unknown list, a negative price, two prices that begin at one quantity and day.
    """
    require_atomic()
    if not prices:
        return []
    lists = {row.code: row for row in PriceList.objects.filter(code__in={p.price_list for p in prices})}
    wanted: dict[str, Tiers] = {}
    for index, price in enumerate(prices):
        loc = ("prices", index)
        if price.price_list not in lists:
            raise InvalidInput(f"There is no price list {price.price_list!r}.", field=(*loc, "price_list"))
        row = TierRow(price.unit_price, price.min_quantity, price.valid_from, price.valid_to)
        add(wanted.setdefault(price.price_list, {}), row, loc)
    return [
        (code, change.before, change.after)
        for code, tiers in wanted.items()
        for change in list_services.write_tiers(lists[code], {sku.pk: tiers})
    ]
