"""Reading what can be chosen of skus, as pricing sees it: a few queries for any number of them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from decimal import Decimal
from uuid import UUID

from openoms.domains.catalog.models import Bundle, Option, OptionConflict, OptionValue, Sku, SkuValue
from openoms.domains.pricing.choices import (
    Bundle as BundleOffer,
)
from openoms.domains.pricing.choices import (
    BundlePart,
    Choice,
    Extra,
    ExtraValue,
    Menu,
    PartGroup,
)


def menus_of(skus: Sequence[Sku], sku_ids: Collection[UUID] | None) -> dict[UUID, Menu]:
    """The menu of each of `skus` that has something to choose; `sku_ids` None says that they are all there are."""
    product_ids = None if sku_ids is None else {sku.product_id for sku in skus}
    extras, conflicts = _extras(product_ids), _conflicts(product_ids)
    bundles = _bundles(sku_ids)
    variants = _variants(conflicts.keys())
    found = {}
    for sku in skus:
        own, clashing, bundle = extras.get(sku.product_id), conflicts.get(sku.product_id), bundles.get(sku.pk)
        if own or bundle:
            pairs = tuple(clashing) if clashing else ()
            variant = tuple(variants.get(sku.pk, ())) if pairs else ()
            found[sku.pk] = Menu(tuple(own or ()), pairs, variant, bundle)
    return found


def _extras(product_ids: Collection[UUID] | None) -> dict[UUID, list[Extra]]:
    """The extras of products, those with something to choose."""
    rows = OptionValue.objects.filter(is_active=True, option__kind=Option.Kind.EXTRA)
    if product_ids is not None:
        rows = rows.filter(option__product__in=product_ids)
    rows = rows.select_related("option").prefetch_related("deltas")
    by_option: dict[UUID, tuple[Option, list[ExtraValue]]] = {}
    for row in rows.order_by("option__position", "option_id", "position", "id"):
        deltas = {delta.currency: delta.amount for delta in row.deltas.all()}
        _, values = by_option.setdefault(row.option_id, (row.option, []))
        values.append(ExtraValue(row.code, row.name, row.name_zh, deltas, row.percent))
    found: dict[UUID, list[Extra]] = defaultdict(list)
    for option, values in by_option.values():
        extra = Extra(option.code, option.name, option.name_zh, option.required, option.many, tuple(values))
        found[option.product_id].append(extra)
    return found


def _conflicts(product_ids: Collection[UUID] | None) -> dict[UUID, list[tuple[Choice, Choice]]]:
    rows = OptionConflict.objects.select_related("one__option", "other__option")
    if product_ids is not None:
        rows = rows.filter(one__option__product__in=product_ids)
    found: dict[UUID, list[tuple[Choice, Choice]]] = defaultdict(list)
    for row in rows.order_by("id"):
        pair = (row.one.option.code, row.one.code), (row.other.option.code, row.other.code)
        found[row.one.option.product_id].append(pair)
    return found


def _variants(product_ids: Collection[UUID]) -> dict[UUID, list[Choice]]:
    """What each sku is, of products whose values can clash: nobody else asks."""
    found: dict[UUID, list[Choice]] = defaultdict(list)
    if product_ids:
        rows = SkuValue.objects.filter(sku__product__in=product_ids).order_by(
            "option__position", "option__code"
        )
        for sku_id, option, value in rows.values_list("sku_id", "option__code", "value__code"):
            found[sku_id].append((option, value))
    return found


def _bundles(sku_ids: Collection[UUID] | None) -> dict[UUID, BundleOffer]:
    rows = Bundle.objects.prefetch_related("groups__parts__sku")
    if sku_ids is not None:
        rows = rows.filter(sku__in=sku_ids)
    return {
        row.sku_id: BundleOffer(
            row.policy,
            tuple(
                PartGroup(
                    group.code,
                    tuple(
                        BundlePart(
                            part.sku.code,
                            part.quantity,
                            {currency: Decimal(amount) for currency, amount in part.surcharges.items()},
                        )
                        for part in group.parts.all()
                    ),
                    group.name,
                    group.name_zh,
                    group.fixed,
                    group.least,
                    group.most,
                )
                for group in row.groups.all()
            ),
            row.percent,
        )
        for row in rows
    }
