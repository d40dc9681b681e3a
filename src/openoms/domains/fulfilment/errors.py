"""Refusals of warehouse work."""

from collections.abc import Sequence

from openoms.core.errors import Conflict, InvalidInput, NotFound


class NoSuchWork(NotFound):
    """There is no such fulfilment, wave or shipment."""

    code = "no_such_work"

    def __init__(self, what: str, name: str) -> None:
        super().__init__(f"There is no {what} {name}.", what=what, name=name)


class IllegalWork(Conflict):
    """The fulfilment, wave or shipment is in a state that does not allow it."""

    code = "illegal_work"

    def __init__(self, number: str, current: str, target: str) -> None:
        super().__init__(
            f"{number} is {current}; it cannot be {target}.", number=number, current=current, target=target
        )


class NotReleased(Conflict):
    """The order was not released to the warehouse."""

    code = "not_released"

    def __init__(self, number: str) -> None:
        super().__init__(f"Order {number} is not released to the warehouse.", number=number)


class NotOnTheList(InvalidInput):
    """What was scanned is not, or no longer, to be picked or packed here."""

    code = "not_on_the_list"

    def __init__(self, number: str, code: str) -> None:
        super().__init__(f"{number} needs no {code} now.", field="code", number=number, wanted=code)


class UnknownCode(InvalidInput):
    """No sku has that code or barcode."""

    code = "unknown_code"

    def __init__(self, code: str) -> None:
        super().__init__(f"No sku has the code or barcode {code!r}.", field="code", wanted=code)


class MoreThanNeeded(InvalidInput):
    """More was picked or packed than is needed; data names what remains."""

    code = "more_than_needed"

    def __init__(self, number: str, sku: str, left: str) -> None:
        super().__init__(
            f"{number} needs only {left} more of {sku}.", field="quantity", number=number, sku=sku, left=left
        )


class PackMismatch(Conflict):
    """What lies in the parcels is not what was picked; data names each sku with what is missing."""

    code = "pack_mismatch"

    def __init__(self, number: str, missing: Sequence[tuple[str, str]]) -> None:
        said = ", ".join(f"{quantity} × {sku}" for sku, quantity in missing)
        super().__init__(
            f"{number} is not packed whole: {said} missing.",
            number=number,
            missing=[{"sku": sku, "quantity": quantity} for sku, quantity in missing],
        )


class NothingToShip(InvalidInput):
    """No quantity was named, or nothing is kept for the order there."""

    code = "nothing_to_ship"

    def __init__(self, number: str) -> None:
        super().__init__(f"There is nothing of order {number} to ship.", field="lines", number=number)


class NotEnoughToShip(Conflict):
    """More was to be shipped than is kept for the order there; data names each sku, what is there and what was wanted."""

    code = "not_enough_to_ship"

    def __init__(self, number: str, short: Sequence[tuple[str, str, str]]) -> None:
        said = ", ".join(f"{there} of {wanted} × {sku}" for sku, there, wanted in short)
        super().__init__(
            f"Not enough of order {number} can be shipped: {said}.",
            number=number,
            short=[{"sku": sku, "available": there, "wanted": wanted} for sku, there, wanted in short],
        )
