"""Writing lots: made as goods arrive, blocked once they expired, made of what is there as a sku begins to track them."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from openoms.core import db
from openoms.core.ids import uuid7
from openoms.domains.inventory.errors import OtherExpiry
from openoms.domains.inventory.lots import LotName, is_good
from openoms.domains.inventory.models import Lot, Stock

ZERO = Decimal(0)
UNKNOWN = ""


def lots_of(stock: Stock) -> list[Lot]:
    """The lots of a locked row of which something is there, the first to go first; the row's lock guards them."""
    db.require_atomic()
    return list(Lot.objects.filter(stock=stock, on_hand__gt=0))


def lot(stock: Stock, name: LotName, at: datetime, today: date) -> Lot:
    """The lot of that name at a locked row, made when missing. Raises OtherExpiry."""
    db.require_atomic()
    row = Lot.objects.filter(stock=stock, code=name.code).first()
    if row is None:
        return Lot.objects.create(
            id=uuid7(), stock=stock, code=name.code, expires_on=name.expires_on, received_at=at,
            is_blocked=not is_good(name.expires_on, today),
        )  # fmt: skip
    if name.expires_on is not None and row.expires_on != name.expires_on:
        if row.on_hand or row.expires_on is not None:
            raise OtherExpiry(name.code, row.expires_on)
        row.expires_on = name.expires_on
        row.is_blocked = not is_good(name.expires_on, today)
    if not row.on_hand:
        # Of an old lot nothing was left: what comes now counts its age from now.
        row.received_at = at
    row.save(update_fields=["expires_on", "received_at", "is_blocked"])
    return row


def block(stock: Stock, expired: Sequence[Lot]) -> None:
    """Keep expired lots of a locked row back from being promised."""
    db.require_atomic()
    for row in expired:
        row.is_blocked = True
        row.save(update_fields=["is_blocked"])
    stock.blocked += sum((row.on_hand for row in expired), ZERO)
    stock.save(update_fields=["blocked", "updated_at"])


def begin(stock: Stock, at: datetime) -> None:
    """Make what lies at a locked row one lot nobody knows anything of."""
    db.require_atomic()
    if stock.on_hand:
        row = lot(stock, LotName(UNKNOWN), at, at.date())
        row.on_hand = stock.on_hand
        row.save(update_fields=["on_hand"])


def end(stock: Stock) -> None:
    """Forget how a locked row is divided into lots: all of it can be promised again."""
    db.require_atomic()
    Lot.objects.filter(stock=stock).update(on_hand=ZERO, is_blocked=False)
    stock.blocked = ZERO
    stock.save(update_fields=["blocked", "updated_at"])


def mend(stock: Stock, at: datetime) -> None:
    """Make lots of a locked row sum to what is on hand: what is too much goes from those that go last, what lacks is unknown."""
    db.require_atomic()
    rows = lots_of(stock)
    too_many = sum((row.on_hand for row in rows), ZERO) - stock.on_hand
    if too_many < 0:
        row = lot(stock, LotName(UNKNOWN), at, at.date())
        row.on_hand -= too_many
        row.save(update_fields=["on_hand"])
    for row in reversed(rows):
        part = min(max(too_many, ZERO), row.on_hand)
        too_many -= part
        if part:
            row.on_hand -= part
            row.save(update_fields=["on_hand"])
    blocked = Lot.objects.filter(stock=stock, is_blocked=True)
    stock.blocked = sum((row.on_hand for row in blocked), ZERO)
    stock.save(update_fields=["blocked", "updated_at"])
