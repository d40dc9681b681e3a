"""Refusals of payments."""

from datetime import date

from openoms.core.errors import Conflict, NotFound


class NoSuchPayment(NotFound):
    """There is no such payment, or not one the actor may see."""

    def __init__(self) -> None:
        super().__init__("There is no such payment.")


class PaymentRecorded(Conflict):
    """The order has a payment of that way and reference already; data names it."""

    code = "payment_recorded"

    def __init__(self, reference: str, amount: str, currency: str, day: date, payment: str) -> None:
        super().__init__(
            f"The payment {reference!r} of {amount} {currency} on {day} is recorded for this order already.",
            reference=reference,
            amount=amount,
            currency=currency,
            day=day.isoformat(),
            payment=payment,
        )


class PaymentVoided(Conflict):
    """The record of the payment was taken back already; data says when."""

    code = "payment_voided"

    def __init__(self, at: str) -> None:
        super().__init__(f"The record of this payment was taken back already, at {at}.", voided_at=at)


class PaidElsewhere(Conflict):
    """An imported order that was paid before it came here owes nothing."""

    code = "paid_elsewhere"

    def __init__(self, number: str) -> None:
        super().__init__(f"Order {number} was imported as paid; nothing is owed for it.")


class PaymentPassedOn(Conflict):
    """The money is with another order since this one was split or merged; `number` names it where one entry says so."""

    code = "payment_passed_on"

    def __init__(self, number: str) -> None:
        super().__init__("This money was passed on when the order was split or merged.", number=number)
