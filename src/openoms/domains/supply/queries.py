"""Reading how skus are come by: made by their bills, else bought; only of those concerned, level by level."""

from collections.abc import Collection, Iterable, Mapping
from decimal import ROUND_UP, Decimal
from uuid import UUID

from openoms.domains.inventory.models import Stock
from openoms.domains.supply.models import BillOfMaterials, Operation, SupplierSku
from openoms.domains.supply.replanning import Item
from openoms.domains.supply.rules import with_scrap


def items_of(skus: Iterable[UUID]) -> dict[UUID, Item]:
    """How these skus and all that they are made of are come by; what is neither made nor bought is missing.

    What has a bill is made, else bought from the supplier asked first. The questions to the database grow with the
    levels of the bills, not with their number.
    """
    items: dict[UUID, Item] = {}
    asked: set[UUID] = set()
    level = set(skus)
    while level:
        asked |= level
        found = _bought(level) | _made(level)
        items |= found
        level = {part for item in found.values() for part, _each in item.components if isinstance(part, UUID)}
        level -= asked
    return items


def named(items: Mapping[UUID, Item]) -> set[UUID]:
    """These skus and what they are made of; some of that nobody makes or sells, and stock may have it all the same."""
    parts = {part for item in items.values() for part, _each in item.components if isinstance(part, UUID)}
    return parts | set(items)


def free_of(skus: Collection[UUID]) -> dict[UUID, Decimal]:
    """What lies unreserved above the safety stock of skus, all active warehouses together."""
    free: dict[UUID, Decimal] = {}
    rows = Stock.objects.filter(sku__in=skus, warehouse__is_active=True)
    for row in rows.only("sku", "on_hand", "reserved", "safety", "blocked"):
        free[row.sku_id] = free.get(row.sku_id, Decimal(0)) + row.available
    return free


def _bought(skus: Collection[UUID]) -> dict[UUID, Item]:
    rows = SupplierSku.objects.filter(sku__in=skus, supplier__is_active=True).select_related("supplier")
    items = {}
    # The one asked first is the last to be set down.
    for sold in rows.order_by("-rank", "-id"):
        days = sold.supplier.lead_days if sold.lead_days is None else sold.lead_days
        items[sold.sku_id] = Item(sold.sku_id, False, days, sold.minimum, sold.lot)
    return items


def _made(skus: Collection[UUID]) -> dict[UUID, Item]:
    bills = BillOfMaterials.objects.filter(pk__in=skus, is_active=True)
    items = {}
    for bill in bills.prefetch_related("lines", "operations__centre"):
        parts = tuple((row.sku_id, with_scrap(row.quantity, row.scrap_percent)) for row in bill.lines.all())
        days = sum(_days(step) for step in bill.operations.all())
        items[bill.pk] = Item(bill.pk, True, days, bill.minimum, bill.lot, parts)
    return items


def _days(step: Operation) -> int:
    """How many days a step of one unit takes, begun ones whole."""
    minutes = step.set_up_minutes + step.unit_minutes
    return int((minutes / step.centre.daily_minutes).to_integral_value(ROUND_UP))
