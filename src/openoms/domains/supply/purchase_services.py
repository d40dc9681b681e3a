"""Writing purchase orders: drafted, sent, received line by line, given up."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from openoms.core.db import require_atomic
from openoms.core.errors import InvalidInput
from openoms.core.ids import uuid7
from openoms.domains.catalog.models import Sku
from openoms.domains.inventory.models import Warehouse
from openoms.domains.supply import rules, services
from openoms.domains.supply.errors import IllegalStep, NoSuchSupply, TooMuch
from openoms.domains.supply.master_services import skus_of
from openoms.domains.supply.models import PurchaseLine, PurchaseOrder, Supplier, SupplierSku
from openoms.domains.supply.production_services import check_quantity
from openoms.domains.supply.states import PurchaseState
from openoms.domains.supply.types import PurchaseLineInput

LARGEST_PRICE = Decimal(10) ** 11


def supplier(code: str) -> Supplier:
    """The active supplier of that code. Raises NoSuchSupply."""
    row = Supplier.objects.filter(code=code, is_active=True).first()
    if row is None:
        raise NoSuchSupply("supplier", code)
    return row


def lock(key: UUID) -> PurchaseOrder:
    """The purchase order, locked. Raises NoSuchSupply."""
    require_atomic()
    rows = PurchaseOrder.objects.select_for_update(of=("self",)).select_related("supplier", "warehouse")
    row = rows.filter(pk=key).first()
    if row is None:
        raise NoSuchSupply("purchase order", str(key))
    return row


def draft(
    at_supplier: Supplier, warehouse: Warehouse, at: datetime, *, by: UUID | None, note: str = ""
) -> PurchaseOrder:
    """A new draft without lines."""
    require_atomic()
    return PurchaseOrder.objects.create(
        id=uuid7(), number=services.purchase_number(), supplier=at_supplier, warehouse=warehouse,
        currency=at_supplier.currency, created_at=at, by_id=by, note=note,
    )  # fmt: skip


def open_draft(at_supplier: Supplier, warehouse: Warehouse) -> PurchaseOrder | None:
    """The latest draft to a supplier, to which a proposal adds; None where there is none."""
    rows = PurchaseOrder.objects.select_for_update(of=("self",)).select_related("supplier", "warehouse")
    drafts = rows.filter(supplier=at_supplier, warehouse=warehouse, state=PurchaseState.DRAFT)
    return drafts.order_by("-id").first()


def set_lines(order: PurchaseOrder, values: Sequence[PurchaseLineInput], today: date) -> list[PurchaseLine]:
    """Give a locked draft these lines and no others. Raises IllegalStep, InvalidInput."""
    _demand_draft(order)
    skus = skus_of([value.sku for value in values])
    if not values:
        raise InvalidInput("A purchase order has a line at least.", field="lines")
    if len(skus) != len(values):
        raise InvalidInput("A sku stands twice.", field="lines")
    kept = {row.sku_id: row for row in order.lines.all()}
    order.lines.exclude(sku__in=skus.values()).delete()
    rows = []
    for position, value in enumerate(values, 1):
        row = kept.get(skus[value.sku].pk) or PurchaseLine(order=order, sku=skus[value.sku])
        rows.append(_filled(row, order, skus[value.sku], value, today))
        row.position = position
    # Positions are unique: those that stay move out of the way first.
    for shift in (len(rows) + len(kept), 0):
        for row in rows:
            if shift == 0 or not row._state.adding:
                row.position += shift
                row.save()
                row.position -= shift
    touch(order)
    return rows


def touch(order: PurchaseOrder) -> None:
    """Note that a locked order's lines changed, so that whoever read it before is told first."""
    order.save(update_fields=["updated_at"])


def add_line(order: PurchaseOrder, sku: Sku, quantity: Decimal, due: date) -> PurchaseLine:
    """Add what a proposal wants to a locked draft; a line of the sku that is there grows."""
    _demand_draft(order)
    touch(order)
    row = order.lines.filter(sku=sku).first()
    if row is not None:
        row.ordered, row.due = row.ordered + quantity, min(row.due, due)
        row.save(update_fields=["ordered", "due"])
        return row
    last = order.lines.order_by("-position").values_list("position", flat=True).first() or 0
    sold = SupplierSku.objects.filter(supplier=order.supplier, sku=sku).first()
    return PurchaseLine.objects.create(
        order=order, position=last + 1, sku=sku, ordered=quantity, due=due, is_proposed=True,
        unit_price=sold.price if sold else Decimal(0),
    )  # fmt: skip


def set_ordered(line: PurchaseLine, remaining: Decimal, at: datetime) -> None:
    """Let so many of a line still come: a draft's line that nobody needs goes.

    What was sent keeps its line; an order of which nothing is still to come is cancelled, or received where some came.
    """
    order = line.order
    touch(order)
    if order.state == PurchaseState.DRAFT and remaining <= 0:
        line.delete()
        if not order.lines.exists():
            move(order, PurchaseState.CANCELLED, at)
        return
    line.ordered = line.received + remaining
    line.save(update_fields=["ordered"])
    rows = list(order.lines.all())
    if order.state != PurchaseState.DRAFT and not any(row.remaining for row in rows):
        came = any(row.received for row in rows)
        move(order, PurchaseState.RECEIVED if came else PurchaseState.CANCELLED, at)
    else:
        services.tell_purchase(order)


def move(order: PurchaseOrder, target: PurchaseState, at: datetime) -> None:
    """Take a locked order to another state. Raises IllegalStep."""
    current = PurchaseState(order.state)
    if not rules.purchase_may_become(current, target):
        raise IllegalStep(order.number, current, target)
    order.state = target
    if target == PurchaseState.SENT:
        order.sent_at = at
    if target in {PurchaseState.RECEIVED, PurchaseState.CANCELLED}:
        order.ended_at = at
    order.save(update_fields=["state", "sent_at", "ended_at", "updated_at"])
    services.tell_purchase(order)


def receive(
    order: PurchaseOrder, quantities: Mapping[int, Decimal], at: datetime
) -> list[tuple[PurchaseLine, Decimal]]:
    """Note what came of a locked order's lines, by position. Raises IllegalStep, TooMuch, InvalidInput."""
    state = PurchaseState(order.state)
    if state not in rules.OPEN_PURCHASE:
        raise IllegalStep(order.number, state, PurchaseState.RECEIVED)
    lines = {row.position: row for row in order.lines.select_related("sku")}
    if not quantities:
        raise InvalidInput("Say how many of which line came.", field="lines")
    came = []
    for position, quantity in sorted(quantities.items()):
        line = lines.get(position)
        if line is None:
            raise InvalidInput(f"There is no line {position}.", field="line", line=position)
        check_quantity(quantity)
        if quantity > line.remaining:
            raise TooMuch(f"{order.number}/{position}", format(line.remaining.normalize(), "f"))
        line.received += quantity
        line.save(update_fields=["received"])
        came.append((line, quantity))
    target = rules.received_state({row.position: (row.ordered, row.received) for row in lines.values()})
    if target != state:
        move(order, target, at)
    else:
        services.tell_purchase(order)
    return came


def _filled(
    row: PurchaseLine, order: PurchaseOrder, sku: Sku, value: PurchaseLineInput, today: date
) -> PurchaseLine:
    check_quantity(value.quantity)
    sold = SupplierSku.objects.filter(supplier=order.supplier, sku=sku).first()
    usual = order.supplier.lead_days if sold is None or sold.lead_days is None else sold.lead_days
    known = row.unit_price if not row._state.adding else sold.price if sold else Decimal(0)
    price = known if value.unit_price is None else value.unit_price
    if not price.is_finite() or not 0 <= price <= LARGEST_PRICE:
        raise InvalidInput("A price lies from 0 to 100,000,000,000.", field="unit_price")
    row.ordered, row.unit_price = value.quantity, price
    row.due = value.due or today + timedelta(days=usual)
    return row


def _demand_draft(order: PurchaseOrder) -> None:
    if order.state != PurchaseState.DRAFT:
        raise IllegalStep(order.number, order.state, "changed")
