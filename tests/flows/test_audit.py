"""The audit names what is wrong and mends it, each mend an event."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from openoms.domains.events.models import Event
from openoms.domains.fulfilment.models import Fulfilment, FulfilmentLine
from openoms.domains.inventory.models import Movement, Reservation, Stock
from openoms.domains.orders.models import Order
from openoms.flows.audit import audit, repair
from openoms.flows.open_fulfilments import open_for
from tests.factories import make_order, stock_up

pytestmark = pytest.mark.django_db


def test_a_sound_firm_has_nothing_wrong() -> None:
    stock_up()
    make_order(lines=[("BOLT", 3)])
    assert audit() == []
    out = StringIO()
    call_command("audit", stdout=out)
    assert "sound" in out.getvalue()


def test_wrong_figures_are_named_and_set_to_what_the_rows_say() -> None:
    row = stock_up(quantity=10)
    order = make_order(lines=[("BOLT", 3)]).order
    Stock.objects.filter(pk=row.pk).update(on_hand=12, reserved=5)
    Order.objects.filter(pk=order.pk).update(open_holds=4, paid_total=7)
    found = audit()
    assert [wrong.kind for wrong in found] == ["stock", "holds", "payments"]
    assert "on hand 12, moved 10; reserved 5, kept for orders 3" in found[0].text
    out = StringIO()
    with pytest.raises(CommandError, match="3 thing"):
        call_command("audit", stdout=out)
    assert repair() == 2
    assert [wrong.kind for wrong in audit()] == ["payments"]
    row.refresh_from_db()
    assert (row.on_hand, row.reserved) == (10, 3)
    told = Event.objects.filter(kind__in=("stock.mended", "order.holds_mended")).order_by("id")
    assert [(event.data["before"], event.data["after"]) for event in told] == [("12 / 5", "10 / 3"), (4, 0)]


def test_where_more_is_kept_than_ever_came_a_movement_says_so() -> None:
    row = stock_up(quantity=10)
    make_order(lines=[("BOLT", 8)])
    Movement.objects.all().delete()
    assert repair() == 1
    row.refresh_from_db()
    assert (row.on_hand, row.reserved) == (8, 8)
    assert [(m.quantity, m.reason) for m in Movement.objects.all()] == [(8, "audit")]
    assert audit() == []
    assert Reservation.objects.filter(state="open").count() == 1


def test_work_that_does_not_fit_what_is_kept_is_named_and_states_are_mended() -> None:
    stock_up(quantity=10)
    order = make_order(lines=[("BOLT", 3)]).order
    open_for(order.number)
    assert audit() == []
    FulfilmentLine.objects.update(quantity=2)
    Order.objects.filter(pk=order.pk).update(fulfilment_state="shipped")
    number = Fulfilment.objects.get().number
    assert [wrong.text for wrong in audit()] == [
        f"{number} works on BOLT that is not kept for it as it says",
        f"order {order.number}: is shipped, its goods are allocated",
    ]
    assert repair() == 1
    assert Order.objects.get(pk=order.pk).fulfilment_state == "allocated"
    assert [wrong.kind for wrong in audit()] == ["fulfilment"]
    told = Event.objects.get(kind="order.state_mended")
    assert told.data == {"number": order.number, "before": "shipped", "after": "allocated"}
