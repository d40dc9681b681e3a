"""A product's skus side by side: what is the same is quiet, what differs stands out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from openoms.domains.catalog.models import Sku
from openoms.interfaces.console.templatetags.oms import day, named, quantity, unit, unit_price

# More do not fit beside each other on any screen.
MOST = 12


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute: its name, each sku's in their order, and whether they differ."""

    label: str
    cells: Sequence[str]

    @property
    def differs(self) -> bool:
        """Whether the skus are told apart by it."""
        return len(set(self.cells)) > 1


def compare(skus: Sequence[Sku], prices: Mapping[UUID, Sequence[Mapping[str, Any]]]) -> list[Attribute]:
    """The attributes of these skus (complete: values prefetched) that say something of at least one."""
    columns: list[tuple[str, Callable[[Sku], str]]] = [
        *_options(skus),
        *_prices(prices),
        (_("Unit"), lambda sku: unit(sku.unit)),
        (_("Weight in grams"), lambda sku: _number(Decimal(sku.weight_g))),
        (_("Barcode"), lambda sku: sku.barcode),
        (_("Pack size"), lambda sku: _number(sku.pack_quantity)),
        (_("Minimum order quantity"), lambda sku: _number(sku.min_order_quantity)),
        (_("On sale from"), lambda sku: _day(sku.active_from)),
        (_("On sale until"), lambda sku: _day(sku.active_to)),
        (_("Duration in minutes"), lambda sku: _number(Decimal(sku.duration_minutes))),
        (_("On sale"), lambda sku: _("yes") if sku.is_active else _("no")),
    ]
    attributes = [Attribute(label, [cell(sku) or "–" for sku in skus]) for label, cell in columns]
    return [one for one in attributes if any(cell != "–" for cell in one.cells)]


def _options(skus: Sequence[Sku]) -> list[tuple[str, Callable[[Sku], str]]]:
    chosen = {sku.pk: {one.option_id: named(one.value) for one in sku.values.all()} for sku in skus}
    options = {one.option_id: one.option for sku in skus for one in sku.values.all()}
    ordered = sorted(options.items(), key=lambda pair: pair[1].position)
    return [
        (named(option), lambda sku, key=key: chosen[sku.pk].get(key, ""))  # type: ignore[misc]
        for key, option in ordered
    ]


def _prices(
    prices: Mapping[UUID, Sequence[Mapping[str, Any]]],
) -> list[tuple[str, Callable[[Sku], str]]]:
    """The first price of each list."""
    first: dict[tuple[UUID, str], str] = {}
    for key, rows in prices.items():
        for row in rows:
            first.setdefault((key, row["price_list"]), unit_price(row["unit_price"], row["currency"]))
    lists = {row["price_list"]: named(row["list"]) for rows in prices.values() for row in rows}
    return [
        (name, lambda sku, code=code: first.get((sku.pk, code), ""))  # type: ignore[misc]
        for code, name in sorted(lists.items())
    ]


def _number(value: Decimal) -> str:
    return quantity(value) if value else ""


def _day(value: date | None) -> str:
    return day(value) if value else ""
