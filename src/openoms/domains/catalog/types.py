"""What the catalogue is told: frozen values; None leaves a field as it is (or at its default when new)."""

from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class CategoryInput:
    """A category by its code; `parent` is a category's code, an empty string none."""

    code: str
    name: str | None = None
    name_zh: str | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class ProductInput:
    """A product by its code; `category` is a category's code, an empty string none."""

    code: str
    name: str | None = None
    name_zh: str | None = None
    kind: str | None = None
    category: str | None = None
    description: str | None = None
    is_active: bool | None = None


@dataclass(frozen=True, slots=True)
class SkuInput:
    """A sku by its code; `product` is a product's code."""

    code: str
    product: str | None = None
    name: str | None = None
    name_zh: str | None = None
    unit: str | None = None
    barcode: str | None = None
    weight_g: int | None = None
    tax_class: str | None = None
    is_active: bool | None = None


def given(value: Any, *but: str) -> dict[str, Any]:
    """The fields of an input that were given, without `code` and those named."""
    pairs = ((f.name, getattr(value, f.name)) for f in fields(value))
    return {name: part for name, part in pairs if part is not None and name not in ("code", *but)}
