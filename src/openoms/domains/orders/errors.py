"""Refusals of orders."""

from datetime import date

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


class NotADraft(Conflict):
    """Only a draft's content can be replaced; what is under way is amended."""

    code = "not_a_draft"

    def __init__(self, number: str, status: str) -> None:
        super().__init__(
            f"Order {number} is {status}; only a draft can be edited. Withdraw it first.", current=status
        )


class QuotationExpired(Conflict):
    """The quotation's price was promised up to a day that is over."""

    code = "quotation_expired"

    def __init__(self, number: str, valid_until: date) -> None:
        super().__init__(
            f"The quotation {number} was valid until {valid_until}. Edit it to price it anew, then submit it.",
            valid_until=valid_until.isoformat(),
        )
