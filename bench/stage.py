"""A stage for measuring: an embedded database of its own, a small firm in it, and web processes serving it."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

PORT = 8790
SKUS, CUSTOMERS = 200, 100
# More of each sku than any round sells.
PLENTY = Decimal(100_000_000)


@dataclass(frozen=True)
class Stage:
    """Where things are: the data folder, the URL of the database, a key that may place orders, the web's address."""

    data_dir: Path
    database_url: str
    key: str
    port: int = PORT


@contextmanager
def stage(name: str = "bench") -> Iterator[Stage]:
    """Start a database with the program's own settings in a folder that is removed afterwards, and fill it."""
    from openoms.core.postgres import Cluster, default_data_dir

    data_dir = default_data_dir().parent / f"{name}-{os.getpid()}"
    for variable in [
        v for v in os.environ if v.startswith(("OPENOMS_", "DATABASE_")) and v != "OPENOMS_REAL_DATA"
    ]:
        del os.environ[variable]
    os.environ |= {
        "OPENOMS_DATA_DIR": str(data_dir),
        "OPENOMS_LOG_LEVEL": "WARNING",
        "OPENOMS_API_RATE_PER_MINUTE": "10000000",
        "DJANGO_SETTINGS_MODULE": "openoms.config.settings",
    }
    cluster = Cluster(data_dir)
    cluster.start()
    try:
        yield Stage(data_dir, cluster.url, _fill())
    finally:
        from django.db import connections

        connections.close_all()
        cluster.stop()
        shutil.rmtree(data_dir, ignore_errors=True)


def _fill() -> str:
    """Migrate and load skus S0 … with two price tiers, in stock, and customers with addresses; an integrator's key."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from openoms.jobs import schema

    schema.apply()
    from openoms.domains.catalog.types import ProductInput, SkuInput
    from openoms.domains.customers.contacts import AddressParts
    from openoms.domains.customers.types import CustomerInput
    from openoms.domains.identity.rules import system
    from openoms.domains.pricing.types import PriceInput
    from openoms.flows import (
        edit_catalogue,
        edit_customer,
        edit_pricing,
        edit_warehouses,
        manage_people,
        move_stock,
    )

    actor = system("bench")
    edit_pricing.create_price_list("standard", "Standard", "CNY", actor=actor)
    edit_pricing.set_tax_rate("standard", Decimal("0.13"), country="CN", actor=actor)
    edit_pricing.set_shipping_rate(
        "cn", "Express", "CNY", Decimal(10), country="CN", free_from=Decimal(99), actor=actor
    )
    edit_catalogue.save_product(ProductInput("P", name="Bolt"), actor=actor)
    for i in range(SKUS):
        prices = [
            PriceInput("standard", Decimal("12.50")),
            PriceInput("standard", Decimal("11.00"), Decimal(10)),
        ]
        edit_catalogue.save_sku(SkuInput(f"S{i}", product="P", name=f"no {i}"), prices, actor=actor)
    for i in range(CUSTOMERS):
        edit_customer.create_customer(CustomerInput(code=f"C{i}", name=f"Customer {i}"), actor=actor)
        place = AddressParts("CN", f"文三路{i}号", "浙江省", "杭州市", "西湖区", "310012")
        edit_customer.add_address(f"C{i}", place, actor=actor)
    edit_warehouses.save_warehouse(
        edit_warehouses.WarehouseInput("HZ", "Hangzhou", region="浙江省", city="杭州市"),
        actor=actor,
        new=True,
    )
    for i in range(SKUS):
        move_stock.receive_stock("HZ", f"S{i}", PLENTY, actor=actor)
    _, secret = manage_people.create_integration_key("integrator", "bench", actor=actor)
    return secret


@contextmanager
def web(workers: int = 2, port: int = PORT) -> Iterator[int]:
    """Serve as `openoms serve` does, without the background worker; yields the process id of its parent."""
    from openoms.interfaces.cli.serving import require_free_port, web_program

    require_free_port("127.0.0.1", port)
    program = web_program("127.0.0.1", port, workers)
    process = subprocess.Popen(program.argv, start_new_session=True)
    try:
        wait_until_served(port)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def wait_until_served(port: int, seconds: float = 20) -> None:
    """Wait for GET /health; raises TimeoutError."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1):  # noqa: S310
            return
        time.sleep(0.05)
    raise TimeoutError(f"nothing was served on port {port} within {seconds:.0f} s")


def say(text: str = "") -> None:
    """Print a line of the report at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
