"""The catalogue as a sheet: its skus as rows to take away, and how rows brought back differ from what there is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from openoms.core.errors import DomainError, InvalidInput
from openoms.core.types import Actor
from openoms.domains.catalog.documents import spelled
from openoms.domains.catalog.models import Sku
from openoms.domains.catalog.queries import complete_skus, skus_visible_to
from openoms.domains.catalog.types import CostInput, SkuInput
from openoms.domains.identity.permissions import Perm
from openoms.domains.pricing.models import PriceList
from openoms.domains.pricing.queries import prices_of
from openoms.domains.pricing.types import PriceInput

MOST_ROWS = 5000
_TEXTS = ("name", "name_zh", "unit", "barcode")
_NUMBERS = ("weight_g", "pack_quantity", "min_order_quantity")
_DAYS = ("active_from", "active_to")
COLUMNS = ("version", "code", "product", *_TEXTS, *_NUMBERS, *_DAYS, "is_active")
_YES, _NO = {"yes", "true", "1", "是"}, {"no", "false", "0", "否"}
Prices = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class RowDifference:
    """One row brought back: what it changes (column, before, after), or why it cannot be read."""

    code: str
    version: int
    changes: Sequence[tuple[str, str, str]] = ()
    sku: SkuInput | None = None
    prices: tuple[PriceInput, ...] = ()
    problem: DomainError | None = None


def header(actor: Actor) -> list[str]:
    """The columns the actor's sheet has: prices of each list, costs for those who may see them."""
    lists = PriceList.objects.filter(is_active=True).order_by("code")
    codes = [f"price:{code}" for code in lists.values_list("code", flat=True)]
    currencies = sorted({row.currency for row in lists}) if actor.may(Perm.COST_VIEW) else []
    return [*COLUMNS, *codes, *(f"cost:{currency}" for currency in currencies)]


def rows(columns: Sequence[str], skus: Sequence[Sku], today: date) -> list[list[str]]:
    """The cells of complete skus (queries.complete_skus), in the columns' order."""
    prices = prices_of([sku.pk for sku in skus])
    found = [_cells(sku, prices.get(sku.pk, []), today) for sku in skus]
    return [[cells.get(column, "") for column in columns] for cells in found]


def differences(actor: Actor, sent: Sequence[Mapping[str, str]], today: date) -> list[RowDifference]:
    """How each row brought back differs; columns that a row has not are left as they are."""
    codes = [row.get("code", "") for row in sent]
    found = {sku.code: sku for sku in complete_skus(skus_visible_to(actor)).filter(code__in=codes)}
    prices = prices_of([sku.pk for sku in found.values()])
    known = set(header(actor))
    return [_difference(row, found, prices, known, today) for row in sent]


def _difference(
    row: Mapping[str, str],
    skus: Mapping[str, Sku],
    prices: Mapping[Any, Prices],
    known: set[str],
    today: date,
) -> RowDifference:
    code = row.get("code", "")
    sku = skus.get(code)
    try:
        version = int(row.get("version") or 0)
    except ValueError:
        version = 0
    if sku is None:
        return RowDifference(code, version, problem=InvalidInput(f"There is no sku {code!r}.", field="code"))
    own = prices.get(sku.pk, [])
    now = _cells(sku, own, today)
    wanted = {
        name: cell.strip()
        for name, cell in row.items()
        if name in known and name not in ("version", "code", "product")
    }
    changed = {name: cell for name, cell in wanted.items() if not _same(name, now.get(name, ""), cell)}
    told = [(name, now.get(name, ""), cell) for name, cell in changed.items()]
    try:
        return RowDifference(code, version, told, _sku(code, changed, today), _prices(changed, own))
    except InvalidInput as problem:
        return RowDifference(code, version, told, problem=problem)


def _same(name: str, before: str, after: str) -> bool:
    if before == after:
        return True
    if name == "is_active":
        return after.lower() in (_YES if before == "yes" else _NO)
    if name in _NUMBERS or name.startswith(("price:", "cost:")):
        try:
            return Decimal(before or "0") == Decimal(after or "0") and bool(before) == bool(after)
        except InvalidOperation:
            return False
    return name in _DAYS and after[:10] == before


def _cells(sku: Sku, prices: Prices, today: date) -> dict[str, str]:
    cells = {
        "version": str(sku.book_version),
        "code": sku.code,
        "product": sku.product.code,
        **{name: str(getattr(sku, name)) for name in _TEXTS},
        **{name: spelled(Decimal(getattr(sku, name))) for name in _NUMBERS},
        **{name: str(getattr(sku, name) or "") for name in _DAYS},
        "is_active": "yes" if sku.is_active else "no",
    }
    for price in reversed(prices):  # The first of each list last: it is the one shown.
        if _shown(price):
            cells[f"price:{price['price_list']}"] = spelled(price["unit_price"])
    for cost in sku.costs.all():
        if cost.valid_from <= today:
            cells[f"cost:{cost.currency}"] = spelled(cost.unit_cost)
    return cells


def _sku(code: str, changed: Mapping[str, str], today: date) -> SkuInput:
    values: dict[str, Any] = {name: changed[name] for name in _TEXTS if name in changed}
    for name in _NUMBERS:
        if name in changed:
            number = _number(name, changed[name] or "0")
            values[name] = int(number) if name == "weight_g" else number
    values |= {name: _day(name, changed[name]) for name in _DAYS if name in changed}
    if "is_active" in changed:
        said = changed["is_active"].lower()
        if said not in _YES | _NO:
            raise InvalidInput("Write yes or no.", field="is_active")
        values["is_active"] = said in _YES
    costs = tuple(
        CostInput(name.removeprefix("cost:"), _number(name, cell), today)
        for name, cell in changed.items()
        if name.startswith("cost:")
    )
    return SkuInput(code, **values, costs=costs)


def _prices(changed: Mapping[str, str], own: Prices) -> tuple[PriceInput, ...]:
    """All prices on each list whose first one changed: what is named is replaced as a whole."""
    found = []
    for name, cell in changed.items():
        if not name.startswith("price:"):
            continue
        code = name.removeprefix("price:")
        tiers = [price for price in own if price["price_list"] == code]
        first = next((tier for tier in tiers if _shown(tier)), None)
        found.append(PriceInput(code, _number(name, cell), first["min_quantity"] if first else Decimal(1)))
        found += [
            PriceInput(code, tier["unit_price"], tier["min_quantity"], tier["valid_from"], tier["valid_to"])
            for tier in tiers
            if tier is not first
        ]
    return tuple(found)


def _shown(price: Mapping[str, Any]) -> bool:
    """Whether the sheet shows the price: those with dates are edited on their list."""
    return not price["valid_from"] and not price["valid_to"]


def _number(name: str, cell: str) -> Decimal:
    try:
        number = Decimal(cell.replace(",", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not 0 <= number < Decimal(10**12):
        raise InvalidInput(f"{cell!r} is not a number of 0 or more.", field=name)
    if name == "weight_g" and (number != int(number) or number >= 2**31):
        raise InvalidInput(f"{cell!r} is not a number of 0 or more.", field=name)
    return number


def _day(name: str, cell: str) -> Any:
    if not cell:
        return ""
    try:
        return date.fromisoformat(cell[:10])
    except ValueError as error:
        raise InvalidInput(f"{cell!r} is not a day such as 2026-01-31.", field=name) from error
