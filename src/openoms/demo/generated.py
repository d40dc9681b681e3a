"""A firm as large as one asks for: some thousand orders placed as any other, and as many alike of other days.

The first ones go through the flows, priced and checked; the rest are made from them by the database itself, row by row
what an imported order of the past would be: same goods, same customer, another instant, number and state. Everything
follows from the seed and the day; nothing is random twice. For measuring and trying out, never beside real data.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random

from django.db import connection, connections

from openoms.core.clock import now
from openoms.core.types import Actor
from openoms.demo import generated_people, multiplied
from openoms.demo.baskets import plain_lines
from openoms.demo.multiplied import Plan, reference
from openoms.domains.identity.models import User
from openoms.domains.identity.rules import system
from openoms.domains.orders.models import Order
from openoms.domains.orders.states import FulfilmentState, PaymentState, Status
from openoms.flows.place import place_orders
from openoms.flows.steps.placing import History, OrderRequest

MOST_ORIGINALS = 10_000
ORDERS_A_CUSTOMER = 50
CHUNK = 20_000
_BATCH = 500
# Two keep the server busy while one of them waits for its disk; none means this one.
_CONNECTIONS = 2
_CHANNELS = ("web", "web", "desk", "phone", "marketplace")


def generate(count: int, seed: int, echo: Callable[[str], None], progress: Callable[[int], None]) -> int:
    """Add orders until the firm has `count` generated ones; returns how many were added.

    `progress` is told how many more there are. Safe to repeat: what an interrupted run left is continued.
    """
    actor = system("generate")
    there = _originals()
    today = now().replace(minute=0, second=0, microsecond=0)
    originals = min(count, MOST_ORIGINALS)
    customers = generated_people.load(max(40, min(count // ORDERS_A_CUSTOMER, MOST_ORIGINALS)), seed, actor)
    sellers = User.objects.filter(roles__code__in=("sales", "sales_manager", "customer_service"))
    owners = tuple(sellers.order_by("email").values_list("pk", flat=True).distinct())
    plan = Plan(count, originals, today, seed, owners)
    if there < originals:
        echo(f"Placing {originals - there} orders as originals ...")
        _place_originals(plan, there, customers, actor, progress)
    echo(f"Multiplying them to {count} ...")
    added = max(originals - there, 0) + _multiply(plan, progress)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return added


def _originals() -> int:
    """How many originals there are: they are placed in their order, so the first that is missing is the end."""
    return Order.objects.filter(
        channel__in=_CHANNELS, external_id__in=[reference(n) for n in range(MOST_ORIGINALS)]
    ).count()


def _place_originals(
    plan: Plan, there: int, customers: Sequence[str], actor: Actor, progress: Callable[[int], None]
) -> None:
    for begin in range(there, plan.originals, _BATCH):
        requests = [
            _original(plan, ordinal, customers)
            for ordinal in range(begin, min(begin + _BATCH, plan.originals))
        ]
        place_orders(requests, actor=actor, skip_refused=False)
        progress(len(requests))


def _original(plan: Plan, ordinal: int, customers: Sequence[str]) -> OrderRequest:
    """One order of long ago; a few customers order much, most little."""
    # Not for secrets: the seed makes the same firm every time.
    chance = Random(plan.seed * 1_000_003 + ordinal)  # noqa: S311 # nosec B311
    placed = plan.since - timedelta(days=30) + timedelta(days=30) * (ordinal / plan.originals)
    shipped = placed + timedelta(hours=chance.randint(6, 90))
    history = History(
        placed,
        shipped_at=shipped,
        carrier=chance.choice(("顺丰速运", "中通快递", "京东物流")),
        completed_at=shipped + timedelta(hours=chance.randint(20, 140)),
        status=Status.COMPLETED,
        payment_state=PaymentState.PAID,
        fulfilment_state=FulfilmentState.DELIVERED,
    )
    return OrderRequest(
        lines=plain_lines(chance),
        customer=customers[min(int(len(customers) * chance.random() ** 2), len(customers) - 1)],
        channel=chance.choice(_CHANNELS),
        external_id=reference(ordinal),
        requested_date=(placed + timedelta(days=chance.randint(3, 12))).date(),
        history=history,
    )


def _multiply(plan: Plan, progress: Callable[[int], None]) -> int:
    """Make every order from the last original on that is not there; each chunk of them is one transaction."""
    chunks = range(plan.originals, plan.count, CHUNK)

    def make(begin: int) -> int:
        try:
            made = multiplied.chunk(plan, begin, min(begin + CHUNK, plan.count))
        finally:
            if _CONNECTIONS:
                connections.close_all()
        progress(made)
        return made

    if not _CONNECTIONS:
        return sum(make(begin) for begin in chunks)
    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        return sum(pool.map(make, chunks))
