"""Writing what a bundle consists of, and what skus cost."""

from collections.abc import Sequence
from typing import Any

from openoms.core.db import require_atomic
from openoms.core.errors import InvalidInput
from openoms.core.money import CURRENCIES, UNIT_PRICE_STEP
from openoms.domains.catalog.documents import bundle_document, spelled
from openoms.domains.catalog.models import Bundle, BundleGroup, BundlePart, Option, Sku, SkuCost
from openoms.domains.catalog.types import BundleInput, CostInput, GroupInput, PartInput
from openoms.domains.catalog.writing import LARGEST, check, check_amounts, check_codes

Change = tuple[Any, Any]


def set_bundle(sku: Sku, value: BundleInput) -> Change:
    """Make the sku consist of these parts, or of none; (before, after) as documents. Raises InvalidInput."""
    require_atomic()
    before = bundle_document(_bundle(sku))
    wanted = _wanted(value)
    if before == wanted:
        return before, before
    if wanted and sku.part_of.exists():
        raise InvalidInput(f"{sku.code} is part of a bundle: a bundle cannot contain one.", field="bundle")
    check_codes([group.code for group in value.groups], ("bundle", "groups"))
    skus = _part_skus(sku, value)
    Bundle.objects.filter(sku=sku).delete()
    if not value.groups:
        return before, None
    bundle = Bundle(sku=sku, policy=value.policy, percent=value.percent)
    check(bundle, ("bundle",))
    bundle.save(force_insert=True)
    for position, group in enumerate(value.groups):
        _save_group(bundle, group, position, skus)
    return before, bundle_document(_bundle(sku))


def set_costs(sku: Sku, costs: Sequence[CostInput]) -> Change:
    """Say what the sku costs from days on; (before, after) of what changed, as [currency, day, cost]."""
    require_atomic()
    there = {(row.currency, row.valid_from): row for row in SkuCost.objects.filter(sku=sku)}
    before, after = [], []
    for index, cost in enumerate(costs):
        _check_cost(cost, index)
        row = there.get((cost.currency, cost.valid_from))
        new = None if cost.unit_cost is None else cost.unit_cost.quantize(UNIT_PRICE_STEP)
        old = row.unit_cost if row else None
        if new == old:
            continue
        key = [cost.currency, cost.valid_from.isoformat()]
        before += [[*key, spelled(old)]] if old is not None else []
        after += [[*key, spelled(new)]] if new is not None else []
        if row is not None:
            row.delete()
        if new is not None:
            there[cost.currency, cost.valid_from] = SkuCost.objects.create(
                sku=sku, currency=cost.currency, valid_from=cost.valid_from, unit_cost=new
            )
        else:
            del there[cost.currency, cost.valid_from]
    return before, after


def _bundle(sku: Sku) -> Bundle | None:
    return Bundle.objects.filter(sku=sku).prefetch_related("groups__parts__sku").first()


def _wanted(value: BundleInput) -> dict[str, Any] | None:
    """What the bundle's document will be."""
    if not value.groups:
        return None
    return {
        "policy": str(value.policy),
        "percent": spelled(value.percent),
        "groups": [
            {
                "code": group.code,
                "name": group.name,
                "name_zh": group.name_zh,
                "fixed": group.fixed,
                "least": 0 if group.fixed else group.least,
                "most": 0 if group.fixed else group.most,
                "parts": [
                    {
                        "sku": part.sku,
                        "quantity": spelled(part.quantity),
                        "surcharges": {currency: spelled(amount) for currency, amount in part.surcharges},
                    }
                    for part in group.parts
                ],
            }
            for group in value.groups
        ],
    }


def _part_skus(bundle: Sku, value: BundleInput) -> dict[str, Sku]:
    """The parts' skus by code, locked so that none becomes a bundle meanwhile; raises InvalidInput for one that cannot be."""
    codes = {part.sku for group in value.groups for part in group.parts}
    rows = Sku.objects.select_for_update(of=("self",)).filter(code__in=codes).order_by("pk")
    found = {row.code: row for row in rows}
    bundles = set(Bundle.objects.filter(sku__in=found.values()).values_list("sku_id", flat=True))
    asking = set(
        Option.objects.filter(
            kind=Option.Kind.EXTRA, required=True, product__in={row.product_id for row in found.values()}
        ).values_list("product_id", flat=True)
    )
    for number, group in enumerate(value.groups):
        for index, part in enumerate(group.parts):
            loc = ("bundle", "groups", number, "parts", index, "sku")
            row = found.get(part.sku)
            if row is None:
                raise InvalidInput(f"There is no sku {part.sku!r}.", field=loc)
            if row.pk == bundle.pk or row.pk in bundles:
                raise InvalidInput("A bundle cannot contain itself or another bundle.", field=loc)
            if row.product_id in asking:
                raise InvalidInput(
                    f"{part.sku} has an option that must be chosen: it cannot be part of a bundle.", field=loc
                )
    return found


def _save_group(bundle: Bundle, value: GroupInput, position: int, skus: dict[str, Sku]) -> None:
    loc: tuple[str | int, ...] = ("bundle", "groups", position)
    check_codes([part.sku for part in value.parts], (*loc, "parts"))
    if not value.parts:
        raise InvalidInput("A group needs at least one part.", field=(*loc, "parts"))
    if (not value.fixed and not 0 <= value.least <= value.most <= len(value.parts)) or value.most < 0:
        raise InvalidInput(
            "Say how many parts are chosen: at most as many as there are.", field=(*loc, "most")
        )
    if not value.fixed and value.most == 0:
        raise InvalidInput(
            "Say how many parts are chosen: at most as many as there are.", field=(*loc, "most")
        )
    group = BundleGroup(
        bundle=bundle,
        code=value.code,
        name=value.name,
        name_zh=value.name_zh,
        fixed=value.fixed,
        least=0 if value.fixed else value.least,
        most=0 if value.fixed else value.most,
        position=position,
    )
    check(group, loc)
    group.save(force_insert=True)
    BundlePart.objects.bulk_create(
        _part(group, part, index, skus, (*loc, "parts", index)) for index, part in enumerate(value.parts)
    )


def _part(
    group: BundleGroup, value: PartInput, position: int, skus: dict[str, Sku], loc: tuple[str | int, ...]
) -> BundlePart:
    if not 0 < value.quantity <= LARGEST:
        raise InvalidInput("A quantity of parts is above 0.", field=(*loc, "quantity"))
    amounts = check_amounts(value.surcharges, (*loc, "surcharges"))
    if any(amount < 0 for amount in amounts.values()):
        raise InvalidInput("A surcharge is not negative.", field=(*loc, "surcharges"))
    return BundlePart(
        group=group,
        sku=skus[value.sku],
        quantity=value.quantity.quantize(UNIT_PRICE_STEP),
        surcharges={currency: spelled(amount) for currency, amount in amounts.items()},
        position=position,
    )


def _check_cost(cost: CostInput, index: int) -> None:
    if cost.currency not in CURRENCIES:
        raise InvalidInput(
            f"{cost.currency!r} is not an ISO 4217 currency code.", field=("costs", index, "currency")
        )
    if cost.unit_cost is not None and not 0 <= cost.unit_cost <= LARGEST:
        raise InvalidInput("A cost lies between 0 and 999,999,999,999.", field=("costs", index, "unit_cost"))
