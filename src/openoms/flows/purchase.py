"""Purchase orders: drafted, changed, sent, received, cancelled."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from openoms.core import firm
from openoms.core.clock import now
from openoms.core.db import flow
from openoms.core.errors import InvalidInput, refuse_stale
from openoms.core.money import plain
from openoms.core.types import Actor
from openoms.domains.events.services import record
from openoms.domains.identity import once as idempotency
from openoms.domains.identity.once import Once
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.inventory.lots import LotName
from openoms.domains.inventory.states import MovementKind
from openoms.domains.supply import kinds, purchase_services, services
from openoms.domains.supply.models import PurchaseLine, PurchaseOrder
from openoms.domains.supply.states import PurchaseState
from openoms.domains.supply.types import PurchaseInput, PurchaseLineInput
from openoms.flows.steps import expecting, stocking
from openoms.flows.steps.lots import demand_named
from openoms.flows.steps.moving import move


@flow
def draft_purchase(value: PurchaseInput, *, actor: Actor, once: Once | None = None) -> PurchaseOrder:
    """Draft a purchase order; its prices are the supplier's unless they are said. Raises NoSuchSupply, InvalidInput."""
    require(actor, Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
    idempotency.begin(once)
    instant = now()
    seller, warehouse = purchase_services.supplier(value.supplier), services.warehouse(value.warehouse)
    order = purchase_services.draft(seller, warehouse, instant, by=actor.user_id, note=value.note[:500])
    lines = purchase_services.set_lines(order, value.lines, firm.day_of(instant))
    data = {"number": order.number, "supplier": seller.code, "lines": _said(lines)}
    record(actor, kinds.PURCHASE_DRAFTED, order.pk, data=data)
    expecting.refresh(actor, instant, [line.sku_id for line in lines])
    idempotency.finish(once, order)
    return order


@flow
def change_purchase(
    key: UUID,
    lines: Sequence[PurchaseLineInput],
    *,
    actor: Actor,
    note: str | None = None,
    read_at: datetime | None = None,
) -> PurchaseOrder:
    """Give a draft these lines and no others; `read_at` is its `updated_at` when it was read.

    Raises NoSuchSupply, IllegalStep, InvalidInput, ChangedMeanwhile.
    """
    require(actor, Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
    order = purchase_services.lock(key)
    refuse_stale(order.updated_at, read_at)
    had = list(order.lines.select_related("sku"))
    before = {"lines": _said(had), "note": order.note}
    rows = purchase_services.set_lines(order, lines, firm.today())
    if note is not None:
        order.note = note[:500]
        order.save(update_fields=["note", "updated_at"])
    after = {"lines": _said(rows), "note": order.note}
    if before != after:
        data = {"number": order.number, "before": before, "after": after}
        record(actor, kinds.PURCHASE_CHANGED, order.pk, data=data)
    expecting.refresh(actor, now(), {line.sku_id for line in (*had, *rows)})
    return order


@flow
def send_purchase(key: UUID, *, actor: Actor) -> PurchaseOrder:
    """Note that a draft went to its supplier: its goods are on their way from now. Raises NoSuchSupply, IllegalStep."""
    require(actor, Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
    order = purchase_services.lock(key)
    purchase_services.move(order, PurchaseState.SENT, now())
    lines = _said(order.lines.select_related("sku"))
    data = {"number": order.number, "supplier": order.supplier.code, "lines": lines}
    record(actor, kinds.PURCHASE_SENT, order.pk, data=data)
    return order


@flow
def receive_purchase(
    key: UUID,
    quantities: Mapping[int, Decimal],
    *,
    actor: Actor,
    lots: Mapping[int, LotName] | None = None,
    once: Once | None = None,
    note: str = "",
) -> PurchaseOrder:
    """Take in what came of a purchase order, by line: on hand from now, and the worker gives it to orders that wait.

    `lots` names the lot of each line whose sku tracks them. Raises NoSuchSupply, IllegalStep, TooMuch, InvalidInput.
    """
    require(actor, Perm.SUPPLY_VIEW, Perm.STOCK_ADJUST)
    idempotency.begin(once)
    instant = now()
    # Stock is locked before supply, as everywhere.
    rows = PurchaseLine.objects.filter(order=key, position__in=quantities).select_related(
        "sku", "order__warehouse"
    )
    lines = list(rows)
    stock = stocking.lock_goods(lines[0].order.warehouse, [line.sku for line in lines]) if lines else {}
    order = purchase_services.lock(key)
    came = purchase_services.receive(order, quantities, instant)
    source = f"purchase:{order.number}"
    for line, quantity in came:
        row, lot = stock[line.sku_id], (lots or {}).get(line.position)
        demand_named(row, lot)
        move(row, quantity, MovementKind.RECEIPT, actor, instant, reason=note[:300], source=source, lot=lot)
    data = {
        "number": order.number,
        "supplier": order.supplier.code,
        "warehouse": order.warehouse.code,
        "lines": [f"{plain(quantity)} × {line.sku.code}" for line, quantity in came],
        "state": str(order.state),
    }
    record(actor, kinds.PURCHASE_RECEIVED, order.pk, data=data)
    idempotency.finish(once, order)
    return order


@flow
def cancel_purchase(key: UUID, reason: str, *, actor: Actor) -> PurchaseOrder:
    """Give up what has not come of a purchase order. Raises NoSuchSupply, IllegalStep, InvalidInput without a reason."""
    require(actor, Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
    if not reason.strip():
        raise InvalidInput("Say why.", field="reason")
    order = purchase_services.lock(key)
    purchase_services.move(order, PurchaseState.CANCELLED, now())
    data = {"number": order.number, "supplier": order.supplier.code, "reason": reason.strip()[:300]}
    record(actor, kinds.PURCHASE_CANCELLED, order.pk, data=data)
    expecting.refresh(actor, now(), list(order.lines.values_list("sku", flat=True)))
    return order


def _said(lines: Iterable[PurchaseLine]) -> list[str]:
    return [f"{plain(line.ordered)} × {line.sku.code}" for line in lines]
