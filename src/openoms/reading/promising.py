"""Reading what may be promised: of skus by day, over all active warehouses together."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from openoms.core import firm
from openoms.core.errors import NotFound
from openoms.core.types import Actor
from openoms.domains.catalog.models import Product, Sku
from openoms.domains.identity.permissions import Perm
from openoms.domains.inventory.atp import Availability, Dated, Position, availability
from openoms.domains.supply import queries as supply
from openoms.domains.supply.expecting import lead_days

ZERO = Decimal(0)
# What lies free by sku (what expired left out; safety stock counts as far as there is any), what comes by day, what is short by the day it is needed.
_FIGURES = """
SELECT k.code, 'lies', NULL::date, sum(s.on_hand - s.blocked),
  sum(least(s.reserved, s.on_hand - s.blocked)), sum(least(s.safety, greatest(s.on_hand - s.blocked - s.reserved, 0)))
FROM catalog_sku k JOIN inventory_stock s ON s.sku_id = k.id JOIN inventory_warehouse w ON w.id = s.warehouse_id
WHERE w.is_active AND k.code = ANY(%(skus)s) GROUP BY k.code
UNION ALL
SELECT k.code, 'comes', i.due, sum(i.quantity), 0, 0
FROM catalog_sku k JOIN inventory_incoming i ON i.sku_id = k.id JOIN inventory_warehouse w ON w.id = i.warehouse_id
WHERE w.is_active AND k.code = ANY(%(skus)s) GROUP BY k.code, i.due
UNION ALL
SELECT k.code, 'wanted', b.needed_by, sum(b.quantity), 0, 0
FROM catalog_sku k JOIN inventory_backorder b ON b.sku_id = k.id
WHERE k.code = ANY(%(skus)s) GROUP BY k.code, b.needed_by
UNION ALL
SELECT '', 'places', NULL, count(*), 0, 0 FROM inventory_warehouse WHERE is_active HAVING count(*) > 0
"""


@dataclass(frozen=True, slots=True)
class Promise:
    """What may be promised of a sku. `parts` are (day, how many from then on) of the quantity asked for; what `lacks` in
    the end could be had `orderable_on` if it were ordered now, None where nobody makes or sells it.
    """

    sku: str
    quantity: Decimal
    known: Availability
    position: Position
    parts: Sequence[tuple[date, Decimal]]
    orderable_on: date | None

    @property
    def promised_on(self) -> date | None:
        """The first day for which all of it may be promised."""
        return self.known.promise(self.quantity)

    @property
    def lacks(self) -> Decimal:
        """What neither is there nor comes."""
        return self.quantity - sum((quantity for _day, quantity in self.parts), ZERO)


def promise(actor: Actor, code: str, quantity: Decimal) -> Promise:
    """From when so many of a sku may be promised without breaking what is promised already. Raises NotFound."""
    sku = Sku.objects.filter(code=code, product__kind=Product.Kind.GOODS).first()
    if sku is None or not actor.may(Perm.STOCK_VIEW):
        raise NotFound(f"There are no goods {code!r}.")
    today = firm.today()
    position = positions([code]).get(code, Position(ZERO))
    known = availability(position, today)
    found = Promise(code, quantity, known, position, known.parts(quantity), None)
    if found.lacks <= 0:
        return found
    items = supply.items_of([sku.pk])
    days = lead_days(sku.pk, found.lacks, items, supply.free_of(supply.named(items)))
    orderable = None if days is None else today + timedelta(days=days)
    return Promise(code, quantity, known, position, found.parts, orderable)


def availabilities(actor: Actor, codes: Collection[str]) -> Mapping[str, Availability]:
    """What may be promised of skus by day, in one question; empty for those who may not see stock."""
    if not codes or not actor.may(Perm.STOCK_VIEW):
        return {}
    today = firm.today()
    return {code: availability(position, today) for code, position in positions(codes).items()}


def positions(codes: Collection[str]) -> dict[str, Position]:
    """Where skus stand, all of them; those never kept anywhere at nothing. Empty where the firm has no warehouse."""
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, {"skus": list(codes)})
        rows = cursor.fetchall()
    if not any(what == "places" for _code, what, *_rest in rows):
        return {}
    today = firm.today()
    found: dict[str, dict[str, Any]] = {code: defaultdict(list) for code in codes}
    for code, what, day, quantity, reserved, safety in rows:
        if what == "lies":
            found[code]["lies"] = [(quantity, reserved, safety)]
        elif what != "places":
            # What is wanted on no day is wanted now.
            found[code][what].append(Dated(day or today, quantity))
    return {code: _position(own) for code, own in found.items()}


def _position(own: Mapping[str, Any]) -> Position:
    on_hand, reserved, safety = next(iter(own["lies"]), (ZERO, ZERO, ZERO))
    return Position(on_hand, reserved, safety, tuple(own["comes"]), tuple(own["wanted"]))
