"""What supply is told, as values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class SupplierSkuInput:
    """A sku a supplier sells; `lead_days` None is the supplier's usual time."""

    sku: str
    price: Decimal = ZERO
    supplier_code: str = ""
    lead_days: int | None = None
    minimum: Decimal = ZERO
    lot: Decimal = ZERO
    rank: int = 10


@dataclass(frozen=True, slots=True)
class SupplierInput:
    """A supplier, whole; `skus` None leaves what it sells as it is."""

    code: str
    name: str
    currency: str
    name_zh: str = ""
    lead_days: int = 7
    email: str = ""
    phone: str = ""
    address: str = ""
    terms: str = ""
    is_active: bool = True
    skus: Sequence[SupplierSkuInput] | None = None


@dataclass(frozen=True, slots=True)
class CentreInput:
    """A work centre, whole; weekdays are counted from Monday 0."""

    code: str
    name: str
    name_zh: str = ""
    daily_minutes: int = 480
    weekdays: Sequence[int] = (0, 1, 2, 3, 4)
    closed_days: Sequence[date] = ()
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class BillLineInput:
    """A component: how much one unit holds, and the share that is spoiled."""

    sku: str
    quantity: Decimal
    scrap_percent: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class OperationInput:
    """A step of making: at which work centre, minutes to set up and for each unit."""

    centre: str
    name: str
    name_zh: str = ""
    set_up_minutes: Decimal = ZERO
    unit_minutes: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class BillInput:
    """A bill of materials, whole."""

    sku: str
    lines: Sequence[BillLineInput] = ()
    operations: Sequence[OperationInput] = ()
    minimum: Decimal = ZERO
    lot: Decimal = ZERO
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class PurchaseLineInput:
    """A line of a purchase order; without `unit_price` it keeps its own or takes the supplier's, without `due` the usual time."""

    sku: str
    quantity: Decimal
    unit_price: Decimal | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class PurchaseInput:
    """A purchase order as it is drafted; `warehouse` "" is the first one."""

    supplier: str
    lines: Sequence[PurchaseLineInput] = field(default_factory=tuple)
    warehouse: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ProductionInput:
    """A production order as it is planned; `warehouse` "" is the first one."""

    sku: str
    quantity: Decimal
    due: date
    warehouse: str = ""
    priority: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving changed, told by an event."""

    before: dict[str, object]
    after: dict[str, object]
