"""A flash sale: everybody wants one sku, against orders spread over many; and more wanted than there is.

    python -m bench.flash [--seconds 6] [--orders 20000]

Prints orders a second with 16 clients for spread-out and for one hot sku and their ratio (budget 0.5). Then 64 threads in
4 processes place orders on 50 skus of which half the demand is in stock, and again on a single one: sold must be what
there was, nothing negative, no error surfaced, the audit clean.
"""

import argparse
import json
import multiprocessing
import random
import sys
import threading
import time
from collections import Counter
from decimal import Decimal
from typing import Any

from bench import load
from bench.stage import CUSTOMERS, SKUS, Stage, say, stage, web

CLIENTS, BUDGET = 16, 0.5
PROCESSES, THREADS, WANTED = 4, 16, 50


def main() -> int:
    """Measure and print; 1 where something is over its budget or not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--orders", type=int, default=20_000)
    options = parser.parse_args()
    with stage("flash") as at:
        ratio = _hot(at, options.seconds)
        wrong = _oversell(at, options.orders, WANTED) + _oversell(at, options.orders // 4, 1)
    return int(ratio < BUDGET or wrong > 0)


def _hot(at: Stage, seconds: int) -> float:
    def bodies(pick: Any) -> list[bytes]:
        rng = random.Random(1)  # noqa: S311 - a load, not a secret
        return [
            json.dumps(
                {
                    "customer": f"C{rng.randrange(CUSTOMERS)}",
                    "channel": "api",
                    "lines": [{"sku": f"S{pick(rng)}", "quantity": "1"}],
                }
            ).encode()
            for _ in range(500)
        ]

    spread = [
        load.request("/api/v1/orders", body, at.key) for body in bodies(lambda rng: rng.randrange(SKUS))
    ]
    hot = [load.request("/api/v1/orders", body, at.key) for body in bodies(lambda rng: 7)]
    found: dict[str, list[float]] = {"spread": [], "hot": []}
    with web():
        load.run(at.port, spread, CLIENTS, 3)
        for _ in range(3):
            for name, requests in (("spread", spread), ("hot", hot)):
                result = load.run(at.port, requests, CLIENTS, seconds)
                found[name].append(result.per_second)
                if set(result.statuses) != {201}:
                    say(f"{name}: statuses {result.statuses}")
    middle = {name: sorted(values)[1] for name, values in found.items()}
    ratio = middle["hot"] / middle["spread"]
    say(
        f"one-line orders, {CLIENTS} clients: spread out {middle['spread']:.0f}/s, one hot sku {middle['hot']:.0f}/s, "
        f"ratio {ratio:.2f} (budget {BUDGET})"
    )
    return ratio


def _oversell(at: Stage, orders: int, skus: int) -> int:
    """Place more than there is from many processes; how much is not as it must be."""
    from django.db import connections

    from openoms.domains.identity.rules import system
    from openoms.domains.inventory.models import Stock
    from openoms.flows.audit import audit
    from openoms.flows.move_stock import count_stock

    names = [f"S{n}" for n in range(100, 100 + skus)]
    each = Decimal(orders // skus // 2)
    before = {}
    for name in names:
        reserved = Stock.objects.get(sku__code=name).reserved
        count_stock("HZ", name, reserved + each, actor=system("bench"))
        before[name] = reserved
    connections.close_all()
    began = time.monotonic()
    context = multiprocessing.get_context("spawn")
    with context.Pool(PROCESSES) as pool:
        share = orders // PROCESSES
        told = pool.starmap(_place_share, [(share, names, seed) for seed in range(PROCESSES)])
    took = time.monotonic() - began
    ended = sum((Counter(one) for one in told), Counter())
    rows = Stock.objects.filter(sku__code__in=names).select_related("sku")
    wrong = [
        row.sku.code
        for row in rows
        if row.reserved != row.on_hand or row.reserved - before[row.sku.code] != each
    ]
    found = audit()
    say(
        f"{orders:,} orders on {skus} sku(s) with stock for half, {PROCESSES} processes of {THREADS} threads: "
        f"{dict(ended)}, {orders / took:.0f}/s, skus not sold exactly {len(wrong)}, audit {len(found)} wrong"
    )
    surfaced = sum(count for state, count in ended.items() if state not in ("allocated", "backordered"))
    return len(wrong) + len(found) + surfaced


def _place_share(count: int, names: list[str], seed: int) -> dict[str, int]:
    """One process: so many one-line orders, each sku as often as the others, by sixteen threads."""
    import django

    django.setup()
    from django.db import connections

    from openoms.domains.identity.rules import system
    from openoms.flows.place import place_order
    from openoms.flows.steps.placing import LineRequest, OrderRequest

    wanted = [names[n % len(names)] for n in range(count)]
    random.Random(seed).shuffle(wanted)  # noqa: S311 - a load, not a secret
    ended: Counter[str] = Counter()
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                if not wanted:
                    break
                sku = wanted.pop()
            asked = OrderRequest((LineRequest(sku, Decimal(1)),), "C1", channel="api")
            try:
                outcome = str(place_order(asked, actor=system("bench")).order.fulfilment_state)
            except Exception as error:
                outcome = type(error).__name__
            with lock:
                ended[outcome] += 1
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return dict(ended)


if __name__ == "__main__":
    sys.exit(main())
