"""Writing stop-work notices: raised for what is no longer needed, acknowledged by the department."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from openoms.core.db import require_atomic
from openoms.core.ids import uuid7
from openoms.domains.supply.errors import NoSuchSupply, NoticeAcknowledged
from openoms.domains.supply.models import ProductionOrder, PurchaseLine, StopWorkNotice
from openoms.domains.supply.states import NoticeReason


def raise_notice(
    work: ProductionOrder | PurchaseLine,
    quantity: Decimal,
    reason: NoticeReason,
    at: datetime,
    number: str = "",
) -> StopWorkNotice | None:
    """Tell of what is no longer needed; None where an open notice of that work says so already (its quantity follows)."""
    require_atomic()
    about = {"production": work} if isinstance(work, ProductionOrder) else {"purchase_line": work}
    there = (
        StopWorkNotice.objects.select_for_update(of=("self",)).filter(acknowledged_at=None, **about).first()
    )
    if there is not None:
        if there.quantity != quantity:
            there.quantity = quantity
            there.save(update_fields=["quantity"])
        return None
    return StopWorkNotice.objects.create(
        id=uuid7(), reason=reason, quantity=quantity, for_number=number, raised_at=at, **about
    )


def withdraw(work: ProductionOrder | PurchaseLine) -> None:
    """Take open notices of work back that is needed again."""
    about = {"production": work} if isinstance(work, ProductionOrder) else {"purchase_line": work}
    StopWorkNotice.objects.filter(acknowledged_at=None, **about).delete()


def lock(key: UUID) -> StopWorkNotice:
    """An open notice, locked. Raises NoSuchSupply, NoticeAcknowledged."""
    require_atomic()
    rows = StopWorkNotice.objects.select_for_update(of=("self",))
    row = (
        rows.select_related("production__sku", "purchase_line__order", "purchase_line__sku")
        .filter(pk=key)
        .first()
    )
    if row is None:
        raise NoSuchSupply("notice", str(key))
    if row.acknowledged_at is not None:
        raise NoticeAcknowledged(row.acknowledged_at.isoformat(timespec="minutes"))
    return row


def acknowledge(notice: StopWorkNotice, answer: str, *, by: UUID | None, at: datetime) -> None:
    """Note that the department has read a locked notice, and what it says."""
    notice.acknowledged_at, notice.acknowledged_by_id, notice.answer = at, by, answer
    notice.save(update_fields=["acknowledged_at", "acknowledged_by", "answer"])
