"""What the catalogue is told: frozen values; None leaves a field as it is (or at its default when new)."""

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeAlias

# A day, or an empty string for none.
Day: TypeAlias = date | Literal[""]
# A value of an option: (option's code, value's code).
Choice: TypeAlias = tuple[str, str]
# What something costs more, by currency.
Amounts: TypeAlias = tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class CategoryInput:
    """A category by its code; `parent` is a category's code, an empty string none."""

    code: str
    name: str | None = None
    name_zh: str | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class ValueInput:
    """A value of an option by its code; `deltas` and `percent` (10 adds 10 % of the base price) only for extras."""

    code: str
    name: str
    name_zh: str = ""
    is_active: bool = True
    deltas: Amounts = ()
    percent: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class OptionInput:
    """An option by its code, with its values in their order."""

    code: str
    name: str
    name_zh: str = ""
    kind: str = "extra"
    required: bool = False
    many: bool = False
    values: tuple[ValueInput, ...] = ()


@dataclass(frozen=True, slots=True)
class PartInput:
    """A sku in a group of a bundle."""

    sku: str
    quantity: Decimal = Decimal(1)
    surcharges: Amounts = ()


@dataclass(frozen=True, slots=True)
class GroupInput:
    """A group of a bundle: all its parts (`fixed`), or `least` to `most` of them."""

    code: str
    name: str = ""
    name_zh: str = ""
    fixed: bool = True
    least: int = 0
    most: int = 0
    parts: tuple[PartInput, ...] = ()


@dataclass(frozen=True, slots=True)
class BundleInput:
    """What a bundle consists of and how it is priced; without groups the sku is no bundle."""

    policy: str = "fixed"
    percent: Decimal = Decimal(0)
    groups: tuple[GroupInput, ...] = ()


@dataclass(frozen=True, slots=True)
class CostInput:
    """What a sku costs from a day on, in place of what was said of that currency and day; None takes that away."""

    currency: str
    unit_cost: Decimal | None
    valid_from: date


@dataclass(frozen=True, slots=True)
class MeasureInput:
    """A number asked of the customer, in `unit`, from `least` to `most` (both included), in steps if any."""

    code: str
    least: Decimal
    most: Decimal
    name: str = ""
    name_zh: str = ""
    unit: str = ""
    step: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class FormulaInput:
    """What is asked of the customer, and the price by currency reckoned from it; empty, the sku has no formula."""

    inputs: tuple[MeasureInput, ...] = ()
    expressions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ProductInput:
    """A product by its code; `category` is a category's code, an empty string none.

    `options` are all of them, in their order; `conflicts` all pairs of values that exclude each other.
    """

    code: str
    name: str | None = None
    name_zh: str | None = None
    kind: str | None = None
    category: str | None = None
    description: str | None = None
    is_active: bool | None = None
    options: tuple[OptionInput, ...] | None = None
    conflicts: tuple[tuple[Choice, Choice], ...] | None = None


@dataclass(frozen=True, slots=True)
class SkuInput:
    """A sku by its code; `product` is a product's code, `values` its value of each variant option of that product."""

    code: str
    product: str | None = None
    name: str | None = None
    name_zh: str | None = None
    unit: str | None = None
    barcode: str | None = None
    weight_g: int | None = None
    tax_class: str | None = None
    is_active: bool | None = None
    active_from: Day | None = None
    active_to: Day | None = None
    pack_quantity: Decimal | None = None
    min_order_quantity: Decimal | None = None
    tracks_lots: bool | None = None
    duration_minutes: int | None = None
    values: tuple[Choice, ...] | None = None
    bundle: BundleInput | None = None
    formula: FormulaInput | None = None
    costs: tuple[CostInput, ...] = ()


def given(value: Any, *but: str) -> dict[str, Any]:
    """The fields of an input that were given, without `code` and those named."""
    pairs = ((f.name, getattr(value, f.name)) for f in fields(value))
    return {name: part for name, part in pairs if part is not None and name not in ("code", *but)}
