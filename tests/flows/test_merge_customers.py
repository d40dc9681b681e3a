"""Merging two customers: what moves, what does not come twice, where the old code leads, and what is refused."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openoms.core.errors import Conflict, InvalidInput, NotFound
from openoms.core.types import Actor
from openoms.core.wire import TRAFFIC
from openoms.domains.customers import doubles, queries
from openoms.domains.customers.models import Address, Contact, Customer, SharedKey
from openoms.domains.customers.types import ConsentInput, ContactInput, CustomerInput
from openoms.domains.events.models import Event
from openoms.domains.identity.errors import MissingPermission
from openoms.domains.orders.models import Order
from openoms.flows.edit_customer import (
    add_contact,
    change_contact,
    change_customer,
    create_customer,
    remove_contact,
    set_consent,
)
from openoms.flows.merge_customers import merge_customers
from openoms.flows.review_doubles import review_doubles
from openoms.reading.customers import preview_merge
from tests.factories import make_customer, make_order, make_user, owner, staff

pytestmark = pytest.mark.django_db


def two() -> tuple[Customer, Customer]:
    """STAYS and GOES: the same contact and address on both, one more person on GOES, an order each."""
    stays, goes = make_customer("Acme Ltd", code="STAYS"), make_customer("Acme Limited", code="GOES")
    add_contact("GOES", ContactInput("Jonas", email="jonas@example.com", role="finance"), actor=owner())
    change_customer(CustomerInput("STAYS", tags=("Key", "spring")), actor=owner())
    change_customer(CustomerInput("GOES", tags=("SPRING", "press"), notes="by ship"), actor=owner())
    make_order(stays)
    make_order(goes)
    return stays, goes


def shared() -> dict[tuple[str, str], int]:
    """What customers share as it is kept; counting anew finds the same."""
    kept = {(row.why, row.key): row.customers for row in SharedKey.objects.all()}
    assert review_doubles() == 0
    return kept


def test_everything_moves_once_and_both_tell_of_it() -> None:
    stays, goes = two()
    stays.refresh_from_db()
    goes.refresh_from_db()
    move = preview_merge(goes, stays)
    assert (move.orders, move.contacts, move.addresses, list(move.tags)) == (1, 1, 0, ["press"])
    assert [name for name, _ours, _theirs in move.differing] == ["name", "notes"]
    merged = merge_customers("GOES", "STAYS", take=["notes"], actor=owner())
    assert (merged.name, merged.notes, merged.tags) == ("Acme Ltd", "by ship", ["key", "spring", "press"])
    assert set(Order.objects.values_list("customer__code", flat=True)) == {"STAYS"}
    assert sorted(merged.contacts.values_list("name", flat=True)) == ["Han Mei", "Jonas"]
    assert merged.contacts.filter(is_primary=True).count() == 1
    assert Address.objects.count() == 1
    goes.refresh_from_db()
    assert (goes.merged_into_id, goes.is_active) == (stays.pk, False)
    told = {e.kind: e.data for e in Event.objects.filter(kind__in=["customer.merged", "customer.absorbed"])}
    assert told["customer.merged"] == {"code": "GOES", "into": "STAYS"}
    assert told["customer.absorbed"]["orders"] == 1
    assert told["customer.absorbed"]["taken"] == ["notes"]


def test_the_old_code_leads_to_the_one_that_stays() -> None:
    stays, goes = two()
    merge_customers("GOES", "STAYS", actor=owner())
    found = queries.called(owner(), "GOES")
    assert found is not None
    assert found.pk == stays.pk
    assert make_order(goes).order.customer_id == stays.pk
    assert change_customer(CustomerInput("GOES", notes="x"), actor=owner()).pk == stays.pk
    third = make_customer("Acme", code="THIRD")
    merge_customers("STAYS", "THIRD", actor=owner())
    assert make_order(goes).order.customer_id == third.pk


def test_a_withdrawn_consent_outweighs_a_given_one() -> None:
    two()
    jonas = Contact.objects.get(name="Jonas")
    for code, state in (("STAYS", "given"), ("GOES", "withdrawn")):
        set_consent(code, ConsentInput("email", state), actor=owner())
    set_consent("GOES", ConsentInput("sms", "given"), actor=owner())
    set_consent("GOES", ConsentInput("email", "given", contact=str(jonas.pk)), actor=owner())
    merged = merge_customers("GOES", "STAYS", actor=owner())
    assert {(c.channel, c.state, c.contact_id) for c in merged.consents.all()} == {
        ("email", "withdrawn", None),
        ("sms", "given", None),
        ("email", "given", jonas.pk),
    }
    assert set(queries.reachable("email")) == {jonas}


def test_what_cannot_be_merged_is_refused_and_nothing_changes() -> None:
    two()
    merge_customers("GOES", "STAYS", actor=owner())
    make_customer("Other", code="OTHER")
    before, events = list(Customer.objects.order_by("pk").values()), Event.objects.count()

    def refused(
        error: type[Exception], *codes: str, actor: Actor | None = None, take: tuple[str, ...] = ()
    ) -> None:
        with pytest.raises(error):
            merge_customers(*codes, take=take, actor=actor or owner())

    refused(Conflict, "GOES", "OTHER")
    refused(Conflict, "OTHER", "GOES")
    refused(InvalidInput, "OTHER", "OTHER")
    refused(NotFound, "NONE", "OTHER")
    refused(InvalidInput, "OTHER", "STAYS", take=("code",))
    clerk = staff("sales")
    before_clerk = Event.objects.count()
    refused(MissingPermission, "OTHER", "STAYS", actor=clerk)
    assert list(Customer.objects.order_by("pk").values()) == before
    assert Event.objects.count() == before_clerk
    assert events <= before_clerk


def test_who_is_alike_is_found_by_phone_email_and_name() -> None:
    make_customer("杭州示例科技有限公司", code="A", address=None)
    Contact.objects.all().update(phone="+8613700000000", email="a@example.com")
    find = doubles.similar
    assert [(f.code, f.why) for f in find("", "+8613700000000")] == [("A", "phone")]
    assert [f.why for f in find("", "", "A@example.com")] == ["email"]
    assert [f.why for f in find("杭州示例科技股份有限公司")] == ["name"]
    assert find("完全不同的名字") == []
    make_customer("杭州示例科技", code="B", address=None)
    assert shared() == {("name", "杭州示例科技"): 2}


def test_what_customers_share_follows_every_change_of_them() -> None:
    def make(code: str, name: str, phone: str, email: str = "") -> Customer:
        contact = ContactInput("Han", phone=phone, email=email, country="CN")
        return create_customer(CustomerInput(code, name=name, contact=contact), actor=owner())

    make("A", 'Anna "Ann" \\ Ltd', "13700000001", "a@example.com")
    make("B", "Bert", "13700000001", "A@Example.com")
    phone, mail = ("phone", "+8613700000001"), ("email", "A@EXAMPLE.COM")
    assert shared() == {phone: 2, mail: 2}
    make("C", "BERT", "13700000001")
    assert shared() == {phone: 3, mail: 2, ("name", "bert"): 2}
    change_customer(CustomerInput("C", name='Anna "Ann" \\'), actor=owner())
    assert shared() == {phone: 3, mail: 2, ("name", "annaann"): 2}
    third = Contact.objects.get(customer__code="C")
    change_contact("C", str(third.pk), ContactInput("Han", phone="13700000002", country="CN"), actor=owner())
    second = add_contact("B", ContactInput("Li", phone="13700000002", country="CN"), actor=owner())
    assert shared() == {phone: 2, mail: 2, ("name", "annaann"): 2, ("phone", "+8613700000002"): 2}
    remove_contact("B", str(second.pk), actor=owner())
    assert shared() == {phone: 2, mail: 2, ("name", "annaann"): 2}
    merge_customers("A", "C", actor=owner())
    assert shared() == {phone: 2, mail: 2}
    merge_customers("B", "C", actor=owner())
    assert shared() == {}


def test_counting_anew_finds_what_was_loaded_by_other_ways() -> None:
    make_customer("Acme", code="A")
    SharedKey.objects.create(why="name", key="gone", customers=2)
    Customer.objects.create(code="B", name="Acme", name_key="acme")
    assert review_doubles() == 1
    assert shared() == {("name", "acme"): 2}


def test_merging_takes_as_many_statements_for_many_rows_as_for_few() -> None:
    def statements(count: int) -> int:
        codes = [f"{side}{count}" for side in ("STAYS", "GOES")]
        for code in codes:
            customer = make_customer(f"Acme {code}", code=code)
            for n in range(count):
                add_contact(code, ContactInput(f"P{n}", email=f"p{n}@example.com"), actor=owner())
                if code == codes[1]:
                    add_contact(code, ContactInput(f"Q{n}", title="x"), actor=owner())
                    make_order(customer)
        for n, contact in enumerate(Contact.objects.filter(customer__code__in=codes)):
            state = "given" if n % 2 else "withdrawn"
            code = contact.customer.code
            set_consent(code, ConsentInput("email", state, contact=str(contact.pk)), actor=owner())
        traffic = TRAFFIC.statements
        with CaptureQueriesContext(connection) as asked:
            merge_customers(codes[1], codes[0], actor=owner())
        assert Order.objects.filter(customer__code=codes[0]).count() == count
        return len(asked) + TRAFFIC.statements - traffic

    assert statements(2) == statements(9)


def test_who_looks_after_the_one_that_goes_does_so_where_nobody_looks_after_the_one_that_stays() -> None:
    stays, goes = two()
    first, second = make_user("sales", name="First"), make_user("sales", name="Second")
    change_customer(CustomerInput("GOES", owner=str(first.pk)), actor=owner())
    stays.refresh_from_db()
    goes.refresh_from_db()
    assert preview_merge(goes, stays).owner == "First"
    assert merge_customers("GOES", "STAYS", actor=owner()).owner_id == first.pk
    told = Event.objects.filter(kind="customer.absorbed").latest("id")
    assert told.data["taken"] == ["owner"]
    other = make_customer("Acme Group", code="THIRD")
    change_customer(CustomerInput("THIRD", owner=str(second.pk)), actor=owner())
    other.refresh_from_db()
    stays.refresh_from_db()
    assert preview_merge(other, stays).owner == ""
    assert merge_customers("THIRD", "STAYS", actor=owner()).owner_id == first.pk
    assert Event.objects.filter(kind="customer.absorbed").latest("id").data["taken"] == []
