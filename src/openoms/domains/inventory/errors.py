"""Refusals of stock."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from openoms.core.errors import Conflict, InvalidInput, NotFound
from openoms.core.money import plain


class NoSuchWarehouse(NotFound):
    """There is none of that code."""

    code = "no_such_warehouse"

    def __init__(self, code: str) -> None:
        super().__init__(f"There is no warehouse {code!r}.")


class StockReserved(Conflict):
    """So much cannot leave: it is not there, or kept for orders; data has the figures."""

    code = "stock_reserved"

    def __init__(self, sku: str, on_hand: Decimal, reserved: Decimal) -> None:
        super().__init__(
            f"Of {sku} {on_hand.normalize():f} are on hand and {reserved.normalize():f} of them kept for orders: "
            "less than that cannot be left. Free or move the orders first.",
            sku=sku,
            on_hand=plain(on_hand),
            reserved=plain(reserved),
        )


class OutOfStock(Conflict):
    """The order wants more than can be promised, and the firm takes none that would wait; data names each line that is short."""

    code = "out_of_stock"

    def __init__(self, shortages: Sequence[tuple[int, str, Decimal, Decimal]]) -> None:
        said = ", ".join(
            f"{there.normalize():f} of {wanted.normalize():f} × {sku}" for _, sku, wanted, there in shortages
        )
        super().__init__(
            f"Not everything is there: {said}.",
            shortages=[
                {
                    "line": line,
                    "sku": sku,
                    "wanted": plain(wanted),
                    "available": plain(there),
                }
                for line, sku, wanted, there in shortages
            ],
        )


class NotEnoughThere(Conflict):
    """The warehouse has too few that could be promised; data names how many."""

    code = "not_enough_there"

    def __init__(self, warehouse: str, sku: str, available: Decimal) -> None:
        super().__init__(
            f"{warehouse} can promise {available.normalize():f} of {sku}.",
            warehouse=warehouse,
            sku=sku,
            available=plain(available),
        )


class LotsShort(Conflict):
    """So much cannot be taken from lots that are good: the others expired, or the lot named has less; data has the figures."""

    code = "lots_short"

    def __init__(self, sku: str, wanted: Decimal, good: Decimal, lot: str = "") -> None:
        named = f" of lot {lot}" if lot else ""
        super().__init__(
            f"Of {sku} {wanted.normalize():f}{named} are to be taken, and only {good.normalize():f} are there and good. "
            "Count the lots, or take out what expired.",
            sku=sku,
            lot=lot,
            wanted=plain(wanted),
            good=plain(good),
        )


class LotNeeded(InvalidInput):
    """The sku tracks lots: a movement by hand says which."""

    code = "lot_needed"

    def __init__(self, sku: str) -> None:
        super().__init__(f"{sku} tracks lots: say which.", field="lot", sku=sku)


class NoLots(InvalidInput):
    """A lot was named of a sku that tracks none."""

    code = "no_lots"

    def __init__(self, sku: str) -> None:
        super().__init__(f"{sku} does not track lots.", field="lot", sku=sku)


class OtherExpiry(InvalidInput):
    """The lot is known by another last day; `expires_on` in data, "" for none."""

    code = "other_expiry"

    def __init__(self, lot: str, expires_on: date | None) -> None:
        said = expires_on.isoformat() if expires_on else ""
        super().__init__(
            f"The lot {lot} is known to be good until {said or 'no day in particular'}.",
            field="expires_on",
            lot=lot,
            expires_on=said,
        )


class CannotSplit(Conflict):
    """The parts do not make the order; `reason` in data: `unknown_line`, `too_much`, `too_little`, `not_positive`,
    `empty_part`, `one_part`, `broken_piece`, `other_terms` (of a merge); of an order as it stands `imported`,
    `not_approved`, `begun`.
    """

    code = "cannot_split"

    def __init__(self, reason: str, line: str = "") -> None:
        super().__init__(
            f"The order cannot be split or merged so: {reason} {line}".strip() + ".", reason=reason, line=line
        )
