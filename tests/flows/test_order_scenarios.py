"""What order systems agree on in delicate cases, in our own words, each told as a test of ours.

| scenario | here |
|---|---|
| scn-046 | A cart that is still open has no lines to cancel there. Ours cancels whole orders, drafts too, and lines of none: `test_scn_046_…` |
| scn-066 | Taking a shipment back re-opens its order: with shipments. Until then what left is refused: `test_scn_066_…` |
| scn-077 | Editing every line away is no way round a cancellation: `test_scn_077_…` |
| scn-079 | There is no fee yet, so none can exceed what was paid; what was paid is kept whole: `test_scn_079_…` |
| scn-080 | Splitting a paid order: entries that offset each other leave both halves paid: `test_scn_080_…` |
| scn-081 | Fees of both halves. Ours are shared to the cent, not asked for twice: `test_scn_081_…` |
| scn-084 | Not everything can be split away: `test_scn_084_…` |
| scn-085 | A half that costs nothing is paid: `test_scn_085_…` |
"""

from decimal import Decimal

import pytest

from openoms.core.clock import now
from openoms.core.errors import InvalidInput
from openoms.domains.events.models import Event
from openoms.domains.inventory.errors import CannotSplit
from openoms.domains.orders.errors import CannotCancel, NotADraft
from openoms.domains.orders.models import Order
from openoms.domains.orders.states import Terms
from openoms.domains.payments.models import Payment
from openoms.domains.payments.queries import wrong_totals
from openoms.domains.payments.states import Method
from openoms.flows.cancel import cancel_order
from openoms.flows.pay import record_payment
from openoms.flows.revise import revise_draft
from openoms.flows.split import split_order
from openoms.flows.steps.parting import Way
from tests.factories import make_customer, make_order, make_rules, make_sku, owner, request_for

pytestmark = pytest.mark.django_db
D = Decimal


def test_scn_046_a_draft_is_cancelled_whole_and_can_then_be_changed_no_more() -> None:
    customer = make_customer()
    draft = make_order(customer, [("BOLT", 1), ("NUT", 2)], submit=False).order
    cancel_order(draft.number, "not wanted", actor=owner())
    draft.refresh_from_db()
    assert (draft.status, draft.lines.count()) == ("cancelled", 2)
    with pytest.raises(NotADraft):
        revise_draft(draft.number, request_for(customer), actor=owner())


def test_scn_066_what_was_delivered_is_not_cancelled() -> None:
    order = make_order().order
    Order.objects.filter(pk=order.pk).update(fulfilment_state="delivered")
    before = Event.objects.count()
    with pytest.raises(CannotCancel):
        cancel_order(order.number, "late", actor=owner())
    order.refresh_from_db()
    assert (order.status, order.fulfilment_state, Event.objects.count()) == ("approved", "delivered", before)


def test_scn_077_an_order_is_not_emptied_by_editing_it() -> None:
    customer = make_customer()
    draft = make_order(customer, [("BOLT", 1), ("NUT", 1)], submit=False).order
    with pytest.raises(InvalidInput):
        revise_draft(draft.number, request_for(customer, []), actor=owner())
    draft.refresh_from_db()
    assert (draft.lines.count(), draft.revision) == (2, 1)


def test_scn_079_what_was_paid_is_kept_whole_without_a_fee() -> None:
    order = make_order(lines=[("BOLT", 4)], terms=Terms.PREPAID).order
    record_payment(order.number, D("52.50"), Method.CASH, "", now(), actor=owner())
    cancel_order(order.number, "no", actor=owner())
    order.refresh_from_db()
    assert (order.status, order.paid_total, order.total) == ("cancelled", D("52.50"), D("50"))
    assert wrong_totals() == []


def halves(order: Order, taken: dict[int, Decimal]) -> list[Order]:
    """An order and what was split off it by hand."""
    done = split_order(order.number, Way.HAND, taken, actor=owner())
    return [Order.objects.get(pk=row.pk) for row in (done.order, *done.parts)]


def test_scn_080_both_halves_of_a_paid_order_are_paid() -> None:
    order = make_order(lines=[("BOLT", 1), ("BOLT", 1)], terms=Terms.PREPAID).order
    record_payment(order.number, D(25), Method.CASH, "", now(), actor=owner())
    first, second = halves(order, {2: D(1)})
    for row in (first, second):
        assert (row.total, row.paid_total, row.payment_state) == (D("12.50"), D("12.50"), "paid")
        assert row.released_at is not None
    moved = Payment.objects.filter(method="passed_on").values_list("order", "amount")
    assert set(moved) == {(first.pk, D("-12.50")), (second.pk, D("12.50"))}
    assert wrong_totals() == []


def test_scn_081_the_fee_of_shipping_is_shared_to_the_cent() -> None:
    make_rules()
    order = make_order(lines=[("BOLT", 1), ("BOLT", 2)]).order
    whole = order.shipping_total + order.shipping_tax
    first, second = halves(order, {2: D(2)})
    shares = [row.shipping_total + row.shipping_tax for row in (first, second)]
    assert whole == D(10)
    assert shares == [D("3.33"), D("6.67")]
    assert first.total + second.total == order.total


def test_scn_084_not_everything_can_be_split_away() -> None:
    order = make_order(lines=[("BOLT", 1), ("BOLT", 1)]).order
    before = Event.objects.count()
    with pytest.raises(CannotSplit):
        halves(order, {1: D(1), 2: D(1)})
    assert (Order.objects.count(), Event.objects.count()) == (1, before)


def test_scn_085_a_half_that_costs_nothing_is_paid() -> None:
    make_sku("SAMPLE", "0")
    order = make_order(lines=[("BOLT", 2), ("SAMPLE", 1)], terms=Terms.PREPAID).order
    first, second = halves(order, {2: D(1)})
    assert (first.total, first.payment_state, first.open_holds) == (D(25), "unpaid", 1)
    assert (second.total, second.payment_state, second.open_holds) == (D(0), "paid", 0)
    assert second.released_at is not None
