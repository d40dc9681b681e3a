"""What routing and scheduling cost, in one process, each beside its limit.

    python -m bench.goods

Budgets: twenty lines over thirty warehouses in 5 ms, at the median of many orders whatever share of the lines a warehouse
has, and in every one of them proven to be the best; five thousand production orders over twenty centres in one second, with
breakdowns too. Times are processor time: what one waits beside others on the machine is theirs.
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from bench.stage import say
from openoms.domains.inventory.routing import Policy, route
from openoms.domains.inventory.sites import Demand, DemandLine, Place, Site, Stock
from openoms.domains.inventory.strategies import CHEAPEST
from openoms.domains.supply.netting import Demand as Wanted
from openoms.domains.supply.netting import Item, Part, net
from openoms.domains.supply.scheduling import Shop, schedule
from openoms.domains.supply.work import Centre, Downtime, Job, Operation

D = Decimal
MONDAY = date(2026, 1, 5)
LINES, WAREHOUSES, ORDERS = 20, 30, 40
JOBS, CENTRES = 5_000, 20
ROUTE_MS, SCHEDULE_S = 5.0, 1.0


def processor_seconds(work: Callable[[], object]) -> float:
    """How long it takes the processor."""
    began = time.process_time()
    work()
    return time.process_time() - began


def order(seed: int, share: float) -> tuple[Demand, Stock]:
    """An order and warehouses that each carry `share` of its skus, one in five of them too few."""
    dice = Random(seed)
    sites = tuple(
        Site(
            f"W{i:02}",
            Place("CN", latitude=dice.uniform(20, 45), longitude=dice.uniform(90, 122)),
            dice.randint(1, 4),
            D(dice.randint(5, 30)),
            dice.randint(0, 100),
        )
        for i in range(WAREHOUSES)
    )
    lines = tuple(DemandLine(f"L{i:02}", f"S{i}", D(dice.randint(1, 20))) for i in range(LINES))
    available = {
        (site.code, line.sku): D(dice.randint(1, 60) if dice.random() < 0.8 else dice.randint(1, 4))
        for site in sites
        for line in lines
        if dice.random() < share
    }
    return Demand(lines, Place("CN", latitude=31.0, longitude=121.0)), Stock(sites, available)


def route_all(share: float, policy: Policy) -> tuple[float, float, bool]:
    """Milliseconds at the median and at most, and whether each is proven the best."""
    taken, proven = [], True
    for seed in range(ORDERS):
        demand, stock = order(seed, share)
        taken.append(processor_seconds(lambda d=demand, s=stock: route(d, s, policy)) * 1000)  # type: ignore[misc]
        proven &= route(demand, stock, policy).is_proven
    return statistics.median(taken), max(taken), proven


def shop(breakdowns: int) -> tuple[Shop, list[Job]]:
    """Twenty centres of one to three shifts, and jobs of two to six operations, a third of them with a component before."""
    dice = Random(1)
    days = tuple(day for day in (MONDAY + timedelta(days=i) for i in range(900)) if day.weekday() < 5)
    centres = tuple(Centre(f"C{i:02}", days, 480 * dice.randint(1, 3)) for i in range(CENTRES))
    jobs = [
        Job(
            f"J{i:05}",
            tuple(
                Operation(dice.choice(centres).code, dice.randint(20, 300)) for _ in range(dice.randint(2, 6))
            ),
            MONDAY + timedelta(days=dice.randint(5, 250)),
            dice.randint(1, 3),
            (f"J{dice.randrange(i):05}",) if i and dice.random() < 0.3 else (),
            MONDAY + timedelta(days=dice.randint(0, 60)) if dice.random() < 0.3 else None,
        )
        for i in range(JOBS)
    ]
    firsts = [MONDAY + timedelta(days=dice.randint(0, 100)) for _ in range(breakdowns)]
    down = tuple(
        Downtime(dice.choice(centres).code, first, first + timedelta(days=dice.randint(0, 5)))
        for first in firsts
    )
    return Shop(centres, MONDAY, down), jobs


def needs() -> tuple[list[Wanted], list[Item]]:
    """Two thousand demands for a hundred goods of two levels of parts, four hundred skus in all."""
    dice = Random(1)
    goods = [f"G{i}" for i in range(100)]
    halves, parts = [f"H{i}" for i in range(100)], [f"P{i}" for i in range(200)]
    items = [Item(sku, True, D(5), D(2), lead_days=3, parts=_parts(dice, halves)) for sku in goods]
    items += [Item(sku, True, lot=D(10), lead_days=2, parts=_parts(dice, parts)) for sku in halves]
    items += [Item(sku, on_hand=D(100), lot=D(50), lead_days=9, scrap_percent=D(3)) for sku in parts]
    wanted = [
        Wanted(
            f"D{i}", dice.choice(goods), MONDAY + timedelta(days=dice.randint(0, 90)), D(dice.randint(1, 20))
        )
        for i in range(2_000)
    ]
    return wanted, items


def _parts(dice: Random, skus: list[str]) -> tuple[Part, ...]:
    return tuple(Part(sku, D(dice.randint(1, 4))) for sku in dice.sample(skus, 3))


def main() -> int:
    """Print each figure beside its limit; 1 where one is over."""
    failed = False
    for name, policy in (("fewest splits", Policy()), ("cheapest", Policy((CHEAPEST,)))):
        for share in (0.1, 0.3, 0.6, 0.9):
            median, most, proven = route_all(share, policy)
            failed |= median > ROUTE_MS or not proven
            say(
                f"route {LINES} lines × {WAREHOUSES} warehouses with {share:.0%} of the skus, {name}: "
                f"{median:.2f} ms at the median (limit {ROUTE_MS:.2f}), {most:.1f} at most"
                f"{'' if proven else ', not all proven'}"
            )
    for breakdowns in (0, 10):
        work, jobs = shop(breakdowns)
        seconds = min(processor_seconds(lambda w=work, j=jobs: schedule(w, j)) for _ in range(3))  # type: ignore[misc]
        failed |= seconds > SCHEDULE_S
        operations = sum(len(job.operations) for job in jobs)
        say(
            f"schedule {JOBS} orders ({operations} operations) × {CENTRES} centres, {breakdowns} breakdowns: "
            f"{seconds:.2f} s (limit {SCHEDULE_S:.2f})"
        )
    wanted, items = needs()
    seconds = min(processor_seconds(lambda: net(wanted, items, MONDAY)) for _ in range(3))
    say(f"net {len(wanted)} demands for {len(items)} skus on three levels: {seconds:.2f} s")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
