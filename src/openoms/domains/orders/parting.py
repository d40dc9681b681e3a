"""May an order be split, and which orders can be merged into one (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass

from openoms.domains.orders.rules import is_begun
from openoms.domains.orders.states import Status

# Why an order takes no part in splitting or merging as it stands.
STATES = ("imported", "not_approved", "begun")
# Why two orders are not one, in the order they are looked at.
DIFFERENCES = (
    "other_customer",
    "other_channel",
    "other_currency",
    "other_tax",
    "other_terms",
    "other_address",
)
_PLACE = ("name", "phone", "country", "region", "city", "district", "line", "postcode")


@dataclass(frozen=True, slots=True)
class Standing:
    """How an order stands, and what must be the same for it to be merged with another; `address` by `place_of`."""

    number: str
    status: str
    fulfilment_state: str
    is_performed: bool
    historical: bool
    customer: object
    channel: str
    currency: str
    tax_inclusive: bool
    terms: str
    address: tuple[tuple[str, ...], tuple[str, ...] | None]


def place_of(document: dict[str, object]) -> tuple[str, ...]:
    """Where an address is and who receives there, without what its check found."""
    return tuple(str(document.get(name) or "") for name in _PLACE)


def state_refusal(order: Standing) -> str:
    """One of STATES, or "" for an order that is approved and that nobody has laid hands on."""
    if order.historical:
        return "imported"
    if order.status != Status.APPROVED:
        return "not_approved"
    return "begun" if order.is_performed or is_begun(order.fulfilment_state) else ""


def merge_refusal(orders: Sequence[Standing]) -> tuple[str, str]:
    """Why these orders cannot become one and the number of the one it is for; ("", "") when they can."""
    if len({order.number for order in orders}) < 2:
        return "one_order", orders[0].number if orders else ""
    for order in orders:
        if reason := state_refusal(order):
            return reason, order.number
    for order in orders[1:]:
        if reason := _difference(orders[0], order):
            return reason, order.number
    return "", ""


def _difference(one: Standing, other: Standing) -> str:
    same = (
        one.customer == other.customer,
        one.channel == other.channel,
        one.currency == other.currency,
        one.tax_inclusive == other.tax_inclusive,
        one.terms == other.terms,
        one.address == other.address,
    )
    return next((name for name, is_same in zip(DIFFERENCES, same, strict=True) if not is_same), "")
