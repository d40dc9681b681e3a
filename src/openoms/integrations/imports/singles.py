"""Files with one thing in each row (a sku, a customer): their rows as what the domains are told."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Generic, TypeVar

from openoms.core.money import UNIT_PRICE_STEP
from openoms.domains.catalog.types import CategoryInput, ProductInput, SkuInput
from openoms.domains.customers.contacts import AddressParts
from openoms.domains.customers.types import ContactInput, CustomerInput
from openoms.integrations.imports.addresses import address_of
from openoms.integrations.imports.errors import BadRow
from openoms.integrations.imports.mapping import CatalogueMapping, CustomersMapping
from openoms.integrations.imports.progress import Progress
from openoms.integrations.imports.rows import Malformed, Reject, Row
from openoms.integrations.imports.tables import (
    cells_of,
    demand_columns,
    open_table,
    read_joins,
    reading_of,
    wanted_columns,
)
from openoms.integrations.imports.values import Reading, Value

T = TypeVar("T")
N = TypeVar("N", CategoryInput, ProductInput)
_PROGRESS_EVERY = 100
_Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CatalogueRecord:
    """A row of a catalogue; `categories` come parents first, `prices` are (unit price, from which quantity on)."""

    categories: tuple[CategoryInput, ...]
    product: ProductInput
    sku: SkuInput
    prices: tuple[tuple[Decimal, Decimal], ...]


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """A row of customers."""

    customer: CustomerInput
    address: AddressParts | None


@dataclass(frozen=True, slots=True)
class Repeat:
    """A row whose code came before; `differs` when it says something else than the first, which is kept."""

    row: Row
    key: str
    first_line: int
    differs: bool


@dataclass(frozen=True, slots=True)
class Taken(Generic[T]):
    """A row, by its code, as what it says."""

    row: Row
    key: str
    record: T


class Singles(Generic[T]):
    """Reads a file of one thing in each row; `about` and `rows` tell afterwards how, and how many there were."""

    def __init__(
        self,
        mapping: CatalogueMapping | CustomersMapping,
        code: Value,
        convert: Callable[[_Cells, Reading], T],
        settle: Callable[[T], T] = lambda record: record,
    ) -> None:
        """`settle` has the last word on a record that is taken; it and `convert` raise BadRow."""
        self.about = ""
        self.rows = 0
        self._mapping = mapping
        self._code = code
        self._convert = convert
        self._settle = settle
        self._reading = reading_of(mapping.file)
        # What came under each code: the line, and a hash of what it said (the whole of it would fill memory).
        self._seen: dict[str, tuple[int, int]] = {}

    def read(self, path: Path, progress: Progress) -> Iterator[Taken[T] | Repeat | Reject]:
        """The file's rows, converted; a row that cannot be is a Reject with the reason."""
        joins = read_joins(path.parent, self._mapping)
        wanted = wanted_columns(self._mapping.values(), self._mapping.join)
        with open_table(path, self._mapping.file, wanted) as table:
            demand_columns(table, wanted)
            self.about = table.about
            progress.begin(f"Reading {table.file}", table.size)
            for row in table.rows:
                self.rows += 1
                if self.rows % _PROGRESS_EVERY == 0:
                    progress.at(table.position())
                if isinstance(row, Malformed):
                    yield Reject(row.place, row.cells, row.reason)
                    continue
                try:
                    yield self._taken(row, cells_of(table.header, row, joins))
                except BadRow as error:
                    yield Reject(row.place, row.cells, str(error))
            progress.at(table.size)

    def _taken(self, row: Row, cells: _Cells) -> "Taken[T] | Repeat | Reject":
        key = self._reading.needed(self._code, cells, "code")
        record = self._convert(cells, self._reading)
        first = self._seen.get(key)
        if first is None:
            self._seen[key] = row.place.line, hash(record)
            return Taken(row, key, self._settle(record))
        differs = first[1] != hash(record)
        if differs and self._mapping.repeats == "refuse":
            return Reject(
                row.place, row.cells, f"{key} came in line {first[0]} already, and not the same", key
            )
        return Repeat(row, key, first[0], differs)


def catalogue_reader(mapping: CatalogueMapping) -> Singles[CatalogueRecord]:
    """A reader of the mapping's catalogue."""

    first: dict[tuple[str, str], CategoryInput | ProductInput] = {}

    def convert(cells: _Cells, reading: Reading) -> CatalogueRecord:
        return _catalogue_record(mapping, cells, reading)

    def settle(record: CatalogueRecord) -> CatalogueRecord:
        # Many rows name one product or category; were each to win in turn, no second run would find it unchanged.
        product = _agreeing(record.product, first, mapping)
        categories = tuple(_agreeing(category, first, mapping) for category in record.categories)
        return replace(record, product=product, categories=categories)

    return Singles(mapping, mapping.sku.code, convert, settle)


def customer_reader(mapping: CustomersMapping) -> Singles[CustomerRecord]:
    """A reader of the mapping's customers."""

    def convert(cells: _Cells, reading: Reading) -> CustomerRecord:
        return _customer_record(mapping, cells, reading)

    return Singles(mapping, mapping.customer.code, convert)


def _catalogue_record(mapping: CatalogueMapping, cells: _Cells, reading: Reading) -> CatalogueRecord:
    sku_code = reading.needed(mapping.sku.code, cells, "sku code", most=60)
    product_code = reading.text(mapping.product.code, cells, most=60) or sku_code
    categories = _categories(mapping, cells, reading)
    product = ProductInput(
        code=product_code,
        name=reading.needed(mapping.product.name, cells, "product name"),
        name_zh=reading.given(mapping.product.name_zh, cells),
        kind=reading.text(mapping.product.kind, cells) or None,
        category=categories[-1].code if categories else None,
        description=reading.given(mapping.product.description, cells),
        is_active=reading.truth(mapping.product.is_active, cells),
    )
    sku = SkuInput(
        code=sku_code,
        product=product_code,
        name=reading.given(mapping.sku.name, cells),
        name_zh=reading.given(mapping.sku.name_zh, cells),
        unit=reading.text(mapping.sku.unit, cells) or None,
        barcode=reading.given(mapping.sku.barcode, cells),
        weight_g=reading.whole(mapping.sku.weight_g, cells),
        tax_class=reading.text(mapping.sku.tax_class, cells) or None,
        is_active=reading.truth(mapping.sku.is_active, cells),
    )
    return CatalogueRecord(categories, product, sku, _prices(mapping, cells, reading))


def _agreeing(value: N, first: dict[tuple[str, str], Any], mapping: CatalogueMapping) -> N:
    """What the first row with its code said; raises BadRow where this row says something else and may not."""
    what = type(value).__name__.removesuffix("Input").lower()
    kept: N = first.setdefault((what, value.code), value)
    if kept != value and mapping.repeats == "refuse":
        raise BadRow(f"an earlier row says something else of the {what} {value.code}")
    return kept


def _categories(mapping: CatalogueMapping, cells: _Cells, reading: Reading) -> tuple[CategoryInput, ...]:
    table = mapping.category
    code = reading.text(table.code, cells) if table else ""
    if table is None or not code:
        return ()
    parent = reading.text(table.parent, cells)
    above = (CategoryInput(parent, name=reading.text(table.parent_name, cells) or parent),) if parent else ()
    own = CategoryInput(
        code,
        name=reading.text(table.name, cells) or code,
        name_zh=reading.given(table.name_zh, cells),
        parent=parent or None,
    )
    return (*above, own)


def _prices(
    mapping: CatalogueMapping, cells: _Cells, reading: Reading
) -> tuple[tuple[Decimal, Decimal], ...]:
    prices = []
    for price in mapping.price:
        unit_price = reading.number(price.unit_price, cells)
        if unit_price is not None:
            min_quantity = reading.number(price.min_quantity, cells)
            least = Decimal(1) if min_quantity is None else min_quantity
            prices.append((unit_price.quantize(UNIT_PRICE_STEP), least))
    return tuple(prices)


def _customer_record(mapping: CustomersMapping, cells: _Cells, reading: Reading) -> CustomerRecord:
    address = address_of(mapping.address, cells, reading)
    table, contact = mapping.customer, mapping.contact
    name = reading.text(contact.name, cells, most=120) if contact else ""
    person = None
    if contact and name:
        person = ContactInput(
            name,
            phone=reading.text(contact.phone, cells),
            email=reading.text(contact.email, cells),
            title=reading.text(contact.title, cells, most=80),
            country=address.country if address else "",
        )
    kind = reading.text(table.kind, cells) or None
    if kind not in (None, "person", "company"):
        raise BadRow(f"the kind is {kind!r}, person or company is needed")
    customer = CustomerInput(
        code=reading.needed(table.code, cells, "customer code", most=40),
        name=reading.needed(table.name, cells, "customer name", most=200),
        kind=kind,
        tier=reading.given(table.tier, cells),
        tax_exempt=reading.truth(table.tax_exempt, cells),
        notes=reading.given(table.notes, cells),
        is_active=reading.truth(table.is_active, cells),
        contact=person,
    )
    return CustomerRecord(customer, address)
