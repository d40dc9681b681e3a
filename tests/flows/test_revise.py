"""Editing drafts: another content, priced anew, on record; quotations; what is kept while one types."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
import time_machine

from openoms.core.clock import now
from openoms.core.errors import Conflict, InvalidInput, StaleRevision
from openoms.core.ids import uuid7
from openoms.core.types import Actor
from openoms.domains.customers.types import ContactInput, CustomerInput
from openoms.domains.events.models import Event
from openoms.domains.identity.once import AnsweredBefore, Once
from openoms.domains.orders.errors import DuplicateExternalId, NotADraft, QuotationExpired
from openoms.domains.orders.models import Editor, Instruction, Line, Order, Pricing, UnfinishedEntry
from openoms.domains.orders.types import NewInstruction
from openoms.flows import keep_entry as keeping
from openoms.flows.keep_entry import Typed
from openoms.flows.place import place_order
from openoms.flows.revise import give_quotation, revise_draft
from openoms.flows.steps.placing import OrderRequest
from openoms.flows.submit import submit_order
from openoms.reading import order_entry as reading
from tests.factories import (
    WEST_LAKE,
    make_customer,
    make_order,
    make_rules,
    make_sku,
    owner,
    request_for,
    staff,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Order:
    make_rules()
    make_sku("BOLT", "12.50", tiers={"10": "11"})
    make_sku("NUT", "3")
    remark = NewInstruction("Gently", "warehouse", "packing")
    placed = make_order(
        make_customer(code="C1"), [("BOLT", 2)], submit=False, external_id="PO-1", instructions=(remark,)
    )
    return Order.objects.get(pk=placed.order.pk)


def asked(order: Order, *lines: tuple[str, int], **fields: object) -> OrderRequest:
    return request_for(order.customer, lines or [("BOLT", 2)], submit=False, external_id="PO-1", **fields)


def facts(order: Order) -> tuple[object, ...]:
    rows = Line.objects.filter(order=order).values_list("id", "quantity")
    fresh = Order.objects.values().get(pk=order.pk)
    return fresh, list(rows), Event.objects.count(), Pricing.objects.count(), Instruction.objects.count()


def test_a_draft_gets_another_content_and_a_revision(draft: Order) -> None:
    wanted = asked(draft, ("BOLT", 12), ("NUT", 1), requested_date=date(2999, 1, 1))
    revised = revise_draft(draft.number, wanted, actor=owner(), base_revision=1)
    order = Order.objects.get(pk=draft.pk)
    assert (order.revision, order.total, order.placed_at) == (2, Decimal(135), draft.placed_at)
    assert revised.priced.total == order.total
    assert [(line.position, line.sku.code, line.quantity) for line in order.lines.all()] == [
        (1, "BOLT", 12),
        (2, "NUT", 1),
    ]
    assert sorted(order.pricings.values_list("revision", flat=True)) == [1, 2]
    event = Event.objects.get(kind="order.revised")
    assert set(event.data["changed"]) == {"lines", "requested_date", "instructions"}
    assert event.data["lines"] == [
        {"sku": "BOLT", "before": "2", "after": "12", "reworked": False},
        {"sku": "NUT", "before": None, "after": "1", "reworked": False},
    ]
    assert (event.data["total_before"], event.data["total"]) == (str(draft.total), "135.00")
    assert set(order.instructions.values_list("state", flat=True)) == {"withdrawn"}


def test_remarks_that_stay_are_the_same_rows(draft: Order) -> None:
    kept = draft.instructions.get()
    remarks = (
        NewInstruction("Gently", "warehouse", "packing"),
        NewInstruction("Call first", "logistics", "shipping"),
    )
    revise_draft(draft.number, asked(draft, instructions=remarks), actor=owner())
    assert {row.pk for row in draft.instructions.all()} > {kept.pk}
    assert draft.instructions.count() == 2
    assert Event.objects.get(kind="order.revised").data["changed"] == ["instructions"]


def test_an_older_revision_changes_nothing_and_tells_what_did(draft: Order) -> None:
    revise_draft(draft.number, asked(draft, ("BOLT", 3)), actor=owner(), base_revision=1)
    before = facts(draft)
    with pytest.raises(StaleRevision):
        revise_draft(draft.number, asked(draft, ("NUT", 3)), actor=owner(), base_revision=1)
    assert facts(draft) == before
    found = reading.since(Order.objects.get(pk=draft.pk), 1)
    assert found is not None
    assert (found.revision, found.who, found.total) == (
        2,
        ["tests"],
        Order.objects.get(pk=draft.pk).total,
    )
    assert [(c.sku, c.before, c.after) for c in found.lines] == [("BOLT", 2, 3)]
    assert reading.since(Order.objects.get(pk=draft.pk), 2) is None


def test_what_is_submitted_is_not_edited(draft: Order) -> None:
    submit_order(draft.number, actor=owner())
    before = facts(draft)
    with pytest.raises(NotADraft):
        revise_draft(draft.number, asked(draft, ("BOLT", 3)), actor=owner())
    with pytest.raises(NotADraft):
        give_quotation(draft.number, date(2999, 1, 1), actor=owner())
    assert facts(draft) == before


def test_saving_and_submitting_at_once(draft: Order) -> None:
    wanted = replace(asked(draft, ("BOLT", 3)), submit=True)
    revise_draft(draft.number, wanted, actor=owner())
    order = Order.objects.get(pk=draft.pk)
    assert (order.status, order.revision) == ("approved", 2)


def test_another_orders_reference_is_refused_and_its_own_is_not(draft: Order) -> None:
    make_order(draft.customer, [("BOLT", 1)], external_id="PO-2")
    before = facts(draft)
    with pytest.raises(DuplicateExternalId):
        revise_draft(draft.number, replace(asked(draft), external_id="PO-2"), actor=owner())
    assert facts(draft) == before
    revise_draft(draft.number, asked(draft, ("BOLT", 3)), actor=owner())


def test_the_same_request_again_is_done_once(draft: Order) -> None:
    def once() -> Once:
        return Once(Once.key(None, "t", "k"), "d", lambda revised: (200, revised.order.number))

    revise_draft(draft.number, asked(draft, ("BOLT", 3)), actor=owner(), once=once())
    with pytest.raises(AnsweredBefore):
        revise_draft(draft.number, asked(draft, ("BOLT", 3)), actor=owner(), once=once())
    assert Order.objects.get(pk=draft.pk).revision == 2


def test_a_quotation_holds_its_price_to_its_last_day(draft: Order) -> None:
    last = now().date() + timedelta(days=14)
    give_quotation(draft.number, last, actor=owner(), base_revision=1)
    make_sku("BOLT", "20")
    with time_machine.travel(now() + timedelta(days=17)):
        before = facts(draft)
        with pytest.raises(QuotationExpired):
            submit_order(draft.number, actor=owner())
        assert facts(draft) == before
        revise_draft(draft.number, asked(draft), actor=owner())
        submit_order(draft.number, actor=owner())
    order = Order.objects.get(pk=draft.pk)
    assert (order.quote_valid_until, order.total) == (None, Decimal(50))


def test_a_quotation_within_its_days_becomes_the_order_as_quoted(draft: Order) -> None:
    give_quotation(draft.number, now().date() + timedelta(days=14), actor=owner())
    total = Order.objects.get(pk=draft.pk).total
    make_sku("BOLT", "20")
    submit_order(draft.number, actor=owner())
    assert Order.objects.get(pk=draft.pk).total == total
    with pytest.raises(Conflict):
        give_quotation(draft.number, date(2999, 1, 1), actor=owner())


def test_a_quotation_of_the_past_is_refused(draft: Order) -> None:
    with pytest.raises(InvalidInput):
        give_quotation(draft.number, date(2020, 1, 1), actor=owner())
    assert Order.objects.get(pk=draft.pk).quote_valid_until is None


def test_a_new_customer_of_an_order_keeps_the_address_it_came_with() -> None:
    make_rules()
    make_sku("BOLT")
    new = CustomerInput(
        name="李雷", kind="person", contact=ContactInput("李雷", phone="13800000000", country="CN")
    )
    request = replace(request_for(make_customer(), [("BOLT", 1)]), customer=new, ship_to=WEST_LAKE)
    customer = Order.objects.get(number=place_order(request, actor=owner()).order.number).customer
    address = customer.addresses.get()
    assert (address.is_default, address.district, address.phone) == (True, "西湖区", "+8613800000000")


@pytest.fixture
def clerk() -> Actor:
    return staff("sales")


def typed(fields: Sequence[tuple[str, str]] = (("line", "l1"), ("l1-sku", "BOLT"))) -> Typed:
    return Typed(id=uuid7(), fields=fields, title="Acme", line_count=1)


def test_what_is_typed_is_kept_for_its_author_alone(clerk: Actor) -> None:
    one = typed()
    assert keeping.keep_entry(one, actor=clerk)
    assert keeping.keep_entry(replace(one, title="Acme Ltd", line_count=2), actor=clerk)
    (row,) = reading.unfinished(clerk)
    assert (row.title, row.line_count, row.pk) == ("Acme Ltd", 2, one.id)
    other = staff("sales")
    assert not reading.unfinished(other)
    assert reading.unfinished_of(other, key=one.id) is None
    keeping.keep_entry(replace(one, title="stolen"), actor=other)
    keeping.drop_entry(one.id, actor=other)
    assert UnfinishedEntry.objects.get().title == "Acme Ltd"
    keeping.drop_entry(one.id, actor=clerk)
    assert not UnfinishedEntry.objects.exists()


def test_a_page_that_placed_its_order_is_not_kept_again(clerk: Actor) -> None:
    make_sku("BOLT")
    page = typed()
    once = Once(Once.key(clerk.user_id, keeping.ENDPOINT, str(page.id)), "d", lambda p: (201, p.order.number))
    place_order(request_for(make_customer(), [("BOLT", 1)]), actor=clerk, once=once)
    assert not keeping.keep_entry(page, actor=clerk)
    assert not UnfinishedEntry.objects.exists()


def test_too_much_is_refused_and_old_entries_are_forgotten(clerk: Actor) -> None:
    with pytest.raises(InvalidInput):
        keeping.keep_entry(typed(fields=[("x", "y" * 600_000)]), actor=clerk)
    keeping.keep_entry(typed(), actor=clerk)
    assert keeping.forget_old_entries() == 0
    with time_machine.travel(now() + timedelta(days=31)):
        assert keeping.forget_old_entries() == 1


def test_two_who_edit_one_draft_see_each_other_until_they_leave(draft: Order, clerk: Actor) -> None:
    other = staff("sales")
    keeping.keep_editing(draft.number, actor=clerk)
    keeping.keep_editing(draft.number, actor=other)
    assert [row.user_id for row in reading.other_editors(draft.pk, clerk)] == [other.user_id]
    with time_machine.travel(now() + timedelta(seconds=60)):
        keeping.keep_editing(draft.number, actor=clerk)
        assert not reading.other_editors(draft.pk, clerk)
    assert Editor.objects.count() == 1
    assert isinstance(draft.pk, UUID)
