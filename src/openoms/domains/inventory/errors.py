"""Refusals of stock."""

from collections.abc import Sequence
from decimal import Decimal

from openoms.core.errors import Conflict, NotFound


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
            on_hand=f"{on_hand.normalize():f}",
            reserved=f"{reserved.normalize():f}",
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
                    "wanted": f"{wanted.normalize():f}",
                    "available": f"{there.normalize():f}",
                }
                for line, sku, wanted, there in shortages
            ],
        )


class CannotSplit(Conflict):
    """The parts do not make the order; `reason` in data: `unknown_line`, `too_much`, `too_little`, `not_positive`,
    `empty_part`, `one_part`, `other_terms` (of a merge).
    """

    code = "cannot_split"

    def __init__(self, reason: str, line: str = "") -> None:
        super().__init__(
            f"The order cannot be split or merged so: {reason} {line}".strip() + ".", reason=reason, line=line
        )
