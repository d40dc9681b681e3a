"""What order systems agree on in delicate cases, in our own words, each told as a test of ours.

| scenario | here |
|---|---|
| scn-046 | A cart that is still open has no lines to cancel there. Ours cancels whole orders, drafts too, and lines of none: `test_scn_046_…` |
| scn-066 | Taking a shipment back re-opens its order: with shipments. Until then what left is refused: `test_scn_066_…` |
| scn-077 | Editing every line away is no way round a cancellation: `test_scn_077_…` |
| scn-079 | There is no fee yet, so none can exceed what was paid; what was paid is kept whole: `test_scn_079_…` |
"""

from decimal import Decimal

import pytest

from openoms.core.clock import now
from openoms.core.errors import InvalidInput
from openoms.domains.events.models import Event
from openoms.domains.orders.errors import CannotCancel, NotADraft
from openoms.domains.orders.models import Order
from openoms.domains.orders.states import Terms
from openoms.domains.payments.queries import wrong_totals
from openoms.domains.payments.states import Method
from openoms.flows.cancel import cancel_order
from openoms.flows.pay import record_payment
from openoms.flows.revise import revise_draft
from tests.factories import make_customer, make_order, owner, request_for

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
