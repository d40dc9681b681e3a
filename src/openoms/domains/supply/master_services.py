"""Writing what supply knows: suppliers with what they sell, work centres, bills of materials. Whole things replace."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

from openoms.core.db import require_atomic
from openoms.core.errors import ChangedMeanwhile, InvalidInput, refuse_stale
from openoms.core.money import CURRENCIES, plain
from openoms.domains.catalog.models import Product, Sku
from openoms.domains.supply.errors import CircularBill, NoSuchSupply
from openoms.domains.supply.models import (
    BillLine,
    BillOfMaterials,
    Operation,
    Supplier,
    SupplierSku,
    WorkCentre,
)
from openoms.domains.supply.types import BillInput, CentreInput, Saved, SupplierInput, SupplierSkuInput

M = TypeVar("M", bound=models.Model)
LARGEST = Decimal(10) ** 9
MOST_SCRAP = Decimal(100)
_SUPPLIER = ("name", "name_zh", "currency", "lead_days", "email", "phone", "address", "terms", "is_active")
_CENTRE = ("name", "name_zh", "daily_minutes", "weekdays", "closed_days", "is_active")
# Contact data never enters events.
_PRIVATE = frozenset({"email", "phone", "address"})


def skus_of(codes: Collection[str]) -> dict[str, Sku]:
    """Goods by their codes; raises InvalidInput for one that is none."""
    rows = Sku.objects.filter(code__in=codes).select_related("product")
    found = {row.code: row for row in rows}
    for code in codes:
        if code not in found:
            raise InvalidInput(f"There is no sku {code!r}.", field="sku", sku=code)
        if found[code].product.kind != Product.Kind.GOODS:
            raise InvalidInput(f"{code} is a service: it is neither bought nor made.", field="sku", sku=code)
    return found


def save_supplier(
    value: SupplierInput, *, new: bool | None = None, read_at: datetime | None = None
) -> tuple[Supplier, Saved]:
    """Make (`new`) or change the supplier of that code, read at its `updated_at`. Raises InvalidInput, ChangedMeanwhile."""
    require_atomic()
    _name(value.name)
    if value.currency not in CURRENCIES:
        raise InvalidInput(f"{value.currency!r} is not a currency code.", field="currency")
    row = Supplier.objects.select_for_update().filter(code=value.code).first()
    _refuse_stale(row, new=new, read_at=read_at)
    row, saved = _save(row or Supplier(code=value.code), value, _SUPPLIER)
    if value.skus is not None:
        before, after = _set_skus(row, value.skus)
        if before != after:
            saved = Saved({**saved.before, "skus": before}, {**saved.after, "skus": after})
            row.save(update_fields=["updated_at"])
    return row, saved


def save_centre(value: CentreInput) -> tuple[WorkCentre, Saved]:
    """Make or change the work centre of that code. Raises InvalidInput."""
    require_atomic()
    _name(value.name)
    if not 0 < value.daily_minutes <= 100_000:
        raise InvalidInput("A work centre works 1 to 100,000 minutes a day.", field="daily_minutes")
    days = sorted({*value.weekdays})
    if not days or days[0] < 0 or days[-1] > 6:
        raise InvalidInput("A work centre works on one weekday at least.", field="weekdays")
    row = WorkCentre.objects.select_for_update().filter(code=value.code).first() or WorkCentre(
        code=value.code
    )
    known = {"weekdays": days, "closed_days": sorted({*value.closed_days})}
    return _save(row, value, _CENTRE, known)


def save_bill(
    value: BillInput, *, new: bool | None = None, read_at: datetime | None = None
) -> tuple[BillOfMaterials, Saved]:
    """Make (`new`) or change what a sku is made of, read at its `updated_at`; one bill is saved at a time in the firm.

    Raises InvalidInput, CircularBill, NoSuchSupply, ChangedMeanwhile.
    """
    lock_bills()
    skus = skus_of([value.sku, *(line.sku for line in value.lines)])
    _check_bill(value)
    centres = {
        row.code: row for row in WorkCentre.objects.filter(code__in={o.centre for o in value.operations})
    }
    for operation in value.operations:
        if operation.centre not in centres:
            raise NoSuchSupply("work centre", operation.centre)
    made = skus[value.sku]
    row = BillOfMaterials.objects.select_for_update().filter(pk=made.pk).first()
    _refuse_stale(row, new=new, read_at=read_at)
    before = bill_document(row) if row else {}
    row = row or BillOfMaterials(sku=made)
    row.minimum, row.lot, row.is_active = value.minimum, value.lot, value.is_active
    row.save()
    row.lines.all().delete()
    row.operations.all().delete()
    BillLine.objects.bulk_create(
        BillLine(
            bill=row,
            sku=skus[line.sku],
            quantity=line.quantity,
            scrap_percent=line.scrap_percent,
            position=at,
        )
        for at, line in enumerate(value.lines)
    )
    Operation.objects.bulk_create(
        Operation(
            bill=row, centre=centres[step.centre], name=step.name, name_zh=step.name_zh,
            set_up_minutes=step.set_up_minutes, unit_minutes=step.unit_minutes, position=at,
        )
        for at, step in enumerate(value.operations)
    )  # fmt: skip
    _refuse_circle(made)
    after = bill_document(row)
    return row, Saved(before, after)


def bill_document(bill: BillOfMaterials) -> dict[str, object]:
    """A bill as its history tells it."""
    lines = BillLine.objects.filter(bill=bill).select_related("sku")
    steps = Operation.objects.filter(bill=bill).select_related("centre")
    return {
        "minimum": plain(bill.minimum),
        "lot": plain(bill.lot),
        "is_active": bill.is_active,
        "lines": [f"{plain(r.quantity)} × {r.sku.code} (+{plain(r.scrap_percent)}%)" for r in lines],
        "operations": [
            f"{r.name} @ {r.centre.code}: {plain(r.set_up_minutes)} + {plain(r.unit_minutes)}" for r in steps
        ],
    }


def _set_skus(supplier: Supplier, values: Sequence[SupplierSkuInput]) -> tuple[list[str], list[str]]:
    """Replace what a supplier sells; how it read before and reads now."""
    skus = skus_of([value.sku for value in values])
    if len(skus) != len(values):
        raise InvalidInput("A sku stands twice.", field="skus")
    for value in values:
        _range(value.price, "price")
        _range(value.minimum, "minimum")
        _range(value.lot, "lot")
    was = SupplierSku.objects.filter(supplier=supplier).select_related("sku")
    before = sorted(_sold(row.sku.code, row) for row in was)
    SupplierSku.objects.filter(supplier=supplier).delete()
    rows = [
        SupplierSku(
            supplier=supplier, sku=skus[value.sku], price=value.price, supplier_code=value.supplier_code,
            lead_days=value.lead_days, minimum=value.minimum, lot=value.lot, rank=value.rank,
        )
        for value in values
    ]  # fmt: skip
    SupplierSku.objects.bulk_create(rows)
    return before, sorted(_sold(row.sku.code, row) for row in rows)


def _sold(code: str, row: SupplierSku) -> str:
    return f"{code}: {plain(row.price)} / {row.lead_days or '–'} / {plain(row.minimum)} / {plain(row.lot)}"


def _check_bill(value: BillInput) -> None:
    if not value.lines and not value.operations:
        raise InvalidInput("A bill of materials has a component or a step.", field="lines")
    if len({line.sku for line in value.lines}) != len(value.lines):
        raise InvalidInput("A sku stands twice.", field="lines")
    for line in value.lines:
        if not 0 < line.quantity <= LARGEST:
            raise InvalidInput("A quantity lies above 0.", field="quantity")
        if not 0 <= line.scrap_percent < MOST_SCRAP:
            raise InvalidInput("Scrap lies from 0 to below 100 percent.", field="scrap_percent")
    for step in value.operations:
        _name(step.name)
        _range(step.set_up_minutes, "set_up_minutes", Decimal(99_999_999))
        _range(step.unit_minutes, "unit_minutes", Decimal(99_999_999))
    _range(value.minimum, "minimum")
    _range(value.lot, "lot")


def lock_bills() -> None:
    """Let others who save a bill wait: two of them together could close a circle that neither sees."""
    require_atomic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('openoms.supply.bills'))")


def _refuse_stale(
    row: Supplier | BillOfMaterials | None, *, new: bool | None, read_at: datetime | None
) -> None:
    """Raise ChangedMeanwhile for what somebody saved since it was read, or made while it was thought not to be there."""
    if row is not None:
        if new:
            raise ChangedMeanwhile(row.updated_at.isoformat())
        refuse_stale(row.updated_at, read_at)


def _refuse_circle(made: Sku) -> None:
    """Raise CircularBill, naming the way round, where a sku contains itself; reads what is beneath it, level by level."""
    beneath: dict[UUID, list[UUID]] = {}
    level = {made.pk}
    while level:
        below: set[UUID] = set()
        for bill, sku in BillLine.objects.filter(bill__in=level).values_list("bill_id", "sku_id"):
            beneath.setdefault(bill, []).append(sku)
            below.add(sku)
        level = below - beneath.keys()
    way = _way_back(made.pk, beneath)
    if way:
        names = dict(Sku.objects.filter(pk__in=way).values_list("pk", "code"))
        raise CircularBill([names[key] for key in way])


def _way_back(start: UUID, beneath: Mapping[UUID, Sequence[UUID]]) -> list[UUID]:
    """The way from a sku down to itself, both ends included; empty where there is none."""
    came: dict[UUID, UUID] = {}
    waiting = [start]
    while waiting:
        key = waiting.pop()
        for part in beneath.get(key, ()):
            if part == start:
                way = [start, key]
                while way[-1] != start:
                    way.append(came[way[-1]])
                return list(reversed(way))
            if part not in came:
                came[part] = key
                waiting.append(part)
    return []


def _save(
    row: M, value: Any, names: Sequence[str], known: Mapping[str, Any] | None = None
) -> tuple[M, Saved]:
    """Write the named fields; what changed of them."""
    known = known or {}
    new = row._state.adding
    before, after = {}, {}
    for name in names:
        wanted = known.get(name, getattr(value, name))
        if new or getattr(row, name) != wanted:
            if not new:
                before[name] = _told(name, getattr(row, name))
            after[name] = _told(name, wanted)
            setattr(row, name, wanted)
    if after:
        row.save()
    return row, Saved(before, after)


def _told(name: str, value: Any) -> object:
    if name in _PRIVATE:
        return "…" if value else ""
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return value


def _name(name: str) -> None:
    if not 0 < len(name.strip()) <= 80:
        raise InvalidInput("A name has 1 to 80 characters.", field="name")


def _range(value: Decimal, field: str, most: Decimal = LARGEST) -> None:
    if not value.is_finite() or not 0 <= value <= most:
        raise InvalidInput("This lies below 0 or is too large.", field=field)
