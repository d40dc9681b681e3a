"""Production orders: planned, changed, released, started, reported on, finished, stopped."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_UP, Decimal
from uuid import UUID

from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.errors import InvalidInput
from openoms.core.money import plain
from openoms.core.types import Actor
from openoms.domains.events.services import record
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.inventory.lots import LotName
from openoms.domains.inventory.models import Stock
from openoms.domains.inventory.states import MovementKind
from openoms.domains.supply import kinds, notice_services, production_services, services
from openoms.domains.supply.errors import IllegalStep, MaterialShort
from openoms.domains.supply.master_services import skus_of
from openoms.domains.supply.models import ProductionMaterial, ProductionOrder
from openoms.domains.supply.rules import SIX
from openoms.domains.supply.states import ProductionState
from openoms.domains.supply.types import ProductionInput
from openoms.flows.steps import expecting, stocking
from openoms.flows.steps.lots import is_tracked
from openoms.flows.steps.moving import move
from openoms.flows.steps.supplying import tell_moved, tell_planned

State = ProductionState


@flow
def plan_production(value: ProductionInput, *, actor: Actor, once: Once | None = None) -> ProductionOrder:
    """Plan work for a sku that has a bill of materials. Raises InvalidInput, NoSuchSupply."""
    require(actor, Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
    idempotency.begin(once)
    sku = skus_of([value.sku])[value.sku]
    order = production_services.plan(
        sku, services.warehouse(value.warehouse), value.quantity, value.due, now(), priority=value.priority,
        note=value.note[:500],
    )  # fmt: skip
    tell_planned(order, (), actor)
    expecting.refresh(actor, now(), [order.sku_id])
    idempotency.finish(once, order)
    return order


@flow
def change_production(
    key: UUID,
    *,
    actor: Actor,
    quantity: Decimal | None = None,
    due: date | None = None,
    priority: int | None = None,
    is_frozen: bool | None = None,
) -> ProductionOrder:
    """Change how many are made, by when, how urgently, and whether the schedule may move it; None leaves it.

    Raises NoSuchSupply, IllegalStep, InvalidInput.
    """
    require(actor, Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
    order = production_services.lock(key)
    before = _document(order)
    production_services.change(
        order,
        order.quantity if quantity is None else quantity,
        due or order.due,
        order.priority if priority is None else priority,
        is_frozen=order.is_frozen if is_frozen is None else is_frozen,
    )
    after = _document(order)
    if before != after:
        data = {"number": order.number, "before": before, "after": after}
        record(actor, kinds.PRODUCTION_CHANGED, order.pk, data=data)
        expecting.refresh(actor, now(), [order.sku_id])
    return order


@flow
def release_production(key: UUID, *, actor: Actor) -> ProductionOrder:
    """Hand planned work to the workshop. Raises NoSuchSupply, IllegalStep."""
    require(actor, Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
    return _moved(key, State.RELEASED, "", actor)


@flow
def start_production(key: UUID, *, actor: Actor) -> ProductionOrder:
    """Note that work has begun. Raises NoSuchSupply, IllegalStep."""
    require(actor, Perm.SUPPLY_VIEW, Perm.PRODUCTION_REPORT)
    return _moved(key, State.STARTED, "", actor)


@flow
def finish_production(key: UUID, *, actor: Actor) -> ProductionOrder:
    """End started work with fewer than were planned. Raises NoSuchSupply, IllegalStep."""
    require(actor, Perm.SUPPLY_VIEW, Perm.PRODUCTION_REPORT)
    order = _moved(key, State.DONE, "finished with fewer", actor)
    notice_services.withdraw(order)
    expecting.refresh(actor, now(), [order.sku_id])
    return order


@flow
def stop_production(key: UUID, reason: str, *, actor: Actor) -> ProductionOrder:
    """Give work up; what was made stays. Raises NoSuchSupply, IllegalStep, InvalidInput without a reason."""
    require(actor, Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
    if not reason.strip():
        raise InvalidInput("Say why.", field="reason")
    order = _moved(key, State.STOPPED, reason.strip()[:300], actor)
    notice_services.withdraw(order)
    expecting.refresh(actor, now(), [order.sku_id])
    return order


@flow
def report_production(
    key: UUID, quantity: Decimal, *, actor: Actor, lot: LotName | None = None, once: Once | None = None
) -> ProductionOrder:
    """Report so many as made: their materials leave stock, they come into it; complete work is done.

    Where the sku tracks lots they are of `lot`, else of one named like the order. Raises NoSuchSupply, IllegalStep,
    TooMuch, MaterialShort, LotsShort, InvalidInput.
    """
    require(actor, Perm.SUPPLY_VIEW, Perm.PRODUCTION_REPORT)
    idempotency.begin(once)
    instant = now()
    # Stock is locked before supply, as everywhere; what an order is made of never changes.
    planned = ProductionOrder.objects.filter(pk=key).select_related("sku", "warehouse").first()
    materials = list(ProductionMaterial.objects.filter(order=key).select_related("sku"))
    skus = [material.sku for material in materials]
    stock = stocking.lock_goods(planned.warehouse, [planned.sku, *skus]) if planned else {}
    order = production_services.lock(key)
    production_services.check_progress(order, quantity)
    used = {m.sku_id: (m.per_unit * quantity).quantize(SIX, ROUND_UP) for m in materials}
    _demand_material(order, {m.sku_id: m.sku.code for m in materials}, used, stock)
    source = f"production:{order.number}"
    for material in materials:
        row = stock[material.sku_id]
        move(row, -used[material.sku_id], MovementKind.CONSUMPTION, actor, instant, source=source)
    made = stock[order.sku_id]
    lot = lot or (LotName(order.number) if is_tracked(made) else None)
    move(made, quantity, MovementKind.PRODUCTION, actor, instant, source=source, lot=lot)
    production_services.report(order, quantity, used, instant)
    data = {
        "number": order.number,
        "sku": order.sku.code,
        "quantity": plain(quantity),
        "done": plain(order.done),
        "of": plain(order.quantity),
        "used": [f"{plain(used[m.sku_id])} × {m.sku.code}" for m in materials],
    }
    record(actor, kinds.PRODUCTION_REPORTED, order.pk, data=data)
    idempotency.finish(once, order)
    return order


def _moved(key: UUID, target: State, reason: str, actor: Actor) -> ProductionOrder:
    order = production_services.lock(key)
    before = order.state
    if target == State.DONE and not order.done:
        raise IllegalStep(order.number, before, target)
    production_services.move(order, target, now())
    tell_moved(order, before, reason, actor)
    return order


def _demand_material(
    order: ProductionOrder,
    codes: Mapping[UUID, str],
    used: Mapping[UUID, Decimal],
    stock: Mapping[UUID, Stock],
) -> None:
    """Raise MaterialShort where stock has less to give than is used."""
    free = {sku: stock[sku].on_hand - stock[sku].reserved - stock[sku].blocked for sku in used}
    short = [(codes[sku], plain(need - free[sku])) for sku, need in used.items() if need > free[sku]]
    if short:
        raise MaterialShort(order.number, sorted(short))


def _document(order: ProductionOrder) -> dict[str, object]:
    return {
        "quantity": plain(order.quantity),
        "due": order.due.isoformat(),
        "priority": order.priority,
        "is_frozen": order.is_frozen,
    }
