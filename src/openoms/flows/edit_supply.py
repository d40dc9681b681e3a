"""Changing what supply knows: suppliers, work centres, bills of materials."""

from datetime import datetime

from openoms.core.db import flow
from openoms.core.types import Actor
from openoms.domains.events.services import record
from openoms.domains.identity.permissions import Perm
from openoms.domains.identity.rules import require
from openoms.domains.supply import kinds, master_services
from openoms.domains.supply.models import BillOfMaterials, Supplier, WorkCentre
from openoms.domains.supply.types import BillInput, CentreInput, SupplierInput


@flow
def save_supplier(
    value: SupplierInput, *, actor: Actor, new: bool | None = None, read_at: datetime | None = None
) -> Supplier:
    """Make (`new`) or change a supplier, and with its skus (None: as they are) what it sells.

    `read_at` is its `updated_at` when it was read. Raises InvalidInput, ChangedMeanwhile.
    """
    require(actor, Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
    if value.skus is not None:
        require(actor, Perm.COST_VIEW)
    row, saved = master_services.save_supplier(value, new=new, read_at=read_at)
    if saved.after:
        data = {"code": row.code, "before": saved.before, "after": saved.after}
        record(actor, kinds.SUPPLIER_SAVED, row.pk, data=data)
    return row


@flow
def save_work_centre(value: CentreInput, *, actor: Actor) -> WorkCentre:
    """Make or change a work centre. Raises InvalidInput."""
    require(actor, Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
    row, saved = master_services.save_centre(value)
    if saved.after:
        data = {"code": row.code, "before": saved.before, "after": saved.after}
        record(actor, kinds.CENTRE_SAVED, row.pk, data=data)
    return row


@flow
def save_bill(
    value: BillInput, *, actor: Actor, new: bool | None = None, read_at: datetime | None = None
) -> BillOfMaterials:
    """Make (`new`) or change what a sku is made of and how; orders that stand keep what they were planned with.

    `read_at` is its `updated_at` when it was read. Raises InvalidInput, CircularBill, NoSuchSupply, ChangedMeanwhile.
    """
    require(actor, Perm.SUPPLY_VIEW, Perm.SUPPLY_MANAGE)
    row, saved = master_services.save_bill(value, new=new, read_at=read_at)
    if saved.before != saved.after:
        data = {"sku": value.sku, "before": saved.before, "after": saved.after}
        record(actor, kinds.BILL_SAVED, row.pk, data=data)
    return row
