"""How the desk's orders of these days are told: what was asked, when and by whom it was taken, what happened since."""

from dataclasses import dataclass

from openoms.demo.deeds import Deed, Step
from openoms.domains.customers.contacts import AddressParts
from openoms.domains.orders.states import Terms
from openoms.domains.pricing.book import Discount
from openoms.flows.steps.placing import LineRequest, OrderRequest


@dataclass(frozen=True, slots=True)
class Story:
    """An order of these days. `role` "" is a program: what it sends waits for an owner; `days` until it is wanted."""

    when: str
    role: str
    request: OrderRequest
    then: tuple[Step, ...] = ()
    days: int | None = None


def story(
    when: str,
    role: str,
    customer: str,
    lines: tuple[LineRequest, ...],
    *then: tuple[str, str, Deed],
    days: int | None = None,
    channel: str = "desk",
    order_type: str = "standard",
    currency: str = "CNY",
    discount: Discount | None = None,
    ship_to: AddressParts | None = None,
    terms: Terms = Terms.PREPAID,
    draft: bool = False,
) -> Story:
    """A story; `then` are (when, role, deed)."""
    request = OrderRequest(
        lines=lines, customer=customer, channel=channel, order_type=order_type, currency=currency,
        discount=discount, ship_to=ship_to, terms=terms, submit=not draft,
    )  # fmt: skip
    return Story(when, role, request, tuple(Step(*step) for step in then), days)
