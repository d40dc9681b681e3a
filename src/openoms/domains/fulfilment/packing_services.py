"""Writing parcels: what lies in which box of a fulfilment."""

from collections.abc import Sequence
from decimal import Decimal

from openoms.core import db
from openoms.core.ids import uuid7
from openoms.domains.fulfilment.errors import NoSuchWork
from openoms.domains.fulfilment.models import Fulfilment, FulfilmentLine, Parcel, ParcelLine

ZERO = Decimal(0)


def lines_of(fulfilment: Fulfilment) -> list[FulfilmentLine]:
    """The lines of a locked fulfilment with their skus, locked."""
    db.require_atomic()
    rows = fulfilment.lines.select_related("sku", "stock").order_by("id")
    return list(rows.select_for_update(of=("self",)))


def parcel(fulfilment: Fulfilment, position: int | None) -> Parcel:
    """The parcel of that number of a locked fulfilment, None the last one, made where there is none. Raises NoSuchWork."""
    db.require_atomic()
    rows = fulfilment.parcels.order_by("position")
    row = rows.last() if position is None else rows.filter(position=position).first()
    if row is not None:
        return row
    if position is not None and position > 1:
        raise NoSuchWork("parcel", f"{fulfilment.number}/{position}")
    return Parcel.objects.create(id=uuid7(), fulfilment=fulfilment, position=1)


def add_parcel(fulfilment: Fulfilment) -> Parcel:
    """Another parcel of a locked fulfilment: the last one where it is still empty."""
    db.require_atomic()
    last = fulfilment.parcels.order_by("position").last()
    if last is not None and not last.lines.exists():
        return last
    return Parcel.objects.create(id=uuid7(), fulfilment=fulfilment, position=last.position + 1 if last else 1)


def put(box: Parcel, line: FulfilmentLine, quantity: Decimal) -> None:
    """Put so many of a locked line into a parcel."""
    db.require_atomic()
    row = ParcelLine.objects.filter(parcel=box, line=line).first()
    if row is None:
        ParcelLine.objects.create(id=uuid7(), parcel=box, line=line, quantity=quantity)
    else:
        row.quantity += quantity
        row.save(update_fields=["quantity"])
    line.packed += quantity
    line.save(update_fields=["packed"])


def weigh(box: Parcel, weight_g: int | None) -> None:
    """Note what a parcel weighs."""
    db.require_atomic()
    box.weight_g = weight_g
    box.save(update_fields=["weight_g"])


def unpack(fulfilment: Fulfilment) -> None:
    """Empty all parcels of a locked fulfilment."""
    db.require_atomic()
    fulfilment.parcels.all().delete()
    fulfilment.lines.update(packed=ZERO)


def drop_empty(fulfilment: Fulfilment) -> Sequence[Parcel]:
    """Take away parcels nothing lies in; those left, numbered from 1."""
    db.require_atomic()
    fulfilment.parcels.filter(lines=None).delete()
    rows = list(fulfilment.parcels.order_by("position"))
    for position, row in enumerate(rows, 1):
        if row.position != position:
            row.position = position
            row.save(update_fields=["position"])
    return rows
