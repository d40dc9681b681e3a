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
