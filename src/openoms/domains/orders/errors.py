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


class NoSuchHold(NotFound):
    """The order has no such hold."""

    def __init__(self) -> None:
        super().__init__("The order has no such hold.")


class HoldExists(Conflict):
    """The order is on hold for that already."""

    code = "hold_exists"

    def __init__(self, kind: str) -> None:
        super().__init__(f"The order is on hold for this already ({kind}).", kind=kind)


class HoldReleased(Conflict):
    """The hold was released already; data says when."""

    code = "hold_released"

    def __init__(self, at: str) -> None:
        super().__init__(f"The hold was released already, at {at}.", released_at=at)


class OrderClosed(Conflict):
    """The order is completed or cancelled; data has its status."""

    code = "order_closed"

    def __init__(self, number: str, status: str) -> None:
        super().__init__(f"Order {number} is {status}; that cannot be changed any more.", current=status)


class CannotCancel(Conflict):
    """The order cannot be cancelled: `reason` is the refusal of its quote (`cancelling.REFUSALS`)."""

    code = "cannot_cancel"

    def __init__(self, number: str, reason: str) -> None:
        said = {
            "cancelled": "it is cancelled already",
            "completed": "it is completed",
            "performed": "a service of it was performed already",
            "returned": "goods of it came back already",
        }.get(reason, f"goods of it were {reason} already")
        super().__init__(f"Order {number} cannot be cancelled: {said}.", number=number, reason=reason)


class CannotMerge(Conflict):
    """The orders cannot become one: `reason` is of `parting.STATES`, `parting.DIFFERENCES`, or `one_order`; `number` names one."""

    code = "cannot_merge"

    def __init__(self, reason: str, number: str) -> None:
        super().__init__(f"The orders cannot be merged: {reason} ({number}).", reason=reason, number=number)


class NoSuchInstruction(NotFound):
    """The order has no such remark."""

    def __init__(self) -> None:
        super().__init__("The order has no such remark.")


class NoSuchLine(NotFound):
    """The order has no line of that number."""

    def __init__(self, position: int) -> None:
        super().__init__(f"The order has no line {position}.", line=position)


class NotAService(Conflict):
    """The line is of goods, which are shipped rather than performed."""

    code = "not_a_service"

    def __init__(self, position: int) -> None:
        super().__init__(f"Line {position} is no service.", line=position)


class ServiceStep(Conflict):
    """The service is not at that step: performed already, or signed for before it was performed."""

    code = "service_step"

    def __init__(self, position: int, state: str) -> None:
        super().__init__(f"The service of line {position} is {state}.", line=position, state=state)
