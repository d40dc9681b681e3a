"""Refusals of stock."""

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
            on_hand=str(on_hand),
            reserved=str(reserved),
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
