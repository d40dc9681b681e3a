"""What the API is sent about the catalogue, checked by shape."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from openoms.core.shapes import NO_NUL, Amount, Day, Flag, Whole
from openoms.domains.catalog.types import (
    BundleInput,
    CostInput,
    FormulaInput,
    GroupInput,
    MeasureInput,
    OptionInput,
    PartInput,
    ProductInput,
    SkuInput,
    ValueInput,
)
from openoms.interfaces.api.inputs import Code, Currency, Input, Key, LongText, ShortText, Slug, Text

# Below the database's largest, so that a sum of two is still kept.
_MOST = Decimal("999999999999")
Name = Annotated[str, StringConstraints(max_length=80, pattern=NO_NUL)]
# What goes into a formula: bounded, so that no arithmetic on it grows beyond what a price can be.
Measured = Annotated[Decimal, Field(max_digits=15, decimal_places=6, ge=-(10**9), le=10**9)]
Delta = Annotated[Amount, Field(ge=-_MOST, le=_MOST)]
Positive = Annotated[Amount, Field(ge=0, le=_MOST)]
# A day, or an empty string for none.
DayOrNone = Day | Literal[""]


class ValueIn(Input):
    """A value of an option: `deltas` is what it adds to the unit price by currency (negative takes off), `percent` of it."""

    code: Key
    name: Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=NO_NUL)]
    name_zh: Name = ""
    is_active: Flag = True
    deltas: dict[Currency, Delta] = Field(default_factory=dict, max_length=50)
    percent: Annotated[Decimal, Field(max_digits=9, decimal_places=4, ge=-100, le=10000)] = Decimal(0)

    def value_object(self) -> ValueInput:
        deltas = tuple(self.deltas.items())
        return ValueInput(self.code, self.name, self.name_zh, self.is_active, deltas, self.percent)


class OptionIn(Input):
    """An option: a `variant` tells skus apart, an `extra` is asked for on a line; `many` takes several values."""

    code: Key
    name: Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=NO_NUL)]
    name_zh: Name = ""
    kind: Literal["variant", "extra"] = "extra"
    required: Flag = False
    many: Flag = False
    values: list[ValueIn] = Field(default_factory=list, max_length=100)

    def value_object(self) -> OptionInput:
        values = tuple(value.value_object() for value in self.values)
        return OptionInput(self.code, self.name, self.name_zh, self.kind, self.required, self.many, values)


class ChoiceIn(Input):
    """A value of an option."""

    option: Key
    value: Key


class ConflictIn(Input):
    """Two values that exclude each other."""

    one: ChoiceIn
    other: ChoiceIn


class PartIn(Input):
    """A sku in a bundle, how many of it, and what choosing it costs more by currency."""

    sku: Code
    quantity: Amount = Field(default=Decimal(1), gt=0, le=_MOST)
    surcharges: dict[Currency, Positive] = Field(default_factory=dict, max_length=50)

    def value_object(self) -> PartInput:
        return PartInput(self.sku, self.quantity, tuple(self.surcharges.items()))


class GroupIn(Input):
    """Parts of a bundle: all of them (`fixed`), or `least` to `most` of them as one chooses."""

    code: Key
    name: Name = ""
    name_zh: Name = ""
    fixed: Flag = True
    least: Whole = Field(default=0, ge=0, le=200)
    most: Whole = Field(default=0, ge=0, le=200)
    parts: list[PartIn] = Field(min_length=1, max_length=200)

    def value_object(self) -> GroupInput:
        parts = tuple(part.value_object() for part in self.parts)
        return GroupInput(self.code, self.name, self.name_zh, self.fixed, self.least, self.most, parts)


class BundleIn(Input):
    """What a bundle consists of, priced by its own price, its parts' sum, or `percent` less; no groups is no bundle."""

    policy: Literal["fixed", "sum", "discounted"] = "fixed"
    percent: Annotated[Decimal, Field(max_digits=7, decimal_places=4, ge=0, le=100)] = Decimal(0)
    groups: list[GroupIn] = Field(default_factory=list, max_length=50)

    def value_object(self) -> BundleInput:
        return BundleInput(self.policy, self.percent, tuple(group.value_object() for group in self.groups))


class CostIn(Input):
    """What one unit costs from a day on; null takes away what was said of that currency and day."""

    currency: Currency
    unit_cost: Positive | None
    valid_from: Day


class PriceIn(Input):
    """A unit price on a list, from a quantity on, on the days between (both included)."""

    price_list: Slug
    unit_price: Amount = Field(ge=0, le=_MOST)
    min_quantity: Amount = Field(default=Decimal(1), gt=0, le=_MOST)
    valid_from: Day | None = None
    valid_to: Day | None = None


class MeasureIn(Input):
    """A number asked of the customer, in `unit`, from `least` to `most` (both included), in steps if any."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[a-zA-Z_][a-zA-Z0-9_]*$")]
    least: Measured
    most: Measured
    name: Name = ""
    name_zh: Name = ""
    unit: Annotated[str, StringConstraints(max_length=20, pattern=NO_NUL)] = ""
    step: Annotated[Measured, Field(ge=0)] = Decimal(0)

    def value_object(self) -> MeasureInput:
        return MeasureInput(**self.model_dump())


class FormulaIn(Input):
    """What is asked of the customer, and the unit price by currency reckoned from it: `width_mm * 0.085 + 20`."""

    inputs: list[MeasureIn] = Field(default_factory=list, max_length=20)
    expressions: dict[Currency, Annotated[str, StringConstraints(max_length=500, pattern=NO_NUL)]] = Field(
        max_length=50
    )

    def value_object(self) -> FormulaInput:
        inputs = tuple(one.value_object() for one in self.inputs)
        return FormulaInput(inputs, tuple(self.expressions.items()))


Floors = dict[Slug, Annotated[Amount, Field(ge=0, le=_MOST)] | None]


class ProductIn(Input):
    """A new product."""

    code: Code
    name: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NO_NUL)]
    name_zh: Text = ""
    kind: Literal["goods", "service"] = "goods"
    category: ShortText = ""
    description: LongText = ""
    is_active: Flag = True
    options: list[OptionIn] = Field(default_factory=list, max_length=30)
    conflicts: list[ConflictIn] = Field(default_factory=list, max_length=500)

    def value_object(self) -> ProductInput:
        return _product(self.code, self)


class ProductPatch(Input):
    """What changes of a product; `options` and `conflicts`, where given, are all there are then."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NO_NUL)] | None = None
    name_zh: Text | None = None
    kind: Literal["goods", "service"] | None = None
    category: ShortText | None = None
    description: LongText | None = None
    is_active: Flag | None = None
    options: list[OptionIn] | None = Field(default=None, max_length=30)
    conflicts: list[ConflictIn] | None = Field(default=None, max_length=500)

    def value_object(self, code: str) -> ProductInput:
        return _product(code, self)


class SkuIn(Input):
    """A new sku with its prices. `options` is its value of each variant option of the product.

    A `pack_quantity` of 0 sells any quantity; `costs` need the permission to see them. `floors` is the unit price no
    promotion goes below, by price list.
    """

    code: Code
    product: Code
    name: Text = ""
    name_zh: Text = ""
    unit: Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=NO_NUL)] = "piece"
    barcode: Annotated[str, StringConstraints(max_length=40, pattern=NO_NUL)] = ""
    weight_g: Whole = Field(default=0, ge=0, le=2**31 - 1)
    tax_class: Slug = "standard"
    is_active: Flag = True
    active_from: DayOrNone = ""
    active_to: DayOrNone = ""
    pack_quantity: Positive = Decimal(0)
    min_order_quantity: Positive = Decimal(0)
    tracks_lots: Flag = False
    duration_minutes: Whole = Field(default=0, ge=0, le=2**31 - 1)
    options: dict[Key, Key] = Field(default_factory=dict, max_length=30)
    bundle: BundleIn | None = None
    formula: FormulaIn | None = None
    prices: list[PriceIn] = Field(default_factory=list, max_length=200)
    floors: Floors = Field(default_factory=dict, max_length=200)
    costs: list[CostIn] = Field(default_factory=list, max_length=200)

    def value_object(self) -> SkuInput:
        return _sku(self.code, self)


class SkuPatch(Input):
    """What changes of a sku: prices replace those on the lists they name, costs those of their currency and day.

    A formula or floor of null is taken away.
    """

    product: Code | None = None
    name: Text | None = None
    name_zh: Text | None = None
    unit: Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=NO_NUL)] | None = None
    barcode: Annotated[str, StringConstraints(max_length=40, pattern=NO_NUL)] | None = None
    weight_g: Whole | None = Field(default=None, ge=0, le=2**31 - 1)
    tax_class: Slug | None = None
    is_active: Flag | None = None
    active_from: DayOrNone | None = None
    active_to: DayOrNone | None = None
    pack_quantity: Positive | None = None
    min_order_quantity: Positive | None = None
    tracks_lots: Flag | None = None
    duration_minutes: Whole | None = Field(default=None, ge=0, le=2**31 - 1)
    options: dict[Key, Key] | None = Field(default=None, max_length=30)
    bundle: BundleIn | None = None
    formula: FormulaIn | None = None
    prices: list[PriceIn] = Field(default_factory=list, max_length=200)
    floors: Floors = Field(default_factory=dict, max_length=200)
    costs: list[CostIn] = Field(default_factory=list, max_length=200)

    def value_object(self, code: str) -> SkuInput:
        return _sku(code, self)


class CategoryIn(Input):
    """A new category; `parent` is a category's code."""

    code: Code
    name: Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=NO_NUL)]
    name_zh: Annotated[str, StringConstraints(max_length=120, pattern=NO_NUL)] = ""
    parent: ShortText = ""


class PriceListIn(Input):
    """A new price list."""

    code: Slug
    name: Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=NO_NUL)]
    name_zh: Annotated[str, StringConstraints(max_length=80, pattern=NO_NUL)] = ""
    currency: Currency
    tier: Annotated[str, StringConstraints(max_length=30, pattern=r"^[a-zA-Z0-9_-]*$")] = ""
    tax_inclusive: Flag = True
    priority: Whole = Field(default=0, ge=-32768, le=32767)
    tiering: Literal["volume", "graduated"] = "volume"


def _product(code: str, body: ProductIn | ProductPatch) -> ProductInput:
    plain: dict[str, Any] = body.model_dump(exclude_unset=True, exclude={"code", "options", "conflicts"})
    if body.options is not None and "options" in body.model_fields_set:
        plain["options"] = tuple(option.value_object() for option in body.options)
    if body.conflicts is not None and "conflicts" in body.model_fields_set:
        plain["conflicts"] = tuple(
            ((pair.one.option, pair.one.value), (pair.other.option, pair.other.value))
            for pair in body.conflicts
        )
    return ProductInput(code, **plain)


def _sku(code: str, body: SkuIn | SkuPatch) -> SkuInput:
    apart = {"code", "options", "bundle", "formula", "prices", "floors", "costs"}
    plain: dict[str, Any] = body.model_dump(exclude_unset=True, exclude=apart)
    if body.options is not None and "options" in body.model_fields_set:
        plain["values"] = tuple(body.options.items())
    if body.bundle is not None:
        plain["bundle"] = body.bundle.value_object()
    if "formula" in body.model_fields_set:
        plain["formula"] = body.formula.value_object() if body.formula else FormulaInput()
    plain["costs"] = tuple(CostInput(c.currency, c.unit_cost, c.valid_from) for c in body.costs)
    return SkuInput(code, **plain)
