"""What the API is sent about supply."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

from openoms.core.shapes import NO_NUL, Amount, Day, Flag, Instant, Whole
from openoms.domains.supply.types import (
    BillInput,
    BillLineInput,
    CentreInput,
    OperationInput,
    ProductionInput,
    PurchaseInput,
    PurchaseLineInput,
    SupplierInput,
    SupplierSkuInput,
)
from openoms.flows.stop_work import Answer
from openoms.interfaces.api.inputs import Code, Currency, Input, Slug

Quantity = Annotated[Amount, Field(gt=0, le=10**9)]
Least = Annotated[Amount, Field(ge=0, le=10**9)]
Price = Annotated[Amount, Field(ge=0, le=10**9)]
Minutes = Annotated[Amount, Field(ge=0, le=10**7, decimal_places=2)]
Days = Annotated[Whole, Field(ge=0, le=1000)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
NameZh = Annotated[str, StringConstraints(max_length=80, pattern=NO_NUL)]
Short = Annotated[str, StringConstraints(max_length=60, pattern=NO_NUL)]
Text = Annotated[str, StringConstraints(max_length=300, pattern=NO_NUL)]
Note = Annotated[str, StringConstraints(max_length=500, pattern=NO_NUL)]
Mail = Annotated[str, StringConstraints(max_length=254, pattern=NO_NUL)]
# The `updated_at` of what is changed as it was read: 409 `changed_meanwhile` where somebody saved it since; null: never mind.
ReadAt = Instant | None
Lot = Annotated[str, StringConstraints(max_length=40, pattern=NO_NUL)]
Phone = Annotated[str, StringConstraints(max_length=30, pattern=NO_NUL)]


class SoldIn(Input):
    """A sku a supplier sells; `lead_days` null is the supplier's usual time, a `lot` of 0 any quantity."""

    sku: Code
    price: Price
    supplier_code: Short = ""
    lead_days: Days | None = None
    minimum: Least = Decimal(0)
    lot: Least = Decimal(0)
    rank: Annotated[Whole, Field(ge=0, le=1000)] = 10


class SupplierIn(Input):
    """A supplier, whole; `skus` null leaves what it sells as it is."""

    name: Name
    currency: Currency
    name_zh: NameZh = ""
    lead_days: Days = 7
    email: Mail = ""
    phone: Phone = ""
    address: Text = ""
    terms: Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)] = ""
    is_active: Flag = True
    skus: Annotated[list[SoldIn], Field(max_length=5000)] | None = None
    read_at: ReadAt = None

    def value_object(self, code: str) -> SupplierInput:
        """The supplier as the flow takes it."""
        sold = None if self.skus is None else tuple(SupplierSkuInput(**dict(one)) for one in self.skus)
        given = {name: value for name, value in self if name != "read_at"}
        return SupplierInput(code=code, **{**given, "skus": sold})


class CentreIn(Input):
    """A work centre, whole; weekdays are counted from Monday 0."""

    name: Name
    name_zh: NameZh = ""
    daily_minutes: Annotated[Whole, Field(ge=1, le=100_000)] = 480
    weekdays: list[Annotated[Whole, Field(ge=0, le=6)]] = Field(
        default_factory=lambda: [0, 1, 2, 3, 4], min_length=1, max_length=7
    )
    closed_days: list[Day] = Field(default_factory=list, max_length=1000)
    is_active: Flag = True

    def value_object(self, code: str) -> CentreInput:
        """The centre as the flow takes it."""
        return CentreInput(code=code, **dict(self))


class BillLineIn(Input):
    """A component: how much one unit holds, and the percentage that is spoiled on the way."""

    sku: Code
    quantity: Quantity
    scrap_percent: Annotated[Amount, Field(ge=0, lt=100, decimal_places=4)] = Decimal(0)


class OperationIn(Input):
    """A step of making, in order: at which work centre, minutes to set up and for each unit."""

    centre: Slug
    name: Name
    name_zh: NameZh = ""
    set_up_minutes: Minutes = Decimal(0)
    unit_minutes: Minutes = Decimal(0)


class BillIn(Input):
    """What a sku is made of and how, whole."""

    lines: list[BillLineIn] = Field(default_factory=list, max_length=500)
    operations: list[OperationIn] = Field(default_factory=list, max_length=100)
    minimum: Least = Decimal(0)
    lot: Least = Decimal(0)
    is_active: Flag = True
    read_at: ReadAt = None

    def value_object(self, sku: str) -> BillInput:
        """The bill as the flow takes it."""
        return BillInput(
            sku,
            tuple(BillLineInput(**dict(line)) for line in self.lines),
            tuple(OperationInput(**dict(step)) for step in self.operations),
            self.minimum,
            self.lot,
            self.is_active,
        )


class ProductionIn(Input):
    """A production order to be planned; `warehouse` "" is the first one."""

    sku: Code
    quantity: Quantity
    due: Day
    warehouse: Short = ""
    priority: Annotated[Whole, Field(ge=-1000, le=1000)] = 0
    note: Note = ""

    def value_object(self) -> ProductionInput:
        """The order as the flow takes it."""
        return ProductionInput(**dict(self))


class ProductionPatch(Input):
    """What changes of a production order."""

    quantity: Quantity | None = None
    due: Day | None = None
    priority: Annotated[Whole, Field(ge=-1000, le=1000)] | None = None
    is_frozen: Flag | None = None


class MoveIn(Input):
    """The day work is to begin."""

    day: Day


class ProgressIn(Input):
    """So many were made; where the sku tracks lots they are of `lot`, else of one named like the order."""

    quantity: Quantity
    lot: Lot = ""
    expires_on: Day | None = None


class StopIn(Input):
    """Why work is given up."""

    reason: Annotated[
        str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")
    ]


class PurchaseLineIn(Input):
    """A line; with `unit_price` null it keeps its own or takes the supplier's, with `due` null the usual time."""

    sku: Code
    quantity: Quantity
    unit_price: Price | None = None
    due: Day | None = None

    def value_object(self) -> PurchaseLineInput:
        """The line as the flow takes it."""
        return PurchaseLineInput(**dict(self))


class PurchaseIn(Input):
    """A purchase order to be drafted; `warehouse` "" is the first one."""

    supplier: Slug
    lines: list[PurchaseLineIn] = Field(min_length=1, max_length=500)
    warehouse: Short = ""
    note: Note = ""

    def value_object(self) -> PurchaseInput:
        """The order as the flow takes it."""
        lines = tuple(line.value_object() for line in self.lines)
        return PurchaseInput(self.supplier, lines, self.warehouse, self.note)


class PurchasePatch(Input):
    """A draft's lines, whole, and its note."""

    lines: list[PurchaseLineIn] = Field(min_length=1, max_length=500)
    note: Note | None = None
    read_at: ReadAt = None


class ReceivedIn(Input):
    """So many of a line came; `lot` is needed where its sku tracks lots."""

    line: Annotated[Whole, Field(ge=1, le=10_000)]
    quantity: Quantity
    lot: Lot = ""
    expires_on: Day | None = None


class PurchaseReceiptIn(Input):
    """What came of a purchase order."""

    lines: list[ReceivedIn] = Field(min_length=1, max_length=500)
    note: Text = ""


class AcknowledgeIn(Input):
    """What becomes of work nobody needs: `stop` takes it off the order, `keep` lets it go on for stock."""

    answer: Answer = Answer.STOP
    note: Text = ""
