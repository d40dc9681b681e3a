"""Refusals of orders."""

from openoms.core.errors import Conflict, NotFound


class DuplicateExternalId(Conflict):
    """The channel has an order of that external id already."""

    code = "duplicate_external_id"

    def __init__(self, channel: str, external_id: str, number: str) -> None:
        super().__init__(
            f"{channel} order {external_id!r} is order {number} already.",
            number=number,
            external_id=external_id,
        )


class NoSuchOrder(NotFound):
    """No order of that number, or not one the actor may see."""

    def __init__(self, number: str) -> None:
        super().__init__(f"There is no order {number}.", number=number)
