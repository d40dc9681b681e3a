"""A generated firm: as many orders as asked for, sums and states that fit, the same again for the same seed."""

from collections import Counter
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db.models import F, Sum

from openoms import demo
from openoms.core.ids import instant_of
from openoms.demo import generated, multiplied
from openoms.domains.events.models import Event
from openoms.domains.orders.models import Adjustment, Line, Order, Pricing

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(monkeypatch: pytest.MonkeyPatch) -> None:
    """120 orders of 40 originals, in chunks of 30."""
    monkeypatch.setattr(generated, "MOST_ORIGINALS", 40)
    monkeypatch.setattr(generated, "CHUNK", 30)
    # One connection: this test's transaction is not seen by another.
    monkeypatch.setattr(generated, "_CONNECTIONS", 0)
    demo.load(lambda line: None)
    assert generated.generate(120, 1, lambda line: None, lambda more: None) == 120


def test_orders_add_up_tell_their_story_and_are_made_once(firm: None) -> None:
    orders = Order.objects.filter(external_id__startswith="GEN-")
    assert orders.count() == 120
    lines = dict(Line.objects.values_list("order").annotate(net=Sum("net")))
    for order in orders:
        assert order.items_total == lines[order.pk]
        assert abs((instant_of(order.pk) - order.placed_at).total_seconds()) < 1
    copies = orders.exclude(external_id__in=[multiplied.reference(n) for n in range(40)])
    times = list(copies.order_by("number").values_list("placed_at", flat=True))
    assert len(set(times)) > 60
    assert Counter(copies.values_list("status", flat=True))["completed"] > 40
    assert not Adjustment.objects.exclude(order=F("line__order")).exists()
    assert not Pricing.objects.filter(order__in=copies.filter(status="completed")).exists()

    # Each copy tells its own story.
    order = Order.objects.filter(external_id="GEN-100").get()
    events = Event.objects.filter(subject_id=order.pk).order_by("at", "id")
    assert events[0].kind == "order.placed"
    assert events[0].data["number"] == order.number
    assert Decimal(events[0].data["total"]) == order.total
    assert events[0].at == order.placed_at
    # Again adds only what is missing.
    before = set(Order.objects.values_list("number", flat=True))
    assert generated.generate(120, 1, lambda line: None, lambda more: None) == 0
    lost = Order.objects.filter(external_id__in=["GEN-118", "GEN-119"])
    Event.objects.filter(subject_id__in=lost.values("pk")).delete()
    lost.delete()
    assert generated.generate(120, 1, lambda line: None, lambda more: None) == 2
    assert Order.objects.count() == len(before)


def test_the_command_refuses_a_senseless_number() -> None:
    from django.core.management.base import CommandError

    with pytest.raises(CommandError, match="between 1 and 20,000,000"):
        call_command("generate", "--orders", "0")
