"""A year of the demonstration company's orders: history up to last week, and those on the desk now."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from openoms.core.clock import now
from openoms.core.types import Actor
from openoms.demo import catalogue, people
from openoms.domains.identity.models import User
from openoms.domains.identity.queries import actor_of
from openoms.domains.orders.models import Order
from openoms.domains.orders.states import FulfilmentState, PaymentState, Status
from openoms.domains.orders.types import NewInstruction
from openoms.domains.pricing.book import Discount
from openoms.flows.place import place_orders
from openoms.flows.steps.placing import History, LineRequest, OrderRequest

_SEED = 20260101
_PAST, _RECENT = 138, 12
_CARRIERS = ("顺丰速运", "中通快递", "京东物流")
_CHANNELS = ("web", "web", "desk", "phone", "marketplace")
_FREE_FROM, _FEE = Decimal(299), Decimal(12)
_REMARKS = (
    NewInstruction("送货前请电话联系。 Call before delivery.", audience="logistics", stage="shipping"),
    NewInstruction(
        "礼品包装，不放发票。 Gift wrap, no invoice inside.", audience="warehouse", stage="packing"
    ),
    NewInstruction(
        "裁切前先确认尺寸。 Confirm the measures before cutting.",
        audience="production",
        stage="production",
        blocking=True,
    ),
)


def load(actor: Actor) -> int:
    """Place the orders that are missing; how many orders there are."""
    # Not for secrets: a fixed seed makes the same company every time.
    chance = Random(_SEED)  # noqa: S311 # nosec B311
    today = now().replace(minute=0, second=0, microsecond=0)
    past = [_past(number, today, chance) for number in range(_PAST)]
    recent = [_recent(number, chance) for number in range(_RECENT)]
    there = set(Order.objects.filter(external_id__startswith="DEMO-").values_list("external_id", flat=True))
    _place([request for request in past if request.external_id not in there], actor)
    _place([request for request in recent if request.external_id not in there], _seller())
    return Order.objects.count()


def _place(requests: Sequence[OrderRequest], actor: Actor) -> None:
    if requests:
        place_orders(requests, actor=actor, skip_refused=False)


def _seller() -> Actor:
    """The demonstration's sales manager, who may give discounts."""
    email = people.email_of("sales_manager")
    return actor_of(User.objects.prefetch_related("roles").get(email=email))


def _past(number: int, today: datetime, chance: Random) -> OrderRequest:
    """An order of the past; business grows, so the later months have more. The last two weeks' wait to be shipped."""
    age = 2 + int(363 * (1 - (number + 1) / _PAST) ** 1.4)
    placed = today - timedelta(days=age, hours=chance.randrange(9), minutes=chance.randrange(60))
    lines = lines_by_chance(chance)
    prices = catalogue.retail_prices()
    goods = sum((prices[line.sku] * line.quantity for line in lines), Decimal(0))
    shipping = Decimal(0) if goods >= _FREE_FROM else _FEE
    paid = PaymentState.PAID if chance.random() < 0.94 else PaymentState.UNPAID
    if chance.random() < 0.04:
        history = History(placed, shipping, status=Status.CANCELLED)
    elif age > 14 or chance.random() < 0.4:
        shipped = min(placed + timedelta(hours=chance.randint(6, 90)), today)
        completed = min(shipped + timedelta(hours=chance.randint(20, 140)), today)
        history = History(
            placed,
            shipping,
            shipped,
            chance.choice(_CARRIERS),
            completed,
            Status.COMPLETED,
            paid,
            FulfilmentState.DELIVERED,
        )
    else:
        history = History(placed, shipping, status=Status.APPROVED, payment_state=paid)
    return OrderRequest(
        lines=lines,
        customer=chance.choice(people.customer_codes()),
        channel=chance.choice(_CHANNELS),
        external_id=f"DEMO-{number + 1:04d}",
        requested_date=(placed + timedelta(days=chance.randint(3, 12))).date(),
        history=history,
    )


def _recent(number: int, chance: Random) -> OrderRequest:
    """An order as the desk takes it today: every third still a draft, some with remarks or a discount."""
    discount = Discount("percent", Decimal(5), "Regular customer 老客户") if number % 4 == 1 else None
    return OrderRequest(
        lines=lines_by_chance(chance),
        customer=chance.choice(people.customer_codes()),
        channel="desk",
        external_id=f"DEMO-{_PAST + number + 1:04d}",
        discount=discount,
        requested_date=(now() + timedelta(days=7 + number)).date(),
        instructions=(_REMARKS[number % len(_REMARKS)],) if number % 2 == 0 else (),
        submit=number % 3 != 0,
    )


def lines_by_chance(chance: Random) -> tuple[LineRequest, ...]:
    """One to four skus, mostly single ones, now and then a whole office's."""
    skus = chance.sample(sorted(catalogue.retail_prices()), chance.choice((1, 1, 2, 2, 3, 4)))
    many = chance.random() < 0.08
    return tuple(
        LineRequest(sku, Decimal(chance.randint(10, 60) if many else chance.choice((1, 1, 1, 2, 3))))
        for sku in skus
    )
