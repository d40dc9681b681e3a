"""The demonstration's year up to now as another program left it: orders with their agreed prices, instants and states."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from openoms.demo import baskets, catalogue, people
from openoms.demo.deeds import ZONE
from openoms.domains.orders.states import FulfilmentState, PaymentState, Stage, Status, Terms
from openoms.domains.orders.types import NewInstruction
from openoms.flows.steps.placing import History, LineRequest, OrderRequest

COUNT = 300
_SEED = 20260101
_CARRIERS = ("顺丰速运", "中通快递", "京东物流")
_CHANNELS = ("web", "web", "marketplace", "marketplace", "desk", "phone")
_FREE_FROM, _FEE = Decimal(299), Decimal(12)
# Within so many days an order is under way; what is older is over.
_UNDER_WAY_DAYS = 14
# What is under way, one after another: how far the goods are and what is paid.
_UNDER_WAY = (
    (FulfilmentState.UNALLOCATED, PaymentState.PAID),
    (FulfilmentState.ALLOCATED, PaymentState.PAID),
    (FulfilmentState.BACKORDERED, PaymentState.PARTIALLY_PAID),
    (FulfilmentState.PICKING, PaymentState.PAID),
    (FulfilmentState.PACKED, PaymentState.PAID),
    (FulfilmentState.PARTIALLY_SHIPPED, PaymentState.PAID),
    (FulfilmentState.SHIPPED, PaymentState.PAID),
    (FulfilmentState.UNALLOCATED, PaymentState.UNPAID),
    (FulfilmentState.DELIVERED, PaymentState.PAID),
)
_SENT = frozenset({FulfilmentState.PARTIALLY_SHIPPED, FulfilmentState.SHIPPED, FulfilmentState.DELIVERED, FulfilmentState.RETURNED})  # fmt: skip
_CALL = NewInstruction("送货前请电话联系。 Call before delivery.", audience="logistics", stage=Stage.SHIPPING)


def requests(now: datetime) -> Iterator[OrderRequest]:
    """All of them, oldest first; business grows, so the later months have more."""
    # Not for secrets: a fixed seed makes the same company every time.
    chance = Random(_SEED)  # noqa: S311 # nosec B311
    today = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    for number in range(COUNT):
        age = 1 + int(364 * (1 - (number + 1) / COUNT) ** 1.4)
        placed = (
            today - timedelta(days=age) + timedelta(hours=chance.randint(8, 21), minutes=chance.randrange(60))
        )
        yield _request(number, placed, today, chance)


def reference(channel: str, number: int) -> str:
    """What an order is called where it comes from: at a marketplace, in the shop, in the customer's own books."""
    if channel == "marketplace":
        return f"3001{number * 7919 % 10**6:06d}{number:06d}"
    return f"{'WEB' if channel == 'web' else 'PO'}-{number + 1:05d}"


def _request(number: int, placed: datetime, today: datetime, chance: Random) -> OrderRequest:
    lines = baskets.chosen_lines(chance) if chance.random() < 0.22 else baskets.plain_lines(chance)
    if chance.random() < 0.04:
        lines = (LineRequest("SV-MEAS", Decimal(1)),)
    customer = chance.choice(people.CNY_CODES)
    is_firm = customer >= people.FIRST_COMPANY
    channel = chance.choice(("desk", "desk", "phone", "web")) if is_firm else chance.choice(_CHANNELS)
    is_custom = baskets.is_custom(lines)
    return OrderRequest(
        lines=lines,
        customer=customer,
        channel=channel,
        order_type="custom" if is_custom else "wholesale" if is_firm else "standard",
        external_id=reference(channel, number),
        terms=Terms.CREDIT if is_firm and chance.random() < 0.7 else Terms.PREPAID,
        requested_date=(placed + timedelta(days=chance.randint(3, 12))).date(),
        instructions=(_CALL,) if number % 9 == 4 else (),
        history=_history(number, placed, today, lines, chance),
    )


def _history(
    number: int, placed: datetime, today: datetime, lines: tuple[LineRequest, ...], chance: Random
) -> History:
    """How it went: what is old is over but for a few, what is new stands somewhere on its way."""
    shipping = _shipping(lines)
    carrier = chance.choice(_CARRIERS)
    shipped = placed + timedelta(hours=chance.randint(6, 90))
    completed = shipped + timedelta(hours=chance.randint(20, 140))
    if chance.random() < 0.05:
        paid = PaymentState.REFUNDED if number % 2 else PaymentState.UNPAID
        return History(placed, shipping, status=Status.CANCELLED, payment_state=paid)
    if baskets.is_service(lines):
        return History(
            placed, shipping, completed_at=min(completed, today), status=Status.COMPLETED,
            payment_state=PaymentState.PAID, fulfilment_state=FulfilmentState.PERFORMED,
        )  # fmt: skip
    if today - placed > timedelta(days=_UNDER_WAY_DAYS):
        goods, paid = _outcome(number)
        return History(placed, shipping, shipped, carrier, completed, Status.COMPLETED, paid, goods)
    goods, paid = _UNDER_WAY[number % len(_UNDER_WAY)]
    if baskets.is_custom(lines) and goods not in _SENT:
        goods = FulfilmentState.IN_PRODUCTION
    sent = min(shipped, today) if goods in _SENT else None
    return History(
        placed, shipping, sent, carrier if sent else "", payment_state=paid, fulfilment_state=goods
    )


def _outcome(number: int) -> tuple[FulfilmentState, PaymentState]:
    """Nearly all arrived and were paid; some came back, some were paid back in part, a few are owed."""
    if number % 29 == 7:
        return FulfilmentState.RETURNED, PaymentState.REFUNDED
    if number % 31 == 11:
        return FulfilmentState.DELIVERED, PaymentState.PARTIALLY_REFUNDED
    if number % 37 == 5:
        return FulfilmentState.DELIVERED, PaymentState.PARTIALLY_PAID
    if number % 17 == 3:
        return FulfilmentState.DELIVERED, PaymentState.UNPAID
    return FulfilmentState.DELIVERED, PaymentState.PAID


def _shipping(lines: tuple[LineRequest, ...]) -> Decimal:
    """The fee as it was agreed: none for services, for much, and for what is made or chosen."""
    prices = catalogue.retail_prices()
    goods = [line for line in lines if not line.sku.startswith("SV-")]
    if not goods or any(line.sku not in prices for line in goods):
        return Decimal(0)
    return Decimal(0) if sum(prices[line.sku] * line.quantity for line in goods) >= _FREE_FROM else _FEE
