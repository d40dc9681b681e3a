"""Customers: finding, showing with contact data masked or not, and changing them."""

import re
from typing import Any

import pytest

from openoms.domains.catalog.types import ProductInput, SkuInput
from openoms.domains.customers.models import Address, Contact, Customer
from openoms.domains.events.models import Event
from openoms.flows.edit_catalogue import save_product, save_sku
from tests.factories import make_customer, make_order, owner
from tests.web.conftest import SignIn


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"C1", "L7"}),
        ("q=acm", {"C1"}),
        ("q=L7", {"L7"}),
        ("q=0000", {"C1", "L7"}),
        ("kind=person", set()),
        ("tier=vip", {"L7"}),
    ],
)
def test_customers_are_found(sign_in: SignIn, query: str, found: set[str]) -> None:
    make_customer("Acme", code="C1")
    make_customer("李雷", code="L7", tier="vip")
    page = sign_in("sales").get(f"/customers/?{query}").content.decode()
    assert {code for code in ("C1", "L7") if f'href="/customers/{code}/"' in page} == found


def test_the_queries_of_list_and_page_are_fixed(sign_in: SignIn, django_assert_num_queries: Any) -> None:
    customers = [make_customer(code=f"C{number}") for number in range(5)]
    make_order(customers[1])
    browser = sign_in("sales")
    with django_assert_num_queries(
        9
    ):  # Session, person, roles, badges (2), tiers; customers, contacts, addresses.
        browser.get("/customers/")
    # Session, person, roles; customer, contacts, addresses; figures, products, newest orders; consents, history.
    with django_assert_num_queries(11):
        browser.get("/customers/C1/")


def test_contact_data_is_shown_or_masked_by_permission(sign_in: SignIn) -> None:
    make_customer(code="C1")
    full = sign_in("sales").get("/customers/C1/").content.decode()
    masked = sign_in("manager").get("/customers/C1/").content.decode()
    for secret, shown in (
        ("+8613900000000", "+86****0000"),
        ("han@example.com", "h***@example.com"),
        ("文三路1号", "***"),
    ):
        assert secret in full
        assert secret not in masked
        assert shown in masked


def test_a_customer_is_made_with_a_contact(sign_in: SignIn) -> None:
    fields = {
        "name": "李雷",
        "kind": "person",
        "contact_name": "李雷",
        "contact_phone": "138 0000 0000",
        "is_active": "on",
    }
    answer = sign_in("sales").post("/customers/new/", fields)
    customer = Customer.objects.get()
    assert answer["Location"] == f"/customers/{customer.code}/"
    assert Contact.objects.get().phone == "+8613800000000"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"contact_phone": "12"}, "“12” is not a valid phone number."),
        ({"contact_email": "a@b"}, "“a@b” is not a valid e-mail address."),
        ({"code": "C1"}, "There is a customer “C1” already."),
    ],
)
def test_a_refusal_stands_beside_its_field_and_makes_nothing(
    sign_in: SignIn, fields: dict[str, str], says: str
) -> None:
    make_customer(code="C1")
    browser = sign_in("sales")
    events = Event.objects.count()
    answer = browser.post("/customers/new/", {"name": "Kept name", "kind": "company", **fields})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "Kept name" in answer.content.decode()
    assert (Customer.objects.count(), Event.objects.count()) == (1, events)


def test_changing_without_seeing_contact_data_leaves_it_alone(sign_in: SignIn) -> None:
    from openoms.domains.identity.models import Role
    from tests.factories import make_user

    make_customer("Acme", code="C1")
    person = make_user()
    grants = ["customer.view", "customer.edit"]
    person.roles.set([Role.objects.create(code="clerk", name="Clerk", grants=grants)])
    browser = sign_in(person=person)
    assert "contact_phone" not in browser.get("/customers/C1/edit/").content.decode()
    browser.post(
        "/customers/C1/edit/", {"name": "Acme Ltd", "kind": "company", "is_active": "on", "contact_phone": ""}
    )
    assert Customer.objects.get().name == "Acme Ltd"
    assert Contact.objects.get().phone == "+8613900000000"


def test_contacts_and_addresses_are_added_and_removed(sign_in: SignIn) -> None:
    make_customer(code="C1", address=None)
    browser = sign_in("sales")
    browser.post("/customers/C1/contacts/new/", {"name": "Jonas", "email": "jonas@example.com"})
    assert Contact.objects.count() == 2
    berlin = {
        "country": "DE",
        "city": "Berlin",
        "line": "Kastanienallee 77",
        "postcode": "10435",
        "default": "on",
    }
    browser.post("/customers/C1/addresses/new/", berlin)
    address = Address.objects.get()
    assert (address.is_default, address.problems) == (True, [])
    browser.post(f"/customers/C1/addresses/{address.pk}/remove/")
    assert Address.objects.count() == 0


def test_an_address_that_does_not_fit_its_country_says_where(sign_in: SignIn) -> None:
    make_customer(code="C1", address=None)
    fields = {"country": "DE", "city": "Berlin", "line": "Kastanienallee 77", "postcode": "1"}
    answer = sign_in("sales").post("/customers/C1/addresses/new/", fields)
    assert answer.status_code == 422
    assert "There is no such place in that country." in answer.content.decode()
    assert "Kastanienallee 77" in answer.content.decode()
    assert Address.objects.count() == 0


def test_pasted_text_fills_the_address_and_marks_what_is_unsure(sign_in: SignIn) -> None:
    browser = sign_in("sales")
    page = browser.post(
        "/address-parse/", {"paste": "李雷 13800000000 浙江省杭州市西湖区文三路1号", "country": "CN"}
    )
    text = page.content.decode()
    for piece in (
        'value="李雷"',
        'value="+8613800000000"',
        'value="文三路1号"',
        '<option value="西湖区" selected>',
    ):
        assert piece in text
    assert "Please check this" not in text
    unsure = browser.post(
        "/address-parse/", {"prefix": "ship", "ship-paste": "朝阳区建国路1号", "ship-country": "CN"}
    )
    text = unsure.content.decode()
    assert 'name="ship-line" value="建国路1号"' in text
    assert 'aria-describedby="id_ship-region_doubt"' in text
    assert text.count("Please check this") == 3


def test_parts_the_country_has_no_field_for_go_into_the_street(sign_in: SignIn) -> None:
    text = "〒150-8512\n東京都渋谷区桜丘町26-1\n山田太郎様 taro@example.com"
    page = sign_in("sales").post("/address-parse/", {"paste": text, "country": "CN"}).content.decode()
    assert 'value="渋谷区桜丘町26-1"' in page
    assert '<option value="東京都" selected>' in page
    assert "taro@example.com" in page


@pytest.mark.parametrize("prefix", ["ship", "", "<script>", "A" * 50])
def test_nothing_pasted_leaves_what_is_typed(sign_in: SignIn, prefix: str) -> None:
    page = sign_in("sales").post(
        "/address-parse/", {"prefix": prefix, "ship-line": "x 1", "ship-country": "DE"}
    )
    assert page.status_code == 200
    assert ('value="x 1"' in page.content.decode()) == (prefix == "ship")
    assert "<script>" not in page.content.decode()


def test_usual_goods_have_the_names_the_catalogue_has_now_in_the_readers_language(sign_in: SignIn) -> None:
    customer = make_customer("Acme", code="C1")
    make_order(customer, [("BOLT", 1), ("NUT", 1)])
    make_order(customer, [("BOLT", 2)])
    save_product(ProductInput("P1", name="Bolt", name_zh="螺栓"), actor=owner())
    save_sku(SkuInput("BOLT", product="P1", name="M8", name_zh="八毫米"), actor=owner())
    english = sign_in("sales").get("/customers/C1/").content.decode()
    assert re.search(r"Bolt M8 <span class=\"code\">BOLT</span> × 2", english)
    chinese = sign_in("sales", language="zh-hans").get("/customers/C1/").content.decode()
    assert re.search(r"螺栓 八毫米 <span class=\"code\">BOLT</span> × 2", chinese)
    assert re.search(r"螺栓 Nut <span class=\"code\">NUT</span> × 1", chinese)


def test_likely_doubles_are_paged_by_key_in_two_statements(
    sign_in: SignIn, django_assert_num_queries: Any
) -> None:
    for n in range(30):
        for twin in "AB":
            make_customer(f"Firm {n}", code=f"{twin}{n}", address=None)
    browser = sign_in("sales_manager")
    with django_assert_num_queries(7):  # Session, person, roles, badges (2); what is shared, and by whom.
        first = browser.get("/customers/doubles/").content.decode()
    assert ">Firm 29</a>" in first
    [following] = re.findall(r'rel="next"\s+href="([^"]+)"', first)
    second = browser.get(f"/customers/doubles/{following}").content.decode()
    assert ">Firm 0</a>" in second
    assert ">Firm 29</a>" not in second.partition("The same phone")[0]
    assert 'rel="prev"' in second
