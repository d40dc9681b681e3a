"""Mappings: TOML files that say which column of a foreign file is which field. Documented in docs/guides/importing.md."""

import difflib
import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from openoms.integrations.imports import calc
from openoms.integrations.imports.errors import BadMapping
from openoms.integrations.imports.values import Value

READY = resources.files("openoms.integrations.imports") / "mappings"


class _Table(BaseModel):
    """A table of the mapping; a key it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    def values(self) -> Iterator[Value]:
        """Every value in it, nested tables included."""
        for name in type(self).model_fields:
            part = getattr(self, name)
            for one in part if isinstance(part, list) else [part]:
                if isinstance(one, Value):
                    yield one
                elif isinstance(one, _Table):
                    yield from one.values()


class FileFormat(_Table):
    """How the files are read; everything has a default, and encoding and delimiter are detected."""

    name: str = ""
    encoding: str = ""
    delimiter: Annotated[str, Field(max_length=1)] = ""
    sheet: str = ""
    null: list[str] = []
    time_zone: str = "UTC"
    date_formats: list[str] = []
    decimal_mark: Literal[".", ","] = "."
    thousands_mark: Annotated[str, Field(max_length=1)] = ""

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{name!r} is not a time zone such as Asia/Shanghai") from error
        return name


class Join(_Table):
    """A second file that says more about a row: its columns are named `name.column`."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    file: str
    key: str
    column: str
    required: bool = False


class PriceListTable(_Table):
    """The price list the prices belong to, made when missing."""

    code: str
    currency: str
    name: str = ""
    tax_inclusive: bool = True


class CategoryTable(_Table):
    """The product's category, made when missing."""

    code: Value
    name: Value | None = None
    name_zh: Value | None = None
    parent: Value | None = None
    parent_name: Value | None = None


class ProductTable(_Table):
    """The product; without a code the sku's."""

    code: Value | None = None
    name: Value
    name_zh: Value | None = None
    kind: Value | None = None
    description: Value | None = None
    is_active: Value | None = None


class SkuTable(_Table):
    """The sku of the row."""

    code: Value
    name: Value | None = None
    name_zh: Value | None = None
    unit: Value | None = None
    barcode: Value | None = None
    weight_g: Value | None = None
    tax_class: Value | None = None
    is_active: Value | None = None


class PriceTable(_Table):
    """A price of the sku, from a quantity on; several are its quantity tiers."""

    unit_price: Value
    min_quantity: Value | None = None


class CustomerTable(_Table):
    """The customer of the row."""

    code: Value
    name: Value
    kind: Value | None = None
    tier: Value | None = None
    tax_exempt: Value | None = None
    notes: Value | None = None
    is_active: Value | None = None


class ContactTable(_Table):
    """The customer's first person to talk to."""

    name: Value
    title: Value | None = None
    phone: Value | None = None
    email: Value | None = None


class AddressTable(_Table):
    """A place; none is taken from a row in which all its columns are empty."""

    country: Value
    line: Value | None = None
    region: Value | None = None
    city: Value | None = None
    district: Value | None = None
    postcode: Value | None = None
    name: Value | None = None
    phone: Value | None = None


class OrderTable(_Table):
    """The head of an order."""

    external_id: Value
    customer: Value
    placed_at: Value
    currency: Value
    number: Value | None = None
    channel: Value | None = None
    order_type: Value | None = None
    terms: Value | None = None
    requested_date: Value | None = None
    shipping: Value | None = None
    shipped_at: Value | None = None
    completed_at: Value | None = None
    carrier: Value | None = None
    status: Value | None = None
    payment_state: Value | None = None
    fulfilment_state: Value | None = None


class LineTable(_Table):
    """A line: its unit price before the discount, or its net amount after it."""

    file: str = ""
    key: str = ""
    sku: Value
    quantity: Value
    unit_price: Value | None = None
    net: Value | None = None
    discount_percent: Value | None = None
    discount_share: Value | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.unit_price is None) == (self.net is None):
            raise ValueError("give a line either unit_price or net")
        if self.discount_percent is not None and self.discount_share is not None:
            raise ValueError("give discount_percent (15) or discount_share (0.15), not both")
        if bool(self.file) != bool(self.key):
            raise ValueError(
                "lines in a file of their own need both file and key, the column with the order's id"
            )
        return self


class _Mapping(_Table):
    about: str = ""
    file: FileFormat = FileFormat()
    join: list[Join] = []
    repeats: Literal["refuse", "first"] = "refuse"


class CatalogueMapping(_Mapping):
    """A mapping of `openoms import catalogue`: a sku in each row."""

    kind: Literal["catalogue"]
    price_list: PriceListTable | None = None
    category: CategoryTable | None = None
    product: ProductTable
    sku: SkuTable
    price: list[PriceTable] = []

    @model_validator(mode="after")
    def _prices_have_a_list(self) -> Self:
        if self.price and self.price_list is None:
            raise ValueError("prices need [price_list] with its code and currency")
        return self


class CustomersMapping(_Mapping):
    """A mapping of `openoms import customers`: a customer in each row."""

    kind: Literal["customers"]
    customer: CustomerTable
    contact: ContactTable | None = None
    address: AddressTable | None = None


class OrdersMapping(_Mapping):
    """A mapping of `openoms import orders`: an order in each row, its lines in a second file, or a line in each row."""

    kind: Literal["orders"]
    order: OrderTable
    line: LineTable
    ship_to: AddressTable | None = None
    bill_to: AddressTable | None = None


Mapping = CatalogueMapping | CustomersMapping | OrdersMapping
_KINDS: dict[str, type[Mapping]] = {
    "catalogue": CatalogueMapping,
    "customers": CustomersMapping,
    "orders": OrdersMapping,
}


def ready_names(kind: str = "") -> list[str]:
    """Names of the mappings that come with the program, those of one kind of import where it is given."""
    names = sorted(Path(str(entry)).stem for entry in READY.iterdir() if entry.name.endswith(".toml"))
    return [name for name in names if name.endswith(f"-{kind}")] if kind else names


def load(name: str, kind: str) -> Mapping:
    """The mapping in the file `name`, or the ready one of that name, for imports of `kind`; raises BadMapping."""
    path = Path(name)
    ready = READY / f"{name}.toml"
    if path.is_file():
        text = path.read_bytes()
    elif name in ready_names():
        text = ready.read_bytes()
    else:
        raise BadMapping(
            f"There is no mapping {name!r}: give the path of one, or one of {', '.join(ready_names(kind))}."
        )
    return parse(text, path.name, kind)


def parse(text: bytes, name: str, kind: str) -> Mapping:
    """The mapping that `text` (TOML, UTF-8) holds; raises BadMapping with what is wrong and where."""
    try:
        document = tomllib.loads(text.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadMapping(f"The mapping {name} is not TOML: {error}.") from error
    said = document.get("kind")
    if said != kind:
        raise BadMapping(f"The mapping {name} must say kind = {kind!r} to import {kind}; it says {said!r}.")
    try:
        return _KINDS[kind].model_validate(document)
    except ValidationError as error:
        sentences = "; ".join(_sentence(problem, kind) for problem in error.errors()[:3])
        raise BadMapping(f"The mapping {name}: {sentences}.") from error


def columns_of(value: Value) -> set[str]:
    """The columns a value reads."""
    read = {value.column, value.if_present, *value.template_columns()}
    return {column for column in read if column} | set(calc.parse(value.calc).columns if value.calc else ())


def _sentence(problem: ErrorDetails, kind: str) -> str:
    where = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"there is no field {where}{_meant(problem['loc'], kind)}"
    if problem["type"] == "missing":
        return f"{where} is missing"
    message = problem["msg"].removeprefix("Value error, ")
    return f"{where}: {message}" if where else message


def _meant(loc: tuple[int | str, ...], kind: str) -> str:
    """The field of that table whose name is closest to the one that is not there."""
    table: Any = _KINDS[kind]
    for part in loc[:-1]:
        if isinstance(part, str) and isinstance(table, type) and issubclass(table, BaseModel):
            annotation = table.model_fields[part].annotation
            inner = [a for a in getattr(annotation, "__args__", (annotation,)) if isinstance(a, type)]
            table = next((a for a in inner if issubclass(a, BaseModel)), None)
    known = list(table.model_fields) if isinstance(table, type) and issubclass(table, BaseModel) else []
    close = difflib.get_close_matches(str(loc[-1]), known, n=1)
    return f", did you mean {close[0]}?" if close else f" (known: {', '.join(known)})" if known else ""


def with_encoding(mapping: Mapping, encoding: str) -> Mapping:
    """The mapping with its files in that encoding."""
    return mapping.model_copy(update={"file": mapping.file.model_copy(update={"encoding": encoding})})
