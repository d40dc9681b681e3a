"""How long the order desk's pages take the server, on a small firm and on a large one: they must cost the same.

    python -m bench.pages [--orders 10000,1000000] [--times 20]

Generated firms are kept in data folders of their own (`bench-10000`, …) and used again. Times are the server's own, taken
around the whole request in one process with one connection; p95 of as many requests as `--times` says, after two to warm.
Beside them stands the processor time of that process (without the database's), which says how much of a bad figure is
other work on the machine. A browser on the same machine waits as long, within the noise: what the web server adds is small.
"""

import argparse
import gc
import os
import statistics
import sys
import time
from dataclasses import dataclass
from typing import Any

from bench.stage import say

BUDGET_MS = 100.0
MOST_QUERIES = 12


@dataclass(frozen=True)
class Measured:
    """A page's 95th percentile and median in milliseconds, the median of its processor time, and its statements."""

    p95: float
    median: float
    processor: float
    queries: int


def main() -> int:
    """Measure each firm in a process of its own, then print them side by side; 1 where a page is over its budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", default="10000,1000000")
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--one", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        _one(options.one, options.times)
        return 0
    sizes = [int(size) for size in options.orders.split(",")]
    found = {size: _in_a_process(size, options.times) for size in sizes}
    return _report(found)


def _in_a_process(size: int, times: int) -> dict[str, Measured]:
    import json
    import subprocess

    command = [sys.executable, "-m", "bench.pages", "--one", str(size), "--times", str(times)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    rows = json.loads(done.stdout.splitlines()[-1])
    return {name: Measured(*values) for name, values in rows.items()}


def _report(found: dict[int, dict[str, Measured]]) -> int:
    sizes = sorted(found)
    say(
        "p95 (median, processor) in ms and statements, by number of orders; budget: p95 100 ms, 12 statements"
    )
    say(f"{'page':34}" + "".join(f"{size:>24,}" for size in sizes) + "   ratio")
    over = 0
    for name in found[sizes[-1]]:
        cells = [found[size][name] for size in sizes]
        late = cells[-1].p95 > BUDGET_MS or cells[-1].queries > MOST_QUERIES
        over += late
        row = "".join(f"{f'{c.p95:.0f} ({c.median:.0f}, {c.processor:.0f}) {c.queries}':>24}" for c in cells)
        say(f"{name:34}{row}{cells[-1].median / cells[0].median:8.2f}{'   over' if late else ''}")
    say(f"{over} of {len(found[sizes[-1]])} pages over their budget")
    return 1 if over else 0


def _one(size: int, times: int) -> None:
    """Open or make the firm of that size and print what each page took as JSON on the last line."""
    import json

    from openoms.core.postgres import Cluster, default_data_dir

    data_dir = default_data_dir().parent / f"bench-{size}"
    for name in [n for n in os.environ if n.startswith("OPENOMS_")] + ["DATABASE_URL"]:
        os.environ.pop(name, None)
    os.environ |= {
        "OPENOMS_DATA_DIR": str(data_dir),
        "OPENOMS_LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "openoms.config.settings",
    }
    cluster = Cluster(data_dir)
    cluster.start()
    try:
        rows = _measure(size, times)
    finally:
        from django.db import connections

        connections.close_all()
        cluster.stop()
    say(json.dumps({name: [m.p95, m.median, m.processor, m.queries] for name, m in rows.items()}))


def _measure(size: int, times: int) -> dict[str, Measured]:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = ["*"]
    began = time.monotonic()
    call_command("generate", "--orders", str(size), stdout=sys.stderr)
    sys.stderr.write(f"the firm of {size:,} orders took {time.monotonic() - began:.0f} s\n")
    browser = _browser()
    # As the web's processes do when they have loaded (config/wsgi.py).
    gc.collect()
    gc.freeze()
    return {name: _page(browser, path, times) for name, path in _addresses().items()}


def _browser() -> Any:
    from django.test import Client

    from openoms.domains.identity.models import User

    browser = Client()
    person = User.objects.get(email="sales-manager@demo.example")
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def _addresses() -> dict[str, str]:
    """Every tab, filter and search of the list, and pages of one order."""
    from openoms.domains.catalog.models import Sku
    from openoms.domains.customers.models import Customer
    from openoms.domains.orders.models import Order

    newest = Order.objects.order_by("-pk")
    recent, old = newest[0], Order.objects.order_by("pk")[20]
    tail = recent.ship_phone_tail or old.ship_phone_tail
    customer = Customer.objects.filter(code__startswith="G").order_by("code")[3]
    sku = Sku.objects.filter(code__startswith="PC-").order_by("code")[0].code
    middle = str(newest.filter(pk__lt=recent.pk).values_list("number", flat=True)[50])
    day = f"{recent.placed_at:%Y-%m-%d}"
    lists = {
        "all": "", "tab drafts": "status=draft", "tab submitted": "status=submitted", "tab on hold": "hold=any",
        "tab approved": "status=approved", "tab completed": "status=completed", "tab cancelled": "status=cancelled",
        "tab mine": "mine=1", "payment partially paid": "payment_state=partially_paid",
        "payment unpaid": "payment_state=unpaid", "fulfilment backordered": "fulfilment_state=backordered",
        "fulfilment returned": "fulfilment_state=returned", "hold risk": "hold=risk", "channel phone": "channel=phone",
        "order type, none": "order_type=sample", "tag": "tag=礼品", "currency": "currency=CNY", "sku": f"sku={sku}",
        "total from 100,000": "total_from=100000", "placed on one day": f"placed_from={day}&placed_to={day}",
        "requested before": f"requested_to={old.placed_at:%Y-%m-%d}", "customer": f"customer={customer.code}",
        "unpaid of a channel": "payment_state=unpaid&channel=web&status=completed",
        "search phone tail": f"q={tail}", "search phone tail, none": "q=0000", "search number": f"q={middle}",
        "search reference": f"q={old.external_id}", "search name": f"q={customer.name}", "search nothing": "q=zzzzzz",
    }  # fmt: skip
    pages = {f"list: {name}": f"/orders/?{query}" for name, query in lists.items()}
    return pages | {
        "order page, new": f"/orders/{recent.number}/",
        "order page, old": f"/orders/{old.number}/",
        "exceptions board": "/exceptions/",
        "remarks inbox": "/inbox/",
        "customer page": f"/customers/{customer.code}/",
        "customers: search phone tail": f"/customers/?q={tail}",
        "new order": "/orders/new/",
    }


def _page(browser: Any, path: str, times: int) -> Measured:
    from django.db import connection

    def once() -> tuple[float, float]:
        began, worked = time.perf_counter(), time.process_time()
        answer = browser.get(path)
        took = (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000
        assert answer.status_code == 200, f"{path} answered {answer.status_code}"
        return took

    counted = 0

    def count(execute: Any, *arguments: Any) -> Any:
        nonlocal counted
        counted += 1
        return execute(*arguments)

    once()
    with connection.execute_wrapper(count):
        once()
    taken = [once() for _ in range(times)]
    waited, worked = [wall for wall, _ in taken], [processor for _, processor in taken]
    return Measured(_percentile(waited, 0.95), statistics.median(waited), statistics.median(worked), counted)


def _percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


if __name__ == "__main__":
    sys.exit(main())
