"""Merging two customers: what moves, what does not come twice, where the old code leads, and what is refused."""

import pytest

from openoms.core.errors import Conflict, InvalidInput, NotFound
from openoms.core.types import Actor
from openoms.domains.customers import doubles, queries
from openoms.domains.customers.models import Address, Contact, Customer
from openoms.domains.customers.types import ConsentInput, ContactInput, CustomerInput
from openoms.domains.events.models import Event
from openoms.domains.identity.errors import MissingPermission
from openoms.domains.orders.models import Order
from openoms.flows.edit_customer import add_contact, change_customer, set_consent
from openoms.flows.merge_customers import merge_customers
from openoms.reading.customers import preview_merge
from tests.factories import make_customer, make_order, owner, staff

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
    assert {why for why, _ids in queries.doubles()} == {"name"}
