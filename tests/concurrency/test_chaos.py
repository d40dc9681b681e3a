"""Orders under kills, shortly (`make chaos` does it for minutes), and that the proof afterwards would see a loss."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from bench import proof
from bench.faults import FAULTS
from openoms.domains.customers.models import Customer
from openoms.domains.events.models import Delivery, Event, Outbox
from openoms.domains.orders.models import Line, Order, Pricing
from openoms.jobs import dispatcher
from tests.concurrency.test_races import order_of, post
from tests.factories import make_customer, make_key, make_rules, make_sku

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the database's processes are found by /proc")
def test_nothing_acknowledged_is_lost_while_everything_is_killed() -> None:
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("OPENOMS_", "DATABASE_", "DJANGO_"))
    }
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    command = [sys.executable, "-m", "bench.chaos", "--seconds", "5", "--gap", "2", "--hurry"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "violations: none" in done.stdout
    faults = re.search(r"faults (\d+): (.*)", done.stdout)
    acknowledged = re.search(r"acknowledged (\d+) orders", done.stdout)
    assert faults is not None
    assert acknowledged is not None
    assert int(acknowledged[1]) >= 16, done.stdout
    assert all(kind in faults[2] for kind in FAULTS), done.stdout


@pytest.fixture
def acknowledged(db: None) -> dict[str, str]:
    """Three orders placed as the clients place them, everything delivered: external id → number."""
    make_rules()
    make_sku("BOLT", "12.50")
    acme, key = make_customer("Acme"), make_key("integrator")
    answers = {
        name: post(key, order_of(acme, external_id=name), **{"Idempotency-Key": name})
        for name in ("a", "b", "c")
    }
    dispatcher.drain()
    return {name: answer.json()["number"] for name, answer in answers.items()}


def _sql(statement: str) -> Callable[[], object]:
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


LOSSES: dict[str, Callable[[], object]] = {
    "was answered as": _sql("UPDATE orders_order SET number = number || 'X' WHERE external_id = 'a'"),
    "orders nobody was answered": _sql("UPDATE orders_order SET external_id = 'z' WHERE external_id = 'a'"),
    "lines do not add up": lambda: Line.objects.filter(order__external_id="a").delete(),
    "how it was priced": lambda: Pricing.objects.filter(order__external_id="b").delete(),
    "not told of exactly once": lambda: Event.objects.filter(kind="order.placed").update(kind="order.completed"),
    "tells of an order that is not there": _sql("UPDATE events_event SET subject_id = gen_random_uuid() WHERE kind = 'order.submitted'"),
    "no remembered answer": _sql("DELETE FROM identity_idempotencykey WHERE id = (SELECT min(id::text)::uuid FROM identity_idempotencykey)"),
    "waits in the outbox": lambda: Outbox.objects.create(id=Event.objects.all()[0].pk),
    "never handed to a consumer": _sql("DELETE FROM events_delivery WHERE event_id = (SELECT event_id FROM events_delivery LIMIT 1)"),
    "delivery was not made": lambda: Delivery.objects.update(done_at=None),
    "chain over events is broken": _sql("UPDATE events_event SET actor_name = 'x' WHERE kind = 'order.placed'"),
    "are not sealed": _sql("DELETE FROM events_seal WHERE position = (SELECT max(position) FROM events_seal)"),
}  # fmt: skip


def test_the_proof_finds_nothing_wrong_with_what_is_whole(acknowledged: dict[str, str]) -> None:
    assert list(proof.violations(acknowledged, lines=1)) == []
    assert Order.objects.count() == 3
    assert Customer.objects.count() == 1


@pytest.mark.parametrize("sentence", LOSSES)
def test_the_proof_sees_each_kind_of_loss(acknowledged: dict[str, str], sentence: str) -> None:
    LOSSES[sentence]()
    assert any(sentence in found for found in proof.violations(acknowledged, lines=1))


def test_the_proof_sees_an_order_that_is_gone(acknowledged: dict[str, str]) -> None:
    missing = {**acknowledged, "d": "SO999999"}
    assert any("d was answered as SO999999" in found for found in proof.violations(missing, lines=1))
