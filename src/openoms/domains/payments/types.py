"""What the payments domain is told: frozen values."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from openoms.domains.payments.states import Method


@dataclass(frozen=True, slots=True)
class NewPayment:
    """Money that arrived, in the currency of its order. `reference` names it at the bank or with the customer."""

    amount: Decimal
    method: Method
    reference: str
    paid_at: datetime
