"""Writing the catalogue. Each `save_` makes or changes the thing with that code and returns it with the change."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models

from openoms.core.db import require_atomic
from openoms.core.errors import FieldProblem, InvalidInput
from openoms.domains.catalog.errors import CodeTaken, NoSuch
from openoms.domains.catalog.models import Category, Product, Sku
from openoms.domains.catalog.types import CategoryInput, ProductInput, SkuInput, given

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Saved(Generic[M]):
    """What was saved: the row, whether it is new, and the changed fields before and after (references by code)."""

    row: M
    created: bool
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return bool(self.after) or self.created


def save_category(value: CategoryInput, *, new: bool | None = None) -> Saved[Category]:
    """Make or change a category; `new` True refuses one that exists, False one that does not."""
    row, created = _find(Category, value.code, "category", new)
    refs = {} if value.parent is None else {"parent": _reference(Category, value.parent, "category")}
    _refuse_loop(row, refs.get("parent"))
    return _save(row, created, given(value, "parent"), refs)


def save_product(value: ProductInput, *, new: bool | None = None) -> Saved[Product]:
    """Make or change a product."""
    row, created = _find(Product, value.code, "product", new)
    refs = {} if value.category is None else {"category": _reference(Category, value.category, "category")}
    return _save(row, created, given(value, "category"), refs)


def save_sku(value: SkuInput, *, new: bool | None = None) -> Saved[Sku]:
    """Make or change a sku; a new one needs its product."""
    row, created = _find(Sku, value.code, "sku", new)
    refs = {} if value.product is None else {"product": _reference(Product, value.product, "product")}
    if created and refs.get("product") is None:
        raise InvalidInput("A new sku needs the code of its product.", field="product")
    if value.barcode and Sku.objects.filter(barcode=value.barcode).exclude(pk=row.pk).exists():
        raise InvalidInput(f"Another sku has the barcode {value.barcode!r}.", field="barcode")
    return _save(row, created, given(value, "product"), refs)


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
        _check(row)
        row.save(force_insert=created, update_fields=None if created else [*after, *_touched(row)])
    return Saved(row, created, before, after)


def _touched(row: models.Model) -> list[str]:
    return [f.name for f in row._meta.concrete_fields if getattr(f, "auto_now", False)]


def _check(row: models.Model) -> None:
    try:
        row.full_clean(validate_unique=True)
    except ValidationError as error:
        problems = [
            FieldProblem((name,), str(message), "invalid")
            for name, messages in error.message_dict.items()
            for message in messages
        ]
        raise InvalidInput("; ".join(p.message for p in problems), problems=problems) from error
