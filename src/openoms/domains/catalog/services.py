"""Writing the catalogue. Each `save_` makes or changes the thing with that code and returns it with the change."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db import models

from openoms.core.db import require_atomic
from openoms.core.errors import InvalidInput
from openoms.core.searching import searchable
from openoms.domains.catalog import bundles, formula_rows, options
from openoms.domains.catalog.errors import CodeTaken, InUse, NoSuch
from openoms.domains.catalog.models import Category, Product, Sku
from openoms.domains.catalog.types import CategoryInput, CostInput, ProductInput, SkuInput, given
from openoms.domains.catalog.writing import Saved, check

M = TypeVar("M", bound=models.Model)
_FOUND_BY = {"barcode", "name", "name_zh", "product"}


def save_category(value: CategoryInput, *, new: bool | None = None) -> Saved[Category]:
    """Make or change a category; `new` True refuses one that exists, False one that does not."""
    row, created = _find(Category, value.code, "category", new)
    refs = {} if value.parent is None else {"parent": _reference(Category, value.parent, "category")}
    _refuse_loop(row, refs.get("parent"))
    return _save(row, created, given(value, "parent"), refs)


def skus_beneath(category: Category) -> list[UUID]:
    """The skus in a category and in all below it."""
    found, level = [category.pk], [category.pk]
    while level:
        level = list(Category.objects.filter(parent__in=level).values_list("pk", flat=True))
        found += level
    return list(Sku.objects.filter(product__category__in=found).values_list("pk", flat=True))


def remove_category(code: str) -> Category:
    """Remove a category that nothing lies in; the row as it was. Raises NoSuch, InUse."""
    row, _ = _find(Category, code, "category", False)
    if Product.objects.filter(category=row).exists() or Category.objects.filter(parent=row).exists():
        raise InUse(f"category {code}")
    key = row.pk
    row.delete()
    row.pk = key
    return row


def save_product(value: ProductInput, *, new: bool | None = None) -> Saved[Product]:
    """Make or change a product, with its options where they are given."""
    row, created = _find(Product, value.code, "product", new)
    refs = {} if value.category is None else {"category": _reference(Category, value.category, "category")}
    saved = _save(row, created, given(value, "category", "options", "conflicts"), refs)
    if saved.created or {"name", "name_zh"} & saved.after.keys():
        _index_product(row)
    changes = {}
    if value.options is not None:
        changes["options"] = options.set_options(row, value.options)
    if value.conflicts is not None:
        changes["conflicts"] = options.set_conflicts(row, value.conflicts)
    return _with(saved, changes)


def save_sku(value: SkuInput, *, new: bool | None = None) -> Saved[Sku]:
    """Make or change a sku, with its variant values and parts where they are given; a new one needs its product."""
    row, created = _find(Sku, value.code, "sku", new)
    refs = {} if value.product is None else {"product": _reference(Product, value.product, "product")}
    if created and refs.get("product") is None:
        raise InvalidInput("A new sku needs the code of its product.", field="product")
    if value.barcode and Sku.objects.filter(barcode=value.barcode).exclude(pk=row.pk).exists():
        raise InvalidInput(f"Another sku has the barcode {value.barcode!r}.", field="barcode")
    fields = given(value, "product", "values", "bundle", "formula", "costs")
    moved = not created and "product" in refs and refs["product"] != row.product
    changes = {}
    if moved:
        # Values of the old product's options say nothing about the new one.
        changes["values"] = options.set_values(row, ())
    days = _days(fields)
    first, last = days.get("active_from", row.active_from), days.get("active_to", row.active_to)
    if first and last and last < first:
        raise InvalidInput("The last day on sale comes before the first.", field="active_to")
    saved = _save(row, created, {**fields, **days}, refs)
    if saved.created or _FOUND_BY & saved.after.keys():
        _index_skus(row.product, [row])
    if value.values is not None:
        changes["values"] = options.set_values(row, value.values)
    if value.bundle is not None:
        changes["bundle"] = bundles.set_bundle(row, value.bundle)
    if value.formula is not None:
        changes["formula"] = formula_rows.set_formula(row, value.formula)
    return _with(saved, changes)


def set_costs(sku: Sku, costs: Sequence[CostInput]) -> tuple[Any, Any]:
    """Say what the sku costs; see bundles.set_costs."""
    return bundles.set_costs(sku, costs)


def _index_product(product: Product) -> None:
    """Write what a product, and each of its skus, is found by."""
    product.search = searchable(product.code, product.name, product.name_zh)
    product.save(update_fields=["search"])
    _index_skus(product, list(Sku.objects.filter(product=product)))


def _index_skus(product: Product, skus: Sequence[Sku]) -> None:
    for sku in skus:
        sku.search = searchable(sku.code, sku.barcode, product.name, product.name_zh, sku.name, sku.name_zh)
    Sku.objects.bulk_update(skus, ["search"], batch_size=500)


def _days(fields: Mapping[str, Any]) -> dict[str, date | None]:
    """The days among the fields; an empty one is none."""
    return {name: fields[name] or None for name in ("active_from", "active_to") if name in fields}


def _with(saved: Saved[M], changes: Mapping[str, tuple[Any, Any]]) -> Saved[M]:
    """What was saved, with those parts of it that changed."""
    differing = {name: change for name, change in changes.items() if change[0] != change[1]}
    before = {name: None if saved.created else change[0] for name, change in differing.items()}
    after = {name: change[1] for name, change in differing.items()}
    return replace(saved, before={**saved.before, **before}, after={**saved.after, **after})


def mark_repriced(skus: Collection[UUID], version: int) -> None:
    """Note the configuration version from which pricing must read these skus again."""
    require_atomic()
    Sku.objects.filter(pk__in=skus).update(book_version=version)


def _find(model: type[M], code: str, what: str, new: bool | None) -> tuple[M, bool]:
    require_atomic()
    row = model._default_manager.select_for_update().filter(code=code).first()
    if row is not None and new is True:
        raise CodeTaken(what, code)
    if row is None and new is False:
        raise NoSuch(what, code)
    return (model(code=code), True) if row is None else (row, False)


def _reference(model: type[M], code: str, what: str) -> M | None:
    if not code:
        return None
    row = model._default_manager.filter(code=code).first()
    if row is None:
        raise InvalidInput(f"There is no {what} {code!r}.", field="parent" if what == "category" else what)
    return row


def _refuse_loop(row: Category, parent: Category | None) -> None:
    seen = parent
    while seen is not None:
        if seen.pk == row.pk:
            raise InvalidInput("A category cannot lie below itself.", field="parent")
        seen = seen.parent


def _save(
    row: M, created: bool, values: Mapping[str, Any], refs: Mapping[str, models.Model | None]
) -> Saved[M]:
    """Set what differs, check it, and write only those columns."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name, value in values.items():
        old = getattr(row, name)
        if created or old != value:
            before[name], after[name] = None if created else old, value
            setattr(row, name, value)
    for name, target in refs.items():
        old_target = None if created else getattr(row, name)
        if old_target != target:
            before[name], after[name] = getattr(old_target, "code", None), getattr(target, "code", None)
            setattr(row, name, target)
    if created or after:
        check(row)
        row.save(force_insert=created, update_fields=None if created else [*after, *_touched(row)])
    return Saved(row, created, before, after)


def _touched(row: models.Model) -> list[str]:
    return [f.name for f in row._meta.concrete_fields if getattr(f, "auto_now", False)]
