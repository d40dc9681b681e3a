"""What order entry says beside each line: how many are there now, and from when the rest is."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from openoms.core import firm
from openoms.core.types import Actor
from openoms.domains.inventory.atp import Availability, together
from openoms.domains.pricing.priced import PricedLine
from openoms.interfaces.console.amounts import quantity_text
from openoms.reading import promising

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Said:
    """A line's promise in words; `is_late` when not all of it is there now."""

    text: str
    is_late: bool


def entry_promises(actor: Actor, figures: Mapping[str | None, PricedLine]) -> dict[str | None, Said]:
    """By the prefix of each line of goods what may be promised of it; lines of one sku count together."""
    parts = {prefix: _parts(row) for prefix, row in figures.items()}
    known = promising.availabilities(actor, sorted({sku for own in parts.values() for sku in own}))
    asked: dict[str, Decimal] = defaultdict(Decimal)
    for row in figures.values():
        asked[row.offer.sku] += row.quantity
    said = {}
    for prefix, row in figures.items():
        own = [(known[sku], each) for sku, each in parts[prefix].items() if sku in known]
        if own:
            of_line = together(own) if row.components else own[0][0]
            said[prefix] = _said(of_line, asked[row.offer.sku])
    return said


def _parts(row: PricedLine) -> dict[str, Decimal]:
    """What a line takes of which sku for one of it: a bundle of its parts; services of nothing."""
    if not row.components:
        return {} if row.offer.is_service else {row.offer.sku: Decimal(1)}
    parts: dict[str, Decimal] = defaultdict(Decimal)
    for one in row.components:
        if not one.offer.is_service:
            parts[one.offer.sku] += one.quantity
    return parts


def _said(known: Availability, quantity: Decimal) -> Said:
    today, parts = firm.today(), known.parts(quantity)
    lacks = quantity - sum((many for _day, many in parts), ZERO)
    if not lacks and len(parts) == 1 and parts[0][0] == today:
        return Said(pgettext("promise", "In stock"), is_late=False)
    words = [
        _("%(quantity)s now") % {"quantity": quantity_text(many)}
        if day == today
        else _("%(quantity)s from %(day)s") % {"quantity": quantity_text(many), "day": _day(day)}
        for day, many in parts
    ]
    if lacks:
        words.append(_("%(quantity)s without a date yet") % {"quantity": quantity_text(lacks)})
    return Said(("，" if _is_chinese() else ", ").join(words), is_late=True)


def _day(day: date) -> str:
    """A day of this year without the year."""
    if day.year != firm.today().year:
        return f"{day:%Y-%m-%d}"
    return f"{day.month}月{day.day}日" if _is_chinese() else f"{day.day} {day:%b}"


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")
