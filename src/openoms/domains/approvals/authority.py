"""How far somebody's say goes: what they may approve, and why not. Pure; looked at when they decide, whoever asked them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from openoms.domains.approvals.rules import OrderFacts, within


@dataclass(frozen=True, slots=True)
class Authority:
    """What a role or person may approve: amounts in `currency` within bounds, of these order types and categories.

    None named is all; without a currency it is any amount. An order of several categories needs every one of them to be
    covered: what is a category's is also of those above it, so one of a good's categories is enough for the good.
    """

    currency: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    order_types: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    def covers(self, facts: OrderFacts) -> bool:
        """Whether it extends to an order of these facts."""
        return not self.lacks(facts)

    def lacks(self, facts: OrderFacts) -> str:
        """What it does not extend to: currency, amount, order_type, category; nothing when it covers the order."""
        if self.currency:
            worth = facts.worth.get(self.currency)
            if worth is None:
                return "currency"
            if not within(worth, self.least, self.most):
                return "amount"
        if self.order_types and facts.order_type not in self.order_types:
            return "order_type"
        if self.categories and not all(set(codes) & set(self.categories) for codes in facts.goods):
            return "category"
        return ""


_NEAREST = ("category", "order_type", "amount", "currency")


def lacking(authorities: Sequence[Authority], facts: OrderFacts) -> str:
    """Why somebody of these authorities may not decide; "" when one covers the order, "none" without any.

    Of several reasons the one of the authority that comes nearest.
    """
    reasons = {authority.lacks(facts) for authority in authorities}
    if "" in reasons:
        return ""
    return next((reason for reason in _NEAREST if reason in reasons), "none")
