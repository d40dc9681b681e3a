"""Writing production orders: planned from a bill, moved through their states, reported on."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from openoms.core.db import require_atomic
from openoms.core.errors import InvalidInput
from openoms.core.ids import uuid7
from openoms.core.money import plain
from openoms.domains.catalog.models import Sku
from openoms.domains.inventory.models import Warehouse
from openoms.domains.supply import rules, services
from openoms.domains.supply.errors import IllegalStep, NoSuchSupply, TooMuch
from openoms.domains.supply.models import (
    BillOfMaterials,
    ProductionMaterial,
    ProductionOrder,
    ProductionStep,
)
from openoms.domains.supply.states import ProductionState

LARGEST = Decimal(10) ** 9


def lock(key: UUID) -> ProductionOrder:
    """The production order, locked. Raises NoSuchSupply."""
    require_atomic()
    rows = ProductionOrder.objects.select_for_update(of=("self",)).select_related("sku", "warehouse")
    row = rows.filter(pk=key).first()
    if row is None:
        raise NoSuchSupply("production order", str(key))
    return row


def plan(
    sku: Sku,
    warehouse: Warehouse,
    quantity: Decimal,
    due: date,
    at: datetime,
    *,
    priority: int = 0,
    note: str = "",
    is_proposed: bool = False,
) -> ProductionOrder:
    """A new planned order with the materials and steps of the sku's bill. Raises InvalidInput where it has none."""
    require_atomic()
    check_quantity(quantity)
    bill = BillOfMaterials.objects.filter(sku=sku, is_active=True).first()
    if bill is None:
        raise InvalidInput(f"{sku.code} has no bill of materials.", field="sku", sku=sku.code)
    order = ProductionOrder.objects.create(
        id=uuid7(), number=services.production_number(), sku=sku, warehouse=warehouse, quantity=quantity,
        due=due, created_at=at, priority=priority, note=note, is_proposed=is_proposed,
    )  # fmt: skip
    ProductionMaterial.objects.bulk_create(
        ProductionMaterial(
            order=order, sku_id=line.sku_id, per_unit=rules.with_scrap(line.quantity, line.scrap_percent)
        )
        for line in bill.lines.all()
    )
    ProductionStep.objects.bulk_create(
        ProductionStep(
            order=order, centre_id=step.centre_id, name=step.name, name_zh=step.name_zh,
            set_up_minutes=step.set_up_minutes, unit_minutes=step.unit_minutes, position=step.position,
        )
        for step in bill.operations.all()
    )  # fmt: skip
    services.tell_production(order)
    return order


def change(order: ProductionOrder, quantity: Decimal, due: date, priority: int, *, is_frozen: bool) -> None:
    """Change what is planned of an order that has not ended. Raises IllegalStep, InvalidInput."""
    check_quantity(quantity)
    state = ProductionState(order.state)
    if state not in rules.OPEN_PRODUCTION:
        raise IllegalStep(order.number, state, "changed")
    if quantity < order.done or (state == ProductionState.STARTED and quantity == order.done):
        raise InvalidInput("Fewer than were made already: finish the order instead.", field="quantity")
    order.quantity, order.due, order.priority, order.is_frozen = quantity, due, priority, is_frozen
    order.save(update_fields=["quantity", "due", "priority", "is_frozen"])
    services.tell_production(order)


def move(order: ProductionOrder, target: ProductionState, at: datetime) -> None:
    """Take a locked order to another state. Raises IllegalStep."""
    current = ProductionState(order.state)
    if not rules.may_become(current, target):
        raise IllegalStep(order.number, current, target)
    order.state = target
    if target == ProductionState.STARTED:
        order.started_at = at
    if target in {ProductionState.DONE, ProductionState.STOPPED}:
        order.ended_at = at
    order.save(update_fields=["state", "started_at", "ended_at"])
    services.tell_production(order)


def check_progress(order: ProductionOrder, quantity: Decimal) -> None:
    """Raise IllegalStep, TooMuch or InvalidInput where so much cannot be reported of a locked order."""
    state = ProductionState(order.state)
    if state not in {ProductionState.RELEASED, ProductionState.STARTED}:
        raise IllegalStep(order.number, state, "reported on")
    check_quantity(quantity)
    if quantity > order.remaining:
        raise TooMuch(order.number, plain(order.remaining))


def report(order: ProductionOrder, quantity: Decimal, used: Mapping[UUID, Decimal], at: datetime) -> None:
    """Note that so many were made of what: a released order starts, one that is complete is done."""
    if order.state == ProductionState.RELEASED:
        move(order, ProductionState.STARTED, at)
    for material in ProductionMaterial.objects.filter(order=order):
        if used.get(material.sku_id):
            material.used += used[material.sku_id]
            material.save(update_fields=["used"])
    order.done += quantity
    order.save(update_fields=["done"])
    if order.done >= order.quantity:
        move(order, ProductionState.DONE, at)
    else:
        services.tell_production(order)


def set_dates(
    rows: Sequence[tuple[ProductionOrder, date | None, date | None]], steps: Sequence[ProductionStep]
) -> None:
    """Write a schedule's days: those of orders, and of steps that moved."""
    require_atomic()
    changed = []
    for order, starts, finishes in rows:
        if (order.starts_on, order.finishes_on) != (starts, finishes):
            order.starts_on, order.finishes_on = starts, finishes
            changed.append(order)
    ProductionOrder.objects.bulk_update(changed, ["starts_on", "finishes_on"], batch_size=1000)
    spots = ["starts_on", "start_minute", "finishes_on", "finish_minute"]
    ProductionStep.objects.bulk_update(steps, spots, batch_size=1000)
    services.tell_productions(changed)


def check_quantity(quantity: Decimal) -> None:
    """Raise InvalidInput for what is no quantity."""
    if not quantity.is_finite() or not 0 < quantity <= LARGEST:
        raise InvalidInput("A quantity lies above 0.", field="quantity")
