"""Writing parcels: what lies in which box of a fulfilment."""

from collections.abc import Mapping, Sequence
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


def put(box: Parcel, given: Mapping[FulfilmentLine, Decimal]) -> None:
    """Put so many of locked lines into a parcel, on top of what lies in it."""
    db.require_atomic()
    there = {row.line_id: row for row in box.lines.all()}
    fresh, more = [], []
    for line, quantity in given.items():
        row = there.get(line.pk)
        if row is None:
            fresh.append(ParcelLine(id=uuid7(), parcel=box, line=line, quantity=quantity))
        else:
            row.quantity += quantity
            more.append(row)
        line.packed += quantity
    ParcelLine.objects.bulk_create(fresh)
    ParcelLine.objects.bulk_update(more, ["quantity"])
    FulfilmentLine.objects.bulk_update(given, ["packed"])


def fill(fulfilment: Fulfilment, contents: Sequence[Mapping[FulfilmentLine, Decimal]]) -> None:
    """Put locked lines of a fulfilment without parcels into one parcel for each of the contents."""
    db.require_atomic()
    boxes = [Parcel(id=uuid7(), fulfilment=fulfilment, position=n) for n, _ in enumerate(contents, 1)]
    Parcel.objects.bulk_create(boxes)
    packed: dict[FulfilmentLine, Decimal] = {}
    rows = []
    for box, given in zip(boxes, contents, strict=True):
        for line, quantity in given.items():
            rows.append(ParcelLine(id=uuid7(), parcel=box, line=line, quantity=quantity))
            packed[line] = packed.get(line, ZERO) + quantity
    ParcelLine.objects.bulk_create(rows)
    for line, quantity in packed.items():
        line.packed += quantity
    FulfilmentLine.objects.bulk_update(packed, ["packed"])


def weigh(boxes: Sequence[Parcel], weights: Sequence[int | None]) -> None:
    """Note what parcels weigh, the first the first; those without a weight keep none."""
    db.require_atomic()
    for box, weight in zip(boxes, weights, strict=False):
        box.weight_g = weight
    Parcel.objects.bulk_update(boxes, ["weight_g"])


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
